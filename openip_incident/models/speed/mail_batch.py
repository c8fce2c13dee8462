# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The rows of which an act on many incidents creates thousands.

Without it everything works, slower: see :mod:`.incident_batch_mixin`.
"""

from odoo import models

from .message_body import MessageBody
from .message_document import MessageDocument


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


class MailNotification(models.Model):
    _name = "mail.notification"
    _inherit = ["mail.notification", "incident.batch.mixin"]


class MailTrackingValue(models.Model):
    _name = "mail.tracking.value"
    _inherit = ["mail.tracking.value", "incident.batch.mixin"]
