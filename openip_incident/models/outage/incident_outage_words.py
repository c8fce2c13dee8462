# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import is_html_empty

from ..outages import WORKS
from .told import without_tokens

# What the parties read.
READ = {"lines": ("name",), "texts": ("text",)}


class IncidentOutageWords(models.Model):
    """What is written about planned works to who reads one language."""

    _name = "incident.outage.words"
    _description = "Words about Planned Works in One Language"
    _order = "id"
    _rec_name = "lang"

    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Works",
        required=True,
        index=True,
        ondelete="cascade",
        help="The works that are written about.",
    )
    lang = fields.Selection(
        selection=lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        required=True,
        help="Who reads it.",
    )
    name = fields.Char(
        string="Title",
        help="How the works are called in this language. Empty: as everywhere.",
    )
    text = fields.Html(
        help="What is announced, beside the window, the impact and the services, which "
        "every announcement says by itself.",
    )

    _lang_unique = models.UniqueIndex(
        "(outage_id, lang)", "There is a text in this language already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Keep no link of one party in what all of them read (G9)."""
        return super().create([without_tokens(vals, **READ) for vals in vals_list])

    def write(self, vals):
        """Keep no link of one party in what all of them read (G9)."""
        return super().write(without_tokens(vals, **READ))


class IncidentOutage(models.Model):
    """Works are announced in the words that somebody has written for the reader."""

    _inherit = "incident.outage"

    words_ids = fields.One2many(
        comodel_name="incident.outage.words",
        inverse_name="outage_id",
        string="Announcement",
        help="What the parties are told of the works, in each language that they read. "
        "Who reads none of them gets the text in the company's language, or the first.",
    )

    def _get_title(self):
        """Return its title in the language of the context."""
        self.ensure_one()
        return self._find_words(self.env.lang).name or self.name

    def _get_words(self):
        """Return what is announced to who reads the language of the context: HTML."""
        self.ensure_one()
        if self.kind != WORKS:
            return ""
        written = self.words_ids.filtered(lambda one: not is_html_empty(one.text))
        home = self._get_correspondence_lang()
        for lang in (self.env.lang, home):
            text = written.filtered(lambda one, lang=lang: one.lang == lang).text
            if text:
                return text
        return written[:1].text or ""

    def _find_words(self, lang):
        if self.kind != WORKS:
            return self.env["incident.outage.words"]
        return self.words_ids.filtered(lambda one: one.lang == lang)

    def _prepare_reader_facts(self, facts, party):
        known = super()._prepare_reader_facts(facts, party)
        if self.kind != WORKS:
            return known
        return {
            **known,
            "works_title": self._get_title(),
            "works_text": self._get_words(),
        }

    def _get_public_messages(self, party, limit=1):
        """Show who reads of works what was written in its own language.

        The messages of announcements are mails: what they say else the page says, too.
        """
        if self.kind != WORKS:
            return super()._get_public_messages(party, limit)
        # SUDO: what was published is told to whoever may know of the works.
        messages = self.env["incident.outage.message"].sudo()
        found = messages.search(
            [("outage_id", "=", self.id), ("act", "=", False)], limit=limit
        )
        told = [
            {"date": one.date, "body": one._get_text(self.env.lang)} for one in found
        ]
        words = self._get_words()
        if words and self.announced_date:
            told.append({"date": self.announced_date, "body": words})
        return sorted(told, key=lambda one: one["date"], reverse=True)[:limit]
