# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from email.message import EmailMessage

from odoo import models

from ...tools.mail_memory import remember_headers


class MailThread(models.AbstractModel):
    """Has the headers of a mail parsed once; core does a hundred times.

    Also of mail for others, which core reads. Without it everything works, slower.
    """

    _inherit = "mail.thread"

    def message_parse(self, message, save_original=False):
        if isinstance(message, EmailMessage):
            remember_headers(message)
        return super().message_parse(message, save_original=save_original)
