# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import secrets

from odoo import http
from odoo.http import request

from odoo.addons.openip_incident.models.phases import CLOSURE as CLOSURE_PHASE
from odoo.addons.openip_incident.tools.picture import SIGNATURES, get_kind

from ..models.guard.incident_visit import LINK
from ..models.page.helpdesk_ticket_decision import CONFIRM, REFUSE, WITHDRAW
from ..models.page.helpdesk_ticket_link import ANSWER, CLOSURE, UNTIL, VIEW
from .public_page import (
    HEADERS,
    MAX_CONTENT_LENGTH,
    PUBLIC_ROUTE,
    TEXT_LENGTH,
    count_visit,
    put_off,
    read_files,
    read_text,
    redirect_to,
    render_busy_page,
    render_neutral_page,
    render_page,
    speak_to,
    tell_to_wait,
)

# Whatever a link was mailed for, its reader may see the incident.
ANY = (VIEW, ANSWER, CLOSURE)

FORM_ROUTE = {**PUBLIC_ROUTE, "max_content_length": MAX_CONTENT_LENGTH}

# A scanner follows links and submits forms as it finds them: whatever acts needs a
# choice, a text or a tick that no form comes with.


class PersonalPage(http.Controller):
    """The pages of one party of one incident, opened by its personal link."""

    # Reading

    @http.route(
        "/incident/<int:ticket_id>", methods=["GET"], readonly=True, **PUBLIC_ROUTE
    )
    def incident_page(self, ticket_id, token=None, done=None, **_kw):
        """Show an incident to a party."""
        return self._open(ticket_id, token, ANY, self._show_page, done=done)

    @http.route(
        "/incident/<int:ticket_id>/file/<int:attachment_id>",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def incident_file(self, ticket_id, attachment_id, token=None, **_kw):
        """Hand out a file that is shown on the page of the same link."""
        return self._open(
            ticket_id, token, ANY, self._send_file, attachment_id=attachment_id
        )

    @http.route(
        "/incident/<int:ticket_id>/answer",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def incident_answer_form(self, ticket_id, token=None, **_kw):
        """Show what is asked, and a form to answer."""
        return self._open(ticket_id, token, (ANSWER,), self._show_answer)

    @http.route(
        "/incident/<int:ticket_id>/closure",
        methods=["GET"],
        readonly=True,
        **PUBLIC_ROUTE,
    )
    def incident_closure_form(self, ticket_id, token=None, **_kw):
        """Show what was solved, and the choice to confirm or to refuse."""
        return self._open(ticket_id, token, (CLOSURE,), self._show_closure)

    # Acts

    @http.route("/incident/<int:ticket_id>/answer", methods=["POST"], **FORM_ROUTE)
    def incident_answer(self, ticket_id, token=None, **kw):
        """Post the answer of a party."""
        return self._open(ticket_id, token, (ANSWER,), self._answer, **kw)

    @http.route("/incident/<int:ticket_id>/closure", methods=["POST"], **FORM_ROUTE)
    def incident_closure(self, ticket_id, token=None, **kw):
        """Confirm or refuse closure, or take a confirmation back."""
        return self._open(ticket_id, token, (CLOSURE,), self._decide, **kw)

    @http.route("/incident/<int:ticket_id>/link", methods=["POST"], **PUBLIC_ROUTE)
    def incident_link(self, ticket_id, token=None, agreed=None, **_kw):
        """Mail a fresh link to the party of an expired one."""
        link = self._read_link(ticket_id, token)
        if not link:
            return render_neutral_page()
        speak_to(link.party)
        if not agreed:
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

    def _open(self, ticket_id, token, purposes, handler, **values):
        """Let a handler answer to the party of a good link, and to nobody else.

        :param purposes: what the link must have been signed for
        :param handler: takes ticket, party and values
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
        if wait:
            handler, values = self._give_back, {**values, "wait": wait}
        return handler(self._get_ticket(link), link.party, **values)

    def _get_ticket(self, link):
        """Return the incident as a visitor's: whoever is logged in does not matter.

        An agent who opens a party's link must not become the author of what follows.
        """
        visitor = request.env.ref("base.public_user")
        # SUDO: the link that we have signed is the right to see and to answer this
        # incident; nothing else is reached from here.
        ticket = link.ticket.with_user(visitor).sudo()
        company = ticket.company_id or ticket.env.company
        return ticket.with_company(company).with_context(
            **{UNTIL: link.until, "lang": request.env.lang}
        )

    # Pages

    def _show(self, template, ticket, party, status=200, **values):
        return render_page(
            f"openip_incident_portal.{template}",
            {
                "page": ticket._get_incident_page(party),
                "company": ticket.company_id,
                "view_path": ticket._get_incident_path(party, VIEW),
                "form": {},
                "errors": [],
                **values,
            },
            status=status,
        )

    def _show_page(self, ticket, party, done=None):
        return self._show("personal_page", ticket, party, done=read_text(done))

    def _show_answer(self, ticket, party, status=200, **values):
        return self._show(
            "answer_page",
            ticket,
            party,
            status=status,
            question=ticket._get_page_question(party),
            private=ticket._is_asked_alone(party),
            may_answer=ticket._may_answer_on_page(),
            **self._prepare_form(ticket, party, ANSWER),
            **values,
        )

    def _show_closure(self, ticket, party, status=200, **values):
        decided = ticket.closure_decision and ticket._get_page_decision_line(party)
        return self._show(
            "closure_page",
            ticket,
            party,
            status=status,
            may_decide=ticket.incident_phase == CLOSURE_PHASE,
            may_withdraw=ticket._may_withdraw_closure(party),
            decided=decided,
            **self._prepare_form(ticket, party, CLOSURE),
            **values,
        )

    def _show_expired(self, link, sent=False, error=False):
        return render_page(
            "openip_incident_portal.expired_page",
            {
                "company": link.ticket.company_id,
                "action": f"/incident/{link.ticket.id}/link",
                "token": read_text(request.params.get("token")),
                "sent": sent,
                "error": error,
            },
            status=200 if sent else 410,
        )

    def _prepare_form(self, ticket, party, purpose):
        """Return what a form needs: where it goes, its key, and what it may carry."""
        uploads = request.env["ir.attachment"]
        path, _sign, token = ticket._get_incident_path(party, purpose).partition(
            "?token="
        )
        return {
            "action": path,
            "token": token,
            "nonce": read_text(request.params.get("nonce")) or secrets.token_urlsafe(),
            "upload_hint": uploads._get_upload_hint(),
            "upload_accept": uploads._get_upload_accept(),
        }

    # Handlers

    def _give_back(self, ticket, party, wait, text=None, decision=None, **kw):
        """Give back what was typed to who sends too much."""
        form = {"decision": read_text(decision), "text": read_text(text)}
        form["private"] = bool(kw.get("private"))
        show = self._show_answer if decision is None else self._show_closure
        return put_off(
            show(ticket, party, form=form, errors=[tell_to_wait(wait)]), wait
        )

    def _answer(self, ticket, party, text=None, nonce=None, private=None, **_kw):
        form = {"text": read_text(text), "private": bool(private)}
        files, errors = read_files()
        if not form["text"] and not files and not errors:
            errors.append(request.env._("Please write your answer."))
        errors += self._check_length(form["text"])
        if not errors and not ticket._may_answer_on_page():
            errors.append(
                request.env._("The incident is closed and takes no more answers here.")
            )
        if not errors and not ticket._incident_answer_on_page(
            party, form["text"], files, read_text(nonce), form["private"]
        ):
            errors.append(
                request.env._("You have written a lot. Please try again in an hour.")
            )
        if errors:
            return self._show_answer(ticket, party, 422, form=form, errors=errors)
        return self._redirect(ticket, party, "answer")

    def _decide(self, ticket, party, decision=None, text=None, **_kw):
        form = {"decision": read_text(decision), "text": read_text(text)}
        files, errors = read_files()
        errors += self._check_decision(form)
        if errors:
            return self._show_closure(ticket, party, 422, form=form, errors=errors)
        if form["decision"] == CONFIRM:
            done = ticket._incident_confirm_closure(party)
        elif form["decision"] == REFUSE:
            done = ticket._incident_refuse_closure(party, form["text"], files)
        else:
            done = ticket._incident_withdraw_confirmation(party, form["text"], files)
        if done:
            return self._redirect(ticket, party, form["decision"])
        return self._tell_who_decided(ticket, party, form)

    def _check_decision(self, form):
        """Return what is missing before a decision can be taken."""
        if form["decision"] not in (CONFIRM, REFUSE, WITHDRAW):
            return [request.env._("Please choose one of the two answers.")]
        if form["decision"] != CONFIRM and not form["text"]:
            return [request.env._("Please tell us what does not work.")]
        return self._check_length(form["text"])

    def _tell_who_decided(self, ticket, party, form):
        """Say that somebody was faster; lose nothing of what was typed."""
        if form["text"] and ticket._may_answer_on_page():
            error = request.env._(
                "Meanwhile somebody else has decided, so your text was not sent yet. "
                "You can still send it as a message."
            )
            return self._show_answer(ticket, party, 409, form=form, errors=[error])
        return redirect_to(ticket._get_incident_path(party, CLOSURE))

    def _check_length(self, text):
        if len(text) <= TEXT_LENGTH:
            return []
        return [
            request.env._(
                "Your text is too long: please send at most %(count)s characters, and "
                "the rest as a file.",
                count=TEXT_LENGTH,
            )
        ]

    def _redirect(self, ticket, party, done):
        return redirect_to(f"{ticket._get_incident_path(party, VIEW)}&done={done}")

    def _send_file(self, ticket, party, attachment_id):
        attachment = ticket._get_page_file(party, attachment_id)
        if not attachment:
            return render_neutral_page()
        stream = request.env["ir.binary"]._get_stream_from(attachment)
        # By mail, names come as their sender likes; a header takes no line break.
        uploads = request.env["ir.attachment"]
        stream.download_name = uploads._clean_upload_name(attachment.name)
        kind = (
            get_kind(attachment.raw[:16]) if attachment.mimetype in SIGNATURES else None
        )
        stream.mimetype = kind or attachment.mimetype
        # Whatever is no picture might be run where it is shown.
        response = stream.get_response(as_attachment=not kind)
        response.headers.update(
            {**HEADERS, "Content-Security-Policy": "default-src 'none'; sandbox"}
        )
        return response
