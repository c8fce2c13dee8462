# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
import re
import zipfile
import zlib
from email.message import EmailMessage
from html import unescape
from io import BytesIO
from urllib.parse import quote, unquote

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger, plaintext2html

from odoo.addons.openip_incident.tests.common import INTEGRATOR_MAIL, WAITING
from odoo.addons.openip_incident.tools.tokens import holds_token

from .page_common import PageCommon, get_page


def to_base64(url):
    return base64.b64encode(url.encode()).decode()


def to_proofpoint(url):
    coded = quote(url, safe="").replace("%", "-").replace("-2F", "_")
    return f"https://urldefense.proofpoint.com/v2/url?u={coded}&d=DwMFAg&c=x&r=y"


def chop(url, size, between):
    return between.join(url[at : at + size] for at in range(0, len(url), size))


def link(url):
    return f'<a href="{url}">link</a>'


def pack(members):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


# How mail programs and filters leave a link in an answer.
PLAIN = {
    "quoted": lambda url: f"ok\n> see {url}\n",
    "unquoted": lambda url: f"see {url} end",
    "wrapped after ?": lambda url: url.replace("?", "?\n"),
    "wrapped after token=": lambda url: url.replace("token=", "token=\n"),
    "wrapped at 74": lambda url: "> " + chop(url, 74, "\n> "),
    "flowed": lambda url: chop(url, 70, " \n"),
    "in angle brackets": lambda url: f"Answer <{url}>",
    "quoted-printable": lambda url: chop(url.replace("=", "=3D"), 75, "=\n"),
}
MARKUP = {
    "target": link,
    "wbr": lambda url: url.replace("token=", "token=<wbr>"),
    "span": lambda url: url.replace("?token=", "?<span>token=</span>"),
    "br": lambda url: chop(url, 60, "<br>"),
    "upper case": lambda url: link(re.sub("^https?", "HTTPS", url)),
    "earlier host": lambda url: link(
        re.sub("//[^/]*", "//old.operator.example.com", url)
    ),
    "safe links": lambda url: link(
        f"https://eur01.safelinks.example.com/?url={quote(url, safe='')}&data=05"
    ),
    "proofpoint 2": lambda url: link(to_proofpoint(url)),
    "proofpoint 2 as text": to_proofpoint,
    "proofpoint 3": lambda url: link(f"https://urldefense.com/v3/__{url}__;!!a!d$"),
    "sophos": lambda url: link(f"https://x.sophos.example/?d=x&u={to_base64(url)}&i=1"),
    "base64 as text": to_base64,
    "saferedirecturl": lambda url: (
        f'<a data-saferedirecturl="https://www.google.com/url?q={url}" '
        'href="https://x.example">x</a>'
    ),
    "img": lambda url: f'<img src="{url}">',
    "title": lambda url: f'<span title="{url}">x</span>',
    "entities": lambda url: "".join(f"&#{ord(letter)};" for letter in url),
    "zero width": lambda url: url.replace("token", "to\u200bken"),
    "zero width in the token": lambda url: chop(url, 40, "\u200b"),
    "soft hyphens": lambda url: chop(url, 50, "&shy;"),
    "bold": lambda url: "<b>" + chop(url, 40, "</b><b>") + "</b>",
}


@tagged("post_install", "-at_install")
class TestOwnLinks(PageCommon):
    """A party's link reaches nobody else, whatever its answer has made of it."""

    def assertNowhere(self, token, texts, words="It works"):
        """Assert that no text leads to a token, read as whoever gets it could.

        :param texts: list of HTML or text
        """
        for text in texts:
            flat = unescape(re.sub(r"<[^<>]*>", "", str(text)))
            for shape in (str(text), flat, unquote(flat)):
                self.assertNotIn(token, re.sub(r"[^\w-]", "", shape, flags=re.A))
            self.assertFalse(holds_token(str(text).replace(self.own_token, "")), text)
            self.assertIn(words, text)

    def _collect(self, incident, answer):
        """Return what everybody but its author gets to see of an answer."""
        with self.capture_letters() as letters:
            answer()
        letter = self._letter_to(letters, INTEGRATOR_MAIL)
        own = re.search(r"token=([\w-]+)", letter["body"])
        self.own_token = own.group(1)
        entry = self.get_answers(incident)[:1]
        shown = get_page(incident, self.integrator)["entries"]
        return [letter["body"], entry.body, *[item["body"] for item in shown[:1]]]

    def _answer_with(self, make, purpose="answer"):
        incident = self._create_incident_in(WAITING)
        url = incident.sudo()._get_incident_url(self.customer, purpose)
        html = make(url)
        texts = self._collect(
            incident,
            lambda: self._reply(
                incident, self.customer, html=f"<p>It works</p><div>{html}</div>"
            ),
        )
        self.assertNowhere(url.partition("token=")[2], texts)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_link_in_plain_text(self):
        for name, make in PLAIN.items():
            with self.subTest(name):
                self._answer_with(lambda url, make=make: plaintext2html(make(url)))

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_link_in_markup(self):
        for name, make in MARKUP.items():
            with self.subTest(name):
                self._answer_with(make)

    def test_form_link_under_an_earlier_host(self):
        """It has no parameter by which to know it, and opens the author's form."""
        intake = self.env["incident.intake"].create(
            {"email_from": self.customer.email, "team_id": self.team.id}
        )
        token = intake._sign_form_link()
        url = f"https://old.example.com/incident/form/{token}"
        for make in (str, link, to_base64, to_proofpoint, lambda u: quote(u, safe="")):
            incident = self._create_incident_in(WAITING)
            html = make(url)
            texts = self._collect(
                incident,
                lambda incident=incident, html=html: self._reply(
                    incident, self.customer, html=f"<p>It works {html}</p>"
                ),
            )
            self.assertNowhere(token, texts)

    def test_link_in_what_is_typed_on_a_page(self):
        incident = self._create_incident_in(WAITING)
        url = incident.sudo()._get_incident_url(self.customer, "answer")
        text = "It works\n" + url.replace("token=", "token=\n")
        texts = self._collect(incident, lambda: self.answer(incident, text=text))
        self.assertNowhere(url.partition("token=")[2], texts)

    def test_link_in_the_chatter_of_the_portal(self):
        incident = self._create_incident_in(WAITING)
        user = self._create_portal_user(self.customer, "own_links_portal")
        url = incident.sudo()._get_incident_url(self.customer, "answer")
        texts = self._collect(
            incident,
            lambda: incident.with_user(user).message_post(body=f"It works {url}"),
        )
        self.assertNowhere(url.partition("token=")[2], texts)

    def test_link_of_a_party_in_an_agents_text(self):
        """Whoever copies from a mail must not pass on the key in it."""
        incident = self._create_incident_in(WAITING)
        url = incident.sudo()._get_incident_url(self.customer, "answer")
        token = url.partition("token=")[2]
        own = f"{incident.get_base_url()}/odoo/incidents/1"
        with self.capture_letters() as letters:
            incident.with_user(self.agent).incident_update(
                f"<p>It works {link(url)} {own}</p>"
            )
        letter = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        self.own_token = re.search(r"token=([\w-]+)", letter).group(1)
        self.assertNowhere(token, [letter, self._entries(incident)[:1].body])
        self.assertIn(own, letter)

    def test_link_in_subject_title_and_details(self):
        incident = self._create_incident_in(WAITING)
        url = incident.sudo()._get_incident_url(self.customer, "answer")
        token = url.partition("token=")[2]
        self._reply(incident, self.customer, subject=f"Re: {incident.number} {url}")
        self.assertNotIn(token, self.get_answers(incident)[:1].subject)
        other = self._create_incident(
            name=f"It works {url}", description=f"<p>It works {url}</p>"
        )
        self.own_token = "-"
        self.assertNowhere(token, [other.name, other.description])

    def test_ordinary_answer_stays_as_it_is(self):
        incident = self._create_incident_in(WAITING)
        html = (
            '<p>It works, see <a href="https://shop.example/a?token=0123456789abcdef0123'
            '456789abcdef0123456789">the shop</a> and <b>AQAAAAAAAAAA</b>.</p>'
        )
        self._reply(incident, self.customer, html=html)
        body = self.get_answers(incident)[:1].body
        self.assertIn("token=0123456789abcdef0123456789abcdef0123456789", body)
        self.assertIn("<b>AQAAAAAAAAAA</b>.", body)

    # Files

    def _get_files(self, url):
        """Return what programs make of a mail of ours: dict of name: content."""
        inner = EmailMessage()
        inner["Subject"], inner["From"] = "inner", "support@operator.example.com"
        inner.set_content(f"see {url}", cte="base64")
        inner.add_alternative(link(url), subtype="html", cte="quoted-printable")
        wide = url.encode("utf-16-le")
        pdf = b"BT (" + url[:40].encode() + b") -20 (" + url[40:].encode() + b") TJ ET"
        page = link(url).encode()
        return {
            "mail.eml": inner.as_bytes(),
            "mail": inner.as_bytes(),
            "page.html": page,
            "text.txt": chop(url, 70, "\r\n> ").encode(),
            "filtered.txt": to_base64(url).encode(),
            "mail.msg": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00\x01" * 99 + wide,
            "print.pdf": b"%PDF-1.4\n1 0 obj\n<< /Filter /FlateDecode >>\nstream\n"
            + zlib.compress(pdf)
            + b"\nendstream\nendobj",
            "letter.docx": pack({"word/document.xml": b"<w:t>" + page + b"</w:t>"}),
            "all.zip": pack({"a/inner.zip": pack({"mail.eml": inner.as_bytes()})}),
        }

    def test_file_with_a_link_is_kept_inside(self):
        user = self._create_portal_user(self.integrator, "kept_portal")
        self.customer_user = self._create_portal_user(self.customer, "kept_sender")
        for name in self._get_files("http://x"):
            with self.subTest(name):
                incident = self._create_incident_in(WAITING)
                url = incident.sudo()._get_incident_url(self.customer, "answer")
                self._check_kept(incident, name, self._get_files(url)[name], user)

    def _check_kept(self, incident, name, content, user):
        with self.capture_letters() as letters:
            incident.sudo().message_post(
                author_id=self.customer.id,
                body="It works, see the files.",
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                attachments=[(name, content), ("photo.txt", b"nothing special")],
            )
        letter = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertEqual([item[0] for item in letter["attachments"]], ["photo.txt"])
        page = get_page(incident, self.integrator)
        shown = [file["name"] for entry in page["entries"] for file in entry["files"]]
        self.assertEqual(
            shown + [file["name"] for file in page["files"]], ["photo.txt"]
        )
        kept = incident.with_user(self.agent).incident_kept_file_ids
        self.assertEqual((kept.name, kept.raw), (name, content))
        note = incident.sudo().message_ids.filtered(
            lambda message: kept in message.attachment_ids
        )
        self.assertTrue(note.is_internal)
        self.assertTrue(note.subtype_id.internal)
        for reader in (user, self.customer_user, self.env.ref("base.public_user")):
            attachments = self.env["ir.attachment"].with_user(reader)
            with self.assertRaises(AccessError):
                attachments.browse(kept.id).read(["raw"])
            self.assertFalse(attachments.search([("id", "=", kept.id)]))
        self.assertEqual(
            self.url_open(
                self.get_path(incident, self.integrator).replace(
                    "?", f"/file/{kept.id}?"
                )
            ).status_code,
            404,
        )
        self.assertNotEqual(self.url_open(f"/web/content/{kept.id}").content, content)

    def test_file_of_a_page_and_of_the_form_is_kept_inside(self):
        incident = self._create_incident_in(WAITING)
        url = incident.sudo()._get_incident_url(self.customer, "answer")
        self.answer(incident, text="It works", files=[("a.txt", url.encode())])
        self.assertEqual(incident.sudo().incident_kept_file_ids.name, "a.txt")
        self.assertFalse(self.get_answers(incident)[:1].attachment_ids)
        reported = self.incidents._incident_create_reported(
            {
                "name": "Reported",
                "description": "Dead",
                "team_id": self.team.id,
                "company_id": self.company.id,
                "partner_id": self.customer.id,
                "incident_impact": "down",
            },
            [("a.txt", url.encode()), ("b.txt", b"nothing")],
        )
        self.assertEqual(reported.incident_kept_file_ids.name, "a.txt")
        files = get_page(reported, self.integrator)["files"]
        self.assertEqual([file["name"] for file in files], ["b.txt"])

    def test_cleaned_copy_is_passed_on(self):
        incident = self._create_incident_in(WAITING)
        url = incident.sudo()._get_incident_url(self.customer, "answer")
        files = self._get_files(url)
        for name in ("mail.eml", "page.html", "print.pdf"):
            incident.sudo().message_post(
                author_id=self.customer.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
                attachments=[(name, files[name])],
            )
        token = url.partition("token=")[2].encode()
        kept = incident.with_user(self.agent).incident_kept_file_ids
        for name, copy in (("mail.eml", "mail.txt"), ("page.html", "page.html")):
            file = kept.filtered(lambda item, name=name: item.name == name)
            with self.capture_letters() as letters:
                file.action_incident_pass_on()
            sent = self._letter_to(letters, INTEGRATOR_MAIL)["attachments"]
            self.assertEqual([item[0] for item in sent], [copy])
            self.assertNotIn(token, sent[0][1])
            self.assertFalse(holds_token(sent[0][1]))
        self.assertEqual(incident.sudo().incident_kept_file_ids.name, "print.pdf")
        with self.assertRaisesRegex(UserError, "print.pdf"):
            kept.filtered(
                lambda item: item.name == "print.pdf"
            ).action_incident_pass_on()
