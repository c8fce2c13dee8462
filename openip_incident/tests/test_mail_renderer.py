# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Templates are compiled once, and anew as soon as one of their sources changes."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models.correspondence.incident_mail_renderer import LAYOUT
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

    def _set_words_everywhere(self, words):
        for lang in ("en_US", "fr_FR"):
            self._set_words(lang, "Same", words)

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

    def test_edited_words_show_under_the_same_subject(self):
        self._set_words_everywhere("Old words")
        self._write()
        self._set_words("en_US", "Same", "New words")
        english = self._letter_to(self._write(), INTEGRATOR_MAIL)
        self.assertIn("New words", english["body"])

    def test_layout_is_in_the_readers_language_whatever_the_words(self):
        self._set_words_everywhere("Same words")
        letters = self._write()
        french = self._letter_to(letters, CUSTOMER_MAIL)
        english = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertIn("Just reply to this e-mail", english["body"])
        self.assertIn("Il vous suffit de répondre", french["body"])

    def test_edited_layout_shows_in_the_next_mail(self):
        self._write()
        layout = self.env.ref(LAYOUT)
        layout.arch = layout.arch.replace("</body>", "<p>New footer</p></body>", 1)
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
        words = "<p t-if='1'>Words</p>"
        document = self.renderer._get_document("Hello", words, "", False)
        rows = [{"object": None, "ctx": {}, "mark": "#"}]
        for _time in range(2):
            self.env.registry.clear_cache("templates")
            output = qweb._render(document, {"rows": rows}, minimal_qcontext=True)
            self.assertEqual("".join(output.split()), "Hello#<p>Words</p>#")

    def test_static_link_is_what_the_template_says(self):
        """Whoever's request compiles it: a website would make its links its own."""

        def localize(_qweb, _tag, attributes):
            attributes.pop("__is_static_node", None)
            return {**attributes, "href": "/fr/somewhere/else"}

        self._set_words_everywhere('<a href="https://example.com/help">Help</a>')
        with patch.object(type(self.env["ir.qweb"]), "_post_processing_att", localize):
            letters = self._write()
        for letter in letters:
            self.assertIn("https://example.com/help", letter["body"])

    def test_view_that_a_template_calls_is_compiled_by_core(self):
        view = self.env["ir.ui.view"].create(
            {
                "name": "Called",
                "type": "qweb",
                "key": "openip_incident.test_called",
                "arch": '<t><b t-if="object" t-out="object.number"/></t>',
            }
        )
        self._set_words_everywhere(f'<t t-call="{view.key}"/>')
        incident = self._create_incident_in(IN_PROGRESS)
        self.env.registry.clear_cache("templates")
        self.env["ir.qweb"]._render(view.key, {"object": incident})
        for letter in self._write(incident):
            self.assertIn(f"<b>{incident.number}</b>", letter["body"])

    def test_words_alone_have_no_layout(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._set_words("en_US", "{{ object.number }}\nreported", "Thank you")
        subject, words = self.renderer._render_words(
            self.template.sudo(), incident, "en_US"
        )
        self.assertEqual(subject, f"{incident.number} reported")
        self.assertEqual(words, "<p>Thank you</p>")

    def test_entry_is_not_laid_out_but_says_the_same_words(self):
        """Nobody reads there what is around a mail, which costs more than its words."""
        self._set_words_everywhere("Same words of <t t-out='object.number'/>")
        incident = self._create_incident_in(IN_PROGRESS)
        laid_out = self.env.registry["incident.mail.renderer"]._prepare_frame
        with patch.object(
            self.env.registry["incident.mail.renderer"],
            "_prepare_frame",
            autospec=True,
            side_effect=laid_out,
        ) as frames:
            letters = self._write(incident)
        entry = incident.message_ids.filtered("body")[0]
        words = f"<p>Same words of {incident.number}</p>"
        self.assertEqual(entry.body, words)
        self.assertEqual(len(letters), 2)
        self.assertEqual(frames.call_count, 2)
        for letter in letters:
            self.assertEqual(letter["body"].count(words), 1)
            self.assertIn("oi-facts", letter["body"])
