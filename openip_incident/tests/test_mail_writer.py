# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails that are written here are, byte by byte, those that core would send."""

import re
from email import message_from_bytes, policy
from email.header import Header
from itertools import product
from smtplib import SMTP
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tools.mail import formataddr

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from ..models.speed import mail_post
from ..tools import mail_writer
from ..tools.mail_subject import EncodedSubject
from ..tools.mail_writer import LONGEST_LINE, WrittenMail, write_mail
from .common import IncidentCommon

ADDRESS = "camille.martin+1@example.com"
NAMES = (
    "",
    "Camille Martin",
    "Zoé L'Écuyer",
    "M. Martin",
    'Camille "Cam" Martin',
    "Martin, Camille (sales)",
    "漢字 " * 20,
    "=?utf-8?q?Zo=C3=A9?=",
    "camille@elsewhere.example",
)
SUBJECTS = (
    "Line down",
    "Line down  since noon ",
    "Line down [INC000042] " * 5,
    "Panne de la ligne nº 42 : l'été",
    "Réponse\xa0? " * 12,
    "漢字" * 30,
)
ENCODED_SUBJECTS = (
    "ligne =?utf-8?q?coup=C3=A9e?=",
    "=?utf-8?q?coup=C3=A9e?= depuis l'été",
)
TEXTS = (
    "Hello\n",
    "Bonjour,\nça marche.\n",
    "First\r\nsecond\rthird\n\n\n",
    ".\n.. a line that SMTP would end at\n",
    "a blank at the end of a long line " * 3 + "\n",
    "ligne coupée = 50 % " * 9 + "\nfin\t",
    "漢字" * 90 + "\n" + "plain\n" * 12,
    "plain\n" * 12 + "漢字" * 90,
    "form feed \x0c and \x85 line " * 8,
    "x" * 300,
)
HEADERS = {
    "Return-Path": "bounce+42-abc@example.com",
    "X-Odoo-Objects": "helpdesk.ticket-42",
    "Auto-Submitted": "auto-generated",
    "X-Long": "of many words " * 12,
    "X-Foreign": "été",
}
DATE = re.compile(rb"\r\nDate: [^\r]*")
BOUNDARY = re.compile(rb"={15}\d{19}==")


def _arrange(data):
    """Return the headers of a mail in any order, and its text, without what chance is.

    :param data: bytes
    """
    data = BOUNDARY.sub(b"boundary", DATE.sub(b"\r\nDate: now", data))
    head, _blank, body = data.partition(b"\r\n\r\n")
    return sorted(re.sub(rb"\r\n(?=[ \t])", rb"\\", head).split(b"\r\n")), body


def _get_data(message):
    """Return what ``smtplib`` would hand over."""
    with (
        patch.object(SMTP, "ehlo_or_helo_if_needed"),
        patch.object(SMTP, "sendmail") as sendmail,
    ):
        SMTP(timeout=1).send_message(message, "from@example.com", [ADDRESS])
    return sendmail.call_args[0][2]


@tagged("post_install", "-at_install")
class TestMailWriter(IncidentCommon):
    def _describe(self, **changes):
        """Return what core has a mail built of."""
        return {
            "email_from": '"Support Télécom" <support@example.com>',
            "email_to": [ADDRESS],
            "email_cc": [],
            "subject": SUBJECTS[0],
            "body": "<p>Hello</p>",
            "body_alternative": "Hello\n",
            "reply_to": '"Support" <support@example.com>',
            "attachments": [],
            "message_id": "<123.4-openerp-42-helpdesk.ticket@host.example>",
            "references": "<1@host.example> <2@host.example>",
            "object_id": "42-helpdesk.ticket",
            "headers": dict(HEADERS),
            "subtype": "html",
            "subtype_alternative": "plain",
            **changes,
        }

    def _assert_same(self, **changes):
        server = self.env["ir.mail_server"]
        by_core = server._build_email__(**self._describe(**changes))
        written = write_mail(**self._describe(**changes))
        for mail in (by_core, written):
            server._alter_message__(mail, '"Notes" <notes@example.com>', [ADDRESS])
            del mail["Return-Path"]
        self.assertEqual(_arrange(written.get_data()), _arrange(_get_data(by_core)))
        self.assertEqual(written.get_data(), _get_data(written))
        for name in ("To", "From", "Message-Id"):
            self.assertEqual(str(written[name]), str(by_core[name]))

    def test_addresses_are_written_as_core_writes_them(self):
        for name in NAMES:
            address = formataddr((name, ADDRESS))
            with self.subTest(address=address):
                self._assert_same(email_to=[address])
                self._assert_same(email_from=address, reply_to=address)
                self._assert_same(email_from=address, reply_to=False)

    def test_subjects_are_written_as_core_writes_them(self):
        for subject in SUBJECTS:
            with self.subTest(subject=subject):
                self._assert_same(subject=subject)

    def test_identifiers_are_written_as_core_writes_them(self):
        ids = ("<a@host>", "<" + "a" * 90 + "@host.example>", "not an identifier")
        for message_id, references in product(ids, (*ids, False, " ".join(ids * 3))):
            with self.subTest(message_id=message_id, references=references):
                self._assert_same(message_id=message_id, references=references)

    def test_texts_are_written_as_core_writes_them(self):
        for plain, html in product(TEXTS, TEXTS):
            with self.subTest(plain=plain, html=html):
                self._assert_same(body=html, body_alternative=plain)

    def test_lines_about_as_long_as_they_may_be_are_written_as_core_does(self):
        for length in range(LONGEST_LINE - 3, LONGEST_LINE + 4):
            with self.subTest(length=length):
                line = "word " * 20
                text = line[: length - len("X-Long: ") - 1] + "x"
                self._assert_same(headers={"X-Long": text})
                self._assert_same(body_alternative="x" * length + "\n")

    def test_texts_are_encoded_as_core_judges_their_length(self):
        """Where quoted or base64 is shorter by a character or two, breaks apart."""
        for foreign, more in product(range(4, 20), range(78, 100, 3)):
            with self.subTest(foreign=foreign, more=more):
                self._assert_same(body_alternative="é" * foreign + "a" * more + "\n")

    def test_what_is_not_plain_is_left_to_core(self):
        cases = (
            {"email_cc": [ADDRESS]},
            {"attachments": [("a.txt", b"a", "text/plain")]},
            {"email_to": [ADDRESS, "other@example.com"]},
            {"email_to": []},
            {"email_from": False},
            {"message_id": False},
            {"subject": False},
            {"subject": "two\nlines"},
            *({"subject": subject} for subject in ENCODED_SUBJECTS),
            {"body": ""},
            {"body_alternative": ""},
            {"headers": {"X-Forge-To": ADDRESS}},
            {"headers": {"x-msg-to-add": ADDRESS}},
            {"headers": {"Subject": "another one"}},
            {"headers": {"X-Number": 42}},
        )
        for changes in cases:
            with self.subTest(**changes):
                self.assertIsNone(write_mail(**self._describe(**changes)))

    def test_a_header_of_two_lines_is_refused_as_core_refuses_it(self):
        headers = {"X-Two": "one\r\nBcc: other@example.com"}
        with self.assertRaises(ValueError):
            write_mail(**self._describe(headers=headers))

    def test_nothing_that_a_mail_says_ends_its_parts(self):
        known = f"{'=' * 15}{0:019}=="
        with patch.object(mail_writer, "randrange", side_effect=(0, 0, 7)):
            mail = write_mail(**self._describe(body=f"<p>\n--{known}\n</p>"))
        parsed = message_from_bytes(mail.get_data(), policy=policy.SMTP)
        self.assertIn(known, parsed.get_body(("html",)).get_content())

    # Whether mails are written here

    def test_another_say_in_what_mails_look_like_is_heard(self):
        server = self.env["ir.mail_server"]
        self.assertTrue(server._writes_incident_mails(SMTP(timeout=1)))
        for name in mail_post.BUILDING:
            for kind in (IrMail_Server, type(server)):
                another = patch.object(kind, name, autospec=True)
                with self.subTest(name=name, kind=kind), another:
                    self.assertFalse(server._writes_incident_mails(SMTP(timeout=1)))

    def test_a_session_of_another_kind_is_given_what_it_knows(self):
        class Signing(SMTP):
            def send_message(self, *args, **kwargs):
                """Sign a mail first."""

        server = self.env["ir.mail_server"]
        for session in (Signing(timeout=1), None, object()):
            self.assertFalse(server._writes_incident_mails(session))
        with patch.object(SMTP, "send_message", Signing.send_message):
            self.assertFalse(server._writes_incident_mails(SMTP(timeout=1)))

    def test_a_waiting_mail_is_handed_over_as_core_would(self):
        incident = self._create_incident()
        incident.action_incident_open()
        self.flush_tracking()
        message = incident.sudo().notice_ids[0].message_id
        mails = self.env["mail.mail"].sudo()
        mail = mails.search([("mail_message_id", "=", message.id)])
        session = SMTP(timeout=1)
        session.from_filter, session.smtp_from = False, "support@example.com"
        posts = [mail._prepare_incident_post({"smtp_session": session})]
        with patch.object(mail_post, "KNOWN_BUILDERS", ("odoo.addons.base.",)):
            posts.append(mail._prepare_incident_post({"smtp_session": session}))
        self.assertIsInstance(posts[0].message, WrittenMail)
        self.assertNotIsInstance(posts[1].message, WrittenMail)
        written, by_core = (self._hand_over(mail, post) for post in posts)
        self.assertEqual(written[:2], by_core[:2])
        self.assertEqual(_arrange(written[2]), _arrange(by_core[2]))

    def _hand_over(self, mail, post):
        """Return what the session is given: sender, recipients and mail."""
        kind = type(self.env["ir.mail_server"])
        with (
            patch.object(kind, "_disable_send", return_value=False),
            patch.object(SMTP, "ehlo_or_helo_if_needed"),
            patch.object(SMTP, "sendmail") as sendmail,
        ):
            mail._hand_over(post)
        return sendmail.call_args[0][:3]

    def test_a_recipient_beyond_ascii_is_left_to_who_knows_how(self):
        mail = write_mail(**self._describe())
        session = SMTP(timeout=1)
        with patch.object(session, "send_message") as send_message:
            mail_post.WritingSession(session).send_message(
                mail, "from@example.com", ["é@example.com"]
            )
        send_message.assert_called_once_with(
            mail, "from@example.com", ["é@example.com"]
        )


@tagged("post_install", "-at_install")
class TestEncodedSubject(BaseCase):
    def test_a_subject_is_written_as_the_standard_library_writes_it(self):
        for subject in (*SUBJECTS, "é", "ligne\x85", "é\n", " é ", "a" * 90 + "é"):
            with self.subTest(subject=subject):
                header = Header(
                    subject,
                    charset="utf-8",
                    header_name="Subject",
                    maxlinelen=76,
                    continuation_ws=" ",
                )
                self.assertEqual(
                    EncodedSubject(subject).fold(policy=policy.SMTP),
                    "Subject: " + header.encode(linesep="\r\n") + "\r\n",
                )
