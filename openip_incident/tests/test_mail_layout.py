# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is around the words of our mails, as clients and people read it."""

import re
from base64 import b64encode
from datetime import datetime

from lxml import html

from odoo.tests import tagged

from ..tools.brand_color import ENOUGH, get_contrast
from .common import (
    CLOSED,
    CLOSURE,
    CUSTOMER_MAIL,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    WAITING,
    IncidentCommon,
)
from .followup_common import FollowupCommon

URL = "https://support.example.com/incident/%s/page?token=%s"
QUESTION = "Since when?"


class LayoutMixin:
    def _patch_urls(self):
        self.patch(
            type(self.env["helpdesk.ticket"]),
            "_get_incident_url",
            lambda ticket, party, purpose=None: URL % (ticket.id, party.id),
        )

    def _get_style(self, node):
        pairs = (part.split(":", 1) for part in node.get("style").split(";") if part)
        return {name.strip(): value.strip() for name, value in pairs if value}


@tagged("post_install", "-at_install")
class TestMailLayout(LayoutMixin, IncidentCommon):
    def setUp(self):
        super().setUp()
        self._patch_urls()
        self.env.company.phone = "02 61 91 10 00"

    def _update(self, text="<p>Said</p>", phase=IN_PROGRESS, **values):
        incident = self._create_incident_in(phase, **values)
        with self.capture_letters() as letters:
            incident.incident_update(text)
        return incident, letters

    def _get_buttons(self, letter):
        root = html.fromstring(letter["body"])
        return root.xpath("//td[@bgcolor]/a")

    # As clients need it

    def test_clients_find_what_they_need(self):
        _incident, letters = self._update()
        for letter, lang in (
            (self._letter_to(letters, CUSTOMER_MAIL), "fr-FR"),
            (self._letter_to(letters, INTEGRATOR_MAIL), "en-US"),
        ):
            body = letter["body"]
            self.assertTrue(body.startswith("<!DOCTYPE html>"))
            root = html.document_fromstring(body)
            self.assertEqual(root.get("lang"), lang)
            self.assertEqual(root.get("dir"), "ltr")
            metas = {
                node.get("name"): node.get("content") for node in root.iter("meta")
            }
            self.assertEqual(metas["color-scheme"], "light dark")
            self.assertEqual(metas["supported-color-schemes"], "light dark")
            self.assertIn("prefers-color-scheme: dark", body)
            self.assertEqual(body.count("<!--[if mso]>"), 3)
            self.assertIn('width="600"', body)
            tables = root.xpath("//table")
            self.assertTrue(tables)
            for table in tables:
                self.assertEqual(table.get("role"), "presentation")

    def test_inbox_shows_what_it_is_about(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            incident.incident_request("information", f"<p>{QUESTION}</p>")
        letter = self._letter_to(letters, INTEGRATOR_MAIL)
        hidden = html.fromstring(letter["body"]).xpath(
            "//div[contains(@style, 'none')]"
        )
        peek = " ".join(hidden[0].text_content().split())
        # No date: it stands below, and an answer would quote it twice.
        self.assertTrue(peek.startswith("To continue working"), peek)
        self.assertIn(QUESTION, peek)
        self.assertNotIn("openip-peek", letter["body"])
        self.assertNotIn(peek, letter["body_alternative"])

    def test_letters_of_the_button_are_readable_on_any_brand(self):
        for accent in (
            "#F9B233",
            "#000000",
            "#2B3A8F",
            "#E1644B",
            "#ffffff",
            "nonsense",
        ):
            self.env.company.email_secondary_color = accent
            _incident, letters = self._update()
            [button] = self._get_buttons(letters[0])
            style = self._get_style(button)
            contrast = get_contrast(style["color"], style["background-color"])
            self.assertGreaterEqual(contrast, ENOUGH, accent)

    # Buttons

    def test_button_says_what_it_leads_to(self):
        for phase, words in (
            (IN_PROGRESS, ["View the incident"]),
            (WAITING, ["Reply"]),
            (CLOSURE, ["Yes, it works", "No, it does not"]),
            (CLOSED, ["View the incident"]),
        ):
            _incident, letters = self._update(phase=phase)
            letter = self._letter_to(letters, INTEGRATOR_MAIL)
            buttons = self._get_buttons(letter)
            shown = [button.text_content().strip() for button in buttons]
            self.assertEqual(shown, words)
            for word in words:
                self.assertIn(f"{word}\nhttps://", letter["body_alternative"])

    def test_each_choice_has_its_place_on_the_page_of_the_reader(self):
        incident, letters = self._update(phase=CLOSURE)
        for party in (self.customer, self.integrator):
            buttons = self._get_buttons(self._letter_to(letters, party.email))
            links = [button.get("href") for button in buttons]
            url = URL % (incident.id, party.id)
            self.assertEqual(links, [f"{url}#confirmed", f"{url}#refused"])

    # Facts

    def test_integrators_subject_names_the_customer(self):
        incident, letters = self._update()
        integrator = self._letter_to(letters, INTEGRATOR_MAIL)["subject"]
        named = f"{incident.number} [{self.customer.name}] – "
        self.assertTrue(integrator.startswith(named), integrator)
        customer = self._letter_to(letters, CUSTOMER_MAIL)["subject"]
        self.assertNotIn("[", customer)
        entry = incident.message_ids.sorted("id")[-1:]
        self.assertNotIn("[", entry.subject or "")

    def test_facts_and_telephone(self):
        _incident, letters = self._update(name="Lines are dead")
        for address in (CUSTOMER_MAIL, INTEGRATOR_MAIL):
            letter = self._letter_to(letters, address)
            for text in (letter["body"], letter["body_alternative"]):
                self.assertIn("Lines are dead", text)
                self.assertIn(self.customer.name, text)
                self.assertIn("02 61 91 10 00", text)
            self.assertIn('href="tel:0261911000"', letter["body"])
        english = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertIn("State: We are working on it", english["body_alternative"])

    def test_name_of_the_customer_is_text(self):
        self.customer.name = "<b>Bold</b> & Sons"
        _incident, letters = self._update()
        for letter in letters:
            self.assertIn("&lt;b&gt;Bold&lt;/b&gt; &amp; Sons", letter["body"])
            self.assertNotIn("<b>Bold</b>", letter["body"])

    # What a party wrote

    def test_answer_is_passed_on_tamed_with_its_files_named(self):
        incident = self._create_incident_in(IN_PROGRESS)
        file = self.env["ir.attachment"].create(
            {
                "name": "IMG_2042.HEIC",
                "datas": b64encode(b"x" * 3 * 1024 * 1024),
                "res_model": incident._name,
                "res_id": incident.id,
            }
        )
        message = incident.sudo().message_post(
            author_id=self.integrator.id,
            body='<table width="1400"><tr><td style="font-size: 40px">See</td></tr>'
            "</table>",
            body_is_html=True,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=file.ids,
        )
        with self.capture_letters() as letters:
            incident.sudo()._incident_forward(self.customer, message)
        letter = self._letter_to(letters, CUSTOMER_MAIL)
        self.assertNotIn("1400", letter["body"])
        self.assertNotIn("40px", letter["body"])
        for text in (letter["body"], letter["body_alternative"]):
            self.assertIn("IMG_2042.HEIC (3,0 Mo)", text)
            self.assertIn("See", text)

    # Dates

    def test_closed_incident_says_until_when_it_is_reopened(self):
        self.integrator.tz = "America/New_York"
        incident = self._create_incident_in(CLOSURE)
        with self.capture_letters() as letters:
            incident.action_incident_close("confirmed")
        text = self._letter_to(letters, INTEGRATOR_MAIL)["body_alternative"]
        self.assertRegex(
            text, r"before \w+ \d+ \w+( \d{4})? at \d\d:\d\d \(New York time\)"
        )


@tagged("post_install", "-at_install")
class TestMailQuestion(LayoutMixin, FollowupCommon):
    def test_reminders_and_announcement_repeat_the_question(self):
        incident = self.request()
        self.run_to(97)
        said = [
            letter
            for letter in self.get_party_letters()
            if re.search("Reminder|automatic closure", letter.subject)
            and letter.address == INTEGRATOR_MAIL
        ]
        self.assertEqual(len(said), 4)
        for letter in said:
            self.assertIn(QUESTION, letter.body)
            self.assertIn("frozen", letter.body)
        frozen = incident.sudo().followup_id.frozen_date
        self.assertIsInstance(frozen, datetime)
        for letter in said[1:]:
            day = f"{frozen:%A} {frozen.day} {frozen:%B} at "
            self.assertIn(f"frozen since {day}", " ".join(letter.body.split()))
