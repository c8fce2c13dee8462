# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails call what was asked, and what became of it, by its name, in each language."""

from lxml import html

from odoo.tests import BaseCase, tagged

from ..tools.mail_frame import TOGETHER, keep_together
from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL, WAITING
from .followup_common import FollowupCommon
from .test_outage_closure import OutageClosureCommon

FORTNIGHT = 14 * 24
ASKED = "<p>Please restart the router.</p>"


def read(body):
    """Return the text of a mail in one line."""
    return " ".join(html.document_fromstring(str(body)).text_content().split())


@tagged("post_install", "-at_install")
class TestMailRequest(FollowupCommon):
    def _ask(self, kind):
        incident = self.request()
        incident.incident_request(kind, ASKED)
        self.flush_tracking()
        return incident

    def _read(self, word, address):
        """Return the words of each mail whose subject has a word."""
        return [
            read(letter.body)
            for letter in self.get_party_letters()
            if word in letter.subject and letter.address == address
        ]

    def test_reminders_of_an_action_ask_no_question(self):
        incident = self._ask("action")
        self.assertEqual(incident.sudo().followup_id.request_kind, "action")
        self.run_to(FORTNIGHT)
        english = self._read("Reminder", INTEGRATOR_MAIL)
        french = self._read("Relance", CUSTOMER_MAIL)
        self.assertEqual([len(english), len(french)], [3, 3])
        for text in english:
            self.assertIn("We asked you to do the following about the incident", text)
        for text in french:
            self.assertIn("demandé d'effectuer l'action suivante", text)
        self.assertIn(
            "Jusqu'à réception de votre réponse, l'incident est gelé", french[0]
        )
        for text in english + french:
            self.assertNotIn("question", text)

    def test_reminders_of_a_question_repeat_it(self):
        incident = self._ask("information")
        self.assertEqual(incident.sudo().followup_id.request_kind, "information")
        self.run_to(FORTNIGHT)
        (text, *_later) = self._read("Reminder", INTEGRATOR_MAIL)
        self.assertIn("We are waiting for your answer to this question", text)
        (text, *_later) = self._read("Relance", CUSTOMER_MAIL)
        self.assertIn("votre réponse à la question suivante", text)

    def test_what_ends_an_action_calls_it_a_request(self):
        self._ask("action")
        self.run_to(FORTNIGHT)
        for address, word, words in (
            (INTEGRATOR_MAIL, "closure", "an answer to our request"),
            (INTEGRATOR_MAIL, "Closed", "an answer to our request"),
            (CUSTOMER_MAIL, "clôture auto", "de réponse à notre demande"),
            (CUSTOMER_MAIL, "clôturé auto", "de réponse à notre demande"),
        ):
            with self.subTest(words=words, word=word):
                (text,) = self._read(word, address)
                self.assertIn(words, text)
                self.assertNotIn("question", text)

    def test_who_is_asked_for_nothing_is_noted_so(self):
        incident = self.resolve().sudo()
        self.assertFalse(incident.followup_id.request_kind)
        self.assertNotEqual(incident.incident_phase, WAITING)


@tagged("post_install", "-at_install")
class TestMailRejected(FollowupCommon):
    def test_what_was_rejected_was_not_closed(self):
        incident = self._create_incident()
        with self.capture_letters() as letters:
            incident.action_incident_reject("<p>The line works as ordered.</p>")
        english = read(self._letter_to(letters, INTEGRATOR_MAIL)["body"])
        french = read(self._letter_to(letters, CUSTOMER_MAIL)["body"])
        self.assertRegex(english, r"State: Not accepted\b")
        self.assertRegex(french, r"État : Non retenu\b")
        self.assertIn("nous réexaminerons ce signalement", french)
        # An answer may quote it: its facts are known again.
        known = incident.with_context(lang="en_US")._get_all_correspondence_facts(
            self.integrator
        )
        self.assertIn(("State:", "Not accepted"), known)


@tagged("post_install", "-at_install")
class TestMailTogether(OutageClosureCommon):
    def test_announcement_of_several_says_when_and_unless(self):
        self.resolve_outage(self.members(2))
        self.run_to(FORTNIGHT)
        subjects = [
            letter.subject
            for letter in self.get_party_letters()
            if "automatic closure of your 2 incidents" in letter.subject
        ]
        self.assertEqual(len(subjects), 1)
        self.assertIn("Without your confirmation, automatic closure", subjects[0])
        self.assertRegex(subjects[0], r"2 incidents on 2\d November: ")


@tagged("post_install", "-at_install")
class TestKeepTogether(BaseCase):
    def test_hours_and_numbers_stay_on_one_line(self):
        body = (
            "<p title='de 9 h 00 à 9 h 30'>Le <strong>lundi à 9 h 00</strong>, après "
            "11 h 48 min : <strong>INC2026-00042</strong>, <strong>un mot</strong></p>"
        )
        kept = keep_together(body)
        root = html.fromstring(kept)
        whole = [
            node.text_content() for node in root.xpath(f"//*[@style='{TOGETHER}']")
        ]
        self.assertEqual(whole, ["9 h 00", "11 h 48 min", "INC2026-00042"])
        # It reads and is found as before.
        self.assertEqual(root.text_content(), html.fromstring(body).text_content())
        self.assertEqual(root.get("title"), "de 9 h 00 à 9 h 30")

    def test_a_mail_of_many_hours_is_read_once(self):
        """However long it is, and without a tag among them."""
        body = f"<p>{'1 h 20 ' * 40_000}</p>"
        self.assertEqual(keep_together(body).count(TOGETHER), 40_000)

    def test_other_mails_stay_as_they_are(self):
        body = "<p>At 09:00 <strong>please answer</strong> within 2 hours</p>"
        self.assertEqual(keep_together(body), body)
