# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class PartnerMerge(models.TransientModel):
    """Who decides for one company does not by merging decide for another one."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        # SUDO: whoever may merge contacts need not know who invites.
        partners = (src_partners | dst_partner).sudo()
        companies = partners.filtered("incident_administrator").incident_party_id
        res = super()._update_values(src_partners, dst_partner)
        person = dst_partner.sudo()
        if person.incident_administrator and person.incident_party_id not in companies:
            person.incident_administrator = False
        return res
