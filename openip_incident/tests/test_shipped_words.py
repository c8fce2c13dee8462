# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An update renews the words of mails that nobody has touched, and no others."""

from odoo.tests import tagged

from ..tools.shipped_words import get_digest
from .common import IncidentCommon

NAME = "mail_template_reminder"
OLD = {
    "subject": {
        "en_US": "{{ object.number }} old",
        "fr_FR": "{{ object.number }} vieux",
    },
    "body_html": {"en_US": "<p>Old\n words</p>", "fr_FR": "<p>Vieux mots</p>"},
}
FORMER = {
    NAME: {
        field: {lang: [get_digest(text)] for lang, text in texts.items()}
        for field, texts in OLD.items()
    }
}


@tagged("post_install", "-at_install")
class TestShippedWords(IncidentCommon):
    def setUp(self):
        super().setUp()
        self.template = self.env.ref(f"openip_incident.{NAME}")
        self.shipped = self._read()

    def _read(self):
        return {name: self.template._read_incident_words(name) for name in OLD}

    def _renew(self, **changed):
        """Update a database that says the old words, but for what was changed."""
        for field, texts in OLD.items():
            words = {**texts, **changed.get(field, {})}
            self.template._write_incident_words(field, words)
        self.env["mail.template"]._renew_incident_words("openip_incident", FORMER)
        return self._read()

    def test_untouched_words_become_those_of_this_version(self):
        renewed = self._renew()
        for field in OLD:
            for lang in ("en_US", "fr_FR"):
                self.assertEqual(
                    get_digest(renewed[field][lang]),
                    get_digest(self.shipped[field][lang]),
                    (field, lang),
                )

    def test_every_mail_that_is_renewed_is_renewed_in_french(self):
        for module in ("openip_incident", "openip_incident_portal"):
            known = self._find_shipped(module)
            before = {name: self._read_french(one) for name, one in known.items()}
            for template in known.values():
                for field, texts in OLD.items():
                    template._write_incident_words(field, texts)
            former = dict.fromkeys(known, FORMER[NAME])
            self.env["mail.template"]._renew_incident_words(module, former)
            for name, template in known.items():
                with self.subTest(name=name):
                    self.assertEqual(self._read_french(template), before[name])

    def _read_french(self, template):
        said = [template._read_incident_words(field) for field in OLD]
        return [get_digest(texts["fr_FR"]) for texts in said]

    def _find_shipped(self, module):
        """Return the mail templates of an addon that say something, by name."""
        rows = self.env["ir.model.data"].search(
            [("module", "=", module), ("model", "=", "mail.template")]
        )
        templates = self.env["mail.template"]
        found = {row.name: templates.browse(row.res_id) for row in rows}
        return {
            name: template
            for name, template in found.items()
            if "fr_FR" in template._read_incident_words("body_html")
        }

    def test_what_somebody_wrote_stays(self):
        own = {"subject": {"en_US": "{{ object.number }} mine"}}
        renewed = self._renew(**own)
        self.assertEqual(renewed["subject"]["en_US"], "{{ object.number }} mine")
        self.assertEqual(renewed["subject"]["fr_FR"], OLD["subject"]["fr_FR"])
        self.assertNotIn("Old", renewed["body_html"]["en_US"])

    def test_translation_of_ones_own_stays(self):
        own = {"body_html": {"fr_FR": "<p>Mes mots</p>"}}
        renewed = self._renew(**own)
        self.assertEqual(renewed["body_html"]["fr_FR"], "<p>Mes mots</p>")
        self.assertNotIn("Old", renewed["body_html"]["en_US"])
