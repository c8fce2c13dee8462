# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import ormcache

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
        return REPORT_PATH if self._find_user_team() else ""

    @api.model
    def _find_user_team(self):
        """Return the team that takes what users with a login report, if there is one.

        Every page of the portal asks for it.
        """
        # SUDO: portal users read no teams; theirs is chosen by their company.
        teams = self.env["helpdesk.ticket.team"].sudo()
        return teams.browse(self._get_user_team_id() or ())

    @api.model
    @ormcache("self.env.company.id")
    def _get_user_team_id(self):
        # SUDO: see above; archived ones take nothing.
        teams = self.env["helpdesk.ticket.team"].sudo().with_context(active_test=True)
        found = teams.search_fetch(self._get_user_team_domain(), ["incident_intake"])
        return (found.filtered("incident_intake") or found)[:1].id

    @api.model
    def _get_user_team_domain(self):
        """Return which teams take incidents on the portal.

        One that answers mail with the form does; so does one that the base offers on
        the portal, though mail to it makes incidents without a form.
        """
        answers = Domain("incident_intake", "=", True)
        return (
            (answers | Domain("show_in_portal", "=", True))
            & Domain("incident_process", "=", True)
            & Domain("company_id", "in", (self.env.company.id, False))
        )

    @api.model
    @ormcache("self.env.company.id")
    def _takes_other_requests(self):
        """Tell whether the portal offers a team that takes no incidents.

        Asked with every page, as the team is.
        """
        # SUDO: whether there is a team; nothing of it is shown.
        teams = self.env["helpdesk.ticket.team"].sudo().with_context(active_test=True)
        others = (
            Domain("show_in_portal", "=", True)
            & Domain("incident_process", "=", False)
            & Domain("company_id", "in", (self.env.company.id, False))
        )
        return bool(teams.search_count(others, limit=1))
