# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup, escape

from odoo import api, models

from ...tools.act_memory import answered_once
from ...tools.brand_color import get_letter_color, read_color
from ...tools.mail_frame import DOCTYPE, get_call, keep_together, make_peek

# What a page is opened for.
VIEW, ANSWER, CLOSURE, FORM = "view", "answer", "closure", "form"
# The page of several incidents.
SEVERAL = "several"
# Each of them, in a mail that is only compared with.
ALL = "all"
# Each choice of the closure page has its place there; a link chooses none.
CHOICES = ("confirmed", "refused")
# Stands for how the words begin, which are rendered behind it.
PEEK = "openip-peek-4a0c1de2b7"

MAIN, PLAIN = "oi-main", "oi-plain"
PAPER, INK = "#ffffff", "#222222"


class IncidentMailRenderer(models.AbstractModel):
    """What is around the words of a mail: brand, facts, buttons and footer."""

    _inherit = "incident.mail.renderer"

    @api.model
    def _prepare_row(self, record, reader, draft, mark, dates):
        row = super()._prepare_row(record, reader, draft, mark, dates)
        if not reader:
            # The entry of the chatter is read without what is around a mail.
            return row
        if draft.complete:
            facts, act = record._get_all_correspondence_facts(reader), ALL
        else:
            facts = record._get_correspondence_facts(reader)
            act = record._get_correspondence_act(reader)
        row["frame"] = self._prepare_frame(
            record, draft.lang, facts=facts, act=act, url=draft.url
        )
        return row

    @api.model
    def _prepare_frame(self, record, lang, facts=(), act=VIEW, url="", unasked=False):
        """Return what the layout of our mails shows beside the words of a template.

        :param record: of a model with correspondence
        :param lang: language code
        :param facts: list of (label, value)
        :param act: what the reader is invited to do
        :param url: where to, nothing for no button
        :param unasked: whether the reader may never have written to us
        """
        brand = self._get_brand(record._get_correspondence_company(), lang)
        return {
            **brand,
            "number": record._get_correspondence_number(),
            "peek": PEEK,
            "act": act,
            "buttons": self._prepare_buttons(act, url, brand["accent"]),
            "facts": facts,
            "unasked": unasked,
        }

    @api.model
    @answered_once
    def _get_brand(self, company, lang):
        """Return what all mails of a company in a language show around their words.

        :param company: ``res.company``
        :param lang: language code
        :return: dict
        """
        return {
            "dir": self.env["res.lang"]._get_data(code=lang).direction or "ltr",
            "company": company.name,
            "accent": read_color(company.email_secondary_color),
            "phone": company.phone or "",
            "call": get_call(company.phone),
        }

    @api.model
    def _prepare_buttons(self, act, url, accent):
        """Return the buttons of a mail; the layout has their words.

        :param accent: colour of the company
        """
        if not url:
            return []
        if act == ALL:
            return [
                {"act": one, "url": url, "look": MAIN, "back": accent, "fore": INK}
                for one in (ANSWER, *CHOICES, VIEW, SEVERAL)
            ]
        main = {"back": accent, "fore": get_letter_color(accent), "look": MAIN}
        if act != CLOSURE:
            return [{**main, "act": act, "url": url}]
        plain = {"back": PAPER, "fore": INK, "look": PLAIN}
        return [
            {**look, "act": choice, "url": f"{url}#{choice}"}
            for choice, look in zip(CHOICES, (main, plain), strict=True)
        ]

    @api.model
    def _join_pieces(self, before, content, after):
        """Return a whole mail of its layout and its words.

        :param before: HTML, with the place for how the words begin
        :param content: HTML
        :param after: HTML
        """
        # As text: stored words are safe, beside which a text would be escaped.
        body = keep_together(before.strip() + str(content) + after.strip())
        peek = str(escape(make_peek(content)))
        return DOCTYPE + Markup(body.replace(PEEK, peek, 1))

    @api.model
    def _render_alone(self, template, draft):
        """Fill subject, content and body of a draft to who may be on no contact.

        Such a reader is told nothing but the template's words.

        :param template: ``mail.template``
        :param draft: :class:`Draft` of a letter to an address
        """
        record, lang = draft.record, draft.lang
        draft.subject, draft.content = record._render_letter_words(template, draft)
        frame = record._get_letter_frame(draft)
        draft.body_html = self._wrap_words(record, lang, draft.content, **frame)

    @api.model
    def _wrap_words(self, record, lang, words, **frame):
        """Return a mail to somebody who may be on no contact: words in our layout.

        :param words: HTML from :meth:`_render_words`
        :param frame: of :meth:`_prepare_frame`: what is shown beside the words
        """
        record, mark = record.with_context(lang=lang), self._make_mark()
        row = {
            "object": record,
            "party": self.env["res.partner"],
            "ctx": {},
            "lang": lang.replace("_", "-"),
            "mark": mark,
            "frame": self._prepare_frame(record, lang, **frame),
        }
        document = self._get_document("", "", lang, True)
        pieces = self._render_rows(
            self.env["mail.template"], document, lang, [row], mark
        )
        _subject, before, _words, after, *_rest = pieces
        return self._join_pieces(before, words, after)
