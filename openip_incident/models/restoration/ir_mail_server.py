# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.calendar_file import MIMETYPE, get_method


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _build_email__(self, *args, attachments=None, **kwargs):  # noqa: PLW3201
        """Say of calendar files what is in them (RFC 6047, 2.4)."""
        message = super()._build_email__(*args, attachments=attachments, **kwargs)
        if not any(file[2] == MIMETYPE for file in attachments or ()):
            return message
        for part in message.iter_attachments():
            if part.get_content_type() == MIMETYPE:
                part.set_param("charset", "utf-8")
                part.set_param("method", get_method(part.get_payload(decode=True)))
        return message
