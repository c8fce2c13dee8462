# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

from .personal_page import PersonalPage
from .public_page import MAX_CONTENT_LENGTH, redirect_to

# Where the base keeps what the list has shown last.
HISTORY = "my_tickets_history"

# What a column of type integer holds.
MAX_ID = 2**31 - 1

LOGIN_ROUTE = {"type": "http", "auth": "user", "website": True, "sitemap": False}


class LoginPage(PersonalPage):
    """The pages of an incident for users with a login, without any personal link.

    The pages and acts are those of the personal links; only the way in differs.
    """

    @http.route(
        "/my/ticket/<int:ticket_id>/answer",
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_answer_form(self, ticket_id, **_kw):
        """Show what is asked, and a form to answer."""
        return self._open_with_login(ticket_id, self._show_answer, act=True)

    @http.route(
        "/my/ticket/<int:ticket_id>/closure",
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_closure_form(self, ticket_id, **_kw):
        """Show what was solved, and the choice to confirm or to refuse."""
        return self._open_with_login(ticket_id, self._show_closure, act=True)

    @http.route(
        "/my/ticket/<int:ticket_id>/file/<int:attachment_id>",
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_file(self, ticket_id, attachment_id, **_kw):
        """Hand out a file that is shown on the page of the same incident."""
        return self._open_with_login(
            ticket_id, self._send_file, attachment_id=attachment_id
        )

    @http.route(
        "/my/ticket/<int:ticket_id>/answer",
        methods=["POST"],
        max_content_length=MAX_CONTENT_LENGTH,
        **LOGIN_ROUTE,
    )
    def portal_answer(self, ticket_id, text=None, nonce=None, private=None, **_kw):
        """Post the answer of a party, under the name of the user."""
        return self._open_with_login(
            ticket_id, self._answer, act=True, text=text, nonce=nonce, private=private
        )

    @http.route(
        "/my/ticket/<int:ticket_id>/closure",
        methods=["POST"],
        max_content_length=MAX_CONTENT_LENGTH,
        **LOGIN_ROUTE,
    )
    def portal_closure(self, ticket_id, decision=None, text=None, **_kw):
        """Confirm or refuse closure, or take a confirmation back."""
        return self._open_with_login(
            ticket_id, self._decide, act=True, decision=decision, text=text
        )

    # Way in

    def _is_id(self, ticket_id):
        return 0 < ticket_id <= MAX_ID

    def _find_ticket(self, ticket_id):
        # SUDO: decides which page answers; whether it opens is checked by its caller.
        tickets = request.env["helpdesk.ticket"].sudo()
        if not self._is_id(ticket_id):
            return tickets
        # With all its fields: the page reads most of them.
        found = tickets.with_context(active_test=False).search_fetch(
            [("id", "=", ticket_id)]
        )
        return found.with_env(tickets.env)

    def _open_with_login(self, ticket_id, handler, act=False, **values):
        """Let a handler answer to who may read the incident of an id."""
        ticket = self._find_ticket(ticket_id)
        return self._open_ticket(ticket, handler, act=act, **values)

    def _open_ticket(self, ticket, handler, act=False, **values):
        """Let a handler answer to who may read an incident.

        Everybody else is led away, as from an id that does not exist.

        :param ticket: as superuser, nothing for an id that does not exist
        :param handler: takes ticket, contact of the user and values
        :param act: whether the page is for parties only, not for who looks on
        """
        partner = request.env.user.partner_id
        if not ticket.is_incident or not self._may_read(ticket):
            return request.redirect("/my")
        if not ticket.active and request.env.user.share:
            return request.redirect("/my")
        party = ticket._get_incident_party(partner)
        if act and not party:
            return request.redirect("/my")
        reader = partner if party else ticket.partner_id
        return handler(ticket._with_login(), reader, **values)

    def _may_read(self, ticket):
        try:
            ticket.sudo(False).check_access("read")
        except AccessError:
            return False
        return True

    # Pages

    def _show(self, template, ticket, party, status=200, **values):
        if ticket._is_with_login():
            values = {**self._prepare_login_values(ticket), **values}
        return super()._show(template, ticket, party, status=status, **values)

    def _prepare_login_values(self, ticket):
        """Return what the portal's frame needs, with the neighbours on the list.

        Core gives the neighbours' links its own token.
        """
        values = {"with_login": True, "page_name": "incident"}
        history = request.session.get(HISTORY) or []
        if ticket.id in history:
            index = history.index(ticket.id)
            for name, ids in (
                ("prev_record", history[:index][-1:]),
                ("next_record", history[index + 1 :][:1]),
            ):
                values[name] = ids and f"/my/ticket/{ids[0]}"
        return values

    def _redirect(self, ticket, party, done):
        if ticket._is_with_login():
            return redirect_to(
                f"{ticket._get_incident_path(party, 'view')}?done={done}"
            )
        return super()._redirect(ticket, party, done)
