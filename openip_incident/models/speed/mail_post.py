# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A mail as it is handed over, built from a batch; see :mod:`.mail_queue`.

A mail of one reader, two texts and no files is written here, without what ``email``
does to find out how. Any other, and each mail where another addon has a say in what
mails look like, is built by core.
"""

from smtplib import SMTP
from typing import Any, NamedTuple

from odoo import api, models
from odoo.tools.mail import email_split_and_format_normalize

from ...tools.mail_writer import write_mail
from ...tools.whose_code import is_code_of

# Whose way of building and handing over a mail is known here.
KNOWN_BUILDERS = ("odoo.addons.base.", "odoo.addons.openip_incident.")
BUILDING = (
    "_build_email__",
    "_prepare_email_message__",
    "_alter_message__",
    "_prepare_smtp_to_list",
    "send_email",
)


class Post(NamedTuple):
    """What is handed to a mail server.

    :param server: ``ir.mail_server`` with what the context says of this mail
    :param message: ``email.message.EmailMessage``
    :param partner: who reads it
    :param session: in which it is handed over
    """

    server: Any
    message: Any
    partner: Any
    session: Any


class RefusedSession(NamedTuple):
    """Stands for a session in which a mail was refused, so that core can record why.

    :param error: what came of the mail
    """

    error: Exception


class WritingSession(NamedTuple):
    """A session that is given mails which are written already.

    :param session: ``smtplib.SMTP``, as core has connected it
    """

    session: Any

    def __getattr__(self, name):
        return getattr(self.session, name)

    def send_message(self, message, sender, recipients):
        """Hand over a mail as ``smtplib`` would."""
        if not "".join([sender, *recipients]).isascii():
            return self.session.send_message(message, sender, recipients)
        return self.session.sendmail(sender, recipients, message.get_data())


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    @api.model
    def _writes_incident_mails(self, session):
        """Tell whether nobody else has a say in what a mail looks like.

        :param session: in which it is handed over
        """
        sends = getattr(type(session), "send_message", None)
        plain = sends is SMTP.send_message and sends.__module__ == SMTP.__module__
        return plain and is_code_of(KNOWN_BUILDERS, type(self).__mro__, BUILDING)

    def send_email(self, message, *args, smtp_session=None, **kwargs):
        """Fail as the mail failed: nothing is handed over a second time."""
        if isinstance(smtp_session, RefusedSession):
            raise smtp_session.error
        return super().send_email(message, *args, smtp_session=smtp_session, **kwargs)


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _prepare_incident_post(self, options):
        """Build a mail that goes to one reader.

        :param options: core's, of ``_send``
        :return: Post, or None for what only core can send
        """
        if "/mail/unfollow" in (self.body_html or ""):
            return None
        server = options.get("mail_server") or self.mail_server_id
        emails = self._prepare_outgoing_list(mail_server=server)
        if len(emails) != 1:
            return None
        [email] = emails
        server = self._get_posting_server(email, options.get("alias_domain_id"))
        arguments = self._prepare_posted_email(email)
        session = options.get("smtp_session")
        written = server._writes_incident_mails(session) and write_mail(**arguments)
        message = written or server._build_email__(**arguments)
        session = WritingSession(session) if written else session
        return Post(server, message, email["partner_id"], session)

    def _get_posting_server(self, email, alias_domain_id):
        """Return the model of mail servers, told what core tells it of a mail."""
        context = {"send_validated_to": email["email_to_normalized"]}
        if alias_domain_id:
            # SUDO: whoever sends, the addresses of the domain are written on the mail.
            domain = self.env["mail.alias.domain"].sudo().browse(alias_domain_id)
            returned = email["headers"].get("Return-Path") or domain.bounce_email
            context["domain_notifications_email"] = domain.default_from_email
            context["domain_bounce_address"] = returned
        return self.env["ir.mail_server"].with_context(**context)

    def _prepare_posted_email(self, email):
        """Return the arguments with which core has an e-mail built."""
        names = (
            "email_to subject body body_alternative email_cc reply_to attachments"
            " message_id references object_id headers"
        )
        senders = email_split_and_format_normalize(self.email_from)
        return {
            **{name: email[name] for name in names.split()},
            "email_from": senders[0] if senders else self.email_from,
            "subtype": "html",
            "subtype_alternative": "plain",
        }
