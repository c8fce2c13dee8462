# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from email.message import EmailMessage

from odoo import api, models

from ...tools.mail_source import read_source
from .incident_gateway_refusal import HANDED_BY


class MailThread(models.AbstractModel):
    """Lets nobody forge mail by calling the gateway, which core leaves public.

    Who may not hand mail to incidents is turned away before anything is written; what
    only shows to be theirs on the way through core is refused where it arrives.
    """

    _inherit = "mail.thread"

    @api.model
    def message_process(self, model, message, *args, **options):
        refusals = self.env["incident.gateway.refusal"]
        caller = False if refusals._may_deliver() else self.env.uid
        gateway = self.env["incident.mail.gateway"]
        if caller and gateway._protects(read_source(message)):
            refusals._ensure_may_deliver()
        # SUDO: who may hand mail over acts as the gateway, which keeps its own books.
        threads = (self if caller else self.sudo()).with_context(**{HANDED_BY: caller})
        return super(MailThread, threads).message_process(
            model, message, *args, **options
        )

    @api.model
    def message_route(self, message, *args, **options):
        """Take parsed mail only: no remote call has any."""
        if not isinstance(message, EmailMessage):
            raise TypeError("message must be an email.message.EmailMessage")
        return super().message_route(message, *args, **options)

    def _routing_handle_bounce(self, email_message, message_dict):
        """Let nobody report that a party cannot be reached."""
        bounced = message_dict.get("bounced_message")
        bounced = bounced or self._get_reported_message(email_message)
        if self.env.context.get(HANDED_BY) and self._is_protected(bounced):
            self.env["incident.gateway.refusal"]._ensure_may_deliver()
        return super()._routing_handle_bounce(email_message, message_dict)

    @api.model
    def _is_protected(self, message):
        """Tell whether a ``mail.message`` belongs to an incident."""
        if not message or message.model != "helpdesk.ticket":
            return False
        # SUDO: the gateway finds out whose mail this is.
        tickets = self.env["helpdesk.ticket"].sudo()
        return tickets.browse(message.res_id).exists().is_incident
