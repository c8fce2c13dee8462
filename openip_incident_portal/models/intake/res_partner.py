# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _is_incident_domain_shared(self, domain):
        """Count the large providers: their customers have nothing in common."""
        shared = super()._is_incident_domain_shared(domain)
        return shared or self.env["incident.mail.provider"]._is_provider(domain)
