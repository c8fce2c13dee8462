# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController


class IncidentTicketFormController(HelpdeskTicketController):
    def _get_teams(self):
        """Offer people outside the teams that are shown to them, by name.

        What decides, the base asks for in their name, and they may not read it.
        """
        user = request.env.user
        if not user.share or not user.company_id.helpdesk_mgmt_portal_select_team:
            return super()._get_teams()
        # SUDO: teams are configuration; the page shows their names.
        teams = request.env["helpdesk.ticket.team"].sudo()
        return teams.with_company(request.env.company).search(
            [
                ("show_in_portal", "=", True),
                ("company_id", "in", (*request.env.companies.ids, False)),
            ]
        )
