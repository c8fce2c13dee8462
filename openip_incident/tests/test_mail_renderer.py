# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Templates are compiled once, and anew as soon as one of their sources changes."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models.incident_mail_renderer import LAYOUT
from .common import CUSTOMER_MAIL, IN_PROGRESS, INTEGRATOR_MAIL, IncidentCommon


@tagged("post_install", "-at_install")
class TestMailRenderer(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env.ref("openip_incident.mail_template_update").copy()
        cls.team.update_template_id = cls.template
        cls.renderer = cls.env["incident.mail.renderer"].sudo()

    def _write(self, incident=None):
        incident = incident or self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            incident.incident_update("<p>Said</p>")
        return letters

    def _set_words(self, lang, subject, words):
        self.template.with_context(lang=lang).write(
            {"subject": subject, "body_html": f"<p>{words}</p>"}
        )

    def test_edited_template_shows_in_the_next_mail(self):
        self._write()
        self._set_words("en_US", "{{ object.number }} changed", "Changed words")
        english = self._letter_to(self._write(), INTEGRATOR_MAIL)
        self.assertTrue(english["subject"].endswith(" changed"))
        self.assertIn("Changed words", english["body"])

    def test_edited_translation_shows_in_its_language_only(self):
        self._set_words("en_US", "English", "English words")
        self._set_words("fr_FR", "Français", "Mots français")
        self._write()
        self._set_words("fr_FR", "Changé", "Mots changés")
        letters = self._write()
        french = self._letter_to(letters, CUSTOMER_MAIL)
        english = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertEqual(french["subject"], "Changé")
        self.assertIn("Mots changés", french["body"])
        self.assertEqual(english["subject"], "English")
        self.assertIn("English words", english["body"])

    def test_edited_layout_shows_in_the_next_mail(self):
        self._write()
        layout = self.env.ref(LAYOUT)
        layout.arch = layout.arch.replace("</t>", "<p>New footer</p></t>", 1)
        for letter in self._write():
            self.assertIn("New footer", letter["body"])

    def test_template_is_compiled_once_for_all_mails(self):
        self._write()
        qweb = type(self.env["incident.mail.qweb"])

        def fail(*_args):
            raise AssertionError("compiled again")

        with patch.object(qweb, "_generate_code_uncached", fail):
            self.assertBothInformed(self._write())

    def test_document_can_be_compiled_again(self):
        """As when its code was forgotten for want of room, in another language."""
        qweb = self.env["incident.mail.qweb"].with_context(lang="en_US")
        document = self.renderer._get_document("Hello", "<p t-if='1'>Words</p>", "", False)
        rows = [{"object": None, "ctx": {}, "mark": "#"}]
        for _time in range(2):
            self.env.registry.clear_cache("templates")
            output = qweb._render(document, {"rows": rows}, minimal_qcontext=True)
            self.assertEqual("".join(output.split()), "Hello#<p>Words</p>#")

    def test_words_alone_have_no_layout(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._set_words("en_US", "{{ object.number }}\nreported", "Thank you")
        subject, words = self.renderer._render_words(
            self.template.sudo(), incident, "en_US"
        )
        self.assertEqual(subject, f"{incident.number} reported")
        self.assertEqual(words, "<p>Thank you</p>")
