# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""French is complete: what the parties read is shipped in both languages."""

from odoo import fields
from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from ..models.correspondence.letter import Letter
from .common import IncidentCommon
from .followup_common import FollowupCommon

TRANSLATED = {
    "mail.template": ("subject", "body_html"),
    "helpdesk.ticket.stage": ("name",),
    "incident.escalation.level": ("name",),
    "mail.activity.type": ("name",),
    "incident.followup.plan": ("name",),
    "base.automation": ("name",),
}

SAME_IN_FRENCH = ("Incidents",)

ENGLISH_WORDS = (" the ", " your ", " please ", " we ", "Hello", " mail ")

FOLLOWUP_TEMPLATES = (
    "request_information",
    "request_action",
    "reminder",
    "announce",
    "closure_request",
    "closure_reminder",
    "closure_announce",
    "auto_closed",
)


class FrenchMixin:
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with mute_logger("odoo.addons.base.models.ir_module", "odoo.tools.translate"):
            cls.env["ir.module.module"].search(
                [("name", "=", "openip_incident")]
            )._update_translations(["fr_FR"])
        cls.env.invalidate_all()

    def assertFrench(self, subject, text):
        """Assert that nothing English stands in a mail, and how French is set."""
        for word in ENGLISH_WORDS:
            with self.subTest(subject=subject, word=word):
                self.assertNotIn(word, f"{subject}\n{text}")
        with self.subTest(subject=subject, rule="no-break space before the colon"):
            self.assertNotRegex(f"{subject}\n{text}", r" [:;!?»]|« ")


@tagged("post_install", "-at_install")
class TestTranslation(FrenchMixin, IncidentCommon):
    def test_shipped_records_are_french(self):
        for model, names in TRANSLATED.items():
            data = self.env["ir.model.data"].search(
                [("module", "=", "openip_incident"), ("model", "=", model)]
            )
            self.assertTrue(data, model)
            records = self.env[model].browse(data.mapped("res_id"))
            for record in records:
                for name in names:
                    with self.subTest(record=record.display_name, field=name):
                        english = record.with_context(lang="en_US")[name]
                        french = record.with_context(lang="fr_FR")[name]
                        self.assertTrue(french)
                        if english not in SAME_IN_FRENCH:
                            self.assertNotEqual(str(french), str(english))

    def test_layout_is_french(self):
        layout = self.env.ref("openip_incident.notice_layout")
        english = layout.with_context(lang="en_US").arch_db
        french = layout.with_context(lang="fr_FR").arch_db
        self.assertNotEqual(french, english)
        self.assertNotIn("Hello", french)

    def test_mails_of_every_act_are_french_throughout(self):
        """Nothing English slips into the mail of a French reader."""
        acts = (
            ("registered", lambda ticket: ticket.action_incident_open()),
            (
                "in_progress",
                lambda ticket: ticket.incident_request("action", "<p>Redémarrer</p>"),
            ),
            (
                "in_progress",
                lambda ticket: ticket.incident_request("information", "<p>Depuis</p>"),
            ),
            (
                "in_progress",
                lambda ticket: ticket.action_incident_escalate(self.level.id),
            ),
            ("in_progress", lambda ticket: ticket.incident_update("<p>Voilà</p>")),
            ("in_progress", lambda ticket: ticket.action_incident_resolve()),
            ("closure", lambda ticket: ticket.action_incident_close("confirmed")),
            ("registered", lambda ticket: ticket.action_incident_reject("<p>Non</p>")),
        )
        for phase, act in acts:
            incident = self._create_incident_in(phase, name="Aucun appel sortant")
            with self.capture_letters() as letters:
                act(incident)
            if not letters:
                continue
            letter = self._letter_to(letters, self.customer.email)
            self.assertFrench(letter["subject"], letter["body_alternative"])

    def test_templates_of_the_followup_are_french_with_a_date_and_without(self):
        """Every branch of every template, whatever plan an admin builds with it."""
        incident = self._create_incident_in("closure", name="Aucun appel sortant")
        facts = {"reminder_number": 1, "reminder_total": 3}
        deadline = fields.Datetime.to_datetime("2026-11-24 09:00:00")
        dated = {**facts, "deadline": deadline}
        cases = (
            {},
            {**dated, "next_action": "remind"},
            {**dated, "next_action": "announce"},
        )
        self.customer.tz = "Europe/Paris"
        for name in FOLLOWUP_TEMPLATES:
            template = self.env.ref(f"openip_incident.mail_template_{name}")
            for case in cases:
                with self.capture_letters() as letters:
                    incident._correspond(template, [Letter(incident, facts=case)])
                letter = self._letter_to(letters, self.customer.email)
                text = letter["body_alternative"]
                with self.subTest(template=name, facts=case):
                    self.assertFrench(letter["subject"], text)
                    dates = text.count("mardi 24 novembre à 10 h 00 (heure de Paris)")
                    dateless = name == "auto_closed" or not case
                    self.assertEqual(dates, 0 if dateless else 1)


@tagged("post_install", "-at_install")
class TestFollowupTranslation(FrenchMixin, FollowupCommon):
    """The mails of two whole countdowns, as a French customer reads them."""

    def _read_french(self, incident, hours):
        """Let time pass and return the texts that the customer got, all French."""
        letters = [
            letter
            for letter in self.run_to(hours)
            if letter.address == self.customer.email
        ]
        texts = [html2plaintext(letter.body) for letter in letters]
        for letter, text in zip(letters, texts, strict=True):
            self.assertIn(incident.number, letter.subject)
            self.assertFrench(letter.subject, text)
        return texts

    def test_countdown_of_a_request_is_french_throughout(self):
        incident = self.request(name="Aucun appel sortant")
        texts = self._read_french(incident, 121)
        expected = (
            "mardi 24 novembre",
            "mercredi 25 novembre",
            "jeudi 26 novembre",
            "vendredi 27 novembre",
            "samedi 28 novembre",
            "clôturé automatiquement",
        )
        self.assertEqual(len(texts), len(expected))
        for text, words in zip(texts, expected, strict=True):
            self.assertIn(words, text)

    def test_countdown_of_a_closure_is_french_throughout(self):
        incident = self.resolve(name="Aucun appel sortant")
        texts = self._read_french(incident, 73)
        expected = (
            "mardi 24 novembre",
            "mercredi 25 novembre",
            "jeudi 26 novembre",
            "clôturé automatiquement",
        )
        self.assertEqual(len(texts), len(expected))
        for text, words in zip(texts, expected, strict=True):
            self.assertIn(words, text)
