# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import file_path

from odoo.addons.openip_incident.tools.brand_color import get_contrast, get_mark_color

from .form_common import FormCommon

KILOBYTE = 1024
# A first visit of a page, its style sheet and its script.
MAX_WEIGHT = 60 * KILOBYTE

# Who comes without a good link is spoken to in the browser's language.
LANGUAGES = {"statement": "en-US", "neutral": "en-US"}

VARIABLE = re.compile(r"--incident-([a-z-]+): (#[0-9a-f]{6});")
# What is read on what: WCAG 2.2, 1.4.3; and what is only seen: 1.4.11.
READ = (
    ("ink", "card"),
    ("ink", "ground"),
    ("soft", "card"),
    ("soft", "ground"),
    ("link", "card"),
    ("link", "ground"),
    ("wrong", "card"),
    ("ink", "badge"),
    ("on-waiting", "waiting"),
    ("on-closed", "closed"),
    ("on-refused", "refused"),
)
SEEN = (("edge", "card"), ("ring", "card"), ("ring", "ground"))


def read_colors(name):
    """Return the colours that a style sheet names: dict of name: ``#rrggbb``."""
    path = file_path(f"openip_incident_portal/static/src/{name}")
    with open(path, encoding="utf-8") as sheet:
        return dict(VARIABLE.findall(sheet.read()))


@tagged("post_install", "-at_install")
class TestLightPages(FormCommon):
    """Pages by link: quick on a phone, readable in bright and in dark, and alone."""

    def _get_pages(self):
        """Return a page of each kind: dict of name: parsed page."""
        self.baker.lang = "fr_FR"
        incident = self._create_incident()
        paths = {
            "form": self._get_form_path(self.baker.email_formatted),
            "view": self.get_path(incident),
            "answer": self.get_path(incident, purpose="answer"),
            "statement": "/incident/accessibility",
        }
        pages = {name: self.visit(path) for name, path in paths.items()}
        pages["neutral"] = self.visit("/incident/1?token=x", 404)
        return pages

    def _get_assets(self, page):
        sheets = page.xpath("//link[@rel='stylesheet']/@href")
        return sheets + page.xpath("//script/@src")

    def test_first_visit_is_light(self):
        for name, page in self._get_pages().items():
            with self.subTest(page=name):
                assets = self._get_assets(page)
                self.assertEqual(len(assets), 2, assets)
                self.assertTrue(all("assets_link" in path for path in assets), assets)
                sizes = [len(self.url_open(path).content) for path in assets]
                weight = len(page.response.content) + sum(sizes)
                self.assertLess(weight, MAX_WEIGHT, sizes)

    def test_no_script_of_anybody_else_runs(self):
        for name, page in self._get_pages().items():
            with self.subTest(page=name):
                policy = page.response.headers["Content-Security-Policy"]
                self.assertIn("script-src 'self'", policy)
                self.assertNotIn("unsafe", policy)
                self.assertFalse(page.xpath("//script[not(@src)]"))
                handlers = "//@*[starts-with(name(), 'on')]"
                self.assertFalse(page.xpath(handlers))

    def test_structure_is_said(self):
        """What a screen reader needs of each page, and what a tab shows."""
        for name, page in self._get_pages().items():
            with self.subTest(page=name):
                self.assertEqual(page.get("lang"), LANGUAGES.get(name, "fr-FR"))
                self.assertEqual(len(page.xpath("//h1")), 1)
                self.assertEqual(len(page.xpath("//main")), 1)
                self.assertTrue(page.xpath("//title")[0].text.strip())
                self.assertEqual(page.xpath("(//a)[1]/@href"), ["#wrap"])
                for field in page.xpath(
                    "//input[not(@type='hidden')]|//select|//textarea"
                ):
                    label = page.xpath(f"//label[@for='{field.get('id')}']")
                    self.assertTrue(label, field.get("name"))
                    self.assertTrue(label[0].text_content().strip())
                ids = page.xpath("//@id")
                self.assertEqual(len(ids), len(set(ids)))

    def test_colors_can_be_read(self):
        bright = read_colors("page/page.scss")
        for scheme in (bright, {**bright, **read_colors("link/dark.scss")}):
            for pairs, least in ((READ, 4.5), (SEEN, 3)):
                for front, back in pairs:
                    with self.subTest(front=front, back=back, card=scheme["card"]):
                        contrast = get_contrast(scheme[front], scheme[back])
                        self.assertGreaterEqual(contrast, least)

    def test_lines_of_any_brand_are_seen(self):
        for card in ("#ffffff", "#1f2327"):
            for brand in ("#ffffff", "#000000", "#F9B233", "#714B67", "#1f2327"):
                with self.subTest(card=card, brand=brand):
                    mark = get_mark_color(brand, card)
                    self.assertGreaterEqual(get_contrast(mark, card), 3)

    def test_draft_is_named_for_what_it_is_for(self):
        """A fresh link of the same form finds it; nobody reads the link out of it."""
        incident = self._create_incident()
        names, tokens = {}, []
        for purpose in ("answer", "answer", "closure"):
            for party in (self.customer, self.integrator):
                incident.sudo().incident_link_version += 1
                tokens.append(self.get_token(incident, party, purpose))
                path = self.get_path(incident, party, purpose)
                for form in self.visit(path).forms:
                    draft = form.get("data-draft")
                    names.setdefault((purpose, party), set()).add(draft)
        self.assertTrue(names)
        for kept in names.values():
            self.assertEqual(len(kept), 1, names)
        drafts = [next(iter(kept)) for kept in names.values()]
        self.assertEqual(len(drafts), len(set(drafts)))
        for draft in drafts:
            self.assertRegex(draft, r"^[0-9a-f]{32}$")
            self.assertFalse([token for token in tokens if draft in token])

    def test_statement_claims_no_conformity(self):
        text = self.read_page(self.visit("/incident/accessibility"))
        self.assertIn("Nobody independent has audited these pages", text)
        self.assertIn("Last checked: November 29, 2026", text)

    def test_statement_is_the_admins(self):
        self.env.company.incident_accessibility = "<p>Audited by Example in 2026.</p>"
        company = f"/incident/accessibility?company={self.env.company.id}"
        for path in (company, "/incident/accessibility?company=x"):
            with self.subTest(path=path):
                text = self.read_page(self.visit(path))
                self.assertIn("Audited by Example in 2026.", text)
                self.assertNotIn("Nobody independent", text)

    def test_foot_says_who_it_is(self):
        self.company.write(
            {
                "phone": "+33 (0)2 61 91 10 00",
                "incident_privacy_link": "https://example.com/privacy",
                "incident_legal_link": "/legal",
            }
        )
        incident = self._create_incident()
        for path in (
            self.get_path(incident),
            self._get_form_path(self.baker.email_formatted),
        ):
            with self.subTest(path=path):
                [foot] = self.visit(path).xpath("//footer")
                links = foot.xpath(".//a/@href")
                self.assertIn("tel:+33261911000", links)
                self.assertIn("https://example.com/privacy", links)
                self.assertIn("/legal", links)

    def test_foot_leads_to_pages_alone(self):
        for link in ("javascript:alert(1)", "example.com", "//example.com", "https://"):
            for name in ("incident_privacy_link", "incident_legal_link"):
                with self.subTest(link=link), self.assertRaises(ValidationError):
                    self.company[name] = link

    def test_words_about_files_are_those_of_the_server(self):
        page = self.visit(self.get_path(self._create_incident(), purpose="answer"))
        words = {
            word.get("data-word"): word.text_content()
            for word in page.xpath("//*[@data-word]")
        }
        self.assertEqual(words["size"], "{name} dépasse 10 Mo.")
        self.assertEqual(words["video"], "{name} dépasse 50 Mo.")
        self.assertEqual(
            words["count"], "Vous avez choisi trop de fichiers (5 au maximum)."
        )
