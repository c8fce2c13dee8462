# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..followups import ANNOUNCE
from ..phases import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    OPENED,
)
from .letter import Letter

# The phases that a mail tells by itself.
TOLD_PHASES = (OPENED, IN_PROGRESS, ESCALATED, CLOSURE, CLOSED)


class HelpdeskTicket(models.Model):
    """Whom a step writes to when it concerns one party alone."""

    _inherit = "helpdesk.ticket"

    def _get_step_line(self, event):
        """Return which company alone reads what a step says, nothing for both.

        That closure is announced concerns both: the mail has none of the question.

        :param event: of the step, or nothing for a move without a follow-up
        """
        self.ensure_one()
        if not self._is_private_request() or (event and event.action == ANNOUNCE):
            return None
        return self.private_request_party_id

    def _get_step_parties(self, event):
        """Return whom a step writes to, at first and when it is written anew.

        :param event: of the step, or nothing for a move without a follow-up
        """
        parties, line = self._get_correspondents(), self._get_step_line(event)
        return parties & self._get_line_readers(line) if line else parties

    def _get_letter_parties(self, letter):
        if letter.event or letter.line:
            return self._get_step_parties(letter.event)
        return super()._get_letter_parties(letter)

    def _prepare_step_letter(self, event, facts, parties=None):
        """Return the letter of a step.

        :param event: of the step, or nothing for a move without a follow-up
        :param facts: dict of what the mail can say of what follows
        :param parties: whom to write to, instead of all whom the step addresses
        """
        self.ensure_one()
        line = self._get_step_line(event)
        # That work began or was handed on asks nothing of anybody (P3).
        news = not event and self.incident_phase in (IN_PROGRESS, ESCALATED)
        step, phase = self._get_letter_step(event), self.incident_phase
        if phase == ESCALATED:
            facts = {**facts, "escalated": True}
        return Letter(
            self,
            parties,
            facts,
            event=event,
            line=line,
            news=news,
            step=step,
            phase=phase,
        )

    def _get_letter_step(self, event):
        """Return which step of the process a letter tells, nothing for a request.

        :param event: of the step, or nothing for a move without a follow-up
        """
        if event and event.step_id:
            return event.action
        return self.incident_phase if self.incident_phase in TOLD_PHASES else ""

    def _incident_tell_unasked(self):
        """Tell who knows nothing of a request that the incident is frozen (P5)."""
        tickets = self.filtered(lambda ticket: ticket._is_private_request())
        template = tickets and self.env.ref(ON_HOLD_TEMPLATE, raise_if_not_found=False)
        letters = []
        for ticket in tickets:
            company = ticket.private_request_party_id
            others = ticket._get_correspondents() - ticket._get_line_readers(company)
            if others:
                facts = {"asked": ticket._name_asked(company)}
                letters.append(Letter(ticket, others, facts, phase=FROZEN))
        if template and letters:
            told = self.union(*(letter.record for letter in letters))
            told._correspond(template, letters)


# What the party reads that was not asked, when the incident is frozen.
ON_HOLD_TEMPLATE = "openip_incident.mail_template_on_hold"
