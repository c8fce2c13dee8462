# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController
from odoo.addons.openip_incident.tools.arguments import read_id

from .form import USER_PATH
from .public_page import read_text


class IncidentBaseForm(HelpdeskTicketController):
    """The base's form: for other teams as it was, for incidents the way to ours."""

    @http.route()
    def create_new_ticket(self, **kw):
        if self._is_for_incidents():
            return request.redirect(USER_PATH)
        return super().create_new_ticket(**kw)

    @http.route(
        "/submitted/ticket",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        sitemap=False,
    )
    def submit_ticket_form(self, **_kw):
        """Lead who comes by a link to the form: following it must create nothing."""
        return request.redirect("/new/ticket")

    @http.route(methods=["POST"])
    def submit_ticket(self, **kw):
        """Create a ticket of a plain team; what makes no sense shows the form again.

        The base takes numbers for granted and leaves a missing subject to the database.
        """
        params = {**kw, **self._read_ticket_form(kw)}
        team = self._find_portal_team(params["team"])
        if self._takes_forms_only() or team.incident_process:
            return request.redirect(USER_PATH)
        if not params["subject"] or not params["description"]:
            return self.create_new_ticket()
        uploads = request.env["ir.attachment"]
        for file in request.httprequest.files.getlist("attachment"):
            file.filename = file.filename and uploads._clean_upload_name(file.filename)
        return super().submit_ticket(**params)

    def _get_teams(self):
        """Offer no incident team: its form asks for what an incident needs."""
        teams = super()._get_teams()
        return teams and teams.filtered(lambda team: not team.incident_process)

    def _is_for_incidents(self):
        """Tell whether the user's company takes nothing but incidents on its portal.

        That is for an admin to say. Agents keep the base's form, and so does everybody
        where another team is offered on the portal.
        """
        # SUDO: one switch is read, to choose a page.
        if not request.env.company.sudo().incident_portal_form:
            return False
        teams = self._get_portal_teams()
        return bool(teams) and all(team.incident_process for team in teams)

    def _takes_forms_only(self):
        """Tell whether a ticket without a team would bypass the form of incidents."""
        teams = self._get_portal_teams()
        return self._is_for_incidents() and all(team._has_intake() for team in teams)

    def _get_portal_teams(self):
        """Return the teams that people outside are offered, none to agents."""
        # SUDO: teams are configuration, looked at to choose a page.
        teams = request.env["helpdesk.ticket.team"].sudo()
        if request.env.user._is_internal():
            return teams
        return teams.search(
            [
                ("show_in_portal", "=", True),
                ("company_id", "in", (request.env.company.id, False)),
            ]
        )

    def _read_ticket_form(self, params):
        return {
            "team": self._read_record_id("helpdesk.ticket.team", params.get("team")),
            "category": self._read_record_id(
                "helpdesk.ticket.category", params.get("category")
            ),
            "subject": read_text(params.get("subject")),
            "description": read_text(params.get("description")),
        }

    def _read_record_id(self, model, value):
        """Return the id that was chosen, as text, nothing for what is none."""
        text = value if isinstance(value, str) else ""
        number = read_id(text)
        found = number and request.env[model].search_count([("id", "=", number)])
        return text if found else ""

    def _find_portal_team(self, team_id):
        # SUDO: teams are configuration, looked at to choose a page.
        teams = request.env["helpdesk.ticket.team"].sudo()
        return teams.browse(int(team_id) if team_id else ())
