# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import secrets
from ast import literal_eval

from markupsafe import Markup

from odoo import models

from ...tools.own_links import strip_tokens, strip_tokens_of_text
from ..inbounds import IN_GATEWAY
from ..reviews import TICKET_SYSTEM_REASONS

# In the context of what names no customer; no RPC can forge this object.
UNNAMED = object()


class HelpdeskTicket(models.Model):
    """Keeps Odoo's own mail from reaching the parties of an incident.

    Followers share mails, layouts and links; parties each get their own mail.
    """

    _inherit = "helpdesk.ticket"

    def message_post(self, **kwargs):
        if self.is_incident:
            kwargs = self._scrub_incident_post(kwargs)
        if self.is_incident and kwargs.get("message_type") == "email":
            # Core names the author of what is answered, here mostly our company.
            partner_ids = self._filter_colleague_ids(kwargs.get("partner_ids"))
            kwargs["partner_ids"] = partner_ids
            kwargs = self._keep_strangers_inside(kwargs)
        return super().message_post(**kwargs)

    def _scrub_incident_post(self, values):
        """Take our personal links out of what is posted, whoever posts it.

        Colleagues may link to our own pages, but no token is theirs to hand on.

        :param values: arguments of ``message_post``
        """
        # SUDO: whether an author is from outside is no secret.
        author = self.env["res.partner"].sudo().browse(values.get("author_id"))
        outside = (
            values.get("message_type") == "email"
            or author.partner_share
            or self.env.user.share
        )
        body, subject = values.get("body"), values.get("subject")
        if isinstance(body, Markup) or values.get("message_type") == "email":
            scrub = self._scrub_incident_body if outside else strip_tokens
        else:
            # Plain text, of which core makes HTML.
            scrub = self._scrub_incident_text if outside else strip_tokens_of_text
        scrubbed = {
            "body": scrub(body),
            "subject": strip_tokens_of_text(subject),
        }
        return {
            **values,
            **{name: text for name, text in scrubbed.items() if name in values},
        }

    def _keep_strangers_inside(self, values):
        """Keep the mail of machines, and of who speaks for no party, from the parties.

        What a party says is said to everybody, also where it answers what was kept
        inside: its own mail from another address, for instance.

        :param values: arguments of ``message_post``
        """
        # SUDO: who the sender is must not depend on what the gateway's user may read.
        author = self.env["res.partner"].sudo().browse(values.get("author_id") or [])
        machine = values.get("incident_disregard")
        if machine in TICKET_SYSTEM_REASONS and self._answers_by_system(author):
            machine, values = False, {**values, "incident_disregard": False}
        comment = self._get_comment_subtype_id()
        answers_inside = values.get("is_internal")
        if self._get_incident_party(author) and not machine:
            inside = {"is_internal": False, "subtype_id": comment}
            return {**values, **inside} if answers_inside else values
        if values.get("subtype_id") != comment and not answers_inside:
            return values
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note")
        return {**values, "subtype_id": note}

    def _answers_by_system(self, author):
        """Tell whether somebody's company answers through a ticket system."""
        party = self._get_incident_party(author)
        return bool(party) and author.incident_party_id.incident_ticket_system

    def _message_post_after_hook(self, message, msg_values):
        res = super()._message_post_after_hook(message, msg_values)
        if self.is_incident:
            # SUDO: a party may answer what it may read; counting the answer, moving
            # the incident and telling the others is the process's doing, not its own.
            self.sudo()._incident_hear(message.sudo())
        return res

    def _message_subscribe(self, partner_ids=None, subtype_ids=None, customer_ids=None):
        """Let nobody outside follow an incident, whoever asks: mail, portal, merge.

        Whom a mail names in To or Cc, its sender has chosen: not even a colleague.
        """
        incidents = self.filtered("is_incident")
        colleagues = []
        if incidents and not self.env.context.get(IN_GATEWAY):
            colleagues = self._filter_colleague_ids(partner_ids)
        if colleagues:
            super(HelpdeskTicket, incidents)._message_subscribe(
                colleagues, subtype_ids, customer_ids
            )
        return super(HelpdeskTicket, self - incidents)._message_subscribe(
            partner_ids, subtype_ids, customer_ids
        )

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        """Let mail to colleagues leave by the queue, as all mail of an incident (G1).

        Core sends it right after the commit: a party that answers on its page, and the
        next mail that comes in, would wait for our mail server.
        """
        if not self or not self.is_incident:
            return super()._notify_thread_by_email(message, recipients_data, **kwargs)
        if any(recipient["notif"] == "email" for recipient in recipients_data):
            self.env["ir.cron"]._wake_mail_queue()
        records = self.with_context(mail_notify_force_send=False)
        return super(HelpdeskTicket, records)._notify_thread_by_email(
            message, recipients_data, **kwargs
        )

    def _notify_by_email_get_base_mail_values(
        self, message, recipients_data, additional_values=None
    ):
        """Name nobody else in core's mail: no other address, no earlier mail.

        The Message-ID of a party's mail has the name of its mail server.
        """
        values = super()._notify_by_email_get_base_mail_values(
            message, recipients_data, additional_values
        )
        if not self or not self.is_incident:
            return values
        if values.get("headers"):
            headers = literal_eval(values["headers"])
            headers.pop("X-Msg-To-Add", None)
            values["headers"] = repr(headers)
        if any(recipient["share"] for recipient in recipients_data):
            # SUDO: as core reads the messages before this one.
            values["references"] = message.sudo().message_id
        return values

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Leave the parties to the correspondence, and internal notes inside."""
        recipients = super()._notify_get_recipients(message, msg_vals, **kwargs)
        if not self.is_incident:
            return recipients
        return [
            recipient
            for recipient in recipients
            if not recipient["share"] or self._is_invited(recipient, message, msg_vals)
        ]

    def _is_invited(self, recipient, message, msg_vals):
        """Tell whether core may mail to somebody outside.

        A third person, the carrier's technician for instance, whom a colleague names
        in a message to everybody: yes. A party or a reader of an internal note: no.
        """
        values = msg_vals or {}
        # SUDO: whether a message goes outside is decided by what it is, not by what
        # its author may read.
        message = message.sudo()
        subtype = message.subtype_id.browse(
            values.get("subtype_id", message.subtype_id.id)
        )
        author = message.author_id.browse(values.get("author_id", message.author_id.id))
        if subtype.internal or author.partner_share:
            return False
        if recipient["id"] not in (
            values.get("partner_ids") or message.partner_ids.ids
        ):
            return False
        partner = self.env["res.partner"].browse(recipient["id"])
        return not self._get_incident_party(partner)

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Give nobody outside a button: core's links open what they should not.

        Nor is one made for the customer, who gets no mail of core's: it would prepare
        the contact for signing up, with each mail that comes in.
        """
        records = self
        if self and self.is_incident:
            records = self.with_context(incident_customer=UNNAMED)
        groups = super(HelpdeskTicket, records)._notify_get_recipients_groups(
            message, model_description, msg_vals
        )
        if self and self.is_incident:
            for name, _filter, values in groups:
                if name != "user":
                    values["has_button_access"] = False
                    values.pop("actions", None)
        return groups

    def _mail_get_partners(self, introspect_fields=False):
        partners = super()._mail_get_partners(introspect_fields=introspect_fields)
        if self.env.context.get("incident_customer") is UNNAMED:
            return dict.fromkeys(partners, self.env["res.partner"])
        return partners

    def _portal_ensure_token(self):
        """Core's token opens no incident: it names no party and never expires."""
        if self.is_incident:
            return ""
        return super()._portal_ensure_token()

    def _sign_token(self, pid):
        """No signature of core's opens an incident: give one that nothing matches.

        Without a token it would be the same for all incidents of a contact.
        """
        if self.is_incident:
            return secrets.token_hex()
        return super()._sign_token(pid)

    def _track_template(self, changes):
        """Send no stage mail the base's way: the move sends its own."""
        templates = super()._track_template(changes)
        if self[:1].is_incident:
            templates.pop("stage_id", None)
        return templates
