# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Headers that are parsed once say what they say, and stay as they were written."""

from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.openip_incident.tools import mail_repair
from odoo.addons.openip_incident.tools.mail_body import read_body
from odoo.addons.openip_incident.tools.mail_limits import MailLimits, MailLook, look_at
from odoo.addons.openip_incident.tools.mail_memory import remember_headers

from .mail_shapes import both, enclosed, mail, multi, page, pdf, plain

MAIL = (
    b"From: =?utf-8?q?Ren=C3=A9e?= <renee@customer.example.com>\r\n"
    b'To: incidents@operator.example.com, "Q, R" <q@r.example.com>\r\n'
    b"Subject: " + b"No dial tone since this morning " * 5 + b"=?utf-8?q?=C3=A9?=\r\n"
    b"X-Broken: \xff\xfe\r\n"
    b"Content-Type: multipart/mixed; boundary=parts\r\n\r\n"
    b"--parts\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nH\xe9l\xe8ne\r\n"
    b"--parts--\r\n"
)
# As programs put mails together.
SHAPES = [
    plain("One"),
    page("<p>One</p><p>&nbsp;</p>"),
    both("One", "<p>One</p>"),
    multi("mixed", both("One", "<p>One</p>"), pdf(), enclosed(), plain("Two")),
    multi("encrypted", plain("One")),
]


@tagged("post_install", "-at_install")
class TestMailMemory(BaseCase):
    def setUp(self):
        super().setUp()
        self.plain, self.mail = (
            message_from_bytes(MAIL, policy=policy.SMTP) for _time in range(2)
        )
        remember_headers(self.mail)

    def test_says_the_same(self):
        for _time in range(2):
            self.assertEqual(list(self.mail.items()), list(self.plain.items()))
        address = self.mail["From"].addresses[0]
        self.assertEqual(address.addr_spec, "renee@customer.example.com")
        [part], [plain] = self.mail.get_payload(), self.plain.get_payload()
        self.assertEqual(part.get_content(), plain.get_content())
        self.assertEqual(self.mail.as_bytes(), self.plain.as_bytes())

    def test_parses_each_header_once(self):
        with patch.object(
            HeaderRegistry,
            "__call__",
            autospec=True,
            side_effect=HeaderRegistry.__call__,
        ) as parse:
            for _time in range(3):
                self.assertTrue(self.mail["From"])
                self.assertEqual(self.mail.get_content_type(), "multipart/mixed")
        self.assertEqual(parse.call_count, 2)

    def test_reads_anew_what_is_replaced(self):
        self.assertTrue(self.mail["Subject"])
        self.mail.replace_header("Subject", "Solved")
        self.assertEqual(self.mail["Subject"], "Solved")
        del self.mail["Subject"]
        self.assertIsNone(self.mail["Subject"])


@tagged("post_install", "-at_install")
class TestMailLook(BaseCase):
    """A mail is read once: what was looked at for its limits is what it says."""

    def setUp(self):
        super().setUp()
        self.raw = mail(both("One", "<p>One <b>two</b></p>"))
        self.look = look_at(self.raw, MailLimits())

    def _parse(self, raw=None):
        return message_from_bytes(raw or self.raw, policy=policy.SMTP)

    def test_finds_what_a_second_reading_finds(self):
        for raw in (self.raw, MAIL, *map(mail, SHAPES)):
            with self.subTest(raw=raw[-80:]):
                look, message = look_at(raw, MailLimits()), self._parse(raw)
                self.assertEqual(look.get_body(message), read_body(message))

    def test_what_is_of_its_way_changes_nothing(self):
        message = self._parse()
        message["Message-ID"] = "<another@example.com>"
        message["References"] = "<one@example.com>"
        self.assertIsNotNone(self.look.get_body(message))

    def test_what_others_change_is_read_anew(self):
        def type_words(message):
            message.get_payload(0).set_payload("Two")

        def name_file(message):
            message.get_payload(1)["Content-Disposition"] = "attachment"

        def add_part(message):
            message.attach(self._parse(b"Content-Type: text/plain\n\nThree"))

        def drop_part(message):
            message.get_payload().pop()

        def seal(message):
            message.replace_header("Content-Type", "multipart/encrypted")

        for change in (type_words, name_file, add_part, drop_part, seal):
            with self.subTest(change=change.__name__):
                message = self._parse()
                self.assertIsNotNone(self.look.get_body(message))
                change(message)
                self.assertIsNone(self.look.get_body(message))

    def test_who_leaves_something_out_leaves_it_to_the_next(self):
        body = self.look.get_body(self._parse())
        body.texts, body.unreadable = [], True
        self.assertTrue(self.look.get_body(self._parse()).texts)

    def test_what_was_not_parsed_is_read_anew(self):
        self.assertIsNone(MailLook().get_body(self._parse()))
        name = b"name*=idna''a%00"
        look = look_at(b"Content-Type: text/plain; " + name + b"\n\nOne", MailLimits())
        self.assertFalse(look.excess)
        self.assertIsNone(look.get_body(self._parse()))

    def test_looking_parses_each_header_once(self):
        with patch.object(
            HeaderRegistry,
            "__call__",
            autospec=True,
            side_effect=HeaderRegistry.__call__,
        ) as parse:
            look_at(self.raw, MailLimits())
        asked = [call.args[1:] for call in parse.call_args_list]
        self.assertIn("content-type", [name.lower() for name, _value in asked])
        self.assertEqual(len(asked), len(set(asked)))

    def test_repairing_parses_only_what_python_may_refuse(self):
        with patch.object(
            mail_repair, "message_from_bytes", side_effect=message_from_bytes
        ) as parse:
            self.assertEqual(mail_repair.repair(self.raw), self.raw)
            parse.assert_not_called()
            name = b"Content-Type: text/plain; name*=utf-8''%C3%A9\n\nOne"
            self.assertEqual(mail_repair.repair(name), name)
            parse.assert_called_once()
