# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.mail_subject import EncodedSubject

# In the context while a mail to a party is sent.
TO_PARTY = "incident_mail_to_party"


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    def _build_email__(self, *args, **kwargs):  # noqa: PLW3201
        """Keep the blanks of subjects that are not in plain ASCII."""
        message = super()._build_email__(*args, **kwargs)
        subject = str(message["Subject"] or "")
        if subject and not subject.isascii():
            del message["Subject"]
            message["Subject"] = EncodedSubject(subject)
        return message

    def _prepare_email_message__(self, message, smtp_session):  # noqa: PLW3201
        """Leave the field of the return path to who delivers the mail (RFC 5321, 4.4).

        Core writes it, to have the sender of the envelope at hand.
        """
        sender, recipients, message = super()._prepare_email_message__(
            message, smtp_session
        )
        if self.env.context.get(TO_PARTY):
            del message["Return-Path"]
        return sender, recipients, message
