# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
from datetime import timedelta

from odoo import fields, models
from odoo.tools import plaintext2html

INTERNAL = "base.group_user"
# Whoever has more to add in an hour is no human.
MAX_ADDITIONS = 30


class IncidentIntake(models.Model):
    """What a second person adds who has got the same link to the form."""

    _inherit = "incident.intake"

    form_nonce = fields.Char(
        string="Copy of the form",
        readonly=True,
        copy=False,
        groups=INTERNAL,
        help="Which copy of the form was sent: another one is somebody else's, or was "
        "filled in anew.",
    )

    def _is_same_form(self, nonce):
        """Tell whether a form is a copy of the one that was sent.

        :param nonce: what its page was given
        """
        self.ensure_one()
        return not nonce or nonce == self.form_nonce

    def _takes_additions(self):
        """Tell whether the link still adds to what it has led to."""
        self.ensure_one()
        ticket = self.ticket_id
        alive = self.expiry_date and self.expiry_date > fields.Datetime.now()
        return bool(ticket.is_incident and ticket.active and alive)

    def _add_to_incident(self, text, files, nonce):
        """Add a text to the incident, in the name of who got the link.

        Who is no party of it speaks to support alone, as its mail would.

        :param text: plain text
        :param files: list of (name, content)
        :param nonce: what the page was given, the same for each of its copies
        :return: False when too much was added lately
        """
        self.ensure_one()
        ticket, party = self.ticket_id, self._get_party()
        if party:
            return ticket._incident_answer_on_page(party, text, files, nonce)
        return self._add_for_support(text, files, nonce)

    def _get_party(self):
        """Return the contact in whose name the link speaks, nobody for a stranger."""
        ticket, sender = self.ticket_id, self.partner_id
        if sender and ticket._get_incident_party(sender):
            return sender
        # Who was unknown is the customer by now, if support has said so.
        customer = ticket.partner_id
        same = customer.email_normalized == self.email_normalized
        return customer if same and customer else self.partner_id.browse()

    def _add_for_support(self, text, files, nonce):
        ticket, messages = self.ticket_id, self.env["mail.message"]
        ticket._incident_lock()
        # Who goes back and writes something else says more.
        digest = hashlib.sha256(f"{nonce}|{text}".encode())
        for name, content in files:
            digest.update(name.encode() + content)
        message_id = f"<incident-form-{self.id}-{digest.hexdigest()}@openip-incident>"
        mine = [("model", "=", ticket._name), ("res_id", "=", ticket.id)]
        if messages.search_count([*mine, ("message_id", "=", message_id)], limit=1):
            return True
        hour = fields.Datetime.now() - timedelta(hours=1)
        lately = [("message_id", "=like", f"<incident-form-{self.id}-%")]
        written = messages.search_count([*mine, *lately, ("date", ">", hour)])
        if written >= MAX_ADDITIONS:
            return False
        ticket.with_context(lang=ticket._get_correspondence_lang()).message_post(
            author_id=False,
            email_from=self.email_from,
            body=ticket._scrub_incident_body(plaintext2html(text)),
            message_id=message_id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            attachments=files,
        )
        ticket.answer_unread = True
        return True
