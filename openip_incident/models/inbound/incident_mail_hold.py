# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from odoo import api, models

from ...tools.mail_classifier import DOUBTFUL, judge_answer
from ...tools.subject_number import find_numbers
from ..inbounds import ASIDE
from ..reviews import UNNAMED, UNREAD
from .incident_mail_gateway import ATTEMPTS, RETRIED

_logger = logging.getLogger(__name__)


class IncidentMailGateway(models.AbstractModel):
    """Has mail that was not read hold the incidents that it may be the answer on."""

    _inherit = "incident.mail.gateway"

    def _keep_failed(self, inbound, source, reason, failure=False):
        """Keep a mail and hold what it may be about, both or neither.

        While somebody keeps writing these incidents the mail is kept alone, and the
        scheduled action holds them later.
        """
        ticket_ids = []
        for attempt in range(ATTEMPTS):
            try:
                with self._transaction():
                    self._lock_first(ticket_ids)
                    inbound._keep(source, self._find_team(source), reason, failure)
                    self._hold_incidents(inbound, source)
                return False
            except RETRIED as error:
                _logger.info("Mail %s: %s, hold again", source.key, error)
                self._wait(attempt)
                with self._transaction():
                    ticket_ids = sorted(self._find_held(source)[0].ids)
        with self._transaction():
            inbound._keep(source, self._find_team(source), reason, failure)
            inbound.hold_due = True
        return False

    @api.model
    def _hold_incidents(self, inbound, source):
        """Hold the incidents of which a mail that was not read may be the answer."""
        held, named, contacts = self._find_held(source)
        if inbound.state == ASIDE and not contacts:
            # What nobody could place and nobody known has sent is no answer.
            return
        speakers = contacts | self._find_asked(source)
        speaker = speakers.filtered(
            lambda contact: any(ticket._get_incident_party(contact) for ticket in held)
        )[:1]
        reason = UNREAD if named else UNNAMED
        held._incident_hold({"inbound_id": inbound.id}, reason, speaker, named)

    @api.model
    def _find_held(self, source):
        """Return which incidents a mail may be the answer on, by its headers.

        :return: incidents, whether the mail names them, contacts with its sender's
            address
        """
        # SUDO: the gateway finds out where a mail belongs.
        env = self.sudo().env
        tickets, contacts = env["helpdesk.ticket"], env["res.partner"]
        known = contacts._find_by_incident_address(source.sender)
        answered = self._find_answered_incident(source)
        machine = judge_answer(source.headers, party=bool(known), ours=bool(answered))
        if machine and machine not in DOUBTFUL:
            return tickets, False, contacts
        contacts = known
        numbers = find_numbers(source.subject, tickets._get_number_formats())
        named = tickets._find_named_incidents(numbers, contacts)
        named |= answered
        if named:
            return named, True, contacts
        return tickets._find_waiting_incidents(contacts), False, contacts

    @api.model
    def _find_asked(self, source):
        """Return to whom the mail was sent that a mail answers."""
        # SUDO: see above.
        notices = self.env["incident.notice"].sudo()
        return notices.search(
            [("message_id.message_id", "in", source.references)],
            limit=1,
        ).partner_id
