# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is read of a mail before anything parses it, and what core is given to read."""

import email
import email.policy
import time

from odoo.tests import BaseCase, tagged

from ..tools.mail_headers import rewrite
from ..tools.mail_source import MOST_REFERENCES, read_source
from ..tools.subject_number import find_numbers

FORMATS = (("INC%(range_year)s-", False, 5), ("OP/%(y)s/%(month)s.", "-X", 4))
OURS = "INC2026-00127"
HEAD = b"From: a@x.example\r\nDate: Sat, 28 Nov 2026 10:00:00 +0000\r\n"


def read(*headers, body=b"Hello"):
    head = "".join(f"{header}\r\n" for header in headers)
    return read_source(HEAD + head.encode() + b"\r\n" + body)


@tagged("post_install", "-at_install")
class TestNumberInSubject(BaseCase):
    def test_our_number_however_it_is_written(self):
        for subject in (
            "INC2026-00127",
            "RE:INC2026-00127-Suite",
            "[EXTERN]RE:INC2026-00127-Suite",
            "TICKETINC2026-00127Suite",
            "n.INC2026-00127/",
            "(INC2026-00127)",
            "n°INC2026-00127!",
            "inc2026-00127",
            "Inc2026-00127:ligne 7",
            "INC2026 00127",
            "INC2026\xa000127",
            "INC2026\u202f00127",
            "INC2026\t00127",
            "INC2026\r\n 00127",
            "INC202600127",
            "INC2026--00127",
            "INC2026 - 00127",
            "INC 2026-00127",
            "INC-2026-00127",
            "INC_2026_00127",
            "INC2026/00127",
            "INC2026.00127",
            "INC2026\u200b-00127",
            "INC2026\xad00127",
            "\u200eINC2026-00127\u200f",
            "\uff29\uff2e\uff23\uff12\uff10\uff12\uff16\uff0d\uff10\uff10\uff11\uff12\uff17",
            "INC2026-00127 2 lignes",
            "INC2026-00127, 3e rappel du 28/11/2026",
            "[#8812] TR: INC2026-00127 (réf. CLT-2026/77, REQ0012345)",
            f"{'1 ' * 50}INC2026-00127",
            *(f"INC2026{dash}00127" for dash in "\u2010\u2011\u2012\u2013\u2014\u2212"),
        ):
            with self.subTest(subject):
                self.assertEqual(find_numbers(subject, FORMATS)[0], OURS)

    def test_what_is_not_our_number(self):
        for subject in (
            "INC2026-001279",
            "INC2026-0012",
            "INC026-00127",
            "INC20260-0127",
            "INC0010023",
            "IN2026-00127",
            "I N C 2026-00127",
            "2026-00127",
            "INC2026 et 00127",
            "INC2026          00127",
        ):
            with self.subTest(subject):
                self.assertNotIn(OURS, find_numbers(subject, FORMATS))
        # A number that goes on is not the one that it begins with.
        found = find_numbers("INC2026-1234567890123", FORMATS)
        self.assertEqual(found, ["INC2026-1234567890123"])

    def test_each_sequence_has_its_shape(self):
        for subject in ("re:OP/26/11.0042-X", "op 26 11 0042 x", "OP26110042X"):
            with self.subTest(subject):
                self.assertEqual(find_numbers(subject, FORMATS)[0], "OP/26/11.0042-X")
        # Without letters anything could be a number: words only.
        self.assertEqual(find_numbers("a00042b 00043", [("", "", 5)])[1], "00043")

    def test_hostile_subject_takes_no_time(self):
        """Nothing but the length counts; a quadratic search would take minutes."""
        start = time.process_time()
        for text in ("a", "1", "-", "INC", "INC2026", "INC2026----", "INC ", "\u0301"):
            find_numbers((text * 100_000)[:100_000], FORMATS)
        self.assertLess(time.process_time() - start, 8 * 0.5)


@tagged("post_install", "-at_install")
class TestMailSource(BaseCase):
    def test_message_id(self):
        for written, expected in {
            "<a@b>": "<a@b>",
            " <a@b> (added by postmaster)": "<a@b>",
            "<a.\r\n b@c>": "<a.b@c>",
            "<a@b@c>": "<a@b@c>",
            "<>": "",
            "< >": "",
            "<a>": "",
            "a@b": "",
            "abc": "",
            "": "",
        }.items():
            with self.subTest(written):
                source = read(f"Message-ID: {written}")
                self.assertEqual(source.message_id, expected)
                self.assertEqual(source.key, expected or f"sha256:{source.digest}")
                self.assertRegex(source.stored_id, r"^<[^<>\s]+@[^<>\s]+>$")
                self.assertEqual(expected or source.stored_id, source.stored_id)
                again = source.as_reused()
                self.assertNotEqual(again.key, source.key)
                self.assertNotEqual(again.stored_id, source.stored_id)

    def test_copies_are_one_and_others_are_not(self):
        def get_keys(*headers, body=b"Hello\r\n"):
            source = read(*headers, body=body)
            return source.key, source.content_digest

        for message_id in ("Message-ID: <a@b>", "Message-ID: <>", "X-None: 1"):
            first = get_keys("Received: by one", "Delivered-To: c@d", message_id)
            for copy in (
                get_keys("Received: by two", "Received: by one", message_id),
                get_keys("Delivered-To: e@f", "X-Spam: no", message_id),
                get_keys(message_id, body=b"Hello\n\n"),
            ):
                with self.subTest(message_id):
                    self.assertEqual(copy, first)
            for other in (
                get_keys(message_id, body=b"Bye"),
                get_keys("In-Reply-To: <q@x>", message_id),
            ):
                with self.subTest(message_id):
                    self.assertNotEqual(other, first)
        # Nothing but the way tells alarms apart that a device sends all day.
        alarms = [read_source(b"Received: by %d\n\nAlarm" % i).key for i in range(2)]
        self.assertEqual(len(set(alarms)), 2)

    def test_references(self):
        for headers, expected in (
            (["In-Reply-To: a@b"], ["<a@b>"]),
            (["In-Reply-To: <a@b"], ["<a@b>"]),
            (['In-Reply-To: Your message of "Sat, 28 Nov" <a@b>'], ["<a@b>"]),
            (["In-Reply-To: Message from Bob <b@x.fr> of Sat. <a@b>"], None),
            (["In-Reply-To: <a@b> <c@d>"], ["<c@d>", "<a@b>"]),
            (["References: <a@b><c@d>,<e@f>"], ["<e@f>", "<c@d>", "<a@b>"]),
            (["References: a@b c@d"], ["<c@d>", "<a@b>"]),
            (["References: <a@\r\n b>"], ["<a@b>"]),
            (["References: =?utf-8?Q?=3Ca=40b=3E?="], ["<a@b>"]),
            (["In-Reply-To: =?us-ascii?B?PGFAYj4=?="], ["<a@b>"]),
            (["In-Reply-To: <>", "References: "], []),
            (["In-Reply-To: my last mail"], []),
        ):
            with self.subTest(headers):
                found = read(*headers).references
                if expected is None:
                    self.assertIn("<a@b>", found)
                else:
                    self.assertEqual(found, expected)

    def test_old_references_are_not_forgotten(self):
        many = [f"<{i}@x>" for i in range(10_000)]
        found = read(f"References: {' '.join(many)}").references
        self.assertEqual(len(found), MOST_REFERENCES)
        self.assertTrue({many[0], many[50], many[-1], many[-50]} <= set(found))

    def test_subject_as_a_human_reads_it(self):
        for raw, expected in {
            "Ligne coupée".encode(): "Ligne coupée",
            "Ligne coupée".encode("latin-1"): "Ligne coupée",
            "Prix : 5 €".encode("cp1252"): "Prix : 5 €",
            b"=?utf-8?B?TMOp?= =?utf-8?B?YQ==?= x": "Léa x",
            b"=?utf-8?B?w?= =?utf-8?Q?=C3=A9?=": "é",
            b"=?utf-8?Q?L=C3?=\r\n =?utf-8?Q?=A9a?=": "Léa",
            b"=?iso-8859-1?q?caf=E9_noir?=": "café noir",
            b"=?x-unknown?q?caf=E9?=": "café",
            b"a\r\n b": "a b",
            b"=?utf-8?B?": "=?utf-8?B?",
        }.items():
            with self.subTest(raw):
                source = read_source(b"Subject: " + raw + b"\r\n\r\n")
                self.assertEqual(source.subject, expected)

    def test_headers_of_a_hostile_mail_take_no_time(self):
        start = time.process_time()
        for name in ("References", "In-Reply-To", "Message-ID", "Subject", "To"):
            for text in ("<", "<a", "a", "a@", "<a@b", "=?utf-8?q?", "=?a?b?c?= ", "@"):
                source = read(f"{name}: {text * (250_000 // len(text))}")
                self.assertTrue(source.key)
                self.assertIsNotNone((source.references, source.recipients))
                self.assertIsNotNone(source.subject)
                rewrite(source.raw, {"Message-ID": "<a@b>"}, str.lower, ["To"])
        self.assertLess(time.process_time() - start, 40 * 0.5)


@tagged("post_install", "-at_install")
class TestRewrite(BaseCase):
    VALUES = {"Message-ID": "<new@x>", "In-Reply-To": "<q@x>", "References": ""}

    def _rewrite(self, raw):
        found = rewrite(raw, self.VALUES, lambda text: text.replace("+t@", "@"), ["To"])
        return found, email.message_from_bytes(found, policy=email.policy.SMTP)

    def test_headers_are_set_and_the_rest_stays(self):
        raw = (
            b"Received: one\r\nMessage-ID:\r\n <>\r\nreferences: <a@b>\r\n <c@d>\r\n"
            b"To: A <a+t@x>,\r\n b+t@x\r\nSubject: caf\xe9\r\nX-A: b\r\n\r\n"
            b"To: c+t@x\r\n"
        )
        found, message = self._rewrite(raw)
        self.assertEqual(message["Message-ID"], "<new@x>")
        self.assertEqual(message["In-Reply-To"], "<q@x>")
        self.assertIsNone(message["References"])
        self.assertEqual(message["To"], "A <a@x>, b@x")
        self.assertEqual(message["Subject"], "café")
        self.assertTrue(found.endswith(b"X-A: b\r\n\r\nTo: c+t@x\r\n"))

    def test_whatever_a_mail_is_made_of(self):
        for raw, body in (
            (b"From x Sat\nTo: a+t@x\nSubject: y\n\nbody", "body"),
            (b"To: a+t@x\nno header\nMessage-ID: <old@x>\n\nbody", None),
            (b"To: a+t@x", ""),
            (b"To: a+t@x\r\n\r\n", ""),
            (b"To: a+t@x\n \n\nbody", "body"),
        ):
            with self.subTest(raw):
                _found, message = self._rewrite(raw)
                self.assertEqual(message["Message-ID"], "<new@x>")
                self.assertEqual(message["To"], "a@x")
                if body is not None:
                    self.assertEqual(message.get_content().strip(), body)
        for raw in (
            b"",
            b"\nTo: a+t@x\n\nbody",
            b"\r\n\r\nbody",
            b"A: " + b"b" * 300_000,
        ):
            with self.subTest(raw[:20]):
                self.assertTrue(self._rewrite(raw)[0].endswith(raw))
