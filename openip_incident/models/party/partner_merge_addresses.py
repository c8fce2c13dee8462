# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain


class PartnerMerge(models.TransientModel):
    """Merges contacts that write from the same further address.

    Odoo knows constraints of a table, but not unique indexes: it would stop there.
    """

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        self._incident_drop_doubled_addresses(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _incident_drop_doubled_addresses(self, src_partners, dst_partner):
        # SUDO: whoever may merge contacts may merge their addresses.
        addresses = self.env["incident.address"].sudo()
        owners = Domain("partner_id", "in", (src_partners | dst_partner).ids)
        found = addresses.search(owners)
        kept = found.filtered(lambda address: address.partner_id == dst_partner)
        known = set(kept.mapped("email_normalized"))
        for address in found - kept:
            if address.email_normalized in known:
                address.unlink()
            else:
                known.add(address.email_normalized)
