# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import time

from markupsafe import Markup

from odoo.tests import BaseCase, tagged

from ..tools.mail_body import read_body
from ..tools.mail_reader import get_content_type, iterate_parts
from ..tools.mail_repair import remove_unstorable, repair, repair_message
from .mail_shapes import parse

BODY = b"\r\nNothing rings."

# (header, what it becomes)
HEADERS = [
    ("To: unlisted-recipients:; (no To-header on input)", None),
    ("To: a:;(x), Paul <paul@x.example>", "Paul <paul@x.example>"),
    ("From: =?utf-8?q?Marion=0D=0AK?= <m@x.example>", "Marion K <m@x.example>"),
    (
        "From: =?utf-8?b?TQ0KQHguZXhhbXBsZQ==?= <m@x.example>",
        '"M @x.example" <m@x.example>',
    ),
    ('Cc: "', None),
    ("Reply-To: <", None),
    ("Sender: =?utf-8?q??=", None),
    ("Message-ID: <>", None),
    ("Message-ID: <<a@b>>", "<a@b>"),
    ("To: " + "(" * 3000, None),
]

# How Python reads none of the parts.
CONTAINERS = [
    'Content-Type: multipart/mixed; boundary="AAA"\r\n\r\n{preamble}--BBB\r\n'
    "Content-Type: text/plain\r\n\r\nNothing rings.\r\n--BBB\r\n"
    "Content-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n--BBB--\r\n",
    'Content-Type: multipart/mixed; boundary=""\r\n\r\n{preamble}--BBB \r\n'
    "Content-Type: text/html\r\n\r\nNothing rings.\r\n--BBB\r\n"
    "Content-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n--BBB--\r\n",
    "Content-Type: multipart/mixed\r\n\r\n{preamble}--BBB \r\n"
    "content-type: text/plain\r\n\r\nNothing rings.\r\n--BBB\r\n"
    "Content-Type: application/pdf; name=a.pdf\r\n\r\nx\r\n",
]


@tagged("post_install", "-at_install")
class TestMailRepair(BaseCase):
    def test_headers_that_python_does_not_read(self):
        for header, expected in HEADERS:
            with self.subTest(header=header[:60]):
                message = parse(f"{header}\r\nSubject: x\r\n".encode() + BODY)
                self.assertTrue(repair_message(message))
                value = message[header.partition(":")[0]]
                self.assertEqual(value and str(value), expected)
                self.assertEqual(message["Subject"], "x")

    def test_headers_that_it_reads_stay(self):
        head = (
            "From: =?utf-8?q?Cl=C3=A9?= <c@x.example>\r\n"
            "To: a@x.example, b@x.example\r\n"
            "Subject: =?utf-8?q?=C3=A9?=\r\nMessage-ID: <a@b>\r\nDate: yesterday\r\n"
        )
        message = parse(head.encode() + BODY)
        before = list(message.raw_items())
        self.assertFalse(repair_message(message))
        self.assertEqual(list(message.raw_items()), before)

    def test_long_lists_are_read_without_names(self):
        names = [f'"Jean {i} de La Tour" <jean{i}@x.example>' for i in range(300)]
        message = parse(f"To: {', '.join(names)}\r\n".encode() + BODY)
        repair_message(message)
        self.assertEqual(len(message["To"].addresses), 300)
        self.assertEqual(message["To"].addresses[299].addr_spec, "jean299@x.example")
        began = time.process_time()
        message = parse(b"To: " + b"a b " * 15_000 + b"<c@x.example>\r\n" + BODY)
        repair_message(message)
        self.assertLess(time.process_time() - began, 1)

    def test_parts_behind_another_boundary_are_found(self):
        for container in CONTAINERS:
            for preamble in ("", "Dear all\r\n"):
                with self.subTest(container=container[:50], preamble=preamble):
                    raw = container.format(preamble=preamble).encode()
                    message = parse(b"Subject: x\r\n" + raw)
                    self.assertTrue(repair_message(message))
                    body = read_body(message)
                    self.assertEqual(
                        [text.visible.strip() for text in body.texts],
                        ["Dear all"] * bool(preamble) + ["Nothing rings."],
                    )
                    self.assertEqual([file[0] for file in body.files], ["a.pdf"])

    def test_a_container_without_parts_is_a_text(self):
        message = parse(b"Content-Type: multipart/alternative; boundary=x\r\n" + BODY)
        repair_message(message)
        self.assertEqual(read_body(message).texts[0].visible, "Nothing rings.")

    def test_a_report_stays_a_report(self):
        message = parse(
            b"Content-Type: multipart/report; report-type=delivery-status; boundary=A"
            b"\r\n\r\nFailed\r\n--B\r\nContent-Type: message/delivery-status\r\n\r\n"
            b"Action: failed\r\n--B--\r\n"
        )
        repair_message(message)
        types = [get_content_type(part) for part in iterate_parts(message)]
        self.assertEqual(types[:2], ["multipart/report", "text/plain"])
        self.assertIn("message/delivery-status", types)
        self.assertEqual(message.get_param("report-type"), "delivery-status")

    def test_parameters_that_make_python_refuse_the_mail(self):
        for value in ("iso-2022-jp''%1B$B%25", "idna''a%00", "unicode_escape''%5Cx"):
            head = f"Content-Type: text/plain; name*={value}; charset=utf-8\r\n"
            with self.subTest(value=value):
                self.assertRaises(UnicodeError, parse, head.encode() + BODY)
                message = parse(repair(head.encode() + BODY))
                self.assertEqual(message.get_content_charset(), "utf-8")

    def test_encoded_words_are_read_as_the_larger_set(self):
        word = "=?gb2312?b?1uzpRrv5?="
        message = parse(repair(f"Subject: {word}\r\n".encode() + BODY))
        self.assertEqual(message["Subject"], "朱镕基")
        hebrew = repair(b"Content-Type: text/plain; charset=iso-8859-8-i\r\n" + BODY)
        self.assertEqual(b"".decode(parse(hebrew).get_content_charset()), "")

    def test_what_no_database_takes_is_removed(self):
        values = {"a": "x\x00y\x0bz\ud800", "b": Markup("<p>\x0c</p>"), "c": 1, "d": []}
        self.assertEqual(
            remove_unstorable(values),
            {"a": "xy z", "b": Markup("<p> </p>"), "c": 1, "d": []},
        )
        self.assertIsInstance(remove_unstorable(values)["b"], Markup)
