# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import request

from odoo.addons.openip_incident.tools.arguments import MAX_ID

from ..models.page.page_fields import COMPANY_FIELDS, PAGE_FIELDS, PARTY_FIELDS
from ..models.page.view import LoginPaths, View
from .page_handler import PageHandler
from .public_page import get_content_length

# Where the base keeps what the list has shown last.
HISTORY = "my_tickets_history"

LOGIN_ROUTE = {"type": "http", "auth": "user", "website": True, "sitemap": False}


class LoginPage(http.Controller):
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
        return self._open_with_login(ticket_id, PageHandler.show_answer, act=True)

    @http.route(
        "/my/ticket/<int:ticket_id>/closure",
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_closure_form(self, ticket_id, **_kw):
        """Show what was solved, and the choice to confirm or to refuse."""
        return self._open_with_login(ticket_id, PageHandler.show_closure, act=True)

    @http.route(
        "/my/ticket/<int:ticket_id>/file/<int:attachment_id>",
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_file(self, ticket_id, attachment_id, small=None, **_kw):
        """Hand out a file that is shown on the page of the same incident."""
        return self._open_with_login(
            ticket_id, PageHandler.send_file, attachment_id=attachment_id, small=small
        )

    @http.route(
        "/my/ticket/<int:ticket_id>/intervention/<int:intervention_id>",
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_intervention(self, ticket_id, intervention_id, **_kw):
        """Hand out the calendar file of an intervention that is to come."""
        return self._open_with_login(
            ticket_id, PageHandler.send_intervention, intervention_id=intervention_id
        )

    @http.route(
        "/my/ticket/<int:ticket_id>/answer",
        methods=["POST"],
        max_content_length=get_content_length,
        **LOGIN_ROUTE,
    )
    def portal_answer(
        self, ticket_id, text=None, nonce=None, private=None, decision=None, **_kw
    ):
        """Post the answer of a party, under the name of the user."""
        return self._open_with_login(
            ticket_id,
            PageHandler.answer,
            act=True,
            text=text,
            nonce=nonce,
            private=private,
            decision=decision,
        )

    @http.route(
        "/my/ticket/<int:ticket_id>/closure",
        methods=["POST"],
        max_content_length=get_content_length,
        **LOGIN_ROUTE,
    )
    def portal_closure(
        self, ticket_id, text=None, nonce=None, private=None, decision=None, **_kw
    ):
        """Confirm or refuse closure, or take a confirmation back."""
        return self._open_with_login(
            ticket_id,
            PageHandler.decide,
            act=True,
            decision=decision,
            text=text,
            nonce=nonce,
            private=private,
        )

    @http.route(
        "/my/ticket/<int:ticket_id>/handler",
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_handler_form(self, ticket_id, **_kw):
        """Show the incident to who comes back to the form of its page."""
        return self._open_with_login(ticket_id, PageHandler.show_page)

    @http.route(
        "/my/ticket/<int:ticket_id>/handler",
        methods=["POST"],
        max_content_length=65536,
        **LOGIN_ROUTE,
    )
    def portal_handler(self, ticket_id, handler=None, **_kw):
        """Note who of the integrator handles the incident."""
        return self._open_with_login(
            ticket_id, PageHandler.hand_to, act=True, handler=handler
        )

    @http.route(
        "/my/ticket/<int:ticket_id>/rating",
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_rating_form(self, ticket_id, **_kw):
        """Show the incident to who comes back to the form of its page."""
        return self._open_with_login(ticket_id, PageHandler.show_page)

    @http.route(
        "/my/ticket/<int:ticket_id>/rating",
        methods=["POST"],
        max_content_length=65536,
        **LOGIN_ROUTE,
    )
    def portal_rating(self, ticket_id, score=None, word=None, **_kw):
        """Write down how content a party is, under the name of the user."""
        return self._open_with_login(
            ticket_id, PageHandler.rate, act=True, score=score, word=word
        )

    def _open_with_login(self, ticket_id, handle, **values):
        """Answer to who may read the incident of an id; see :func:`open_ticket`."""
        return open_ticket(find_ticket(ticket_id), handle, **values)


# Way in


def is_id(ticket_id):
    """Tell whether a number can be the id of a ticket."""
    return 0 < ticket_id <= MAX_ID


def find_ticket(ticket_id):
    """Return a ticket as superuser, with the fields that its page reads.

    Which page answers is decided by it; whether it opens is checked by its caller.
    """
    # SUDO: see above.
    tickets = request.env["helpdesk.ticket"].sudo()
    if not is_id(ticket_id):
        return tickets
    found = tickets.with_context(active_test=False).search_fetch(
        [("id", "=", ticket_id)], PAGE_FIELDS
    )
    return found.with_env(tickets.env)


def open_ticket(ticket, handle, act=False, **values):
    """Answer to who may read an incident.

    Everybody else is led away, as from an id that does not exist.

    :param ticket: as superuser, nothing for an id that does not exist
    :param handle: method of :class:`~.page_handler.PageHandler`, takes the values
    :param act: whether the page is for parties only, not for who looks on
    """
    user = request.env.user
    if not ticket.is_incident or not _may_read(ticket):
        return request.redirect("/my")
    if not ticket.active and user.share:
        return request.redirect("/my")
    # One query for all the contacts that the page speaks of.
    ticket.company_id.fetch(COMPANY_FIELDS)
    ours = ticket.company_id.partner_id
    people = user.partner_id.sudo() | ticket._get_incident_parties() | ours
    people.fetch(PARTY_FIELDS)
    party = ticket._get_incident_party(user.partner_id)
    if act and not party:
        return request.redirect("/my")
    view = View(
        # As its own company knows it.
        ticket.with_company(ticket.company_id).with_context(lang=request.env.lang),
        user.partner_id if party else ticket.partner_id,
        LoginPaths(),
        speaks_for=party,
        looks_on=user._is_internal(),
    )
    return handle(PageHandler(view, _prepare_frame(ticket)), **values)


def _may_read(ticket):
    try:
        ticket.sudo(False).check_access("read")
    except AccessError:
        return False
    return True


def _prepare_frame(ticket):
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
