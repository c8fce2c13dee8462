# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..identity.incident_restored import Work


class IncidentIdentity(models.AbstractModel):
    _inherit = "incident.identity"

    @api.model
    def _get_restored_works(self):
        """Add the first messages of monitors; they may have been told already."""
        outages = self.env["incident.outage"]
        told = Work(
            self.env._("First messages of monitors"),
            outages._name,
            outages._get_first_message_domain(),
            "first_message_date",
        )
        return [*super()._get_restored_works(), told]
