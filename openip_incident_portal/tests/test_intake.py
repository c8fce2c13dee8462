# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A mail to a team with intake is answered with a form link, and becomes no ticket."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import (
    IDENTITY_MARKS,
    WAITING,
)

from .intake_common import UNKNOWN, UNKNOWN_MAIL, IntakeCommon
from .intake_data import HEAD, HUMAN_MAILS, MAIL_WITH_FILES

START = "2026-11-16 09:00:00"


@tagged("post_install", "-at_install")
class TestIntake(IntakeCommon):
    # The answer

    def test_a_mail_becomes_an_intake_and_no_ticket(self):
        tickets = self._count_tickets()
        with freeze_time(START):
            intake, letters = self._write_in(msg_id="<first@client.example.com>")
        self.assertEqual(self._count_tickets(), tickets)
        self.assertLink(letters, UNKNOWN_MAIL)
        self.assertRecordValues(
            intake,
            [
                {
                    "state": "sent",
                    "team_id": self.team.id,
                    "company_id": self.company.id,
                    "email_normalized": UNKNOWN_MAIL,
                    "partner_id": False,
                    "subject": "No dial tone",
                    "message_uid": "<first@client.example.com>",
                    "hold_reason": False,
                    "to_review": False,
                    "ticket_id": False,
                }
            ],
        )
        self.assertEqual(str(intake.sent_date), START)
        self.assertEqual(intake.expiry_date - intake.sent_date, timedelta(days=14))
        self.assertEqual(intake.reminder_date - intake.sent_date, timedelta(days=7))
        self.assertIn("Dead line.", intake.body)

    def test_a_human_whose_mailbox_is_full_is_answered(self):
        text = (
            "<p>Notre ligne principale est coupée. Notre messagerie est pleine et "
            "votre technicien dit que ce message ne peut pas partir.</p>"
        )
        for sender, address in (
            (UNKNOWN, UNKNOWN_MAIL),
            (self.baker.email_formatted, self.baker.email_normalized),
        ):
            with self.subTest(sender=sender):
                intake, letters = self._write_in(sender, html=text)
                self.assertLink(letters, address)
                self.assertFalse(intake.hold_reason)

    def test_the_answer_says_that_it_is_automatic_and_what_it_answers(self):
        letter = self._write_in(msg_id="<first@client.example.com>")[1][0]
        self.assertEqual(letter["headers"]["Auto-Submitted"], "auto-replied")
        self.assertEqual(
            letter["headers"]["X-Auto-Response-Suppress"],
            "DR, RN, NRN, OOF, AutoReply",
        )
        self.assertEqual(letter["headers"]["In-Reply-To"], "<first@client.example.com>")
        self.assertIn("<first@client.example.com>", letter["references"])
        self.assertIn(self.address, letter["reply_to"])

    def test_a_french_contact_is_answered_in_french(self):
        intake, letters = self._write_in(self.baker.email_formatted)
        self.assertEqual(intake.partner_id, self.baker)
        self.assertEqual(intake.lang, "fr_FR")
        self.assertIn("formulaire", letters[0]["subject"])
        self.assertIn("Remplir le formulaire", letters[0]["body"])
        self.assertIn("Claire Martin", letters[0]["body"])
        self.assertNotIn("Fill in", letters[0]["body"])

    def test_an_unknown_sender_is_answered_in_the_language_of_the_company(self):
        letters = self._write_in()[1]
        self.assertIn("Fill in the form", letters[0]["body"])
        self.company.partner_id.lang = "fr_FR"
        letters = self._write_in("other@unknown2.example.com")[1]
        self.assertIn("Remplir le formulaire", letters[0]["body"])

    def test_the_answer_carries_no_link_of_core_and_no_button(self):
        for sender in (UNKNOWN, self.customer.email_formatted):
            letter = self._write_in(sender)[1][0]
            for mark in (*IDENTITY_MARKS, "/web/login", "/odoo/", "/my"):
                self.assertNotIn(mark, letter["body"], f"{mark} to {sender}")

    def test_a_stranger_cannot_have_us_repeat_its_words_to_a_victim(self):
        letters = self._write_in(
            subject="Buy pills at http://pills.example.com",
            html="<p>Cheap pills</p>",
            sender='"Pills http://p.example.com" <victim@victim.example.com>',
        )[1]
        self.assertLink(letters, "victim@victim.example.com")
        self.assertNotIn("ills", letters[0]["subject"] + letters[0]["body"])
        self.assertNotIn("p.example.com", str(letters[0]["email_to"]))

    # Conversations

    def test_an_answer_to_the_link_goes_to_its_intake(self):
        intake = self._write_in()[0]
        link = self._link_mail(intake)
        self.assertEqual(len(link), 1)
        more, letters = self._write_in(
            to=self.address, reply_to=link, html="<p>I cannot open it.</p>"
        )
        self.assertFalse(more)
        self.assertNoLetters(letters)
        self.assertTrue(intake.to_review)
        self.assertIn("I cannot open it", "".join(intake.message_ids.mapped("body")))

    def test_an_answer_to_the_own_mail_opens_no_second_conversation(self):
        intake = self._write_in()[0]
        more, letters = self._write_in(
            "colleague@unknown.example.com", reply_to=intake.original_id
        )
        self.assertFalse(more)
        self.assertNoLetters(letters)

    def test_a_vacation_reply_to_the_link_concerns_nobody(self):
        intake = self._write_in()[0]
        more, letters = self._write_in(
            reply_to=self._link_mail(intake),
            headers={"Auto-Submitted": "auto-replied"},
        )
        self.assertFalse(more)
        self.assertNoLetters(letters)
        self.assertFalse(intake.to_review)

    def test_a_human_who_answers_a_machine_is_heard_anew(self):
        for kind, state in (("auto-replied", "discarded"), ("auto-generated", "sent")):
            self.intakes.search([]).sudo().sent_date = False
            machine = self._write_in(
                "alerts@carrier.example.com", headers={"Auto-Submitted": kind}
            )[0]
            self.assertEqual(machine.state, state)
            intake, letters = self._write_in(reply_to=machine.original_id)
            self.assertEqual(len(intake), 1)
            self.assertLink(letters, UNKNOWN_MAIL)

    def test_who_was_discarded_as_spam_gets_no_second_link(self):
        intake = self._write_in()[0]
        intake.with_user(self.agent).action_discard()
        with freeze_time(self._now() + timedelta(days=3)):
            more, letters = self._write_in(reply_to=self._link_mail(intake))
        self.assertFalse(more)
        self.assertNoLetters(letters)
        self.assertEqual(intake.state, "discarded")

    def test_an_answer_after_submission_goes_to_the_incident(self):
        intake = self._write_in(self.baker.email_formatted)[0]
        ticket = self._create_incident_in(WAITING)
        intake._submit(ticket)
        self._receive(
            self.baker.email_formatted, self.address, reply_to=self._link_mail(intake)
        )
        self.assertTrue(ticket.sudo().answer_unread)
        self.assertFalse(intake.to_review)

    def test_an_answer_to_an_expired_link_brings_the_intake_back(self):
        intake = self._write_in()[0]
        intake.sudo()._do_expire()
        letters = self._write_in(reply_to=self._link_mail(intake))[1]
        self.assertNoLetters(letters)
        self.assertEqual((intake.state, intake.to_review), ("sent", True))
        self.assertEqual(intake._get_form_state(), "expired")

    def test_the_same_mail_twice_is_one_intake(self):
        first, letters = self._write_in(msg_id="<twice@client.example.com>")
        self.assertLink(letters, UNKNOWN_MAIL)
        again, letters = self._write_in(msg_id="<twice@client.example.com>")
        self.assertFalse(again)
        self.assertNoLetters(letters)

    def test_a_mail_to_two_teams_is_answered_once(self):
        both = f"{self.address}, {self.other_team.alias_full_name}"
        intakes, letters = self._write_in(to=both)
        self.assertEqual(intakes.team_id, self.team | self.other_team)
        self.assertLink(letters, UNKNOWN_MAIL)
        self.assertEqual(
            sorted(intakes.mapped(lambda intake: intake.hold_reason or "")),
            ["", "sender_limit"],
        )

    # Numbers in subjects

    def test_a_number_in_the_subject_answers_that_incident(self):
        incident = self._create_incident_in(WAITING)
        for index, subject in enumerate(
            ("Re: {0}", "[{0}] more", "about {0}: done", "#{0}", "{0}.", "fwd ({0})")
        ):
            incident.sudo().answer_unread = False
            intake, letters = self._write_in(
                self.baker.email_formatted,
                subject=subject.format(incident.number),
                html=f"<p>Fact {index}</p>",
            )
            self.assertFalse(intake, subject)
            self.assertTrue(incident.sudo().answer_unread, subject)
            # The other party is told, once for all that follows; nobody is sent to
            # the form.
            told = self._recipients(letters).count(self.integrator.email)
            self.assertEqual(told, 0 if index else 1, subject)
            for letter in letters:
                self.assertNotIn("/incident/form/", letter["body"], subject)

    def test_a_number_in_lower_case_is_a_number(self):
        incident = self._create_incident_in(WAITING)
        intake = self._write_in(
            self.baker.email_formatted, subject=incident.number.lower()
        )[0]
        self.assertFalse(intake)
        self.assertTrue(incident.sudo().last_answer_date)

    def test_a_part_of_a_number_is_none(self):
        incident = self._create_incident_in(WAITING)
        for subject in (incident.number[:-1], incident.number + "1", "2026", "42"):
            self.intakes.search([]).sudo().sent_date = False
            intake = self._write_in(self.baker.email_formatted, subject=subject)[0]
            self.assertEqual(len(intake), 1, subject)
        self.assertFalse(incident.sudo().last_answer_date)

    def test_a_number_from_a_stranger_makes_an_intake(self):
        incident = self._create_incident_in(WAITING)
        for sender in (UNKNOWN, self.stranger.email_formatted):
            intake, letters = self._write_in(sender, subject=f"Re: {incident.number}")
            self.assertEqual(intake.state, "sent")
            self.assertEqual(len(letters), 1)
        self.assertFalse(incident.sudo().last_answer_date)

    def test_a_number_is_heard_from_any_contact_with_the_address(self):
        """Whichever contact core takes for the author, one speaks for a party."""
        incident = self._create_incident_in(WAITING)
        pair = (self.stranger, self.customer)
        for index, companies in enumerate((pair, pair[::-1])):
            address = f"shared{index}@shared.example.com"
            contacts = self.env["res.partner"].create(
                [
                    {
                        "name": "Shared",
                        "email": address,
                        "parent_id": company.id,
                    }
                    for company in companies
                ]
            )
            self.assertEqual(len(contacts), 2)
            incident.sudo().answer_unread = False
            intake = self._write_in(address, subject=f"Re: {incident.number}")[0]
            self.assertFalse(intake)
            self.assertTrue(incident.sudo().answer_unread, index)

    def test_a_number_in_a_mail_to_two_teams_is_heard_once(self):
        incident = self._create_incident_in(WAITING)
        both = f"{self.address}, {self.other_team.alias_full_name}"
        before = len(self._entries(incident))
        self._write_in(
            self.baker.email_formatted, to=both, subject=f"Re: {incident.number}"
        )
        self.assertEqual(len(self._entries(incident)), before + 1)

    def test_a_vacation_reply_with_a_number_is_no_answer(self):
        incident = self._create_incident_in(WAITING)
        intake, letters = self._write_in(
            self.baker.email_formatted,
            subject=f"Auto: {incident.number}",
            headers={"Auto-Submitted": "auto-replied"},
        )
        self.assertFalse(intake)
        self.assertNoLetters(letters)
        self.assertFalse(incident.sudo().last_answer_date)

    # What is kept

    def test_files_and_source_are_kept(self):
        raw = MAIL_WITH_FILES.format(sender=UNKNOWN, to=self.address)
        letters = self._process(raw)
        intake = self.intakes.search([("email_normalized", "=", UNKNOWN_MAIL)])
        self.assertLink(letters, UNKNOWN_MAIL)
        self.assertFalse(letters[0]["attachments"])
        self.assertEqual(
            sorted(intake.file_ids.mapped("name")),
            ["box.log", "led.png", "original_email.eml"],
        )
        self.assertFalse(any(intake.file_ids.mapped("public")))
        source = intake.file_ids.filtered(lambda file: file.name.endswith(".eml"))
        self.assertIn(b"DSL down since 09:41", source.raw)
        self.assertIn(b"Message-ID: <files@client.example.com>", source.raw)
        self.assertIn("/web/image/", intake.body)

    def test_the_source_is_kept_once_where_the_server_keeps_it_already(self):
        raw = HEAD.format(to=self.address) + HUMAN_MAILS["plain text"]
        self.env["mail.thread"].message_process(
            "helpdesk.ticket", raw, save_original=True
        )
        intake = self.intakes.search([("email_from", "ilike", "anna@a.example.com")])
        self.assertEqual(intake.file_ids.mapped("name"), ["original_email.eml"])

    def test_a_source_that_python_cannot_write_is_kept(self):
        raw = HEAD.format(to=self.address) + HUMAN_MAILS["plain text"]
        with patch("email.message.EmailMessage.as_bytes", side_effect=UnicodeError):
            self._process(raw)
        intake = self.intakes.search([("email_from", "ilike", "anna@a.example.com")])
        self.assertIn(b"Plus de tonalit", intake.file_ids.raw)

    def test_html_and_script_are_inert(self):
        intake = self._write_in(
            subject="<script>alert(1)</script>",
            html='<p onclick="alert(2)">Hi</p><script>alert(3)</script>'
            '<img src="x" onerror="alert(4)"/><a href="javascript:alert(5)">x</a>'
            "<iframe src='http://evil.example.com'></iframe>",
        )[0]
        for text in (intake.body, intake.original_id.body):
            for mark in ("<script", "onclick", "onerror", "javascript:", "<iframe"):
                self.assertNotIn(mark, text)

    # Other mail

    def test_an_archived_team_answers_nobody_and_keeps_all(self):
        self.team.active = False
        intake, letters = self._write_in()
        self.assertHeld(intake, letters, "team_archived")
        self.assertTrue(intake.to_review)

    def test_a_plain_team_keeps_its_tickets(self):
        tickets = self._count_tickets()
        intake, letters = self._write_in(to=self.plain_team.alias_full_name)
        self.assertFalse(intake)
        self.assertNoLetters(letters)
        self.assertEqual(self._count_tickets(), tickets + 1)

    def test_an_incident_team_without_intake_keeps_its_incidents(self):
        self.team.incident_intake = False
        tickets = self._count_tickets()
        intake = self._write_in()[0]
        self.assertFalse(intake)
        self.assertEqual(self._count_tickets(), tickets + 1)

    def test_a_team_without_the_process_takes_no_intakes(self):
        self.plain_team.incident_intake = True
        tickets = self._count_tickets()
        self.assertFalse(self._write_in(to=self.plain_team.alias_full_name)[0])
        self.assertEqual(self._count_tickets(), tickets + 1)

    def test_a_mail_to_both_kinds_of_teams_reaches_both(self):
        tickets = self._count_tickets()
        both = f"{self.address}, {self.plain_team.alias_full_name}"
        intake, letters = self._write_in(to=both)
        self.assertEqual(intake.team_id, self.team)
        self.assertLink(letters, UNKNOWN_MAIL)
        self.assertEqual(self._count_tickets(), tickets + 1)

    def test_an_answer_to_an_incident_stays_with_it(self):
        incident = self._create_incident()
        with self.capture_letters():
            incident.action_incident_open()
        before = self.intakes.search_count([])
        self._reply(incident, self.customer)
        self.assertTrue(incident.sudo().answer_unread)
        self.assertEqual(self.intakes.search_count([]), before)

    def test_nobody_outside_follows_an_intake(self):
        intake = self._write_in(
            self.customer.email_formatted, cc=self.integrator.email
        )[0]
        self.assertFalse(intake.message_partner_ids.filtered("partner_share"))

    def test_the_templates_of_a_team_are_ones_for_intakes(self):
        wrong = self.env.ref("openip_incident.mail_template_opened")
        with self.assertRaises(ValidationError):
            self.team.form_link_template_id = wrong

    def test_a_mail_costs_the_same_however_many_intakes_there_are(self):
        def count(sender):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._receive(sender, self.address)
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count("warm@w.example.com")
        few = count("few@few.example.com")
        self.intakes.sudo().create(
            [
                {
                    "email_from": f"u{index}@many{index}.example",
                    "team_id": self.team.id,
                    "sent_date": self._now(),
                }
                for index in range(50)
            ]
        )
        many = count("many@many.example.com")
        self.assertLessEqual(many, few + 2)
        self.assertLess(many, 150)

    def test_team_older_than_the_addon_answers_with_the_form(self):
        team = self.env.ref("openip_incident.team_incident")
        self.assertTrue(team.form_link_template_id)
        self.assertTrue(team.form_reminder_template_id)
        self.assertTrue(team.registered_template_id)
