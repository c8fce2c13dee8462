# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import secrets

from PIL.Image import DecompressionBombError

from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from odoo.tools.image import image_process

from odoo.addons.openip_incident.models.phases import CLOSED as CLOSED_PHASE
from odoo.addons.openip_incident.models.phases import CLOSURE as CLOSURE_PHASE
from odoo.addons.openip_incident.tools.calendar_file import MIMETYPE
from odoo.addons.openip_incident.tools.picture import SIGNATURES, get_kind

from ..models.page.helpdesk_ticket_decision import CONFIRM, REFUSE, WITHDRAW
from ..models.page.helpdesk_ticket_link import ANSWER, CLOSURE, INFORM, RATING, VIEW
from ..models.page.helpdesk_ticket_objection import MESSAGE, REOPEN
from .clock_pages import ClockPages
from .form_key import get_draft_name, sign_form, tell_to_send_again
from .public_page import (
    HEADERS,
    TEXT_LENGTH,
    put_off,
    read_files,
    read_text,
    redirect_to,
    render_neutral_page,
    render_page,
    tell_to_wait,
)

_logger = logging.getLogger(__name__)

# The longest side of a picture beside a text, in pixels; a phone has two for each.
PREVIEW = 480
SCORES = ("1", "2", "3", "4", "5")


class PageHandler(ClockPages):
    """What the pages of an incident show and do, whichever way their reader came in.

    A controller checks who comes, makes a view of it, and calls one of these::

        return PageHandler(View(ticket, party, LinkPaths(until))).show_page()

    A scanner follows links and submits forms as it finds them: whatever acts needs a
    choice, a text or a tick that no form comes with.

    :param view: :class:`~..models.page.view.View`, of who may see the incident
    :param frame: what the frame around the page needs: dict for its templates
    """

    def __init__(self, view, frame=None):
        self.view = view
        self.page = view.page
        self.frame = frame or {}

    # Pages

    def _show(self, template, status=200, **values):
        return render_page(
            f"openip_incident_portal.{template}",
            {
                "page": self.page._get_page(self.view),
                "company": self.view.ticket.company_id,
                "view_path": self.view.get_path(VIEW),
                "form": {},
                "errors": [],
                **self.frame,
                **values,
            },
            status=status,
        )

    def show_page(self, status=200, done=None, **values):
        """Show the incident."""
        return self._show(
            "personal_page",
            status=status,
            done=read_text(done),
            rating_key=sign_form(RATING, *self.view.ids),
            rating_draft=get_draft_name(RATING, *self.view.ids),
            inform_key=sign_form(INFORM, *self.view.ids),
            inform_draft=get_draft_name(INFORM, *self.view.ids),
            **values,
        )

    def show_answer(self, status=200, **values):
        """Show what is asked, and a form to answer."""
        return self._show(
            "answer_page",
            status=status,
            question=self.page._get_question(self.view),
            private=self.view.ticket._is_incident_asked_alone(self.view.party),
            **{**self._prepare_form(ANSWER), **values},
        )

    def show_closure(self, status=200, **values):
        """Show what was solved, and the choice to confirm or to refuse."""
        ticket, party = self.view.ticket, self.view.party
        decided = ticket.closure_decision and self.page._get_decision_line(self.view)
        return self._show(
            "closure_page",
            status=status,
            may_decide=ticket.incident_phase == CLOSURE_PHASE,
            may_withdraw=ticket._may_withdraw_incident_closure(party),
            decided=decided,
            **{**self._prepare_form(CLOSURE), **values},
        )

    def _prepare_form(self, purpose):
        """Return what a form needs: where it goes, its key, and what it may carry."""
        path = self.view.get_path(purpose)
        return {
            "action": path,
            # It is in the path, too: what is too large is refused before it is read.
            "token": path.partition("?token=")[2],
            "nonce": read_text(request.params.get("nonce")) or secrets.token_urlsafe(),
            "form_key": sign_form(purpose, *self.view.ids),
            "draft": get_draft_name(purpose, *self.view.ids),
            "uploads": request.env["ir.attachment"]._prepare_upload(),
        }

    # Handlers

    def rate(self, /, score=None, word=None, **_kw):
        """Write down how content a party is."""
        score, word = read_text(score), read_text(word)
        if not self.view.ticket._is_incident_rated():
            return redirect_to(self.view.get_path(VIEW))
        if score not in SCORES:
            error = request.env._("Please choose one of the five answers.")
            return self._show_rating(422, error, word)
        self.view.ticket._incident_rate(self.view.party, int(score), word)
        return self._redirect("rated")

    def _show_rating(self, status, error, word):
        """Give back what was typed to who has to send it again."""
        return self.show_page(status=status, rating_error=error, rating_word=word)

    def _give_rating_back(self, wait, word):
        if not wait:
            return self._show_rating(422, tell_to_send_again(), word)
        return put_off(self._show_rating(429, tell_to_wait(wait), word), wait)

    def give_back(self, /, wait=0, text=None, decision=None, **kw):
        """Give back what was typed: to who sends too much, or on a page of long ago."""
        if "score" in kw:
            return self._give_rating_back(wait, read_text(kw.get("word")))
        if "about" in kw:
            return self.give_dispute_back(wait, text, kw["about"])
        if "remove" in kw:
            error = tell_to_wait(wait) if wait else tell_to_send_again()
            page = self._show_informing(error, read_text(kw.get("email")))
            return put_off(page, wait) if wait else page
        form = {"decision": read_text(decision), "text": read_text(text)}
        form["private"] = bool(kw.get("private"))
        typed = decision is None or form["decision"] in (REOPEN, MESSAGE)
        show = self.show_answer if typed else self.show_closure
        if not wait:
            return show(422, form=form, errors=[tell_to_send_again()])
        return put_off(show(form=form, errors=[tell_to_wait(wait)]), wait)

    def answer(self, /, text=None, nonce=None, private=None, decision=None, **_kw):
        """Post the answer of a party, or reopen what was closed, as it has chosen."""
        form = {
            "text": read_text(text),
            "private": bool(private),
            "decision": read_text(decision),
        }
        nonce = read_text(nonce)
        files, errors = read_files()
        if not form["text"] and not files and not errors:
            errors.append(request.env._("Please write your answer."))
        errors += self._check_length(form["text"])
        if not errors and self._is_overtaken(form, files, nonce):
            return self._give_overtaken_back(self.show_answer, form)
        if not errors and self._is_unclear(form):
            errors.append(self._ask_what_for())
        choice = self._get_choice(form)
        if not errors and not self._post(choice, form, files, nonce):
            errors.append(self._tell_to_pause())
        if errors:
            return self.show_answer(422, form=form, errors=errors)
        return self._redirect("reopened" if choice == REOPEN else "answer")

    def _get_choice(self, form):
        """Return what was chosen on the page of a closed incident, if it still counts.

        A link to answer decides nothing about a closure that is asked for. Where the
        incident has come back to work already, a copy of the form is known as one.
        """
        phase, choice = self.view.ticket.incident_phase, form["decision"]
        good = {REOPEN: phase != CLOSURE_PHASE, MESSAGE: phase == CLOSED_PHASE}
        return choice if good.get(choice) else ""

    def _is_overtaken(self, form, files, nonce):
        """Tell whether an objection is a copy of one after which others have decided.

        Where a new incident was registered for it, it is being worked on.
        """
        ticket, party = self.view.ticket, self.view.party
        return (
            form["decision"] in (REOPEN, REFUSE, WITHDRAW)
            and ticket.incident_phase in (CLOSURE_PHASE, CLOSED_PHASE)
            and ticket._has_incident_objected(party, form["text"], files, nonce)
            and not ticket._get_open_successor()
        )

    def _give_overtaken_back(self, show, form):
        """Give an objection back that was sent before, to be sent once more."""
        sentence = request.env._(
            "You have sent this text before, and the incident has been solved or "
            "closed again since then. If the problem persists, please send it once "
            "more."
        )
        form = {**form, "decision": ""}
        return show(422, form=form, errors=[sentence], nonce=secrets.token_urlsafe())

    def _post(self, choice, form, files, nonce):
        """Do what was chosen with a text; return False where there were too many.

        :param choice: see :meth:`_get_choice`
        """
        ticket, party = self.view.ticket, self.view.party
        post = {
            REOPEN: ticket._incident_object,
            MESSAGE: ticket._incident_post_message,
        }.get(choice, ticket._incident_answer_on_page)
        return post(party, form["text"], files, nonce, form["private"])

    def _is_unclear(self, form):
        """Tell whether a text on a closed incident leaves open what it is for.

        What was closed for want of an answer is reopened by any.
        """
        ticket = self.view.ticket
        return (
            ticket.incident_phase == CLOSED_PHASE
            and form["decision"] not in (REOPEN, MESSAGE)
            and not ticket._is_incident_reopened_by_text()
        )

    def _ask_what_for(self):
        return request.env._(
            "The incident is closed: please choose whether it is to be taken up again."
        )

    def _tell_to_pause(self):
        return request.env._("You have written a lot. Please try again in an hour.")

    def hand_to(self, /, handler=None, **_kw):
        """Note who of the integrator handles the incident; others change nothing."""
        chosen = read_text(handler)
        if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10:
            self.view.ticket._incident_hand_to(self.view.party, int(chosen))
        return redirect_to(self.view.get_path(VIEW))

    def inform(self, /, email=None, remove=None, **_kw):
        """Have a colleague of the reader informed, or informed no more."""
        ticket, party = self.view.ticket, self.view.party
        chosen, address = read_text(remove), read_text(email)
        if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10:
            ticket._incident_remove_informed(party, int(chosen))
            return redirect_to(self.view.get_path(VIEW))
        if not address:
            return self._show_informing(
                request.env._("Please type an address, or choose whom to remove.")
            )
        try:
            ticket._incident_add_informed(party, address)
        except UserError as error:
            return self._show_informing(str(error), address)
        return self._redirect("informed")

    def _show_informing(self, error, address=""):
        """Give back what was typed to who has to send it again."""
        return self.show_page(422, errors=[error], inform_email=address)

    def decide(self, /, decision=None, text=None, nonce=None, **kw):
        """Confirm or refuse closure, or take a confirmation back."""
        ticket, party = self.view.ticket, self.view.party
        if decision in (REOPEN, MESSAGE):
            return self.answer(text=text, nonce=nonce, decision=decision, **kw)
        form = {"decision": read_text(decision), "text": read_text(text)}
        nonce = read_text(nonce)
        files, errors = read_files()
        errors += self._check_decision(form)
        if not errors and self._is_overtaken(form, files, nonce):
            return self._give_overtaken_back(self.show_closure, form)
        if not errors and form["decision"] == CONFIRM:
            done = ticket._incident_confirm_closure(party)
            return self._redirect(CONFIRM) if done else self._tell_who_decided()
        if not errors and not ticket._incident_object(
            party, form["text"], files, nonce
        ):
            errors.append(self._tell_to_pause())
        if errors:
            return self.show_closure(422, form=form, errors=errors)
        return self._redirect(form["decision"])

    def _check_decision(self, form):
        """Return what is missing before a decision can be taken."""
        if form["decision"] not in (CONFIRM, REFUSE, WITHDRAW):
            return [request.env._("Please choose one of the two answers.")]
        if form["decision"] != CONFIRM and not form["text"]:
            return [request.env._("Please tell us what does not work.")]
        return self._check_length(form["text"])

    def _tell_who_decided(self):
        """Say that somebody was faster, and what becomes of the confirmation."""
        ticket = self.view.ticket
        if ticket.closure_decision not in (REFUSE, WITHDRAW):
            return redirect_to(self.view.get_path(CLOSURE))
        return self.show_closure(
            notice=request.env._(
                "Meanwhile it was reported that something still does not work: the "
                "incident stays open. Our support knows that everything works for you."
            )
        )

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

    def _redirect(self, done):
        return redirect_to(self.view.get_done_path(done))

    def send_file(self, attachment_id, small=None):
        """Hand out a file that is shown on the page.

        :param small: whether a picture is wanted as small as a page shows it
        """
        attachment = self.page._get_file(self.view, attachment_id)
        if not attachment:
            return render_neutral_page()
        kind = (
            get_kind(attachment.raw[:16]) if attachment.mimetype in SIGNATURES else None
        )
        stream = self._get_stream(attachment, small and kind)
        # By mail, names come as their sender likes; a header takes no line break.
        uploads = request.env["ir.attachment"]
        stream.download_name = uploads._clean_upload_name(attachment.name)
        stream.mimetype = kind or attachment.mimetype
        # Whatever is no picture might be run where it is shown.
        response = stream.get_response(as_attachment=not kind)
        response.headers.update(
            {**HEADERS, "Content-Security-Policy": "default-src 'none'; sandbox"}
        )
        return response

    def send_intervention(self, intervention_id):
        """Hand out the calendar file of an intervention that is to come."""
        intervention = self.page._get_intervention(self.view, intervention_id)
        if not intervention:
            return render_neutral_page()
        content = intervention._write_calendar(self.view.party, request.env.lang)
        name = f"{self.view.ticket.number}-{intervention.id}.ics"
        return request.make_response(
            content,
            [
                *HEADERS.items(),
                ("Content-Type", f"{MIMETYPE}; charset=utf-8"),
                ("Content-Disposition", content_disposition(name)),
            ],
        )

    def _get_stream(self, attachment, small):
        """Return the content of a file, or a picture as small as a page shows it."""
        stream = request.env["ir.binary"]._get_stream_from(attachment)
        data = small and self._draw_small(attachment)
        if data:
            stream.type, stream.path, stream.data = "data", None, data
            stream.size = len(data)
        return stream

    def _draw_small(self, attachment):
        """Return a small copy of a picture, nothing of what cannot be drawn."""
        try:
            return image_process(
                attachment.raw, size=(PREVIEW, PREVIEW), verify_resolution=True
            )
        except (UserError, ValueError, OSError, SyntaxError, DecompressionBombError):
            _logger.info("No preview of attachment %s", attachment.id)
            return None
