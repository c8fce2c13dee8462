# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import SQL


class MailMessage(models.Model):
    """Empties letters whose words nobody needs any more, and keeps their Message-ID."""

    _inherit = "mail.message"

    def _reduce_letters(self):
        """Empty hidden messages, with the mails and the notifications on them."""
        if not self:
            return
        self.env.flush_all()
        for query in (
            "UPDATE mail_message SET body = '', subject = NULL, "
            "outgoing_email_to = NULL WHERE id IN %s",
            "DELETE FROM message_attachment_rel WHERE message_id IN %s",
            "DELETE FROM mail_notification "
            "WHERE res_partner_id IS NULL AND mail_message_id IN %s",
            "UPDATE mail_notification SET failure_reason = NULL, "
            "mail_email_address = NULL WHERE mail_message_id IN %s",
            "UPDATE mail_mail SET body_html = NULL, email_to = NULL, email_cc = NULL, "
            "failure_reason = NULL, "
            "state = CASE WHEN state IN ('outgoing', 'exception') THEN 'cancel' "
            "ELSE state END WHERE mail_message_id IN %s",
        ):
            self.env.execute_query(SQL(query, tuple(self.ids)))
        self.env.invalidate_all()
