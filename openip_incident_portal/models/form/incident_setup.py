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
        """Whether new tickets lead to the form, where no other team is shown."""
        company = self.env.company
        # SUDO: whether a team is shown is told.
        teams = self.env["helpdesk.ticket.team"].sudo()
        shown = teams.search(
            [
                ("show_in_portal", "=", True),
                ("company_id", "in", (company.id, False)),
            ]
        )
        incidents = shown.filtered("incident_process")
        if incidents and incidents == shown and not company.incident_portal_form:
            yield (
                self.env._(
                    "New tickets on the portal are plain tickets: nobody is asked what "
                    "an incident needs."
                ),
                "/odoo/action-base_setup.action_general_configuration",
            )
