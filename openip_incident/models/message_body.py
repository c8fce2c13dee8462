# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import uuid

from markupsafe import Markup

from odoo import fields
from odoo.tools import html_sanitize

SANITIZED = "openip_incident.sanitized"
EDGE = "<div></div>"


class MessageBody(fields.Html):
    """The body of a message, which remembers what it has sanitised for a batch.

    Sanitising a text costs more than creating its message, and most of that is spent
    on every call. A batch sanitises its texts together, each once, though an entry of
    the chatter and several mails say the same; each message finds its own here.
    """

    def sanitize_together(self, env, texts):
        """Sanitise texts at once and remember the results until the next batch.

        :param texts: HTML in which every element that is opened is closed, too
        """
        texts, mark = list(dict.fromkeys(texts)), f"openip-{uuid.uuid4().hex}"
        # What normalising puts around a whole document stays outside the texts.
        document = mark.join([EDGE, *texts, EDGE])
        clean = html_sanitize(document, sanitize_style=self.sanitize_style)
        pieces = clean.split(mark)[1:-1]
        if len(pieces) == len(texts):
            pieces = map(Markup, pieces)
            env.cr.cache[SANITIZED] = dict(zip(texts, pieces, strict=True))

    def _convert(self, value, record, validate):
        if validate and value:
            known = record.env.cr.cache.get(SANITIZED, {}).get(value)
            if known is not None:
                return known
        return super()._convert(value, record, validate)
