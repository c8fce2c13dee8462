# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import time

from odoo.tests import BaseCase, tagged

from ..tools.mail_charset import get_codec, read_text, remove_controls
from ..tools.mail_flowed import unflow

FRENCH = "prélèvement refusé : 50 € à Évry"
PAGE = '<html><head><meta charset="{}"></head><body>{}</body></html>'

# What is written, in which set, under which name.
WRITTEN = [
    (FRENCH, "cp1252", ""),
    (FRENCH, "cp1252", "us-ascii"),
    (FRENCH, "cp1252", "x-unknown"),
    (FRENCH, "cp1252", "default"),
    (FRENCH, "cp1252", "8bit"),
    (FRENCH, "cp1252", "iso-8859-1"),
    (FRENCH, "cp1252", "utf-8"),
    (FRENCH, "utf-8", ""),
    (FRENCH, "utf-8", "iso-8859-1"),
    (FRENCH, "utf-8", "UTF8"),
    (FRENCH, "utf-8", "'utf-8'"),
    (FRENCH, "utf-8-sig", "iso-8859-15"),
    (FRENCH, "iso8859-15", "iso-8859-15"),
    (FRENCH, "iso8859-15", "Latin-9"),
    (FRENCH, "cp1252", "windows1252"),
    (FRENCH, "cp1252", "x-cp1252"),
    (FRENCH, "mac_roman", "macintosh"),
    (FRENCH, "cp858", "ibm858"),
    (FRENCH, "utf-16", "utf-16"),
    (FRENCH, "utf-16-le", "utf-16"),
    (FRENCH, "utf-16-be", "unicode"),
    (FRENCH, "utf-16-le", ""),
    (FRENCH, "utf-16-be", "us-ascii"),
    (FRENCH, "utf-8", "utf-16"),
    (FRENCH, "utf-7", "utf-7"),
    ("l’abonnement – œuvre…", "cp1252", "iso-8859-1"),
    ("朱镕基 电话", "gbk", "gb2312"),
    ("𠮷 电话", "gb18030", "gb2312"),
    ("电话不通", "gbk", "x-gbk"),
    ("電話不通 裏", "cp950", "big5"),
    ("뷁 전화", "cp949", "euc-kr"),
    ("뷁 전화", "cp949", "ks_c_5601-1987"),
    ("電話①㈱髙橋", "cp932", "shift_jis"),
    ("電話", "iso2022_jp", "iso-2022-jp"),
    ("Линия не работает", "koi8_r", "koi8-r"),
    ("Линия не работает", "cp1251", "win-1251"),
    ("אין צליל חיוג", "iso8859_8", "iso-8859-8-i"),
    ("żółć", "iso8859_2", "iso-8859-2"),
    ("ğüşİ “", "cp1254", "iso-8859-9"),
    ("ไม่มีสัญญาณ", "cp874", "tis-620"),
]


@tagged("post_install", "-at_install")
class TestMailCharset(BaseCase):
    def test_letters_are_those_that_were_written(self):
        for text, written, named in WRITTEN:
            with self.subTest(text=text, written=written, named=named):
                self.assertEqual(read_text(text.encode(written), named)[0], text)

    def test_a_page_says_itself_what_it_is_written_in(self):
        for written, named in (("iso8859-2", "iso-8859-2"), ("koi8_r", "KOI8-R")):
            text = PAGE.format(named, "żółć" if written == "iso8859-2" else "Линия")
            with self.subTest(written=written):
                self.assertEqual(
                    read_text(text.encode(written), page=True), (text, True)
                )
        text = PAGE.format("utf-8", FRENCH)
        self.assertEqual(read_text(text.encode("cp1252"), page=True)[0], text)

    def test_what_is_broken_costs_no_other_letter(self):
        mixed = "déjà ".encode() + "été".encode("cp1252") + b" \x81"
        self.assertEqual(read_text(mixed), ("déjà été ", True))
        self.assertEqual(read_text("朱".encode("gbk") + b"\xff", "gb2312")[0][0], "朱")

    def test_what_was_guessed_is_told(self):
        self.assertFalse(read_text(FRENCH.encode())[1])
        self.assertFalse(read_text(FRENCH.encode("cp1252"), "iso-8859-1")[1])
        self.assertTrue(read_text(FRENCH.encode("cp1252"))[1])
        self.assertTrue(read_text(FRENCH.encode(), "iso-8859-1")[1])

    def test_no_name_raises_or_takes_long(self):
        for name in ("punycode", "idna", "base64", "rot13", "zip", "", '"', "x" * 9999):
            with self.subTest(name=name[:20]):
                self.assertIsNone(get_codec(name))
        began = time.process_time()
        for content in (b"\xe9" * 2_000_000, b"<meta " * 300_000, b"\x00" * 2_000_000):
            for name in ("", "utf-16", "punycode", "gb2312", "hz", "iso-2022-jp"):
                read_text(content, name, page=True)
        self.assertLess(time.process_time() - began, 5)

    def test_controls_leave_the_words(self):
        self.assertEqual(remove_controls("a\x0bb\x0cc\x00d\x1ae\x1ef"), "a b cde f")
        self.assertEqual(remove_controls("a\tb\r\nc\x7f\udc80\uffff"), "a\tb\r\nc")
        self.assertEqual(remove_controls("é 👍🏽 \u200b"), "é 👍🏽 \u200b")


@tagged("post_install", "-at_install")
class TestMailFlowed(BaseCase):
    def test_lines_are_joined_as_they_were_typed(self):
        for text, expected in (
            ("One \nline.\nAnother.", "One line.\nAnother."),
            ("One \r\nline.\r\n\r\nAnother.", "One line.\n\nAnother."),
            (" From here \nto there", "From here to there"),
            ("> quoted \n> words\nmine", "> quoted words\nmine"),
            ("> quoted \nmine", "> quoted \nmine"),
            (">> deep \n> less", ">> deep \n> less"),
            ("mine \n-- \nSophie", "mine \n-- \nSophie"),
            ("last ", "last "),
            ("", ""),
        ):
            with self.subTest(text=text):
                self.assertEqual(unflow(text), expected)

    def test_a_blank_may_belong_to_the_break(self):
        self.assertEqual(unflow("cou \npée au \n mi", delsp=True), "coupée aumi")

    def test_time_grows_with_the_size(self):
        began = time.process_time()
        unflow("word \n" * 200_000)
        unflow(">" * 1_000_000)
        self.assertLess(time.process_time() - began, 3)
