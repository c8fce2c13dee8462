# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from odoo import fields, models

from ...tools.mail_classifier import classify
from ..inbounds import INBOUND

_logger = logging.getLogger(__name__)


class MailThread(models.AbstractModel):
    """Has core turn few mails down by a mail, and none of a machine's.

    Whoever writes to the catch-all in the names of a thousand people would have us
    write to all of them.
    """

    _inherit = "mail.thread"

    def _routing_create_bounce_email(
        self, email_from, body_html, message, **mail_values
    ):
        inbound_id = self.env.context.get(INBOUND)
        if inbound_id:
            # SUDO: the ledger is the gateway's own.
            inbound = self.env["incident.inbound"].sudo().browse(inbound_id)
            if classify(message) or inbound._tells_too_many():
                _logger.info("Mail %s: sender not told", inbound.key)
                return None
            inbound.sender_told_date = fields.Datetime.now()
        return super()._routing_create_bounce_email(
            email_from, body_html, message, **mail_values
        )
