# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import secrets

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.guard.incident_visit import LINK
from ..models.page.helpdesk_ticket_author import ACTING
from .form_key import is_signed_form, sign_form, tell_to_send_again
from .login_page import is_id
from .public_page import (
    PUBLIC_ROUTE,
    SENT_ROUTE,
    TEXT_LENGTH,
    count_visit,
    put_off,
    read_nonce,
    read_text,
    redirect_to,
    render_busy_page,
    render_neutral_page,
    render_page,
    speak_to,
    tell_to_wait,
)

CONFIRM, REFUSE = "confirmed", "refused"
PATH = "/incident/outage/<int:outage_id>/closure"
LINK_PATH = "/incident/outage/<int:outage_id>/link"
# What the form of an expired link is signed for.
JOINT_LINK = "joint_link"
# Of a request: texts and many numbers.
MAX_LENGTH = 4 * 1024 * 1024


class IncidentJoint(http.Controller):
    """The page on which a party confirms all that works, and names what does not.

    Following a link changes nothing, and nothing is chosen beforehand.
    """

    @http.route(PATH, methods=["GET"], readonly=True, **PUBLIC_ROUTE)
    def joint_closure_form(self, outage_id, token=None, done=None, **_kw):
        """Show the party's incidents, and the choice."""
        wait = count_visit()
        if wait:
            return render_busy_page(wait)
        link = self._read_link(outage_id, token)
        if not link:
            return render_neutral_page()
        if link.expired:
            return self._show_expired(link)
        return self._show(link, done=bool(done))

    @http.route(PATH, max_content_length=MAX_LENGTH, **SENT_ROUTE)
    def joint_closure(self, outage_id, token=None, **kw):
        """Confirm and refuse, all at once."""
        wait = count_visit()
        link = self._read_link(outage_id, token)
        if not link:
            return render_neutral_page()
        if link.expired:
            return self._show_expired(link)
        form = self._read_form(kw)
        if wait:
            return put_off(
                self._show(link, form=form, errors=[tell_to_wait(wait)]), wait
            )
        if not is_signed_form("joint", link.outage.id, link.party.id):
            return self._show(link, 422, form=form, errors=[tell_to_send_again()])
        errors = self._check_form(form)
        if errors:
            return self._show(link, 422, form=form, errors=errors)
        return self._decide(link, form)

    @http.route(LINK_PATH, max_content_length=65536, **SENT_ROUTE)
    def joint_link(self, outage_id, token=None, agreed=None, **_kw):
        """Mail a fresh link to the party of an expired one."""
        link = self._read_link(outage_id, token)
        if not link:
            return render_neutral_page()
        if not agreed or not is_signed_form(JOINT_LINK, link.outage.id, link.party.id):
            return self._show_expired(link, error=True)
        wait = count_visit(LINK)
        if wait:
            return render_busy_page(wait)
        # SUDO: the signed link is the right to this; whoever is logged in does not
        # become its author.
        visitor = request.env.ref("base.public_user")
        outage = link.outage.with_user(visitor).sudo()
        outage._mail_fresh_joint_link(link.party)
        # The same words whether it was mailed now or not long ago.
        return self._show_expired(link, sent=True)

    def _read_link(self, outage_id, token):
        link = request.env["incident.outage"]._read_joint_link(read_text(token))
        if not link or link.outage.id != outage_id:
            return None
        speak_to(link.party)
        return link

    def _get_tickets(self, link):
        """Return the incidents as a visitor's: whoever is logged in does not matter."""
        visitor = request.env.ref("base.public_user")
        company = link.outage.company_id
        # SUDO: the link that we have signed is the right to see and to decide about
        # these incidents; nothing else is reached from here.
        tickets = link.tickets.with_user(visitor).sudo().with_company(company)
        return tickets.with_context(**{ACTING: link.party.id}, lang=request.env.lang)

    # The form

    def _read_form(self, values):
        fails = self._read_ids("fails")
        return {
            "decision": read_text(values.get("decision")),
            "text": read_text(values.get("text")),
            "nonce": read_nonce(values.get("nonce")),
            "shown": self._read_ids("shown"),
            "fails": fails,
            "reasons": {
                number: read_text(values.get(f"reason_{number}")) for number in fails
            },
        }

    def _read_ids(self, name):
        """Return the ids of a form, as far as they can be ids."""
        values = map(read_text, request.httprequest.form.getlist(name))
        numbers = dict.fromkeys(
            int(value)
            for value in values
            if value.isascii() and value.isdecimal() and len(value) < 11
        )
        return [number for number in numbers if is_id(number)]

    def _check_form(self, form):
        """Return what is missing before anything can be decided."""
        if form["decision"] not in (CONFIRM, REFUSE):
            return [request.env._("Please choose one of the two answers.")]
        errors = []
        texts = [form["text"], *form["reasons"].values()]
        if form["decision"] == REFUSE and not form["fails"]:
            errors.append(request.env._("Please tick what still fails."))
        elif form["decision"] == REFUSE and not form["text"]:
            if not all(form["reasons"].values()):
                errors.append(request.env._("Please tell us what does not work."))
        if form["decision"] == CONFIRM and form["fails"]:
            errors.append(
                request.env._(
                    "You have ticked what still fails, and said that everything works. "
                    "Please choose one of both."
                )
            )
        if max(map(len, texts)) > TEXT_LENGTH:
            errors.append(request.env._("Your text is too long."))
        if not form["nonce"]:
            errors.append(request.env._("Please send the form again."))
        return errors

    def _decide(self, link, form):
        chosen = {*form["shown"], *form["fails"]}
        tickets = self._get_tickets(link).filtered(lambda one: one.id in chosen)
        if len(tickets) < len(chosen):
            # Nobody is told that it was done where it was not.
            return self._show(link, 400, form=form, errors=[self._tell_what_changed()])
        refused = {
            number: form["reasons"].get(number) or form["text"]
            for number in form["fails"]
        }
        try:
            with request.env.cr.savepoint():
                tickets._incident_decide_together(link.party, refused, form["nonce"])
        except UserError as error:
            return self._show(link, 422, form=form, errors=[str(error)])
        path = link.outage._get_joint_path(link.party, link.until, link.issued)
        return redirect_to(f"{path}&done=1")

    def _tell_what_changed(self):
        return request.env._(
            "Some of what you have sent is not on this page any more: nothing was "
            "done. Please look at your incidents below, and send the form again."
        )

    # The page

    def _show_expired(self, link, sent=False, error=False):
        return render_page(
            "openip_incident_portal.expired_page",
            {
                "company": link.outage.company_id,
                "action": f"/incident/outage/{link.outage.id}/link",
                "token": read_text(request.params.get("token")),
                "form_key": sign_form(JOINT_LINK, link.outage.id, link.party.id),
                "sent": sent,
                "error": error,
            },
            status=200 if sent else 410,
        )

    def _show(self, link, status=200, form=None, errors=(), done=False):
        tickets = self._get_tickets(link)
        pages = tickets.env["incident.page"]
        outage = link.outage.with_context(lang=request.env.lang)
        path = outage._get_joint_path(link.party, link.until, link.issued)
        return render_page(
            "openip_incident_portal.joint_closure_page",
            {
                "page": pages._get_joint_page(outage, tickets, link.party, link.until),
                "company": outage.company_id,
                "action": path,
                "token": path.partition("?token=")[2],
                "form": form or {},
                "errors": list(errors),
                "done": done,
                "nonce": (form or {}).get("nonce") or secrets.token_urlsafe(),
                "form_key": sign_form("joint", outage.id, link.party.id),
            },
            status=status,
        )
