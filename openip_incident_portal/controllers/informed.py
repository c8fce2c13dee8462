# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http

from ..models.informed.incident_page_informed import InformedPaths
from ..models.page.helpdesk_ticket_link import INFORM, INFORMED
from ..models.page.view import View
from .login_page import LOGIN_ROUTE, LoginPage
from .page_handler import PageHandler
from .personal_page import PersonalPage
from .public_page import PUBLIC_ROUTE, SENT_ROUTE


class InformedPage(PersonalPage):
    """The page of an informed contact: to read, under a link that does nothing else."""

    @http.route(
        "/incident/<int:ticket_id>/informed",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def informed_page(self, ticket_id, token=None, **_kw):
        """Show an incident to who is kept informed of it."""
        return self._open(ticket_id, token, (INFORMED,), PageHandler.show_page)

    @http.route(
        "/incident/<int:ticket_id>/informed/file/<int:attachment_id>",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def informed_file(self, ticket_id, attachment_id, token=None, small=None, **_kw):
        """Hand out a file that is shown on the page of the same link."""
        return self._open(
            ticket_id,
            token,
            (INFORMED,),
            PageHandler.send_file,
            attachment_id=attachment_id,
            small=small,
        )

    @http.route(
        "/incident/<int:ticket_id>/informed/intervention/<int:intervention_id>",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def informed_intervention(self, ticket_id, intervention_id, token=None, **_kw):
        """Hand out the calendar file of an intervention that is to come."""
        return self._open(
            ticket_id,
            token,
            (INFORMED,),
            PageHandler.send_intervention,
            intervention_id=intervention_id,
        )

    @http.route(
        "/incident/<int:ticket_id>/inform",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def inform_form(self, ticket_id, token=None, **_kw):
        """Show the incident to who comes back to the form of its page."""
        return self._open(ticket_id, token, (INFORM,), PageHandler.show_page)

    @http.route(
        "/incident/<int:ticket_id>/inform", max_content_length=65536, **SENT_ROUTE
    )
    def inform(self, ticket_id, token=None, email=None, remove=None, **_kw):
        """Have a colleague of the party informed, or informed no more."""
        return self._open(
            ticket_id, token, (INFORM,), PageHandler.inform, email=email, remove=remove
        )

    def _make_view(self, link):
        if link.purpose != INFORMED:
            return super()._make_view(link)
        ticket, paths = self._get_ticket(link), InformedPaths(link.until)
        return View(ticket, link.party, paths, looks_on=True)


class InformingPage(LoginPage):
    """Whom a party with a login has informed."""

    @http.route(
        "/my/ticket/<int:ticket_id>/inform",
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_inform_form(self, ticket_id, **_kw):
        """Show the incident to who comes back to the form of its page."""
        return self._open_with_login(ticket_id, PageHandler.show_page)

    @http.route(
        "/my/ticket/<int:ticket_id>/inform",
        methods=["POST"],
        max_content_length=65536,
        **LOGIN_ROUTE,
    )
    def portal_inform(self, ticket_id, email=None, remove=None, **_kw):
        """Have a colleague informed, or informed no more."""
        return self._open_with_login(
            ticket_id, PageHandler.inform, act=True, email=email, remove=remove
        )
