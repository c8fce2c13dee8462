# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from werkzeug.exceptions import BadRequest, NotFound

from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController

from ..tools.arguments import read_id


class IncidentTicketCloseController(HelpdeskTicketController):
    @http.route(methods=["POST"])
    def support_ticket_close(self, **kw):
        """Close a ticket of one's own: by POST, never an incident.

        The base closes any ticket for anybody who is logged in, by GET. A party closes
        an incident by confirming closure (P7), so incidents answer as if unknown.
        """
        ticket = self._get_ticket_to_close(kw.get("ticket_id"))
        stages = self._get_portal_closing_stages(ticket)
        stage = stages.filtered(lambda stage: str(stage.id) == kw.get("stage_id"))
        if stage:
            # SUDO: portal users may read tickets only; this one may be closed by
            # whoever may read it, into a stage that its team offers for that.
            ticket.sudo().stage_id = stage
        return request.redirect(f"/my/ticket/{ticket.id}", code=302)

    def _get_ticket_to_close(self, ticket_id):
        """Return the ticket that the user may read under this id.

        :param ticket_id: as the browser sent it
        :raises BadRequest: when this is no id
        :raises NotFound: when the user may not know whether there is such a ticket
        """
        number = read_id(str(ticket_id or ""))
        if number is None:
            raise BadRequest()
        ticket = request.env["helpdesk.ticket"].browse(number).exists()
        if not ticket or not ticket.has_access("read") or ticket.is_incident:
            raise NotFound()
        return ticket

    def _get_portal_closing_stages(self, ticket):
        # SUDO: stages are configuration, their choice is narrowed to the team's.
        stages = ticket.sudo().team_id._get_applicable_stages()
        return stages.filtered("close_from_portal")
