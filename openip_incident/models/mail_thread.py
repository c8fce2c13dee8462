# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import html2plaintext


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _routing_handle_bounce(self, email_message, message_dict):
        """Record on the notice that a party could not be reached."""
        res = super()._routing_handle_bounce(email_message, message_dict)
        bounced = message_dict.get("bounced_message")
        if bounced:
            # SUDO: the mail gateway records what the mail system reports.
            notices = self.env["incident.notice"].sudo()
            reason = html2plaintext(message_dict.get("body") or "")
            notices.search([("message_id", "in", bounced.ids)])._set_bounced(
                reason[:500]
            )
        return res
