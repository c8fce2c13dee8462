# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The rows of which an act on many incidents creates thousands.

Without it everything works, slower: see :mod:`.incident_batch_mixin`.
"""

from odoo import api, models

from ...tools.whose_code import is_code_of
from .message_body import MessageBody
from .message_document import MessageDocument

# Whose idea of a mail's server is known here; another addon's is to be heard.
KNOWN_CHECKS = ("odoo.addons.mail.", "odoo.addons.openip_incident.")


class MailMessage(models.Model):
    _name = "mail.message"
    _inherit = ["mail.message", "incident.batch.mixin"]

    body = MessageBody()
    res_id = MessageDocument()


class IncidentNotice(models.Model):
    _name = "incident.notice"
    _inherit = ["incident.notice", "incident.batch.mixin"]


class IncidentFollowupEvent(models.Model):
    _name = "incident.followup.event"
    _inherit = ["incident.followup.event", "incident.batch.mixin"]


class MailMail(models.Model):
    _name = "mail.mail"
    _inherit = ["mail.mail", "incident.batch.mixin"]

    @api.constrains("mail_message_id", "mail_server_id")
    def _check_mail_server_id(self):
        """Look at all messages at once for a server, where core asks mail by mail."""
        mro = type(self).__mro__
        known = is_code_of(KNOWN_CHECKS, mro, ["_check_mail_server_id"])
        # SUDO: as core reads what a mail has of its message.
        if not known or self.sudo().mail_message_id.mail_server_id:
            return super()._check_mail_server_id()
        return None


class MailNotification(models.Model):
    _name = "mail.notification"
    _inherit = ["mail.notification", "incident.batch.mixin"]


class MailTrackingValue(models.Model):
    _name = "mail.tracking.value"
    _inherit = ["mail.tracking.value", "incident.batch.mixin"]
