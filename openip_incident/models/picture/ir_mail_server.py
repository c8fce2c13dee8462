# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

# In the context of mails that choose themselves what they are too large for.
WHOLE = "incident_whole_mail"


class InlinePicture(tuple):
    """A file of a mail, (name, content, MIME type), that its HTML shows.

    A tuple, as whoever else looks through the files of a mail takes it apart.
    """

    content_id = ""

    @classmethod
    def make(cls, name, content, kind, content_id):
        """Return a picture under the id by which the HTML refers to it."""
        picture = cls((name, content, kind))
        picture.content_id = content_id
        return picture


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _get_max_email_size(self):
        """Leave mails whole that are not to be given core's links to their files."""
        if self.env.context.get(WHOLE):
            return float("inf")
        return super()._get_max_email_size()

    def _build_email__(self, *args, attachments=None, **kwargs):  # noqa: PLW3201
        """Put the pictures that a mail shows next to its HTML (RFC 2387)."""
        pictures = [item for item in attachments or () if hasattr(item, "content_id")]
        others = [item for item in attachments or () if not hasattr(item, "content_id")]
        message = super()._build_email__(*args, attachments=others, **kwargs)
        page = message.get_body(("html",)) if pictures else None
        if page is None:
            return message
        for picture in pictures:
            name, content, kind = picture
            main, _slash, sub = kind.partition("/")
            page.add_related(
                content,
                main,
                sub,
                cid=f"<{picture.content_id}>",
                disposition="inline",
                filename=name,
            )
        return message
