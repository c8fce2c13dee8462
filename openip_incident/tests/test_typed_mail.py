# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an agent typed leaves as a human's mail, whoever hands it over and when."""

from odoo.tests import tagged

from .common import CUSTOMER_MAIL, IN_PROGRESS, INTEGRATOR_MAIL
from .followup_common import FollowupCommon

MARKS = {"Auto-Submitted", "X-Auto-Response-Suppress"}


@tagged("post_install", "-at_install")
class TestTypedMail(FollowupCommon):
    def _read_letter(self, address, message):
        letter = super()._read_letter(address, message)
        self.marked = getattr(self, "marked", [])
        self.marked.append((address, bool(MARKS & set(message.keys()))))
        return letter

    def test_request_is_typed_and_its_reminders_are_not(self):
        self.request()
        self.run_to(1)
        both = [(CUSTOMER_MAIL, False), (INTEGRATOR_MAIL, False)]
        self.assertEqual(sorted(self.marked), both)
        self.marked.clear()
        self.run_to(25)
        self.assertEqual(
            sorted(self.marked), [(address, True) for address, _mark in both]
        )

    def test_request_that_is_sent_again_or_written_anew_stays_typed(self):
        self.server_down = True
        incident = self.request()
        self.run_to(3)
        self.assertFalse(self.letters)
        self.server_down = False
        self.run_to(30)
        event = incident.followup_ids.sudo().event_ids[:1]
        self.assertGreater(event.attempts, 1, "written anew")
        first = {}
        for address, marked in self.marked:
            first.setdefault(address, marked)
        self.assertEqual(first, {CUSTOMER_MAIL: False, INTEGRATOR_MAIL: False})

    def test_text_of_a_program_is_not_typed(self):
        original = self._create_incident_in(IN_PROGRESS)
        duplicate = self._create_incident()
        wizards = self.env["helpdesk.ticket.duplicate.wizard"].with_user(self.agent)
        stage = self.plain_done
        with self.capture_letters() as letters:
            wizards.create(
                {
                    "ticket_id": duplicate.id,
                    "duplicate_of_id": original.id,
                    "target_stage_id": stage.id,
                }
            ).action_confirm()
        self.assertBothInformed(letters)
        for letter in letters:
            self.assertEqual(letter["headers"]["Auto-Submitted"], "auto-generated")

    def test_refusal_without_words_is_not_typed(self):
        incident = self._create_incident()
        with self.capture_letters() as letters:
            incident.action_incident_reject("<p><br></p>")
        self.assertBothInformed(letters)
        for letter in letters:
            self.assertEqual(letter["headers"]["Auto-Submitted"], "auto-generated")

    def test_vacation_reply_to_a_typed_request_starts_no_loop(self):
        """Nothing suppresses it any more: it comes, is kept, and nobody answers."""
        with self.at(self.clock), self.mock_mail_gateway():
            incident = self._create_incident_in(IN_PROGRESS)
            incident.incident_request("information", "<p>Since when?</p>")
        for _number in range(5):
            with self.capture_letters() as letters:
                self._reply(
                    incident,
                    self.customer,
                    subject="Out of office",
                    headers={"Auto-Submitted": "auto-replied"},
                )
            self.assertNoLetters(letters)
        self.assertEqual(incident.incident_phase, "waiting")
        self.assertFalse(incident.answer_unread)
