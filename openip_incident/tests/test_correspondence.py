# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What leaves for the parties of an incident, act by act."""

from lxml import html

from odoo.tests import tagged
from odoo.tools import email_normalize

from .common import (
    CLOSED,
    CLOSURE,
    CUSTOMER_MAIL,
    FROZEN,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    OPENED,
    WAITING,
)
from .correspondence_common import CorrespondenceCommon


@tagged("post_install", "-at_install")
class TestCorrespondence(CorrespondenceCommon):
    # Who gets what

    def test_one_mail_per_party_and_act(self):
        for name, _incident, letters in self._each_act():
            with self.subTest(act=name):
                self.assertBothInformed(letters)

    def test_no_mail_for_the_other_acts(self):
        silent = {
            "start": (OPENED, lambda ticket: ticket.action_incident_start()),
            "freeze": (WAITING, lambda ticket: ticket.write(self._to(FROZEN))),
            "resume": (WAITING, lambda ticket: ticket._incident_resume()),
            "resume frozen": (FROZEN, lambda ticket: ticket._incident_resume()),
            "back to work": (CLOSURE, lambda ticket: ticket.action_incident_start()),
            "reopen": (CLOSED, lambda ticket: ticket.action_incident_reopen("<p/>")),
            "assign": (OPENED, lambda ticket: ticket.write({"priority": "3"})),
            "archive": (CLOSED, lambda ticket: ticket.action_archive()),
        }
        for name, (phase, act) in silent.items():
            with self.subTest(act=name):
                incident = self._create_incident_in(phase)
                with self.capture_letters() as letters:
                    act(incident)
                self.assertNoLetters(letters)
                self.assertFalse(
                    self._new_mails.filtered(lambda mail: mail.state == "outgoing")
                )

    def _to(self, phase):
        return {"stage_id": self.stages[phase].id}

    def test_customer_without_integrator_is_both(self):
        self.customer.integrator_id = False
        incident = self._create_incident()
        with self.capture_letters() as letters:
            incident.action_incident_open()
        self.assertLettersTo(letters, CUSTOMER_MAIL)

    def test_act_on_several_incidents(self):
        incidents = self._create_incident() | self._create_incident()
        with self.capture_letters() as letters:
            incidents.action_incident_open()
        self.assertLettersTo(letters, *[CUSTOMER_MAIL, INTEGRATOR_MAIL] * 2)
        for incident in incidents:
            about = [
                letter for letter in letters if incident.number in letter["subject"]
            ]
            self.assertBothInformed(about)

    def test_party_is_named_to_nobody_else(self):
        """To and Cc hold the reader alone, whoever follows the incident."""
        for name, incident, letters in self._each_act():
            with self.subTest(act=name):
                incident.message_subscribe(self.leader.partner_id.ids)
                for letter in letters:
                    self.assertEqual(len(letter["email_to"]), 1)
                    self.assertFalse(letter["email_cc"])

    # Language

    def test_language_is_the_partys(self):
        for name, _incident, letters in self._each_act():
            with self.subTest(act=name):
                french = self._letter_to(letters, CUSTOMER_MAIL)
                english = self._letter_to(letters, INTEGRATOR_MAIL)
                self.assertIn("FRANÇAIS", french["subject"])
                self.assertIn("Texte français", french["body"])
                self.assertNotIn("FRANÇAIS", english["subject"])
                self.assertNotIn("Texte français", english["body"])

    def test_entry_is_in_the_companys_language(self):
        """Whatever language the acting agent reads."""
        for company_lang, french in (("en_US", False), ("fr_FR", True)):
            with self.subTest(lang=company_lang):
                self.company.partner_id.lang = company_lang
                incident = self._create_incident()
                other = "en_US" if french else "fr_FR"
                incident.with_context(lang=other).action_incident_open()
                entry = self._entries(incident)[:1]
                self.assertEqual("FRANÇAIS" in entry.subject, french)
                self.assertEqual("Texte français" in entry.body, french)

    def test_language_of_the_agent_does_not_matter(self):
        self.agent.lang = "fr_FR"
        incident = self._create_incident()
        with self.capture_letters() as letters:
            incident.with_context(lang="fr_FR").action_incident_open()
        english = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertNotIn("FRANÇAIS", english["subject"])

    def test_contact_without_language_reads_its_companys(self):
        self.technician.lang = False
        self.integrator.lang = "fr_FR"
        incident = self._create_incident(integrator_id=self.technician.id)
        with self.capture_letters() as letters:
            incident.action_incident_open()
        letter = self._letter_to(letters, self.technician.email)
        self.assertIn("FRANÇAIS", letter["subject"])

    def test_party_without_language_reads_ours(self):
        self.integrator.lang = False
        for company_lang in ("en_US", "fr_FR"):
            with self.subTest(lang=company_lang):
                self.company.partner_id.lang = company_lang
                incident = self._create_incident()
                with self.capture_letters() as letters:
                    incident.action_incident_open()
                letter = self._letter_to(letters, INTEGRATOR_MAIL)
                french = company_lang == "fr_FR"
                self.assertEqual("FRANÇAIS" in letter["subject"], french)

    # Shape

    def test_subject_starts_with_the_number(self):
        for name, incident, letters in self._each_act():
            with self.subTest(act=name):
                for letter in letters:
                    self.assertTrue(letter["subject"].startswith(incident.number))
                    self.assertIn(incident.name, letter["subject"])

    def test_each_mail_has_its_own_message_id(self):
        for name, incident, letters in self._each_act():
            with self.subTest(act=name):
                ids = {letter["message_id"] for letter in letters}
                self.assertEqual(len(ids), 2)
                messages = incident.sudo().notice_ids.message_id
                self.assertLessEqual(ids, set(messages.mapped("message_id")))

    def test_archived_team_is_answered_at_its_alias(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self.team.active = False
        with self.capture_letters() as letters:
            incident.incident_update("<p>Still on it.</p>")
        self.assertBothInformed(letters)
        for letter in letters:
            address = email_normalize(letter["reply_to"])
            self.assertEqual(address, self.team.alias_full_name)

    def test_team_without_alias_writes_from_its_company(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self.team.alias_name = False
        with self.capture_letters() as letters:
            incident.incident_update("<p>Still on it.</p>")
        for letter in letters:
            address = email_normalize(letter["reply_to"])
            self.assertEqual(address, email_normalize(self.company.email))

    def test_answers_go_to_the_teams_alias(self):
        alias = self.team.alias_full_name
        self.assertEqual(alias, f"voice@{self.alias_domain}")
        for name, _incident, letters in self._each_act():
            with self.subTest(act=name):
                for letter in letters:
                    self.assertEqual(email_normalize(letter["reply_to"]), alias)

    def test_automatic_mail_says_so_and_typed_mail_does_not(self):
        typed = {"update", "information", "action", "escalate", "reject"}
        seen = set()
        for name, _incident, letters in self._each_act():
            seen.add(name)
            for letter in letters:
                with self.subTest(act=name):
                    headers = letter["headers"]
                    if name in typed:
                        self.assertNotIn("Auto-Submitted", headers)
                        self.assertNotIn("X-Auto-Response-Suppress", headers)
                        continue
                    self.assertEqual(headers["Auto-Submitted"], "auto-generated")
                    self.assertEqual(
                        headers["X-Auto-Response-Suppress"],
                        "DR, RN, NRN, OOF, AutoReply",
                    )
        self.assertLess(typed, seen)

    def test_words_of_the_act_are_told(self):
        told = {
            "update": "News",
            "information": "When?",
            "action": "Reboot",
            "escalate": "Up",
            "reject": "Not ours",
        }
        for name, incident, letters in self._each_act():
            with self.subTest(act=name):
                if name in told:
                    for letter in letters:
                        self.assertIn(told[name], letter["body"])
                    self.assertIn(told[name], self._entries(incident)[:1].body)

    def test_mail_names_number_and_company(self):
        for name, incident, letters in self._each_act():
            with self.subTest(act=name):
                for letter in letters:
                    self.assertIn(incident.number, letter["body"])
                    self.assertIn(self.company.name, letter["body"])

    def test_every_mail_has_words_of_its_own(self):
        """Between greeting and footer there is a text, not a void."""
        for name, incident, letters in self._each_act():
            with self.subTest(act=name):
                if name in ("update", "escalate"):
                    continue
                letter = self._letter_to(letters, INTEGRATOR_MAIL)
                words = html.fromstring(self._entries(incident)[:1].body).text_content()
                self.assertGreater(len(words.split()), 5)
                self.assertIn(words.split()[0], letter["body_alternative"])

    def test_plain_text_is_readable(self):
        for name, incident, letters in self._each_act():
            with self.subTest(act=name):
                for letter in letters:
                    text = letter["body_alternative"]
                    self.assertIn(incident.number, text)
                    self.assertNotRegex(text, r"<[a-zA-Z/]")
                    self.assertNotIn("style=", text)
                    self.assertNotIn("t-out", text)
                    lines = [line for line in text.splitlines() if line.strip()]
                    self.assertGreater(len(lines), 3, name)

    def test_greeting_is_the_readers(self):
        self.customer.is_company = False
        incident = self._create_incident()
        with self.capture_letters() as letters:
            incident.action_incident_open()
        customer = self._letter_to(letters, CUSTOMER_MAIL)
        integrator = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertIn(self.customer.name, customer["body"])
        self.assertNotIn(f"Hello {self.customer.name}", integrator["body"])

    # Configuration

    def test_stage_without_template_is_silent(self):
        self.stages[OPENED].mail_template_id = False
        incident = self._create_incident()
        with self.capture_letters() as letters:
            incident.action_incident_open()
        self.assertNoLetters(letters)
        self.assertEqual(incident.incident_phase, OPENED)

    def test_template_of_an_added_stage_is_sent(self):
        template = self.env.ref("openip_incident.mail_template_opened").copy(
            {"subject": "{{ object.number }} Accepted", "body_html": "<p>Yes</p>"}
        )
        self.stages[OPENED].copy(
            {"name": "Accepted", "sequence": 1, "mail_template_id": template.id}
        )
        incident = self._create_incident()
        with self.capture_letters() as letters:
            incident.action_incident_open()
        self.assertBothInformed(letters)
        letter = self._letter_to(letters, INTEGRATOR_MAIL)
        number = f"{incident.number} [{self.customer.name}]"
        self.assertEqual(letter["subject"], f"{number} Accepted")
        self.assertIn("<p>Yes</p>", letter["body"])
