# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
import uuid

from markupsafe import Markup

from odoo import fields
from odoo.tools import html_sanitize

SANITIZED = "openip_incident.sanitized"
EDGE = "<div></div>"

TAG = re.compile("<[^<>]*>")
# What values are escaped with.
ENTITY = re.compile("&(?:amp|gt|lt|#34|#39);")
# Without any attribute there is nothing in these that a browser could execute.
HARMLESS = ("b", "br", "div", "em", "i", "li", "ol", "p", "strong", "u", "ul")
HARMLESS_TAGS = {f"<{end}{name}>" for name in HARMLESS for end in ("", "/")}
# Nor in these words of a style: none is an address or a function.
STYLED_TAG = re.compile(
    r'<(?:div|li|ol|p|ul) style="'
    r"(?:(?:border(?:-left)?|color|font-(?:size|weight)|(?:margin|padding)(?:-\w+)?|"
    r'text-align):[ \w#.%-]+; ?)+">'
)


class MessageBody(fields.Html):
    """The body of a message, which remembers what it has sanitised for a batch.

    Sanitising a text costs more than creating its message, and most of that is spent
    on every call. A batch sanitises its texts together, each once, though an entry of
    the chatter and several mails say the same; each message finds its own here. Texts
    of nothing but harmless elements, as most templates are, stay as they are.
    Without it everything works, slower.
    """

    def sanitize_together(self, env, texts):
        """Sanitise texts at once and remember the results until the next batch.

        :param texts: HTML in which every element that is opened is closed, too
        """
        texts = dict.fromkeys(texts)
        harmless = {text: Markup(text) for text in texts if self._is_harmless(text)}
        others = [text for text in texts if text not in harmless]
        env.cr.cache[SANITIZED] = {**harmless, **self._sanitize_all(others)}

    def _is_harmless(self, text):
        """Tell whether all that a text has of HTML is known to do nothing."""
        tags, entities = TAG.findall(text), ENTITY.findall(text)
        signs = len(tags), len(tags), len(entities)
        return signs == tuple(text.count(sign) for sign in "<>&") and all(
            tag in HARMLESS_TAGS or STYLED_TAG.fullmatch(tag) for tag in set(tags)
        )

    def _sanitize_all(self, texts):
        """Return dict of text: what is left of it, nothing where that is not clear."""
        if not texts:
            return {}
        mark = f"openip-{uuid.uuid4().hex}"
        # What normalising puts around a whole document stays outside the texts.
        document = mark.join([EDGE, *texts, EDGE])
        clean = html_sanitize(document, sanitize_style=self.sanitize_style)
        pieces = list(map(Markup, clean.split(mark)[1:-1]))
        if len(pieces) != len(texts):
            return {}
        return dict(zip(texts, pieces, strict=True))

    def _convert(self, value, record, validate):
        if validate and value:
            known = record.env.cr.cache.get(SANITIZED, {}).get(value)
            if known is not None:
                return known
        return super()._convert(value, record, validate)
