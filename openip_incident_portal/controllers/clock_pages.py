# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..models.page.helpdesk_ticket_link import CLOCK
from .form_key import tell_to_send_again
from .public_page import (
    HEADERS,
    put_off,
    read_text,
    redirect_to,
    render_neutral_page,
    tell_to_wait,
)

REPORT = "openip_incident_portal.report_clock"
# A dispute is an argument, no archive: files go into a message.
DISPUTE_LENGTH = 4000
NUMBER_LENGTH = 9


class ClockPages:
    """How the guaranteed time was counted: shown, printed and disputed.

    Part of :class:`~.page_handler.PageHandler`.
    """

    def _show(self, template, status=200, **values):
        """Return a page of an incident: the handler's."""
        raise NotImplementedError

    def show_clock(self, status=200, done=None, **values):
        """Show a line for every interval, and what was disputed."""
        if not self._is_clock_shown():
            return render_neutral_page()
        return self._show(
            "clock_page",
            status=status,
            clock=self.page._get_clock_page(self.view),
            done=read_text(done),
            **{**self._prepare_form(CLOCK), **values},
        )

    def dispute(self, /, text=None, about=None, nonce=None, **_kw):
        """Write down that the integrator disputes how it was counted."""
        ticket, party = self.view.ticket, self.view.party
        if not self._is_clock_shown() or not ticket._may_dispute_incident_clock(party):
            return render_neutral_page()
        form = {"text": read_text(text), "about": read_text(about)}
        errors = self._check_dispute(form["text"])
        number = _read_number(form["about"])
        if not errors and not ticket._incident_dispute(
            party, form["text"], number, read_text(nonce)
        ):
            errors.append(
                request.env._(
                    "There are many open disputes already. Please wait for our answer."
                )
            )
        if errors:
            return self.show_clock(422, form=form, errors=errors)
        return self._redirect_to_clock("dispute")

    def _redirect_to_clock(self, done):
        path = self.view.get_path(CLOCK)
        return redirect_to(f"{path}{'&' if '?' in path else '?'}done={done}")

    def _check_dispute(self, text):
        if not text:
            return [
                request.env._("Please say why the clock was not counted as agreed.")
            ]
        if len(text) > DISPUTE_LENGTH:
            return [
                request.env._(
                    "Your text is too long: please send at most %(count)s characters.",
                    count=DISPUTE_LENGTH,
                )
            ]
        return []

    def give_dispute_back(self, wait, text, about):
        """Give back what was typed: to who sends too much, or on a page of long ago."""
        form = {"text": read_text(text), "about": read_text(about)}
        if not wait:
            return self.show_clock(422, form=form, errors=[tell_to_send_again()])
        return put_off(self.show_clock(form=form, errors=[tell_to_wait(wait)]), wait)

    def print_clock(self):
        """Hand out how it was counted, as a PDF; the page itself where none is made."""
        if not self._is_clock_shown():
            return render_neutral_page()
        ticket = self.view.ticket
        data = {
            "page": self.page._get_page(self.view),
            "clock": self.page._get_clock_page(self.view),
        }
        try:
            content, _kind = ticket.env["ir.actions.report"]._render_qweb_pdf(
                REPORT, ticket.ids, data=data
            )
        except UserError:
            return self._redirect_to_clock("unprinted")
        name = content_disposition(f"{ticket.number}.pdf")
        return request.make_response(
            content,
            [
                *HEADERS.items(),
                ("Content-Type", "application/pdf"),
                ("Content-Disposition", name),
            ],
        )

    def _is_clock_shown(self):
        return bool(self.page._get_clock(self.view))


def _read_number(value):
    """Return the number of an entry as a form names it, 0 for none."""
    good = value.isascii() and value.isdecimal() and len(value) <= NUMBER_LENGTH
    return int(value) if good else 0
