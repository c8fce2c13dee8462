# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is not answered with a form link: machines, ourselves, who had enough.

Nothing is lost: each such mail is an intake that names the reason.
"""

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.tests.common import CUSTOMER_MAIL

from .intake_common import UNKNOWN_MAIL, IntakeCommon
from .intake_data import HEAD, HUMAN_MAILS, MACHINE_MAILS

START = "2026-11-16 09:00:00"


@tagged("post_install", "-at_install")
class TestIntakeScreen(IntakeCommon):
    def test_machine_mail_is_kept_and_not_answered(self):
        for name, (raw, reason) in MACHINE_MAILS.items():
            with self.subTest(name):
                before = self.intakes.search([])
                tickets = self._count_tickets()
                letters = self._process(HEAD.format(to=self.address) + raw)
                intake = self.intakes.search([]) - before
                worthless = reason in ("auto_reply", "bounce", "newsletter", "spam")
                self.assertHeld(
                    intake, letters, reason, "discarded" if worthless else "sent"
                )
                self.assertEqual(self._count_tickets(), tickets)
                self.assertIn("original_email.eml", intake.file_ids.mapped("name"))

    def test_what_people_write_is_answered(self):
        for name, raw in HUMAN_MAILS.items():
            with self.subTest(name):
                before = self.intakes.search([])
                letters = self._process(HEAD.format(to=self.address) + raw)
                intake = self.intakes.search([]) - before
                self.assertFalse(intake.hold_reason)
                self.assertLink(letters, intake.email_normalized)

    def test_our_own_addresses_are_not_answered(self):
        self.env["ir.mail_server"].sudo().create(
            {
                "name": "Out",
                "smtp_host": "smtp.example.com",
                "smtp_user": "relay@operator.example.com",
                "from_filter": "hello@operator.example.com",
            }
        )
        domain = self.company.alias_domain_id
        for address in (
            self.plain_team.alias_full_name,
            domain.catchall_email,
            domain.bounce_email,
            domain.default_from_email,
            self.company.email,
            "relay@operator.example.com",
            "HELLO@operator.example.com",
        ):
            intake, letters = self._write_in(f'"Us" <{address}>')
            self.assertHeld(intake, letters, "own_address")

    def test_a_sender_gets_one_link_in_24_hours(self):
        with freeze_time(START) as clock:
            self.assertLink(self._write_in()[1], UNKNOWN_MAIL)
            clock.tick(timedelta(hours=23))
            intake, letters = self._write_in('"Ursula" <URSULA@unknown.example.com>')
            self.assertHeld(intake, letters, "sender_limit")
            clock.tick(timedelta(hours=2))
            self.assertLink(self._write_in()[1], UNKNOWN_MAIL)

    def test_a_domain_gets_a_limited_number_of_links(self):
        self.team.intake_domain_limit = 3
        for index in range(3):
            address = f"u{index}@flood.example.net"
            self.assertLink(self._write_in(address)[1], address)
        intake, letters = self._write_in("u3@flood.example.net")
        self.assertHeld(intake, letters, "domain_limit")
        self.assertLink(self._write_in()[1], UNKNOWN_MAIL)

    def test_strangers_keep_no_contact_of_their_domain_from_a_link(self):
        self.team.intake_domain_limit = 1
        domain = self.baker.email.partition("@")[2]
        self._write_in(f"stranger@{domain}")
        self.assertLink(self._write_in(self.baker.email_formatted)[1], self.baker.email)

    def test_the_limits_are_the_admins(self):
        self.team.write({"intake_sender_limit": 0, "intake_domain_limit": 0})
        for _index in range(4):
            self.assertLink(self._write_in()[1], UNKNOWN_MAIL)

    def test_known_contacts_only(self):
        self.team.intake_known_only = True
        intake, letters = self._write_in()
        self.assertHeld(intake, letters, "unknown_sender")
        letters = self._write_in(self.customer.email_formatted)[1]
        self.assertLink(letters, CUSTOMER_MAIL)

    def test_a_mail_is_kept_when_the_answer_cannot_be_written(self):
        self.team.form_link_template_id = False
        with mute_logger(
            "odoo.addons.openip_incident_portal.models.intake.incident_intake_link"
        ):
            intake, letters = self._write_in()
        self.assertHeld(intake, letters, "failure")
        self.assertIn("Dead line.", intake.body)
        self.assertEqual(intake.original_id.message_type, "email")
        self.assertTrue(intake.company_id)

    def test_a_bounce_of_the_link_is_shown(self):
        intake = self._write_in()[0]
        message = self._link_mail(intake)
        raw = (
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.com\n"
            f"To: {self.company.alias_domain_id.bounce_email}\n"
            "Subject: Undelivered Mail Returned to Sender\n"
            "Message-ID: <b1@mx.example.com>\nMIME-Version: 1.0\n"
            "Content-Type: multipart/report; report-type=delivery-status;"
            " boundary=B\n\n--B\nContent-Type: text/plain\n\nNo such user.\n\n"
            "--B\nContent-Type: message/delivery-status\n\n"
            "Reporting-MTA: dns; mx.example.com\n\n"
            f"Final-Recipient: rfc822; {UNKNOWN_MAIL}\nAction: failed\n"
            "Status: 5.1.1\n\n--B\nContent-Type: message/rfc822\n\n"
            f"Message-ID: {message.message_id}\nSubject: x\n\nx\n\n--B--\n"
        )
        # Some return nothing that names our mail.
        unnamed = raw.partition("Message-ID: <b1")
        nothing = unnamed[2].replace(f"Message-ID: {message.message_id}\n", "")
        letters = self._process(f"{unnamed[0]}Message-ID: <b0{nothing}")
        self.assertNoLetters(letters)
        self.assertTrue(intake.to_review)
        intake.to_review = False
        letters = self._process(raw)
        self.assertNoLetters(letters)
        self.assertTrue(intake.to_review)
        self.assertEqual(message.sudo().notification_ids.notification_status, "bounce")
