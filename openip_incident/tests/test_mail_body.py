# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64

from odoo.tests import BaseCase, tagged

from ..tools.mail_body import has_words, read_body
from ..tools.mail_words import get_page_text, lacks_words, says_something
from .mail_shapes import PDF, both, enclosed, leaf, mail, multi, page, parse, pdf, plain

PIXEL = '<img src="https://t.example/p.gif" width="1" height="1">'
LONG = "line of a log\r\n" * 2000

# Pages of which a human sees nothing.
BLANK_PAGES = [
    "",
    " \r\n ",
    "<html><body></body></html>",
    "<p>&nbsp;</p><div>\u200b&zwnj;&#8203;<br></div>",
    "<!-- REPLY -->",
    "<head><title>Re: calls</title><style>p {color: red}</style></head><p></p>",
    PIXEL,
    '<div style="display: none">Preview of this mail</div>',
    '<span style="font-size:0">hidden</span><p style="visibility:hidden">x</p>',
    '<div hidden="">x</div><script>var a = 1</script>',
    "<table><tr><td>|&nbsp;</td></tr></table>".replace("|", ""),
]

# (what it is, the mail's part, the texts that are seen, the names of the files)
SHAPES = [
    ("plain", plain("One"), ["One"], []),
    ("no type", leaf("", "One"), ["One"], []),
    ("alternative", both("One", "<p>One</p>"), ["One"], []),
    (
        "page first",
        multi("alternative", page("<p>One</p>"), plain("One")),
        ["One"],
        [],
    ),
    *(("blank page", both("One", blank), ["One"], []) for blank in BLANK_PAGES),
    (
        "blank page with a picture",
        multi(
            "alternative",
            plain("One"),
            multi(
                "related",
                page('<img src="cid:p1">'),
                leaf("image/png; name=p.png", "x", Content_ID="<p1>"),
            ),
        ),
        ["One"],
        ["p.png"],
    ),
    (
        "Apple: text, file, text",
        multi("mixed", plain("One"), pdf(disposition="inline"), plain("Two")),
        ["One", "Two"],
        ["plan.pdf"],
    ),
    (
        "Apple: files in the page's side of an alternative",
        multi(
            "alternative",
            plain("One Two"),
            multi("mixed", page("<p>One</p>"), pdf(), page("<p>Two</p>")),
        ),
        ["One", "Two"],
        ["plan.pdf"],
    ),
    (
        "iOS: alternative, picture, text",
        multi("mixed", both("One", "<p>One</p>"), pdf(), plain("Two")),
        ["One", "Two"],
        ["plan.pdf"],
    ),
    (
        "disclaimers around an alternative",
        multi("mixed", plain("One"), both("Two", "<p>Two</p>"), page("<p>Three</p>")),
        ["One", "Two", "Three"],
        [],
    ),
    (
        "two alternatives",
        multi("mixed", both("One", "<p>One</p>"), both("Two", "<b>Two</b>")),
        ["One", "Two"],
        [],
    ),
    (
        "alternative in an alternative",
        multi("alternative", plain("One"), both("One", "<p>One</p>")),
        ["One"],
        [],
    ),
    ("mail beside a text", multi("mixed", plain("One"), enclosed()), ["One"], "Panne"),
    (
        "mail beside an alternative",
        multi("mixed", both("One", "<p>One</p>"), enclosed(), plain("Two")),
        ["One", "Two"],
        "Panne",
    ),
    ("nothing but a mail", multi("mixed", enclosed()), [], "Panne"),
    ("a mail as a whole", enclosed(), [], "Panne"),
    (
        "digest",
        multi("digest", b"\r\nSubject: A/B\r\n\r\nx", b"\r\nFrom: x@y.z\r\n\r\nx"),
        [],
        ["A B.eml", "message.eml"],
    ),
    (
        "named text",
        multi(
            "mixed",
            plain("One", Content_Disposition="inline; filename=message.txt"),
            pdf(),
        ),
        ["One"],
        ["message.txt", "plan.pdf"],
    ),
    (
        "named page without disposition",
        multi("mixed", leaf("text/html; name=body.html; charset=utf-8", "<p>One</p>")),
        ["One"],
        ["body.html"],
    ),
    (
        "log beside a text",
        multi("mixed", plain("One"), leaf("text/plain; name=router.log", LONG)),
        ["One"],
        ["router.log"],
    ),
    (
        "attached text beside a text",
        multi("mixed", plain("One"), plain("x", Content_Disposition="attachment")),
        ["One"],
        ["attachment"],
    ),
    (
        "attached text alone",
        multi("mixed", plain("One", Content_Disposition="attachment; filename=a.txt")),
        ["One"],
        ["a.txt"],
    ),
    (
        "words behind a file, by Exchange",
        multi(
            "mixed",
            plain("One"),
            pdf(),
            plain("Two", Content_Disposition='attachment; filename="ATT00001.txt"'),
        ),
        ["One", "Two"],
        ["plan.pdf", "ATT00001.txt"],
    ),
    (
        "signed beside it",
        multi(
            "signed; protocol=application/pgp-signature",
            both("One", "<p>One</p>"),
            leaf("application/pgp-signature; name=signature.asc", "x"),
        ),
        ["One"],
        ["signature.asc"],
    ),
    ("file as a whole", pdf(), [], ["plan.pdf"]),
    ("page that is a file", leaf("text/html; name=a.html", "<p>One</p>"), ["One"], []),
    ("table as a whole", leaf("text/csv; name=a.csv", "One;Two"), ["One;Two"], []),
    (
        "unknown main type",
        multi("mixed", plain("One"), leaf("document/pdf", PDF)),
        ["One"],
        ["attachment"],
    ),
    (
        "nonsense for a type",
        multi("mixed", plain("One"), leaf("pdf; x=/", PDF), leaf("*/*", PDF)),
        ["One"],
        ["attachment", "attachment"],
    ),
    (
        "acceptance",
        both("", "").replace(b"text/html", b"text/calendar; method=REPLY"),
        [],
        ["attachment"],
    ),
    (
        "acceptance as a whole",
        leaf("text/calendar", "BEGIN:VCALENDAR"),
        [],
        ["attachment"],
    ),
    (
        "acceptance with words",
        multi("alternative", plain("One"), leaf("text/calendar", "BEGIN:VCALENDAR")),
        ["One"],
        ["attachment"],
    ),
    (
        "flowed",
        leaf("text/plain; charset=utf-8; format=flowed", "One \r\nline\r\nTwo"),
        ["One line\nTwo"],
        [],
    ),
    (
        "Flowed in capitals, deleting",
        leaf('text/plain; Format="FLOWED"; DelSp=Yes', "cou \r\npée"),
        ["coupée"],
        [],
    ),
    ("emoji", plain("👍"), ["👍"], []),
    ("mark", both("?", "<p></p>"), ["?"], []),
]


@tagged("post_install", "-at_install")
class TestMailBody(BaseCase):
    def _read(self, part):
        return read_body(parse(mail(part)))

    def test_all_words_and_nobody_elses(self):
        for name, part, texts, files in SHAPES:
            with self.subTest(name=name, part=part):
                body = self._read(part)
                self.assertEqual(
                    [text.visible.strip() for text in body.texts if text.speaks], texts
                )
                if files == "Panne":
                    files = ["Panne zone 44.eml"]
                self.assertEqual([file[0] for file in body.files], files)
                self.assertFalse(body.unreadable)
                self.assertEqual(has_words(parse(mail(part))), bool(texts))

    def test_an_enclosed_mail_is_a_file_as_it_came(self):
        for headers in ({}, {"Content_Transfer_Encoding": "8bit"}):
            part = enclosed("=?utf-8?q?R=C3=A9ponse?= :\r\n a/b", **headers)
            body = self._read(multi("mixed", plain("One"), part))
            [(name, content, _info)] = body.files
            self.assertEqual(name, "Réponse a b.eml")
            self.assertIn(b"Subject: =?utf-8?q?R=C3=A9ponse?= :\r\n a/b\r\n", content)
            self.assertEqual(len(parse(content).get_payload()), 2)

    def test_an_enclosed_mail_may_be_encoded_or_have_a_name(self):
        inner = base64.encodebytes(b"Subject: Alarm\r\n\r\nINNER")
        part = leaf("message/rfc822", inner, Content_Transfer_Encoding="base64")
        [(name, content, _info)] = self._read(multi("mixed", part)).files
        self.assertEqual((name, content), ("Alarm.eml", b"Subject: Alarm\r\n\r\nINNER"))
        named = enclosed(Content_Disposition="attachment; filename=fwd.eml")
        self.assertEqual(self._read(multi("mixed", named)).files[0][0], "fwd.eml")

    def test_files_keep_bytes_and_reference(self):
        picture = leaf(
            "image/png; name=p.png",
            base64.encodebytes(b"\x89PNG\r\n\x1a\n\x00\xff"),
            Content_Transfer_Encoding="base64",
            Content_ID="<p1@x>",
        )
        text = leaf("text/plain; name=a.txt; charset=utf-8", b"\xe9\r\n")
        body = self._read(
            multi("mixed", plain("One"), picture, text.replace(b"plain", b"csv"))
        )
        self.assertEqual(body.files[0][1], b"\x89PNG\r\n\x1a\n\x00\xff")
        self.assertEqual(body.files[0][2]["cid"], "p1@x")
        self.assertEqual(body.files[1][1], b"\xe9\r\n")

    def test_written_in_images_become_files(self):
        image = base64.b64encode(b"\x89PNG").decode()
        written = (
            f'<p>One</p><img alt="" src="data:image/png;base64,{image}">'
            f"<IMG SRC='data:image/jpeg;name=a.jpg;base64,{image[:4]}\r\n{image[4:]}'>"
            f"<img src=data:image/svg+xml;charset=utf-8;base64,{image[:4]}>"
        )
        body = self._read(page(written))
        self.assertEqual(
            [file[0] for file in body.files], ["image001.png", "image002.svg"]
        )
        self.assertEqual(body.files[0][1], b"\x89PNG")
        self.assertEqual(body.texts[0].text.count(f"cid:{body.files[0][2]['cid']}"), 2)
        self.assertNotIn("base64", body.texts[0].text)

    def test_words_that_are_not_shown_are_told(self):
        """An alternative that says something else keeps the mail's source."""
        other = "A page cannot be shown here at all, look elsewhere"
        text = " ".join(f"<p>paragraph {word}</p>" for word in "abcdefghijk")
        body = self._read(both(other, f"<p>Rather long answer, long indeed</p>{text}"))
        self.assertTrue(body.lost)
        self.assertEqual(len(body.texts), 1)
        self.assertFalse(self._read(both("One two", "<p>One <b>two</b></p>")).lost)

    def test_a_page_with_less_than_the_text_beside_it(self):
        words = "The router in the basement has been red since eight this morning"
        body = self._read(both(words, "<p>Confidential</p>"))
        self.assertEqual(
            [text.visible.strip() for text in body.texts], [words, "Confidential"]
        )

    def test_a_page_that_costs_too_much_gives_way(self):
        raw = mail(both("One", "<p>One</p>"))
        body = read_body(parse(raw), lambda _text, page: not page)
        self.assertEqual([text.visible for text in body.texts], ["One"])
        self.assertTrue(read_body(parse(raw), lambda *_: False).texts[0].page)

    def test_what_a_human_sees(self):
        self.assertEqual(
            get_page_text("<?xml version='1.0' encoding='latin1'?><p>a<br>b</p>c"),
            "\na\nb\nc",
        )
        self.assertEqual(get_page_text("<!-- a -->x<!-- b -->y").strip(), "xy")
        self.assertEqual(get_page_text("<b hidden>a<i>b</i></b>c").strip(), "c")
        self.assertEqual(get_page_text("\x00\ud800"), "")
        for text, seen in (("-- _ .", False), ("\u200d\ufeff\xa0", False), ("1", True)):
            self.assertEqual(says_something(text), seen)
        self.assertFalse(lacks_words("a@b.example [cid:logo] https://x.example/y", ""))
        self.assertFalse(lacks_words("> quoted words of somebody else", ""))
        self.assertTrue(lacks_words("quoted words of somebody else", ""))
