# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Core's rows of a mail, of which an act on many incidents creates thousands."""

from odoo import models

from .message_document import MessageDocument


class MailMessage(models.Model):
    _name = "mail.message"
    _inherit = ["mail.message", "incident.batch.mixin"]

    res_id = MessageDocument()


class MailMail(models.Model):
    _name = "mail.mail"
    _inherit = ["mail.mail", "incident.batch.mixin"]


class MailNotification(models.Model):
    _name = "mail.notification"
    _inherit = ["mail.notification", "incident.batch.mixin"]


class MailTrackingValue(models.Model):
    _name = "mail.tracking.value"
    _inherit = ["mail.tracking.value", "incident.batch.mixin"]
