# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.mail_memory import remember_headers
from ..inbounds import IN_GATEWAY


class MailThread(models.AbstractModel):
    """Has the headers of a mail that is taken in parsed once."""

    _inherit = "mail.thread"

    def message_parse(self, message, save_original=False):
        if self.env.context.get(IN_GATEWAY):
            remember_headers(message)
        return super().message_parse(message, save_original=save_original)
