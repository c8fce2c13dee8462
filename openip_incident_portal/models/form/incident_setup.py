# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IncidentSetup(models.TransientModel):
    _inherit = "incident.setup"

    @api.model
    def _get_setup_checks(self):
        checks = super()._get_setup_checks()
        line = (self.env._("Form on the portal"), self._check_portal_form())
        return [*checks[:-1], line, checks[-1]]

    @api.model
    def _check_portal_form(self):
        """Whether users with a login are offered to report an incident."""
        company = self.env.company
        # SUDO: whether a team takes incidents is told.
        teams = self.env["helpdesk.ticket.team"].sudo()
        domain = self.env["incident.form"]._get_user_team_domain()
        if not company.incident_portal_form and teams.search_count(domain, limit=1):
            yield (
                self.env._(
                    "Users of the portal are not offered to report an incident: New "
                    "leads to plain tickets, which ask for nothing that an incident "
                    "needs."
                ),
                "/odoo/action-base_setup.action_general_configuration",
            )
