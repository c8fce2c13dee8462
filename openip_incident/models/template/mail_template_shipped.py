# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from pathlib import Path

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.misc import file_path

from ...tools.shipped_words import get_digest, read_catalogue, read_shipped

FIELDS = ("subject", "body_html")
SOURCE = "en_US"


class MailTemplate(models.Model):
    """Brings templates up to date that nobody has touched since they were shipped."""

    _inherit = "mail.template"

    @api.model
    def _renew_incident_words(self, module, former):
        """Give the words of this version to templates with those of an earlier one.

        Each field in each language is looked at by itself: who has written a French
        text of his own keeps it.

        :param module: name of an addon
        :param former: dict of name of a template: dict of field: dict of language:
            digests of what was shipped
        """
        folder = Path(file_path(module))
        shipped = {}
        for path in sorted((folder / "data").glob("mail_template*.xml")):
            shipped.update(read_shipped(path, FIELDS))
        for (name, fname), words in shipped.items():
            template = self.env.ref(f"{module}.{name}", raise_if_not_found=False)
            if template:
                template._renew_incident_field(
                    fname, words, former.get(name, {}).get(fname, {}), folder
                )

    def _renew_incident_field(self, fname, words, former, folder):
        """Renew one field, in each language in which it says what was shipped.

        :param words: in English
        :param former: dict of language: digests
        :param folder: of the addon, with its catalogues
        """
        stored = self._read_incident_words(fname)
        stale = {
            lang: text
            for lang, text in stored.items()
            if get_digest(text) in former.get(lang, ())
        }
        if SOURCE not in stale:
            return
        # By the ORM, which cleans it as it does what people write.
        self.with_context(lang=SOURCE).write({fname: words})
        self.flush_recordset()
        english = self._read_incident_words(fname)[SOURCE]
        renewed = {**stored, SOURCE: english}
        for lang in stale.keys() - {SOURCE}:
            path = folder / "i18n" / f"{lang.partition('_')[0]}.po"
            if path.is_file():
                renewed[lang] = self._translate_incident_words(fname, english, path)
        self._write_incident_words(fname, renewed)

    def _translate_incident_words(self, fname, words, path):
        known, field = read_catalogue(path), self._fields[fname]
        if callable(field.translate):
            return field.translate(known.get, words)
        return known.get(words, words)

    def _read_incident_words(self, fname):
        """Return what is stored of a field: dict of language: text."""
        rows = self.env.execute_query(
            SQL(
                "SELECT %s FROM mail_template WHERE id = %s",
                SQL.identifier(fname),
                self.id,
            )
        )
        return rows[0][0] or {}

    def _write_incident_words(self, fname, words):
        self.env.cr.execute(
            SQL(
                "UPDATE mail_template SET %s = %s::jsonb WHERE id = %s",
                SQL.identifier(fname),
                json.dumps(words),
                self.id,
            )
        )
        self.invalidate_recordset([fname])
