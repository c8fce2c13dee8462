# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http

from ..models.page.helpdesk_ticket_link import CLOCK
from .login_page import LOGIN_ROUTE, LoginPage
from .page_handler import PageHandler
from .personal_page import PersonalPage
from .public_page import PUBLIC_ROUTE, SENT_ROUTE

MAX_LENGTH = 65536


class ClockPage(PersonalPage):
    """How the guaranteed time was counted, for who comes by a personal link."""

    @http.route(
        "/incident/<int:ticket_id>/clock",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def incident_clock(self, ticket_id, token=None, done=None, **_kw):
        """Show how it was counted."""
        return self._open(ticket_id, token, (CLOCK,), PageHandler.show_clock, done=done)

    @http.route(
        "/incident/<int:ticket_id>/clock/pdf",
        methods=["GET"],
        **PUBLIC_ROUTE,
    )
    def incident_clock_pdf(self, ticket_id, token=None, **_kw):
        """Hand out how it was counted, to be printed."""
        return self._open(ticket_id, token, (CLOCK,), PageHandler.print_clock)

    @http.route(
        "/incident/<int:ticket_id>/clock", max_content_length=MAX_LENGTH, **SENT_ROUTE
    )
    def incident_dispute(
        self, ticket_id, token=None, text=None, about=None, nonce=None, **_kw
    ):
        """Write down a dispute of the integrator."""
        return self._open(
            ticket_id,
            token,
            (CLOCK,),
            PageHandler.dispute,
            text=text,
            about=about,
            nonce=nonce,
        )


class ClockLoginPage(LoginPage):
    """How the guaranteed time was counted, for users with a login."""

    @http.route(
        "/my/ticket/<int:ticket_id>/clock",
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_clock(self, ticket_id, done=None, **_kw):
        """Show how it was counted."""
        return self._open_with_login(ticket_id, PageHandler.show_clock, done=done)

    @http.route("/my/ticket/<int:ticket_id>/clock/pdf", methods=["GET"], **LOGIN_ROUTE)
    def portal_clock_pdf(self, ticket_id, **_kw):
        """Hand out how it was counted, to be printed."""
        return self._open_with_login(ticket_id, PageHandler.print_clock)

    @http.route(
        "/my/ticket/<int:ticket_id>/clock",
        methods=["POST"],
        max_content_length=MAX_LENGTH,
        **LOGIN_ROUTE,
    )
    def portal_dispute(self, ticket_id, text=None, about=None, nonce=None, **_kw):
        """Write down a dispute of the integrator, under the name of the user."""
        return self._open_with_login(
            ticket_id,
            PageHandler.dispute,
            act=True,
            text=text,
            about=about,
            nonce=nonce,
        )
