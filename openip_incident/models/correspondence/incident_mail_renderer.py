# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
import uuid
from copy import deepcopy
from datetime import datetime
from html import unescape

from lxml import etree, html
from markupsafe import Markup

from odoo import api, models
from odoo.tools import ormcache
from odoo.tools.rendering_tools import convert_inline_template_to_qweb

from ...tools.mail_frame import OUTLOOK
from ...tools.mail_subject import get_language_tag
from ...tools.spoken_date import say_day
from .incident_mail_qweb import MailDocument
from .letter import Draft

LAYOUT = "openip_incident.notice_layout"

# All but the no-break space, which French sets before its colons.
WHITE_SPACE = re.compile(r"[ \t\r\n]+")
PARAGRAPHS = ("p", "div")
# Odoo's converter to plain text halves runs of line breaks, its own included.
PARAGRAPH_END = "\n\n\n"


class IncidentMailRenderer(models.AbstractModel):
    """Renders one template for many records and readers at once.

    Whatever QWeb is called for costs more than to render one mail. So it is called
    once per language, for a loop over all drafts of that language, and the output is
    cut apart afterwards.
    """

    _name = "incident.mail.renderer"
    _description = "Batch Renderer of Incident Mails"

    @api.model
    def _render_drafts(self, template, drafts):
        """Fill subject, content and body of drafts in place.

        :param template: ``mail.template`` whose words are rendered; ``ctx`` has
            ``incident_text``, ``party`` and ``url`` of each draft
        :param drafts: list of :class:`Draft`, all records of one model
        """
        self._read_words(template)
        by_lang = {}
        for draft in drafts:
            by_lang.setdefault(draft.lang, []).append(draft)
        for lang, group in by_lang.items():
            self._render_language(template.with_context(lang=lang), lang, group)

    @api.model
    def _read_words(self, templates):
        """Read the words of templates in all languages, by one query."""
        templates.with_context(prefetch_langs=True).fetch(["body_html", "subject"])

    @api.model
    def _prepare_bodies(self, words):
        """Do what many messages of the same words have in common: to be extended.

        :param words: HTML in which every element that is opened is closed, too
        """

    @api.model
    def _render_words(self, template, record, lang):
        """Return subject and words of one mail, for whom the caller has a layout.

        :param template: ``mail.template``
        """
        template = template.with_context(lang=lang)
        mark = self._make_mark()
        row = {
            "object": record.with_context(lang=lang),
            "ctx": {**self.env.context, "lang": lang},
            "mark": mark,
        }
        document = self._get_document(template.subject, template.body_html, lang, False)
        subject, words, _rest = self._render_rows(template, document, lang, [row], mark)
        return self._fold_subject(unescape(subject)), Markup(words.strip())

    @api.model
    def _render_frame(self, record, reader, lang):
        """Return what our mails to a reader have before their words, and behind them.

        :param reader: the party that is greeted
        """
        draft = Draft(record, reader, lang, url="#", complete=True)
        mark = self._make_mark()
        row = self._prepare_row(
            record.with_context(lang=lang),
            reader.with_context(lang=lang),
            draft,
            mark,
            {},
        )
        document = self._get_document("", "", lang, True)
        template = self.env["mail.template"]
        _subject, before, _words, after, *_rest = self._render_rows(
            template, document, lang, [row], mark
        )
        return before, after

    @api.model
    def _render_language(self, template, lang, drafts):
        records = self._read_in(lang, [draft.record for draft in drafts])
        readers = self._read_in(lang, [draft.party for draft in drafts])
        mark, dates = self._make_mark(), {}
        rows = [
            self._prepare_row(
                records[draft.record.id], readers[draft.party.id], draft, mark, dates
            )
            for draft in drafts
        ]
        document = self._get_document(template.subject, template.body_html, lang, True)
        pieces = self._render_rows(template, document, lang, rows, mark)
        for index, draft in enumerate(drafts):
            subject, before, content, after = pieces[4 * index : 4 * index + 4]
            draft.subject = draft.record._get_correspondence_subject(
                draft.party, self._fold_subject(unescape(subject))
            )
            draft.content = Markup(content.strip())
            if draft.party:
                # Also behind what was typed: what follows is a line of its own.
                content = content.rstrip() + PARAGRAPH_END
                draft.body_html = self._join_pieces(before, content, after)

    @api.model
    def _make_mark(self):
        """Return a text that no mail contains: it cuts the output into pieces."""
        return f"openip-{uuid.uuid4().hex}"

    @api.model
    def _render_rows(self, template, document, lang, rows, mark):
        """Return the pieces of what a document makes of rows."""
        values = {
            **template._render_eval_context(),
            "rows": rows,
            "outlook": OUTLOOK,
        }
        qweb = self.env["incident.mail.qweb"].with_context(lang=lang)
        return str(qweb._render(document, values, minimal_qcontext=True)).split(mark)

    @api.model
    def _read_in(self, lang, items):
        """Return the records of a list in a language: dict of id: record.

        :param items: list of single records, or of nothing
        """
        records = items[0].union(*items).with_context(lang=lang)
        return {False: records.browse(), **{record.id: record for record in records}}

    @api.model
    def _fold_subject(self, text):
        """Return a subject in one line, as Python asks of headers."""
        return WHITE_SPACE.sub(" ", " ".join(text.splitlines())).strip()

    @api.model
    def _prepare_row(self, record, reader, draft, mark, dates):
        """Return what the loop offers to the template and its layout.

        :param record: of the draft, in its language
        :param reader: the party of the draft, in its language
        :param mark: text that cuts the output: around the content, and after a draft
        :param dates: dict of the dates that are known as text
        """
        return {
            "object": record,
            "party": reader,
            "ctx": {
                **self.env.context,
                **self._format_facts(record, draft, dates),
                "lang": draft.lang,
                "incident_text": draft.text,
                "party": draft.party,
                "url": draft.url,
            },
            "url": draft.url,
            "subject": draft.subject,
            "lang": get_language_tag(draft.lang),
            "mark": mark,
        }

    @api.model
    def _format_facts(self, record, draft, dates):
        """Return the facts as the reader sees them, each date written out once."""
        facts = {}
        known = record._prepare_reader_facts(draft.facts, draft.party)
        for key, value in known.items():
            facts[key] = value
            if isinstance(value, datetime):
                zone = record._get_reader_zone(draft.party, draft.facts.get("zone"))
                home = record._get_home(draft.party)
                if (value, zone, home) not in dates:
                    dates[value, zone, home] = (
                        record._format_date_in(value, zone, draft.lang, home),
                        say_day(value, zone, draft.lang),
                    )
                facts[key], facts[f"{key}_day"] = dates[value, zone, home]
        return facts

    @api.model
    @ormcache("subject", "body", "lang", "layout", cache="templates")
    def _get_document(self, subject, body, lang, layout):
        """Return one document: a loop over rows, the layout in it, the words in that.

        Not by t-call: QWeb compiles the content of a call within a document that is
        no view anew on every turn.

        :param subject: inline template
        :param body: QWeb
        :param layout: whether the layout of the parties' mails is around the words
        """
        loop = etree.fromstring(
            '<t><t t-foreach="rows" t-as="row">'
            '<t t-set="object" t-value="row[\'object\']"/>'
            '<t t-set="ctx" t-value="row[\'ctx\']"/>'
            '<t name="subject"/><t t-out="row[\'mark\']"/>'
            '<t name="words"/><t t-out="row[\'mark\']"/>'
            "</t></t>"
        )
        words = html.fragment_fromstring(body or "", create_parent="t")
        subject = html.fragment_fromstring(
            convert_inline_template_to_qweb(subject), create_parent="t"
        )
        self._replace(loop.find(".//t[@name='subject']"), subject)
        if layout:
            words = self._lay_out(words, lang)
        self._replace(loop.find(".//t[@name='words']"), words)
        self._fold_white_space(loop)
        return MailDocument(loop)

    @api.model
    def _lay_out(self, words, lang):
        """Return words in the layout of our mails; what travels nowhere has none."""
        around = self._get_layout(lang)
        place = around.find(".//*[@t-out='0']")
        before = place.getprevious()
        bare = etree.fromstring(
            "<t><t t-out=\"row['mark']\"/><t/><t t-out=\"row['mark']\"/></t>"
        )
        # With the same white space, words are the same with a layout and without.
        bare[0].tail = None if before is None else before.tail
        bare[1].tail = place.tail
        self._replace(place, deepcopy(words))
        self._replace(bare[1], words)
        choice = etree.fromstring('<t><t t-if="row.get(\'frame\')"/><t t-else=""/></t>')
        choice[0].append(around)
        choice[1].append(bare)
        return choice

    @api.model
    def _get_layout(self, lang):
        # As everybody reads it: who edits translations on a page sees marks.
        qweb = self.env["ir.qweb"].with_context(
            lang=lang, edit_translations=None, inherit_branding=None
        )
        layout = deepcopy(qweb._get_template(LAYOUT)[0])
        # QWeb renders nothing of a document but the template that is named in it.
        layout.attrib.pop("t-name", None)
        return layout

    @api.model
    def _replace(self, node, other):
        other.tail = node.tail
        node.getparent().replace(node, other)

    @api.model
    def _fold_white_space(self, document):
        """Set our sources as the plain-text part shall read: paragraphs, no lines.

        What is inserted while rendering stays as its author wrote it.
        """
        for node in document.iter():
            node.text = node.text and WHITE_SPACE.sub(" ", node.text)
            node.tail = node.tail and WHITE_SPACE.sub(" ", node.tail)
            if node.tag in PARAGRAPHS and not (node.tail or "").strip():
                node.tail = PARAGRAPH_END
