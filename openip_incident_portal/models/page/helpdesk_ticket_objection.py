# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import secrets

from odoo import models

from odoo.addons.openip_incident.models.followups import ANSWERED
from odoo.addons.openip_incident.models.phases import (
    CLOSED,
    CLOSURE,
    IN_PROGRESS,
    NO_ANSWER,
    NOT_CONFIRMED,
)
from odoo.addons.openip_incident.tools.own_openings import OPEN

from .helpdesk_ticket_decision import REFUSE, WITHDRAW

# What somebody wants who writes on the page of a closed incident.
REOPEN = "reopened"
MESSAGE = "message"

# Set while something is posted that its author has called a message and nothing else.
JUST_A_MESSAGE = "incident_just_a_message"

# Tells what begins with words of ours from who has typed the same.
OBJECTION_MARK = "incident-objection"
# How a form's text begins, as it is posted.
TYPED = "<p>%s"


class HelpdeskTicket(models.Model):
    """What a party means by saying that it still does not work, whenever it says so.

    A choice is done, not turned into text: where somebody else has decided meanwhile,
    the incident comes back all the same, as long as the team's window is open; later a
    new one is registered.
    """

    _inherit = "helpdesk.ticket"

    def _incident_object(self, party, text, files, nonce="", private=False):
        """Take the incident up again, as a party says that it still does not work.

        :param text: plain text: what does not work
        :param files: list of (name, content)
        :param nonce: what the form was given, the same for each of its copies
        :param private: whether the form said that nobody but support reads it
        :return: False when the party has written too much lately
        """
        self.ensure_one()
        self._incident_lock()
        nonce = nonce or secrets.token_urlsafe()
        if self._has_incident_objected(party, text, files, nonce):
            return True
        moved = self._incident_bring_back(party)
        if not moved and self._has_page_flooded(party):
            return False
        text = self._word_incident_objection(text)
        self._incident_post_form(party, text, files, nonce, private, OBJECTION_MARK)
        return True

    def _word_incident_objection(self, text):
        return self.env._("It still does not work: %(reason)s", reason=text)

    def _get_openings(self, message, body):
        openings = super()._get_openings(message, body)
        if not (message.message_id or "").startswith(f"<{OBJECTION_MARK}-"):
            return openings
        return [*openings, (TYPED, self._word_incident_objection(OPEN))]

    def _has_incident_objected(self, party, text, files, nonce):
        """Tell whether a form was sent before; see :meth:`_incident_object`."""
        text = self._word_incident_objection(text)
        return self._has_incident_page_answer(party, text, nonce, files, OBJECTION_MARK)

    def _incident_bring_back(self, party):
        """Move the incident back to work; return whether it had to be moved."""
        phase, silent = IN_PROGRESS, False
        if self.incident_phase == CLOSED and self._is_incident_reopenable():
            phase, silent = self._get_reopen_phase(), True
        elif self.incident_phase != CLOSURE:
            return False
        own = self._may_withdraw_incident_closure(party)
        vals = self._prepare_decision_vals(WITHDRAW if own else REFUSE, party)
        self.followup_id._finish(ANSWERED, party)
        self._incident_in_house()._incident_move_to(phase, vals=vals, silent=silent)
        return True

    def _incident_post_message(self, party, text, files, nonce, private=False):
        """Post what is no more than a message: whatever it says reopens nothing.

        :return: False when the party has written too much lately
        """
        ticket = self.with_context(**{JUST_A_MESSAGE: True})
        return ticket._incident_answer_on_page(party, text, files, nonce, private)

    def _incident_take_up(self, message):
        if self.env.context.get(JUST_A_MESSAGE):
            return
        super()._incident_take_up(message)

    def _is_incident_reopened_by_text(self):
        """Tell whether any answer reopens it: it was closed because there was none."""
        return (
            self.incident_phase == CLOSED
            and self.close_reason in (NO_ANSWER, NOT_CONFIRMED)
            and self._is_incident_reopenable()
        )

    def _get_incident_renewal(self):
        """Return the open incident in which a closed one is taken up again, if any.

        Only one of the same parties: its number is told to them.
        """
        successor = (
            self._get_open_successor() if self.incident_phase == CLOSED else None
        )
        if not successor or successor._get_incident_parties() != (
            self._get_incident_parties()
        ):
            return self.browse()
        return successor
