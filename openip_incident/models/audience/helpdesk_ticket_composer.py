# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.tools import email_normalize


class HelpdeskTicket(models.Model):
    """What the composer proposes, and says of who reads what is typed."""

    _inherit = "helpdesk.ticket"

    def _get_readers_line(self, partners):
        """Return the sentence that says who reads what is about to be sent.

        :param partners: whom the message names
        """
        ticket = self[:1]
        people = partners.filtered("partner_share")
        addressees = ticket._get_party_addressees(people)
        if not people:
            return self.env._("Goes to colleagues only: nobody outside reads it")
        line = ticket._get_private_line(addressees) if addressees else addressees
        return ticket._format_readers(people, private=len(self) == 1 and line)

    def _format_readers(self, people, private=None):
        """Return the sentence that names the readers of a text besides support.

        :param people: contacts, as the act addresses them
        :param private: the company whose private line it is on, if it is on one
        """
        names = ", ".join(self._get_reader_name(partner) for partner in people)
        others = self.env["res.partner"]
        if private:
            companies = private.incident_party_id
            others = self._get_incident_parties().filtered(
                lambda party: party.incident_party_id not in companies
            )
        if others:
            return self.env._(
                "Read by: %(names)s. Private: not shown to %(others)s",
                names=names,
                others=", ".join(others.mapped("display_name")),
            )
        return self.env._("Read by: %(names)s", names=names)

    def _get_reader_name(self, partner):
        """Return the name of a reader with what it is on the incident."""
        roles = {
            self.integrator_id: self.env._("integrator"),
            self.partner_id: self.env._("customer"),
        }
        party = self._get_incident_party(partner)
        role = roles.get(party) or self.env._("neither party")
        return f"{partner.display_name} ({role})"

    def _message_add_default_recipients(self):
        """Write to both parties where nobody is named, and to no other address."""
        incidents = self.filtered("is_incident")
        defaults = super(HelpdeskTicket, self - incidents)
        found = defaults._message_add_default_recipients() if self - incidents else {}
        for ticket in incidents:
            found[ticket.id] = {
                "email_cc_lst": [],
                "email_to_lst": [],
                "partners": ticket._get_incident_parties(),
            }
        return found

    def _message_add_suggested_recipients(self, force_primary_email=False):
        """Propose both parties; who has no address cannot be mailed."""
        incidents = self.filtered(lambda ticket: ticket.is_incident)
        others = self - incidents
        suggested = {}
        if others:
            suggested = super(HelpdeskTicket, others)._message_add_suggested_recipients(
                force_primary_email=force_primary_email
            )
        for ticket in incidents:
            # SUDO: who the parties are; they are read as the user again.
            parties = ticket.sudo()._get_incident_parties().sudo(False)
            suggested[ticket.id] = {
                "email_to_lst": [],
                "partners": parties.filtered("email_normalized"),
            }
        return suggested

    def _message_get_suggested_recipients_batch(
        self, reply_discussion=False, reply_message=None, **options
    ):
        """Propose those who read what is answered, not whom its author has copied."""
        incidents = self.filtered("is_incident")
        others, suggested = self - incidents, {}
        if others:
            suggested = super(
                HelpdeskTicket, others
            )._message_get_suggested_recipients_batch(
                reply_discussion=reply_discussion,
                reply_message=reply_message,
                **options,
            )
        for ticket in incidents:
            suggested[ticket.id] = ticket._get_incident_suggestions(
                reply_message, options
            )
        return suggested

    def _get_incident_suggestions(self, reply_message, options):
        """Return whom the composer proposes, in core's format.

        :param reply_message: the message that is answered, or nothing
        :param options: more arguments of core's method
        """
        nobody = self.env["res.partner"]
        added = options.get("additional_partners") or nobody
        dropped = nobody
        if reply_message:
            added |= self._get_outside_readers(reply_message)
            dropped = self._get_incident_parties() - self._get_party_readers(
                reply_message
            )
        infos = super()._message_get_suggested_recipients_batch(
            **{**options, "additional_partners": added}
        )[self.id]
        return [info for info in infos if info["partner_id"] not in dropped.ids]

    def _get_party_readers(self, message):
        """Return the parties who may read a message."""
        # SUDO: an agent answers what it reads.
        message = message.sudo()
        if message.is_internal or message.subtype_id.internal:
            return self.env["res.partner"]
        line = message.incident_private_party_id
        return self._get_line_readers(line) if line else self._get_incident_parties()

    def _get_outside_readers(self, message):
        """Return who besides the parties has written or got a message, outside."""
        # SUDO: whom a message was addressed to is compared, nothing of it is shown.
        message = message.sudo()
        people = message.author_id | message.partner_ids
        outside = people.filtered(
            lambda partner: partner.active and partner.partner_share
        )
        company = self.company_id.partner_id
        return (outside - company).filtered(
            lambda partner: (
                partner in message.partner_ids or not self._get_incident_party(partner)
            )
        )

    def _thread_to_store(self, store, fields, *, request_list=None):
        """Tell the composer who the parties are: it says who reads what is typed."""
        super()._thread_to_store(store, fields, request_list=request_list)
        if "suggestedRecipients" not in (request_list or []):
            return
        for ticket in self:
            parties = ticket._prepare_composer_parties() if ticket.is_incident else []
            store.add(ticket, {"incident_parties": parties}, as_thread=True)

    def _prepare_composer_parties(self):
        """Return the parties as the composer names them: plain values."""
        roles = {
            self.integrator_id: self.env._("integrator"),
            self.partner_id: self.env._("customer"),
        }
        return [
            {
                "id": party.id,
                "name": party.display_name,
                "role": roles[party],
                "email": email_normalize(party.email or "") or "",
            }
            for party in self._get_incident_parties()
        ]
