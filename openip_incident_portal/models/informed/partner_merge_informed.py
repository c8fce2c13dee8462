# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain


class PartnerMerge(models.TransientModel):
    """Keeps who is informed of what when contacts are merged.

    Odoo would delete every row of the contact that goes where one of them is doubled.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        # SUDO: whoever may merge contacts need not know what they read.
        rows = self.env["incident.informed"].sudo()
        people = Domain("partner_id", "in", (src_partners | dst_partner).ids)
        for informed in rows.search(people).grouped("ticket_id").values():
            kept = informed.filtered(lambda one: one.partner_id == dst_partner)
            (informed - (kept or informed)[:1]).unlink()
        return super()._update_foreign_keys(src_partners, dst_partner)
