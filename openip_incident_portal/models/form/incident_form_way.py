# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

REPORT_PATH = "/my/incidents/new"


class IncidentForm(models.AbstractModel):
    """Where users with a login find the form."""

    _inherit = "incident.form"

    @api.model
    def _get_report_path(self):
        """Return where the user reports an incident, nothing where it is not offered.

        An admin offers it; agents have the backend.
        """
        # SUDO: one switch is read, to show a button.
        offered = self.env.company.sudo().incident_portal_form
        if not offered or not self.env.user._is_portal():
            return ""
        # SUDO: whether there is a team; nothing of it is shown.
        teams = self.env["helpdesk.ticket.team"].sudo()
        taken = teams.search_count(self._get_user_team_domain(), limit=1)
        return REPORT_PATH if taken else ""

    @api.model
    def _takes_other_requests(self):
        """Tell whether the portal offers a team that takes no incidents."""
        # SUDO: whether there is a team; nothing of it is shown.
        teams = self.env["helpdesk.ticket.team"].sudo()
        others = (
            Domain("show_in_portal", "=", True)
            & Domain("incident_process", "=", False)
            & Domain("company_id", "in", (self.env.company.id, False))
        )
        return bool(teams.search_count(others, limit=1))
