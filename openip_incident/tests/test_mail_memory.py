# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Headers that are parsed once say what they say, and stay as they were written."""

from email import message_from_bytes, policy
from email.headerregistry import HeaderRegistry
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.openip_incident.tools.mail_memory import remember_headers

MAIL = (
    b"From: =?utf-8?q?Ren=C3=A9e?= <renee@customer.example.com>\r\n"
    b'To: incidents@operator.example.com, "Q, R" <q@r.example.com>\r\n'
    b"Subject: " + b"No dial tone since this morning " * 5 + b"=?utf-8?q?=C3=A9?=\r\n"
    b"X-Broken: \xff\xfe\r\n"
    b"Content-Type: multipart/mixed; boundary=parts\r\n\r\n"
    b"--parts\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nH\xe9l\xe8ne\r\n"
    b"--parts--\r\n"
)


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
