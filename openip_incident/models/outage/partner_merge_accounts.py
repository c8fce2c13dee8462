# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain


class PartnerMerge(models.TransientModel):
    """Merges contacts that were told of the same planned works.

    Odoo knows constraints of a table, but not unique indexes: it would stop there.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._incident_merge_accounts(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _incident_merge_accounts(self, src_partners, dst_partner):
        # SUDO: whoever may merge contacts may merge what they were told.
        accounts = self.env["incident.outage.account"].sudo()
        owners = Domain("partner_id", "in", (src_partners | dst_partner).ids)
        for doubled in accounts.search(owners).grouped("outage_id").values():
            kept = doubled.filtered(lambda account: account.partner_id == dst_partner)
            kept = kept or doubled[:1]
            kept._take_over(doubled - kept)
