# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import secrets

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.page.view import LinkPaths, View
from .form_key import (
    get_draft_name,
    is_signed_form,
    sign_form,
    tell_to_send_again,
)
from .public_page import (
    PUBLIC_ROUTE,
    SENT_ROUTE,
    TEXT_LENGTH,
    count_visit,
    get_content_length,
    put_off,
    read_files,
    read_nonce,
    read_text,
    redirect_to,
    render_busy_page,
    render_neutral_page,
    render_page,
    speak_to,
    tell_to_wait,
)

# No human sees this field; its name is one that robots fill in.
TRAP = "company_website"

# The action by which a captcha knows this form.
CAPTCHA = "incident_form"

# Where a request remembers that the captcha was passed.
HUMAN = "incident_is_human"

USER_PATH = "/my/incidents/new"
USER_ROUTE = {"type": "http", "auth": "user", "website": True, "sitemap": False}


class IncidentFormPage(http.Controller):
    """The form that starts an incident, by the link of a mail or with a login.

    A link scanner submits forms as it finds them: how bad it is has to be chosen.
    """

    # By link

    @http.route(
        "/incident/form/<string:token>", methods=["GET"], readonly=True, **PUBLIC_ROUTE
    )
    def incident_form(self, token, done=None, **_kw):
        """Show the form of a mail's sender, or the number that it has led to."""
        return self._open(token, self._show_form, done=done)

    @http.route(
        "/incident/form/<string:token>",
        max_content_length=get_content_length,
        **SENT_ROUTE,
    )
    def incident_form_submit(self, token, **params):
        """Register the incident of a mail's sender."""
        return self._open(token, self._submit, params=params)

    def _open(self, token, handler, done=None, **values):
        """Let a handler answer to who has a good link, and to nobody else.

        :param done: what its reader has just done, where the form was sent already
        """
        wait, posted = count_visit(), request.httprequest.method == "POST"
        if wait and not posted:
            return render_busy_page(wait)
        link = request.env["incident.intake"]._read_form_link(read_text(token))
        if not link or link.state == "discarded":
            return render_neutral_page()
        intake = link.intake
        if intake.partner_id:
            speak_to(intake.partner_id)
        if link.state == "submitted":
            action = f"/incident/form/{token}"
            return self._open_sent(intake, action, wait, done, **values)
        if link.state == "expired":
            return render_page(
                "openip_incident_portal.form_expired_page",
                {"company": intake.company_id},
                status=410,
            )
        form = self._prepare_form(intake, values.get("params"))
        if wait or (posted and not is_signed_form("form", intake.id)):
            handler, values = self._give_back, {**values, "wait": wait}
        return handler(form, f"/incident/form/{token}", **values)

    def _prepare_form(self, intake, params):
        return request.env["incident.form"]._prepare_intake_form(
            intake.with_context(lang=request.env.lang),
            read_nonce((params or {}).get("nonce")),
        )

    # Sent already

    def _open_sent(self, intake, action, wait=0, done=None, params=None):
        """Show what a form has led to; whoever sends another copy of it may add to it.

        Two people got one link, or one of them has filled it in twice: what the second
        one has typed is kept.
        """
        params = params or {}
        nonce = read_nonce(params.get("nonce"))
        if request.httprequest.method != "POST":
            return self._show_registered(
                intake.ticket_id, intake.company_id, done=read_text(done)
            )
        if not params.get("add") and (
            read_text(params.get(TRAP)) or intake._is_same_form(nonce)
        ):
            return redirect_to(action)
        text, files, errors = self._read_addition(intake, params)
        if params.get("add") and not is_signed_form("form", intake.id):
            errors = [tell_to_send_again()]
        if wait:
            errors = [tell_to_wait(wait)]
        if params.get("add") and not errors and intake._takes_additions():
            speaker = intake.with_context(lang=request.env.lang)
            if speaker._add_to_incident(text, files, nonce):
                return redirect_to(f"{action}?done=added")
            errors = [request.env._("You have written a lot. Please try later.")]
        page = self._show_second(intake, action, text, nonce, errors, params.get("add"))
        return put_off(page, wait) if wait else page

    def _read_addition(self, intake, params):
        """Return what somebody adds: text, files, and what is wrong with them."""
        files, errors = read_files()
        if params.get("add"):
            text = read_text(params.get("text"))
        else:
            forms = request.env["incident.form"]
            form = self._prepare_form(intake, params)
            texts = {name: read_text(value) for name, value in params.items()}
            text = forms._compose_text(form, forms._read_values(form, texts))
        if not text and not files and not errors:
            errors.append(request.env._("Please write your message."))
        if len(text) > TEXT_LENGTH:
            errors.append(request.env._("Your text is too long."))
        return text, files, errors

    def _show_second(self, intake, action, text, nonce, errors, added):
        """Offer to add what was typed to the incident that there is already."""
        ticket = intake.ticket_id.with_context(lang=request.env.lang)
        return render_page(
            "openip_incident_portal.form_second_page",
            {
                "company": intake.company_id,
                "action": action,
                "number": ticket.number or "",
                "sentence": self._tell_what_became_of_it(ticket),
                "recap": request.env["incident.form"]._prepare_recap(ticket),
                "may_add": intake._takes_additions(),
                "form": {"text": text},
                "nonce": nonce or secrets.token_urlsafe(),
                "form_key": sign_form("form", intake.id),
                "draft": get_draft_name("second", intake.id),
                "uploads": request.env["ir.attachment"]._prepare_upload(),
                # Without a word of reproach for what nobody has sent yet.
                "errors": errors if added else [],
            },
            status=422 if errors and added else 409,
        )

    def _tell_what_became_of_it(self, ticket):
        """Say which incident a form has led to, nothing of one that was deleted."""
        if not ticket:
            return request.env._(
                "What became of this form is no longer in our records. What you have "
                "just written has not been taken into account."
            )
        view = View(ticket, ticket.partner_id, LinkPaths())
        return request.env._(
            "This form became incident %(number)s on %(date)s. What you have "
            "just written has not been taken into account yet.",
            number=ticket.number or "",
            date=view.page._format_deadline(view, ticket.create_date),
        )

    # With a login

    @http.route(USER_PATH, methods=["GET"], readonly=True, **USER_ROUTE)
    def incident_user_form(self, sent=None, **_kw):
        """Show the form to who is logged in, or the number that it has led to."""
        nonce = read_nonce(sent)
        return self._open_as_user(nonce, self._show_user_form, sent=bool(nonce))

    @http.route(
        USER_PATH,
        methods=["POST"],
        max_content_length=get_content_length,
        **USER_ROUTE,
    )
    def incident_user_form_submit(self, nonce=None, **params):
        """Register the incident of who is logged in."""
        nonce = read_nonce(nonce)
        return self._open_as_user(
            nonce, self._submit, params={**params, "nonce": nonce}
        )

    def _open_as_user(self, nonce, handler, **values):
        """Let a handler answer to people outside; agents have the backend."""
        if request.env.user._is_internal():
            return request.redirect("/odoo/incidents")
        form = request.env["incident.form"]._prepare_user_form(nonce)
        if not form:
            return render_neutral_page()
        return handler(form, USER_PATH, **values)

    def _show_user_form(self, form, action, sent):
        if not sent:
            return self._show_form(form, action)
        ticket = request.env["incident.form"]._find_registered(form)
        if not ticket:
            return redirect_to(USER_PATH)
        return self._show_registered(
            ticket, ticket.company_id, path=f"/my/ticket/{ticket.id}"
        )

    # Pages

    def _show_form(self, form, action, values=None, errors=None, nonce=None):
        forms = request.env["incident.form"]
        values = forms._get_prefill(form) if values is None else values
        return render_page(
            "openip_incident_portal.form_page",
            {
                "company": form.team.company_id or request.env.company,
                "page": forms._prepare_form_page(form),
                "action": action,
                "nonce": nonce or secrets.token_urlsafe(),
                # Who is logged in has a session, and core's key.
                "form_key": form.intake and sign_form("form", form.intake.id),
                "draft": get_draft_name("form", form.intake.id, form.reporter.id),
                "trap": TRAP,
                "captcha": self._get_captcha_key(),
                "values": values,
                "errors": errors or {},
            },
            status=422 if errors else 200,
        )

    def _show_registered(self, ticket, company, path=None, done=None):
        """Show the number, what was sent and what happens next."""
        # SUDO: whoever holds the form's link, or has sent the form, may know these.
        ticket = ticket.sudo().with_context(lang=request.env.lang)
        view = View(ticket, ticket.partner_id[:0], LinkPaths())
        return render_page(
            "openip_incident_portal.form_registered_page",
            {
                "company": company,
                "number": ticket.number or "",
                "phase": ticket.incident_phase or "",
                "phase_label": view.page._get_phase_label(view),
                "known": bool(ticket.partner_id),
                "path": path,
                "done": done,
                "recap": ticket and request.env["incident.form"]._prepare_recap(ticket),
            },
        )

    # Submission

    def _submit(self, form, action, params):
        """Register what was typed, or give it back with what is wrong."""
        forms = request.env["incident.form"]
        texts = {name: read_text(value) for name, value in params.items()}
        ticket = forms._find_registered(form)
        if texts.get(TRAP) and not ticket:
            return self._thank_trapped(form, action, texts)
        if not ticket:
            values = forms._read_values(form, texts)
            if texts.get("choose"):
                # The customer was typed: now its services are known.
                return self._show_form(form, action, values, nonce=texts.get("nonce"))
            errors = forms._check_values(form, values)
            files, complaints = read_files()
            if complaints:
                errors["files"] = " ".join(complaints)
            errors = errors or self._check_sender(form, texts)
            if errors:
                return self._show_form(form, action, values, errors, texts.get("nonce"))
            forms._register_incident(form, values, files)
        if form.intake:
            # Somebody else was faster: see there.
            return self._open_sent(form.intake, action, params=params)
        return redirect_to(f"{action}?sent={texts.get('nonce')}")

    def _thank_trapped(self, form, action, texts):
        """Thank a robot, which learns nothing; a human is heard all the same."""
        forms = request.env["incident.form"]
        values = forms._read_values(form, texts)
        if forms._hold_trapped(form, values):
            return self._show_registered(
                request.env["helpdesk.ticket"], form.team.company_id
            )
        error = request.env._(
            "Your report could not be taken. Please send it to us by e-mail, or call "
            "us."
        )
        return self._show_form(
            form, action, values, {"form": error}, texts.get("nonce")
        )

    def _give_back(self, form, action, params, wait):
        """Give back what was typed: to who sends too much, or on a page of long ago."""
        texts = {name: read_text(value) for name, value in params.items()}
        values = request.env["incident.form"]._read_values(form, texts)
        errors = {"form": tell_to_wait(wait) if wait else tell_to_send_again()}
        page = self._show_form(form, action, values, errors, texts.get("nonce"))
        return put_off(page, wait) if wait else page

    def _check_sender(self, form, texts):
        """Return why what is filled in well cannot be taken now."""
        if not form.intake and not texts.get("nonce"):
            return {"form": request.env._("Please send the form once more.")}
        if request.env["incident.form"]._has_flooded(form):
            return {
                "form": request.env._(
                    "You have reported a lot. Please try again in an hour."
                )
            }
        return self._check_human()

    def _get_captcha_key(self):
        """Return by which key a browser asks Odoo's captcha, where it is installed."""
        session_info = request.env["ir.http"].get_frontend_session_info()
        return session_info.get("recaptcha_public_key")

    def _check_human(self):
        """Ask Odoo's captcha, once a request: its word is good for one time only.

        A request that lost a race is repeated by Odoo, with the same token.
        """
        if getattr(request, HUMAN, False):
            return {}
        try:
            request.env["ir.http"]._verify_request_recaptcha_token(CAPTCHA)
        except UserError as error:
            return {
                "form": request.env._(
                    "%(reason)s Please send the form once more, or write us a mail.",
                    reason=error,
                )
            }
        setattr(request, HUMAN, True)
        return {}
