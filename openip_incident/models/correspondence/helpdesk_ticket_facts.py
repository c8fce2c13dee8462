# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import ormcache

from ...tools.act_memory import answered_once
from ..phases import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    ON_HOLD,
    OPENED,
    REGISTERED,
    REJECTED,
    WAITING,
)
from .incident_mail_frame import ANSWER, VIEW
from .incident_mail_frame import CLOSURE as CONFIRM


class HelpdeskTicket(models.Model):
    """What every mail says of its incident, so that its reader knows which it is."""

    _inherit = "helpdesk.ticket"

    def _get_correspondence_number(self):
        return self.number or ""

    def _get_correspondence_act(self, party):
        """Invite those who read a page of their own, and whose turn it is."""
        if not self._is_incident_party(party):
            return VIEW
        if self.incident_phase in ON_HOLD:
            return ANSWER if self._is_incident_asked(party) else VIEW
        return CONFIRM if self.incident_phase == CLOSURE else VIEW

    def _get_correspondence_subject(self, party, subject):
        """Name the customer to who serves several, behind the number.

        :param subject: what the template made of it
        """
        if not party or party.incident_party_id == self.partner_id.incident_party_id:
            return subject
        number, customer = self.number, self._get_told_customer(party)
        if not customer or customer in subject or number not in subject:
            return subject
        return subject.replace(number, f"{number} [{customer}]", 1)

    def _get_correspondence_facts(self, party):
        return self._label_incident_facts(party, [self._get_state_text()])

    def _get_all_correspondence_facts(self, party):
        """Return what mails may have said of an incident, whenever they were sent."""
        return self._label_incident_facts(party, self._get_state_texts().values())

    def _label_incident_facts(self, party, states):
        problem, customer, state, labelled = self._get_fact_labels()
        facts = [
            (problem, self.name),
            (customer, self._get_told_customer(party)),
            *self._get_reported_facts(party),
            *((state, said) for said in states),
        ]
        return [(labelled % {"label": label}, value) for label, value in facts if value]

    @api.model
    @ormcache("self.env.lang")
    def _get_fact_labels(self):
        """Return what facts are called, and how that stands before them."""
        return (
            self.env._("Problem"),
            self.env._("Customer"),
            self.env._("State"),
            self.env._("%(label)s:"),
        )

    def _get_reported_facts(self, party):
        """Return what was reported, as far as every reader may know: to be extended.

        :param party: the reader
        :return: list of (label, value)
        """
        return []

    def _get_told_customer(self, party):
        """Return what the customer is called in front of a reader: to be extended.

        :param party: the reader
        """
        return self._get_customer_name()

    @answered_once
    def _get_customer_name(self):
        """Return what the customer is called: its company."""
        customer = self.partner_id
        return customer.incident_party_id.name or customer.name or ""

    def _is_incident_refused(self):
        """Tell whether what was reported was never taken up, nor is followed elsewhere.

        A duplicate that was not opened yet is closed as rejected, too. Nothing that is
        not there was refused: pages ask it of no incident.
        """
        rejected = self.incident_phase == CLOSED and self.close_reason == REJECTED
        return rejected and not self.duplicate_id

    def _get_state_text(self):
        """Return where the incident stands, as both parties may know it."""
        refused = self._is_incident_refused()
        state = REJECTED if refused else self.incident_phase
        return self._get_state_texts().get(state, "")

    @api.model
    @ormcache("self.env.lang")
    def _get_state_texts(self):
        """Return how each phase is told to the parties: dict of phase: text.

        What was refused was never an incident: by the reason of its closure.
        """
        return {
            REGISTERED: self.env._("Reported, not checked yet"),
            OPENED: self.env._("Opened, work starts soon"),
            IN_PROGRESS: self.env._("We are working on it"),
            ESCALATED: self.env._("Our specialists are working on it"),
            WAITING: self.env._("We are waiting for an answer"),
            FROZEN: self.env._("Frozen: we are waiting for an answer"),
            CLOSURE: self.env._("Solved: please confirm"),
            CLOSED: self.env._("Closed"),
            REJECTED: self.env._("Not accepted"),
        }

    def _prepare_reader_facts(self, facts, party):
        """Say until when it is reopened, and what was asked only to who was asked."""
        facts = {**facts, "reopen_until": self._get_reopen_date()}
        # Once it is closed only its follow-up knows whom it has waited for.
        asked = facts.pop("asked_party", None) or self.private_request_party_id
        if asked and party.incident_party_id != asked:
            facts.pop("question", None)
            facts.setdefault("asked", self._name_asked(asked))
        return super()._prepare_reader_facts(facts, party)

    def _name_asked(self, company):
        """Return what the party is called that was asked alone, to who was not.

        :param company: that it belongs to
        """
        readers = self._get_line_readers(company)
        return ", ".join((readers or company).mapped("name"))

    def _get_reopen_date(self):
        """Return until when an answer reopens this incident, False where none does."""
        if self.incident_phase != CLOSED:
            return False
        days = self._get_incident_reopen_days()
        if not days:
            return False
        return (self.closed_date or fields.Datetime.now()) + timedelta(days=days)

    def _get_incident_reopen_days(self):
        """Return for how many days after closure an answer reopens: to be extended."""
        self.ensure_one()
        return self.team_id.incident_reopen_days
