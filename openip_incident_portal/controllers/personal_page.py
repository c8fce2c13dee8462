# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import request

from ..models.guard.incident_visit import LINK
from ..models.page.helpdesk_ticket_author import ACTING
from ..models.page.helpdesk_ticket_link import ANSWER, CLOSURE, RATING, VIEW
from ..models.page.view import LinkPaths, View
from .form_key import is_signed_form, sign_form
from .page_handler import PageHandler
from .public_page import (
    PUBLIC_ROUTE,
    SENT_ROUTE,
    count_visit,
    get_content_length,
    read_text,
    render_busy_page,
    render_neutral_page,
    render_page,
    speak_to,
)

# Whatever a link was mailed for, its reader may see the incident.
ANY = (VIEW, ANSWER, CLOSURE)

FORM_ROUTE = {**SENT_ROUTE, "max_content_length": get_content_length}


class PersonalPage(http.Controller):
    """The pages of one party of one incident, opened by its personal link."""

    # Reading

    @http.route(
        "/incident/<int:ticket_id>", methods=["GET"], readonly=True, **PUBLIC_ROUTE
    )
    def incident_page(self, ticket_id, token=None, done=None, **_kw):
        """Show an incident to a party."""
        return self._open(ticket_id, token, ANY, PageHandler.show_page, done=done)

    @http.route(
        "/incident/<int:ticket_id>/file/<int:attachment_id>",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def incident_file(self, ticket_id, attachment_id, token=None, small=None, **_kw):
        """Hand out a file that is shown on the page of the same link."""
        return self._open(
            ticket_id,
            token,
            ANY,
            PageHandler.send_file,
            attachment_id=attachment_id,
            small=small,
        )

    @http.route(
        "/incident/<int:ticket_id>/intervention/<int:intervention_id>",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def incident_intervention(self, ticket_id, intervention_id, token=None, **_kw):
        """Hand out the calendar file of an intervention that is to come."""
        return self._open(
            ticket_id,
            token,
            ANY,
            PageHandler.send_intervention,
            intervention_id=intervention_id,
        )

    @http.route(
        "/incident/<int:ticket_id>/answer",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def incident_answer_form(self, ticket_id, token=None, **_kw):
        """Show what is asked, and a form to answer."""
        return self._open(ticket_id, token, (ANSWER,), PageHandler.show_answer)

    @http.route(
        "/incident/<int:ticket_id>/closure",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def incident_closure_form(self, ticket_id, token=None, **_kw):
        """Show what was solved, and the choice to confirm or to refuse."""
        return self._open(ticket_id, token, (CLOSURE,), PageHandler.show_closure)

    @http.route(
        "/incident/<int:ticket_id>/rating",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def incident_rating_form(self, ticket_id, token=None, **_kw):
        """Show the incident to who comes back to the form of its page."""
        return self._open(ticket_id, token, (RATING,), PageHandler.show_page)

    # Acts

    @http.route("/incident/<int:ticket_id>/answer", **FORM_ROUTE)
    def incident_answer(self, ticket_id, token=None, **kw):
        """Post the answer of a party."""
        return self._open(ticket_id, token, (ANSWER,), PageHandler.answer, **kw)

    @http.route("/incident/<int:ticket_id>/closure", **FORM_ROUTE)
    def incident_closure(self, ticket_id, token=None, **kw):
        """Confirm or refuse closure, or take a confirmation back."""
        return self._open(ticket_id, token, (CLOSURE,), PageHandler.decide, **kw)

    @http.route(
        "/incident/<int:ticket_id>/rating", max_content_length=65536, **SENT_ROUTE
    )
    def incident_rating(self, ticket_id, token=None, score=None, word=None, **_kw):
        """Write down how content a party is."""
        return self._open(
            ticket_id, token, (RATING,), PageHandler.rate, score=score, word=word
        )

    @http.route(
        "/incident/<int:ticket_id>/link", max_content_length=65536, **SENT_ROUTE
    )
    def incident_link(self, ticket_id, token=None, agreed=None, **_kw):
        """Mail a fresh link to the party of an expired one."""
        link = self._read_link(ticket_id, token)
        if not link:
            return render_neutral_page()
        speak_to(link.party)
        if not agreed or not is_signed_form("link", link.ticket.id, link.party.id):
            return self._show_expired(link, error=True)
        wait = count_visit(LINK)
        if wait:
            return render_busy_page(wait)
        ticket = self._get_ticket(link)
        ticket._incident_mail_fresh_link(link.party)
        # The same words whether it was mailed now or not long ago.
        return self._show_expired(link, sent=True)

    # Links

    def _read_link(self, ticket_id, token):
        """Return the link, if it is one to this very incident."""
        tickets = request.env["helpdesk.ticket"]
        link = tickets._read_incident_link(read_text(token))
        return link if link and link.ticket.id == ticket_id else None

    def _open(self, ticket_id, token, purposes, handle, /, **values):
        """Answer to the party of a good link, and to nobody else.

        :param purposes: what the link must have been signed for
        :param handle: method of :class:`~.page_handler.PageHandler`, takes the values
        """
        wait, posted = count_visit(), request.httprequest.method == "POST"
        if wait and not posted:
            return render_busy_page(wait)
        link = self._read_link(ticket_id, token)
        if not link or link.purpose not in purposes:
            return render_neutral_page()
        speak_to(link.party)
        if link.expired:
            return self._show_expired(link)
        view = self._make_view(link)
        if wait or (posted and not is_signed_form(link.purpose, *view.ids)):
            handle, values = PageHandler.give_back, {**values, "wait": wait}
        return handle(PageHandler(view), **values)

    def _make_view(self, link):
        """Return how the reader of a good link sees its incident."""
        return View(self._get_ticket(link), link.party, LinkPaths(link.until))

    def _get_ticket(self, link):
        """Return the incident as a visitor's: whoever is logged in does not matter.

        An agent who opens a party's link must not become the author of what follows.
        """
        # The name is remembered, the record would be looked for each time.
        visitor_id = request.env["ir.model.data"]._xmlid_to_res_id(
            "base.public_user", raise_if_not_found=True
        )
        # SUDO: the link that we have signed is the right to see and to answer this
        # incident; nothing else is reached from here.
        ticket = link.ticket.with_user(visitor_id).sudo()
        company = ticket.company_id or ticket.env.company
        return ticket.with_company(company).with_context(
            **{ACTING: link.party.id}, lang=request.env.lang
        )

    # Pages

    def _show_expired(self, link, sent=False, error=False):
        return render_page(
            "openip_incident_portal.expired_page",
            {
                "company": link.ticket.company_id,
                "action": f"/incident/{link.ticket.id}/link",
                "token": read_text(request.params.get("token")),
                "form_key": sign_form("link", link.ticket.id, link.party.id),
                "sent": sent,
                "error": error,
            },
            status=200 if sent else 410,
        )
