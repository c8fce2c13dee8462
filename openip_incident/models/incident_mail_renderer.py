# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import copy
import re
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree, html
from markupsafe import Markup

from odoo import api, models

LAYOUT = "openip_incident.notice_layout"

# All but the no-break space, which French sets before its colons.
WHITE_SPACE = re.compile(r"[ \t\r\n]+")
PARAGRAPHS = ("p", "div")
# Odoo's converter to plain text halves runs of line breaks, its own included.
PARAGRAPH_END = "\n\n\n"


@dataclass
class Draft:
    """One text to be rendered: the mail of a party, or the entry of the chatter."""

    record: models.BaseModel
    # Nobody, for the entry that everybody reads in the chatter.
    party: models.BaseModel
    lang: str
    text: str = ""
    url: str = ""
    # More that the template finds in ``ctx``; dates are shown as the party reads them.
    facts: dict = field(default_factory=dict)
    subject: str = ""
    # The words of the template alone, then the whole mail around them.
    content: Markup = field(default_factory=Markup)
    body_html: Markup = field(default_factory=Markup)


class IncidentMailRenderer(models.AbstractModel):
    """Renders one template for many records and readers at once.

    QWeb compiles a template given as text on every call, which costs ten times as
    much as rendering it. So the template is compiled once per language, inside a loop
    over all drafts of that language, and the output is cut apart afterwards.
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
        by_lang = {}
        for draft in drafts:
            by_lang.setdefault(draft.lang, []).append(draft)
        for lang, group in by_lang.items():
            self._render_language(template.with_context(lang=lang), lang, group)

    @api.model
    def _render_language(self, template, lang, drafts):
        ids = list(dict.fromkeys(draft.record.id for draft in drafts))
        records = drafts[0].record.with_context(lang=lang).browse(ids)
        by_id = {record.id: record for record in records}
        self._render_subjects(template, records, drafts)
        mark = f"openip-{uuid.uuid4().hex}"
        rows = [
            self._prepare_row(by_id[draft.record.id], draft, mark) for draft in drafts
        ]
        values = {**template._render_eval_context(), "rows": rows}
        qweb = self.env["ir.qweb"].with_context(lang=lang)
        output = qweb._render(
            self._prepare_loop(qweb, template), values, minimal_qcontext=True
        )
        pieces = str(output).split(mark)
        for index, draft in enumerate(drafts):
            before, content, after = pieces[3 * index : 3 * index + 3]
            draft.content = Markup(content.strip())
            draft.body_html = Markup((before + content + after).strip())

    @api.model
    def _render_subjects(self, template, records, drafts):
        subjects = template._render_template(
            template.subject, records._name, records.ids, engine="inline_template"
        )
        for draft in drafts:
            draft.subject = WHITE_SPACE.sub(" ", subjects[draft.record.id] or "")

    @api.model
    def _prepare_row(self, record, draft, mark):
        """Return what the loop offers to the template and its layout.

        :param mark: text that cuts the output: around the content, and after a draft
        """
        return {
            "object": record,
            "party": draft.party.with_context(lang=draft.lang),
            "ctx": {
                **self.env.context,
                **self._format_facts(record, draft),
                "lang": draft.lang,
                "incident_text": draft.text,
                "party": draft.party,
                "url": draft.url,
            },
            "url": draft.url,
            "subject": draft.subject,
            "mark": mark,
        }

    @api.model
    def _format_facts(self, record, draft):
        return {
            key: (
                record._format_correspondence_date(value, draft.party, draft.lang)
                if isinstance(value, datetime)
                else value
            )
            for key, value in draft.facts.items()
        }

    @api.model
    def _prepare_loop(self, qweb, template):
        """Return one document: a loop over rows, the layout in it, the words in that.

        Not by t-call: QWeb compiles the content of a call within a document that is
        no view anew on every turn.
        """
        loop = etree.fromstring(
            '<t><t t-foreach="rows" t-as="row">'
            '<t t-set="object" t-value="row[\'object\']"/>'
            '<t t-set="ctx" t-value="row[\'ctx\']"/>'
            '<t name="layout"/><t t-out="row[\'mark\']"/>'
            "</t></t>"
        )
        # The view's tree belongs to QWeb's cache.
        layout = copy.deepcopy(qweb._get_template(LAYOUT)[0])
        # QWeb renders nothing of a document but the template that is named in it.
        layout.attrib.pop("t-name", None)
        words = html.fragment_fromstring(template.body_html or "", create_parent="t")
        self._replace(layout.find(".//*[@t-out='0']"), words)
        self._replace(loop.find(".//t[@name='layout']"), layout)
        self._fold_white_space(loop)
        return loop

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
