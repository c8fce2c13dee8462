# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..identity.incident_restored import Work


class IncidentIdentity(models.AbstractModel):
    _inherit = "incident.identity"

    @api.model
    def _get_restored_works(self):
        """Add the announcements of works that fell due; works keep their window."""
        outages = self.env["incident.outage"]
        told = Work(
            self.env._("Announcements of works"),
            outages._name,
            outages._get_tell_domain(),
            "tell_date",
        )
        return [*super()._get_restored_works(), told]
