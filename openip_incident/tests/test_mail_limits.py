# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from dataclasses import replace
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..tools import mail_limits
from ..tools.mail_limits import LOOKED_AT, MailLimits, TextBudget, find_excess
from ..tools.mail_repair import repair
from ..tools.mail_source import read_source

LIMITS = MailLimits(size=100_000, parts=10, depth=5, text=2_000, tags=100)
HEAD = b"From: a@example.com\r\nTo: b@example.com\r\n"
HTML = HEAD + b"Content-Type: text/html\r\n\r\n"


def nest(depth):
    """Return a mail with that many parts within parts."""
    opening = b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n'
    return HEAD + b"".join(opening % (i, i) for i in range(depth)) + b"\r\nHello"


def join(count, part=b"Content-Type: text/plain\r\n\r\nHello\r\n"):
    """Return a mail with that many parts side by side."""
    parts = b"".join(b"--x\r\n" + part for _number in range(count))
    return (
        HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + parts + b"--x--"
    )


@tagged("post_install", "-at_install")
class TestMailLimits(BaseCase):
    def assertExcess(self, raw, excess):
        self.assertEqual(find_excess(raw, LIMITS), excess)

    def test_ordinary_mail_exceeds_nothing(self):
        for raw in (
            b"",
            HEAD,
            HEAD + b"\r\nHello",
            HTML + b"<p>Hello <b>you</b></p>" * 10,
            join(9),
            nest(4),
            HEAD + b"\r\n" + b"--\r\nMy signature\r\n" * 20,
        ):
            with self.subTest(raw=raw[:80]):
                self.assertExcess(raw, False)

    def test_size(self):
        self.assertExcess(HEAD + b"x" * 100_000, "size")
        text = HEAD + b"\r\nHello\r\n"
        for more, excess in ((0, False), (1, "size")):
            limits = replace(LIMITS, size=len(text))
            self.assertEqual(find_excess(text + b"x" * more, limits), excess)

    def test_lines_count_once_however_they_end(self):
        for end in (b"\r\n", b"\n", b"\r"):
            for more, excess in ((0, False), (1, "size")):
                raw = HEAD + b"\r\n" + (b"Hello" + end) * (5 + more)
                with self.subTest(raw=raw), patch.object(mail_limits, "MAX_LINES", 8):
                    self.assertExcess(raw, excess)

    def test_parts(self):
        self.assertExcess(join(10), "parts")

    def test_depth(self):
        self.assertExcess(nest(6), "depth")
        mail_in_mail = b"Content-Type: message/rfc822\r\n\r\n"
        self.assertExcess(HEAD + mail_in_mail * 6 + b"\r\nHello", "depth")

    def test_mails_side_by_side_are_not_deep(self):
        forwarded = b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nHello\r\n"
        limits = MailLimits(parts=100, depth=3)
        self.assertFalse(find_excess(join(20, forwarded), limits))

    def test_hidden_parts_are_found(self):
        """A parser reads boundaries in ways that are written only to hide them."""
        for hidden in (
            b'boundary*0="a"; boundary*1="b"',
            b'boundary="=?utf-8?q?ab?="',
            b'boundary(comment)="ab"',
            b'boundary=(comment)"ab"',
            b'boundary="\\ab"',
            b'boundary=ab"cd"',
        ):
            with self.subTest(boundary=hidden):
                head = HEAD + b"Content-Type: multipart/mixed; " + hidden + b"\r\n\r\n"
                self.assertExcess(head + b"--ab\r\n\r\nHello\r\n" * 9, False)
                self.assertExcess(head + b"--ab\r\n\r\nHello\r\n" * 10, "parts")
                page = b"--ab\r\nContent-Type: text/html\r\n\r\n" + b"<p>" * 101
                self.assertExcess(head + page, "tags")

    def test_other_ways_to_nest_are_found(self):
        for kind in (b"message/x", b"=?utf-8?q?message/rfc822?=", b"message/partial"):
            with self.subTest(kind=kind):
                part = b"Content-Type: " + kind + b"\r\n\r\n"
                self.assertExcess(HEAD + part * 6 + b"\r\nHello", "depth")
        report = b"Content-Type: message/delivery-status\r\n\r\n" + b"A: b\r\n\r\n" * 12
        self.assertExcess(HEAD + report, "parts")

    def test_lines(self):
        """Parsers take a moment for each line, and one for each part around it."""
        large = MailLimits()
        self.assertEqual(find_excess(HEAD + b"\r\n" + b"\n" * 1_100_000, large), "size")
        self.assertEqual(find_excess(nest(20) + b"\n" * 900_000, large), "depth")
        file = b"Content-Type: application/pdf\r\n\r\n"
        self.assertFalse(find_excess(join(1, file + b"\n" * 900_000), large))

    def test_text(self):
        self.assertExcess(HEAD + b"\r\n" + b"word " * 500, "text")
        encoded = base64.encodebytes(b"word " * 500)
        head = HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n"
        self.assertExcess(head + encoded, "text")

    def test_character_sets_that_take_long(self):
        for charset in (b"punycode", b'"PunyCode"', b"IDNA"):
            part = b"Content-Type: text/plain; charset=" + charset
            self.assertExcess(HEAD + part + b"\r\n\r\nHello", "text")
            self.assertExcess(join(1, part + b"; name=a.txt\r\n\r\nHello"), "text")
        pieces = (
            b"Content-Type: text/plain; charset*0=puny; charset*1=code\r\n\r\nHello"
        )
        self.assertExcess(HEAD + pieces, "text")

    def test_files_are_no_text(self):
        file = b"Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\n"
        self.assertExcess(join(1, file + b"line of a log\r\n" * 1000), False)
        self.assertExcess(
            join(1, b"Content-Type: image/png\r\n\r\n" + b"AAAA\r\n" * 999), False
        )

    def test_html(self):
        self.assertExcess(HTML + b"<p>x</p>" * 60, "tags")
        # What is no tag costs the square of its number.
        self.assertExcess(HTML + b"< " * 10, "tags")
        self.assertExcess(HEAD + b"\r\n" + b"1 < 2, " * 10, False)

    def test_hidden_html(self):
        """What Odoo takes for the body counts, whatever it calls itself."""
        tags = b"<p>" * 101
        whole = b"Content-Disposition: attachment\r\n" + b"Content-Type: text/html\r\n"
        self.assertExcess(HEAD + whole + b"\r\n" + tags, "tags")
        named = b"Content-Disposition: INLINE; filename=a\r\nContent-Type: text/html"
        self.assertExcess(join(1, named + b"\r\n\r\n" + tags), "tags")
        part = b"Content-Disposition: ATTACHMENT\r\nContent-Type: text/html\r\n\r\n"
        self.assertExcess(join(1, part + tags + b"Hello"), False)
        disguised = HEAD + b'Content-Type: text/html; charset="utf-7"\r\n\r\n'
        self.assertExcess(disguised + b"+ADw-p+AD4-" * 101, "tags")

    def test_quotes_that_take_the_square_of_their_number(self):
        large, lines = MailLimits(), b"<br>" * 2000
        for mark in (
            b"<p class=gmail_extra>",
            b"<p class='gmail&#95;extra'>",
            b"<p class=yahoo_quoted>",
            b"<p>--\n<br>",
        ):
            with self.subTest(mark=mark):
                self.assertEqual(find_excess(HTML + mark + lines, large), "tags")
                self.assertFalse(find_excess(HTML + mark + b"<br>" * 500, large))
                # Each of several pages is cleaned by itself.
                head = b"Content-Type: text/html\r\n\r\n" + mark
                for lines_each, excess in ((90, False), (500, "tags")):
                    parts = [head + b"<br>" * lines_each] * 40
                    together = join(1, b"\r\n--x\r\n".join(parts))
                    self.assertEqual(find_excess(together, large), excess)
        self.assertFalse(find_excess(HTML + lines, large))
        answers = b"They wrote:\r\n> x\r\n"
        self.assertEqual(find_excess(HEAD + b"\r\n" + answers * 9000, large), "text")
        self.assertFalse(find_excess(HEAD + b"\r\n" + answers * 3000, large))

    def test_only_what_is_shown_counts(self):
        """Of alternatives one is shown; a page that costs too much is not the one."""
        both = (
            b'Content-Type: multipart/alternative; boundary="y"\r\n\r\n--y\r\n'
            b"Content-Type: text/plain\r\n\r\n%s\r\n--y\r\n"
            b"Content-Type: text/html\r\n\r\n%s\r\n--y--"
        )
        page, large_page = b"<p>Hello</p>", b"<p>Hello</p>" * 200
        self.assertExcess(HEAD + both % (b"word " * 300, page * 20), False)
        self.assertExcess(HEAD + both % (b"Hello", large_page), False)
        self.assertExcess(HEAD + both % (b"", large_page), "text")
        self.assertExcess(HEAD + both % (b"", b"<p>x</p>" * 60), "tags")
        enclosed = b"Content-Type: message/rfc822\r\n\r\n" + HEAD + both
        self.assertExcess(join(1, enclosed % (b"", large_page)), False)

    def test_images_in_a_page_are_files(self):
        image = b'<img src="data:image/png;base64,' + b"QUJD" * 1000 + b'">'
        self.assertExcess(HTML + b"<p>Hello</p>" + image, False)
        self.assertExcess(HTML + b"<p>Hello</p>" + image * 9, False)
        other = [image.replace(b"QUJD", b"QUJ%c" % letter) for letter in b"EFGHIJKLMN"]
        self.assertExcess(HTML + b"".join(other * 2), False)
        many = [
            b"<img src='data:image/gif;base64,QU%dJAAA'>" % i for i in range(10, 40)
        ]
        self.assertExcess(HTML + b"".join(many), "parts")
        text = b"data:image/png;base64," + b"QUJD" * 1000
        self.assertExcess(HTML + b"<p>" + text, "text")

    def test_broken_tags_before_much_text(self):
        large, text = MailLimits(), b"x " * 400_000
        self.assertEqual(find_excess(HTML + b"<html" * 200 + text, large), "tags")
        self.assertFalse(find_excess(HTML + b"<html" * 20 + text, large))

    def test_headers_of_each_part_count_by_themselves(self):
        part = b"X-Long: " + b"ab " * 10_000 + b"\r\n\r\nHello\r\n"
        large = MailLimits()
        self.assertEqual(find_excess(join(6, part), large), False)
        many = (b"X-Long: " + b"ab " * 10_000 + b"\r\n") * 5 + b"\r\nHello\r\n"
        self.assertEqual(find_excess(join(1, many), large), "headers")

    def test_more_is_looked_at_than_is_shown(self):
        budget = TextBudget(LIMITS)
        shown = [budget("some " * 300, False) for _text in range(LOOKED_AT + 2)]
        self.assertEqual(shown, [True] * (LOOKED_AT + 1) + [False])

    def test_headers(self):
        """Python's parser takes the square of what is in one header."""
        words = b"Reply-To: " + b"a b " * 4000
        self.assertExcess(words + b"\r\n\r\nHello", "headers")
        self.assertExcess(b"Subject: " + b"x" * 40_000 + b"\r\n\r\nHello", "headers")
        self.assertExcess(b"X: y\r\n" * 30_000 + b"\r\nHello", "size")
        folded = b"To: " + b"someone@example.com,\r\n " * 400
        named = b'"Jean-Baptiste de La Tour" <jean-baptiste@valombrel.example>,\r\n '
        self.assertExcess(b"To: " + named * 500 + b"x@y.example\r\n\r\nHi", False)
        self.assertExcess(b"From: " + named * 500 + b"\r\n\r\nHi", "headers")
        self.assertExcess(folded + b"x@example.com\r\n\r\nHello", False)
        part = b"Content-Type: text/plain; x=" + b"y" * 2500 + b"\r\n\r\nHello\r\n"
        self.assertFalse(find_excess(join(20, part), MailLimits()))
        self.assertEqual(find_excess(join(30, part), MailLimits()), "headers")

    def test_unknown_character_set_is_replaced(self):
        raw = b'Content-Type: text/plain;\r\n charset="x-none"\r\n\r\ncharset=x-none'
        self.assertEqual(
            repair(raw),
            b'Content-Type: text/plain;\r\n charset="utf-8"\r\n\r\ncharset=x-none',
        )
        for known in (b"utf-16", b"iso-8859-15", b"US-ASCII", b"windows-1252"):
            raw = b"Content-Type: text/plain; charset=" + known + b"\r\n\r\nx"
            self.assertEqual(repair(raw), raw)

    def test_source_is_read_whatever_it_says(self):
        source = read_source(
            b"Message-ID: <a@b>\r\nTo: One <ONE@Example.com>, two@example.com\r\n"
            b"Delivered-To: three@example.com\r\nReferences: <1@x> <2@x>\r\n"
            b"In-Reply-To: <3@x>\r\nFrom: =?utf-8?q?X?= <Me@example.com>\r\n\r\nHello"
        )
        self.assertEqual(source.key, "<a@b>")
        self.assertEqual(
            source.recipients,
            ["three@example.com", "one@example.com", "two@example.com"],
        )
        self.assertEqual(source.references, ["<3@x>", "<2@x>", "<1@x>"])
        self.assertEqual(source.sender, "me@example.com")
        for raw in (b"", b"\x00", b"\xff\xfe", b"To: \xff\x00@\r\n\r\n", "é", b":\r\n"):
            with self.subTest(raw=raw):
                nothing = read_source(raw)
                self.assertFalse(nothing.recipients)
                self.assertTrue(nothing.key.startswith("sha256:"))
