# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..identity.incident_restored import Work


class IncidentIdentity(models.AbstractModel):
    _inherit = "incident.identity"

    @api.model
    def _get_restored_works(self):
        """Add what fell due of outages and works; works keep their window."""
        outages = self.env["incident.outage"]
        due = (
            (
                self.env._("Announcements of works"),
                outages._get_tell_domain(),
                "tell_date",
            ),
            (self.env._("Works that begin"), outages._get_start_domain(), "begin_date"),
            (
                self.env._("Promised messages about outages"),
                outages._get_late_domain(),
                "next_message_date",
            ),
        )
        works = [
            Work(label, outages._name, domain, date) for label, domain, date in due
        ]
        return [*super()._get_restored_works(), *works]
