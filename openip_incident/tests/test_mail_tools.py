# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Dates, colours, foreign HTML, sizes and text parts of mails: pure functions."""

from datetime import datetime, timedelta
from time import process_time
from unittest.mock import patch

import pytz
from lxml import html

from odoo.tests import BaseCase, tagged

from ..tools import mail_frame
from ..tools.brand_color import ENOUGH, get_contrast, get_letter_color, read_color
from ..tools.file_size import say_size
from ..tools.foreign_html import tame_html
from ..tools.mail_frame import PEEK_LENGTH, get_call, get_shown, make_peek
from ..tools.mail_text import write_text
from ..tools.shipped_words import get_digest
from ..tools.spoken_date import say_day, say_moment, say_zone, to_local
from ..tools.zones import read_zone

DECEMBER = datetime(2026, 12, 1, 11, 21)
NOVEMBER = datetime(2026, 11, 29, 8, 0)
PARIS = "Europe/Paris"


@tagged("post_install", "-at_install")
class TestSpokenDate(BaseCase):
    def test_moments_as_people_say_them(self):
        cases = (
            ("fr_FR", PARIS, "mardi 1er décembre à 12 h 21 (heure de Paris)"),
            ("fr_FR", "Indian/Reunion", "mardi 1er décembre à 15 h 21 (heure de La R"),
            ("fr_FR", "Africa/Cairo", "mardi 1er décembre à 13 h 21 (heure du Caire)"),
            ("fr_FR", "Africa/Abidjan", "à 11 h 21 (heure d'Abidjan)"),
            ("fr_BE", PARIS, "mardi 1er décembre à 12 h 21 (heure de Paris)"),
            ("en_US", PARIS, "Tuesday 1 December at 12:21 (Paris time)"),
            (
                "en_GB",
                "America/New_York",
                "Tuesday 1 December at 06:21 (New York time)",
            ),
            ("de_DE", PARIS, "Dienstag, 1. Dezember um 12:21 (Paris)"),
            ("es_ES", PARIS, "martes, 1 de diciembre a las 12:21 (París)"),
            ("sr@latin", PARIS, "12:21"),
            ("xx_YY", PARIS, "Tuesday 1 December at 12:21 (Paris time)"),
        )
        for lang, zone, said in cases:
            with self.subTest(lang=lang, zone=zone):
                self.assertIn(said, say_moment(DECEMBER, zone, lang, NOVEMBER))

    def test_only_the_first_is_an_ordinal(self):
        for day, said in ((1, "1er"), (2, "2"), (11, "11"), (21, "21"), (31, "31")):
            with self.subTest(day=day):
                date = datetime(2026, 12, day, 11, 0)
                text = say_moment(date, PARIS, "fr_FR", NOVEMBER, weekday=False)
                self.assertTrue(text.startswith(f"{said} décembre à 12 h 00"), text)

    def test_another_year_is_named(self):
        january = datetime(2026, 12, 31, 23, 30)
        text = say_moment(january, PARIS, "fr_FR", NOVEMBER)
        self.assertIn("vendredi 1er janvier 2027 à 0 h 30", text)
        text = say_moment(january, "UTC", "fr_FR", NOVEMBER, "UTC")
        self.assertEqual(text, "jeudi 31 décembre à 23 h 30")

    def test_zone_of_home_is_left_out(self):
        said = say_moment(DECEMBER, PARIS, "fr_FR", NOVEMBER, home=PARIS)
        self.assertEqual(said, "mardi 1er décembre à 12 h 21")

    def test_days_of_subjects(self):
        for lang, said in (("fr_FR", "01/12"), ("en_US", "1 December")):
            self.assertEqual(say_day(DECEMBER, PARIS, lang), said)

    def test_zones_that_nobody_knows(self):
        for zone in ("Nowhere/Nowhere", "../Paris", "Europe", "zone.tab", ""):
            with self.subTest(zone=zone):
                said = say_moment(DECEMBER, zone, "en_US", NOVEMBER)
                self.assertIn("11:21", said)
                with self.assertRaises(LookupError):
                    read_zone(zone)

    def test_zone_is_known_however_it_is_written(self):
        self.assertEqual(str(read_zone("europe/PARIS")), PARIS)

    def test_hours_are_those_that_odoo_counts_by(self):
        hours = [NOVEMBER + timedelta(days=10 * index) for index in range(75)]
        for zone in pytz.all_timezones:
            place = pytz.timezone(zone)
            for hour in hours:
                counted = pytz.utc.localize(hour).astimezone(place)
                self.assertEqual(
                    to_local(hour, zone).replace(tzinfo=None),
                    counted.replace(tzinfo=None),
                    zone,
                )

    def test_zones_without_a_town_keep_their_name(self):
        for zone in ("UTC", "Etc/GMT+3"):
            self.assertEqual(say_zone(zone, "fr_FR"), zone)


@tagged("post_install", "-at_install")
class TestBrandColor(BaseCase):
    def test_letters_are_readable_on_every_colour(self):
        steps = range(0, 256, 15)
        for red in steps:
            for green in steps:
                for blue in steps:
                    color = f"#{red:02x}{green:02x}{blue:02x}"
                    contrast = get_contrast(get_letter_color(color), color)
                    self.assertGreaterEqual(contrast, ENOUGH, color)

    def test_bright_and_dark(self):
        for color, letters in (("#F9B233", "#212529"), ("#2B3A8F", "#ffffff")):
            self.assertEqual(get_letter_color(color), letters)

    def test_what_is_no_colour_is_the_default(self):
        for value in (
            None,
            "",
            "red",
            "#fff",
            "#12345",
            "#1234567",
            "#zzzzzz",
            "url(x)",
        ):
            self.assertRegex(read_color(value), r"^#[0-9a-fA-F]{6}$")


@tagged("post_install", "-at_install")
class TestForeignHtml(BaseCase):
    def test_nothing_keeps_a_size(self):
        cases = (
            '<img src="cid:a" width="2000" height="900">',
            '<table width="1400"><tr><td width="700" nowrap>a</td></tr></table>',
            '<p style="font-size: 40px; color: red; line-height: 3">big</p>',
            '<p style="font: bold 40px Arial">big</p>',
            '<font size="7" color="red" face="Comic Sans MS">big</font>',
            '<div style="width:1400px;min-width: 900px;height:2em">wide</div>',
            '<p style="white-space: nowrap; margin-left: -400px">x</p>',
            '<td style="width:700pt">cell</td>',
            '<h1 style="position:absolute">title</h1>',
            '<ul><li style="letter-spacing: 40px">one</li></ul>',
        )
        for body in cases:
            with self.subTest(body=body):
                root = html.fromstring(str(tame_html(body)))
                for node in root.iter():
                    style = node.get("style", "")
                    kept = style.replace("max-width: 100%", "")
                    self.assertNotRegex(
                        kept, r"width|font-size|font:|line-height|nowrap"
                    )
                    self.assertNotRegex(kept, r"position|-400|spacing|color: red")
                    self.assertFalse({"width", "size", "height"} & set(node.attrib))
                self.assertEqual(
                    root.text_content(), html.fromstring(body).text_content()
                )

    def test_emphasis_lists_links_and_pictures_stay(self):
        tame = tame_html(
            '<p style="font-weight: bold; text-align: right">b <b>c</b></p>'
            '<ol><li>one</li></ol><a href="https://example.com">d</a>'
            '<img src="cid:a" alt="e">'
        )
        for kept in (
            "font-weight: bold",
            "text-align: right",
            "<b>c</b>",
            "<ol><li>one</li></ol>",
            'href="https://example.com"',
            'src="cid:a"',
            'alt="e"',
            "max-width: 100%",
        ):
            self.assertIn(kept, tame)

    def test_time_grows_with_the_length(self):
        def take(count):
            body = '<table width="9"><tr><td style="width:3px;x">a' * count
            begin = process_time()
            tame_html(body + "<p style='" + "a;" * count + "'>b")
            return process_time() - begin

        take(10)
        self.assertLess(take(4000), 2)


@tagged("post_install", "-at_install")
class TestMailText(BaseCase):
    def test_shapes(self):
        cases = (
            ("<p>Hello <b>you</b>, 4120*</p>", "Hello you, 4120*\n"),
            ("<p>one</p><p>two</p>", "one\n\ntwo\n"),
            ("a<br>b<br><br>c", "a\nb\n\nc\n"),
            ("<ul><li>one</li><li>two</li></ul>", "- one\n- two\n"),
            (
                "<table><tr><td>A:</td><td>1</td></tr><tr><td>B:</td></tr></table>",
                "A: 1\nB:\n",
            ),
            (
                '<p><a href="https://x.y/z?a=1&amp;b=2">View <b>it</b></a></p><p>c</p>',
                "View it\nhttps://x.y/z?a=1&b=2\n\nc\n",
            ),
            ('<a href="https://x.y">https://x.y</a>', "https://x.y\n"),
            ('<a href="mailto:a@b.c">a@b.c</a>', "a@b.c\n"),
            ('<a href="tel:+33161">01 61</a>', "01 61\n"),
            ('<a href="javascript:x">click</a>', "click\n"),
            ("<pre>a\n  b\n\nc</pre>", "a\n  b\n\nc\n"),
            ("<head><title>t</title><style>p{}</style></head>", ""),
            ('<div style="display: none">hidden</div><p>a</p>', "a\n"),
            ("<!-- [if mso]>x<![endif] -->a", "a\n"),
            ('<img src="cid:a" alt="[image]"> b', "[image] b\n"),
            ("", ""),
        )
        for body, text in cases:
            with self.subTest(body=body):
                self.assertEqual(write_text(body), text)

    def test_time_grows_with_the_length(self):
        begin = process_time()
        write_text("<p>a <a href='https://x'>b</a>" * 20_000)
        self.assertLess(process_time() - begin, 3)


@tagged("post_install", "-at_install")
class TestMailFrame(BaseCase):
    def test_peek_is_short_and_of_words_alone(self):
        self.assertEqual(make_peek("<p>One &amp; <b>two</b></p>"), "One & two")
        self.assertLessEqual(len(make_peek("<p>word </p>" * 500)), PEEK_LENGTH + 2)
        self.assertEqual(make_peek("a https://x.y/?token=1 b"), "a b")

    def test_peek_needs_the_first_lines_alone(self):
        first = "<p>" + "word " * 40 + "</p>"
        self.assertEqual(make_peek(first + "<p>more</p>" * 90), make_peek(first))
        short = "<p style='margin: 0 0 16px; padding: 0 0 8px; color: #222222'>a</p>"
        text = make_peek(short * 4 + "<p>" + "more " * 10 + "</p>")
        self.assertEqual(text, " ".join(["a"] * 4 + ["more"] * 10))

    def test_lines_behind_the_peek_are_not_read(self):
        lines = "<p>" + "word " * 40 + "</p>"
        with patch.object(mail_frame, "redact_tokens", side_effect=str) as read:
            make_peek(lines + "<p>behind</p>")
        [[text]] = [call.args for call in read.call_args_list]
        self.assertNotIn("behind", text)

    def test_what_is_shown_of_a_mail_is_its_body(self):
        mail = "<!DOCTYPE html><html><head><title>t</title></head><body class='a'>"
        mail += "<div style='display: none'>peek</div><p>Words</p></body></html>"
        self.assertEqual(get_shown(mail), "<p>Words</p>")
        self.assertEqual(get_shown("<p>a <body> b</p>"), "<p>a <body> b</p>")

    def test_calls(self):
        cases = (
            ("02 61 91 10 00", "tel:0261911000"),
            ("+33 (0)2.61-91", "tel:+3326191"),
            ("", ""),
            (None, ""),
        )
        for phone, call in cases:
            self.assertEqual(get_call(phone), call)

    def test_sizes(self):
        cases = (
            (3_145_728, "fr_FR", "3,0 Mo"),
            (3_145_728, "en_US", "3.0 MB"),
            (2048, "fr_FR", "2 ko"),
            (0, "en_US", "1 kB"),
        )
        for size, lang, said in cases:
            self.assertEqual(say_size(size, lang), said)

    def test_digest_is_of_words_and_attributes_whatever_the_lines(self):
        same = get_digest('<p>\n  a\n <b class="x">c</b></p>')
        self.assertEqual(get_digest('<p>a <b class="x">c</b>  </p>'), same)
        self.assertNotEqual(get_digest('<p>a <b class="y">c</b></p>'), same)
        self.assertNotEqual(get_digest('<p>b <b class="x">c</b></p>'), same)
