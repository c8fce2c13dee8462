# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whose a mail is: the incident that it is about, and who of its parties wrote it."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...tools.arguments import read_id
from ...tools.mail_author import find_replaced, is_rewritten
from ...tools.reply_address import get_plain_address, read_tag
from ...tools.subject_number import MAX_NUMBERS, find_numbers
from ..inbounds import IN_GATEWAY, TAGS
from .mail_thread_authentication import SERVERS

# What the gateway knows of a mail until its message is written.
AUTHORS = "incident_authors"


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # Who wrote it

    def message_parse(self, message, save_original=False):
        values = super().message_parse(message, save_original=save_original)
        if self.env.context.get(IN_GATEWAY):
            values[AUTHORS] = self._get_authors(message, values)
        return values

    @api.model
    def _get_authors(self, message, values):
        """Return the addresses that a mail may have been written from, best first.

        That of its author; without the part behind the plus, which people put there to
        sort their mail by; and the one in whose place a list has put its own, unless
        senders are authenticated: nobody has done so with that one.
        """
        sender = values.get("email_from") or ""
        address = email_normalize(sender, strict=False) or ""
        found = [address, get_plain_address(address)]
        # SUDO: a setting and names of domains are read.
        env = self.sudo().env
        if is_rewritten(message) and not env["ir.config_parameter"].get_param(SERVERS):
            domains = env["mail.alias.domain"].search(Domain.TRUE).mapped("name")
            found.append(find_replaced(message, address, domains))
        return list(dict.fromkeys(filter(None, found)))

    def _message_parse_post_process(self, message, message_dict, routes):
        """Have nobody speak where a mail does not say who does: core takes itself."""
        values = super()._message_parse_post_process(message, message_dict, routes)
        if self.env.context.get(IN_GATEWAY) and not message_dict.get("email_from"):
            values["author_id"] = values.get("author_id") or False
            values["email_from"] = self.env._("Unknown sender")
        return values

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        message_dict.pop(AUTHORS, None)
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _find_party_contact(self, message_dict, ticket):
        """Return the contact who speaks for a party of an incident in a mail.

        :param message_dict: what the gateway has read of the mail
        :param ticket: ``helpdesk.ticket``
        :return: ``res.partner``, nobody where the sender speaks for no party
        """
        addresses = message_dict.get(AUTHORS)
        if addresses is None:
            sender = message_dict.get("email_from") or ""
            addresses = [email_normalize(sender, strict=False)]
        # SUDO: see above.
        return ticket.sudo()._find_party_contacts(list(filter(None, addresses)))[:1]

    def _set_party_as_author(self, message_dict, ticket):
        """Have a mail speak for a party of the incident that it has come to.

        Core takes the oldest contact with the address that is not archived, whatever
        company it belongs to.
        """
        # SUDO: see above.
        author = self.env["res.partner"].sudo().browse(message_dict.get("author_id"))
        if author and author.active and ticket.sudo()._get_incident_party(author):
            return
        contact = self._find_party_contact(message_dict, ticket)
        if contact:
            message_dict["author_id"] = contact.id

    # Where it leads

    def _find_lost_route(self, message_dict):
        """Return the route of a mail that core would turn down, though it has a name.

        Some mail programs forget which mail they answer, and some people write a new
        one. What names the mail that it answers is none of this.
        """
        if self._is_lost_at_catchall(message_dict):
            ticket = self._find_named_incident(message_dict)
            if ticket:
                return [self._route_to_incident(message_dict, ticket)]
        return []

    def _is_lost_at_catchall(self, message_dict):
        """Tell whether core would turn a mail down for want of what it answers."""
        if message_dict.get("is_bounce") or message_dict.get("parent_id"):
            return False
        return self._detect_write_to_catchall(message_dict)

    def _reroute_by_name(self, message_dict, route):
        """Lead to the incident that it names what would become a new ticket."""
        model, thread_id, values, user_id, alias = route
        if model != "helpdesk.ticket":
            return route
        # SUDO: the mail gateway decides by what there is, not by who may read it.
        tickets = self.env["helpdesk.ticket"].sudo()
        if thread_id:
            ticket = tickets.browse(thread_id)
            if ticket.is_incident:
                self._set_party_as_author(message_dict, ticket)
            return route
        if not tickets.team_id.browse((values or {}).get("team_id")).incident_process:
            return route
        ticket = self._find_named_incident(message_dict)
        if not ticket:
            return route
        return self._route_to_incident(message_dict, ticket, user_id, alias)

    def _route_to_incident(self, message_dict, ticket, user_id=False, alias=False):
        self._set_party_as_author(message_dict, ticket)
        alias = alias or self.env["mail.alias"]
        return (ticket._name, ticket.id, None, user_id or self.env.uid, alias)

    @api.model
    def _find_named_incident(self, message_dict):
        """Return the incident that a party names, in the address or the subject."""
        return self._find_incident_by_tag(message_dict) or (
            self._find_incident_by_number(message_dict)
        )

    @api.model
    def _find_incident_by_tag(self, message_dict):
        """Return the incident whose mail is answered, by the address it is answered at.

        The signature is that of the party that writes: from anybody else, as with a
        forged one, the address is nothing but ours.
        """
        # SUDO: see above.
        tickets = self.env["helpdesk.ticket"].sudo()
        for tag in self.env.context.get(TAGS) or ():
            name, signature = read_tag(tag)
            if not name:
                continue
            for ticket in self._find_tagged_incidents(name):
                contact = self._find_party_contact(message_dict, ticket)
                if contact and ticket._is_reply_signature(contact, signature):
                    # What was mailed last is what is answered, as far as one can tell.
                    letter = ticket._get_last_letter(contact)
                    message_dict["parent_id"] = letter.id
                    return ticket
        return tickets

    @api.model
    def _find_tagged_incidents(self, name):
        # SUDO: see above.
        tickets = self.env["helpdesk.ticket"].sudo()
        domain = tickets._get_number_domain([name.upper()])
        number = read_id(name.removeprefix("id"))
        if number:
            domain |= Domain("id", "=", number) & Domain("is_incident", "=", True)
        return tickets.search(domain, limit=MAX_NUMBERS)

    @api.model
    def _find_incident_by_number(self, message_dict):
        """Return the incident that a party names in its subject by the exact number."""
        # SUDO: see above; a number opens nothing to who is no party.
        tickets = self.env["helpdesk.ticket"].sudo()
        subject = message_dict.get("subject") or ""
        numbers = find_numbers(subject, tickets._get_number_formats())
        if not numbers:
            return tickets
        found = tickets.search(
            tickets._get_number_domain(numbers), limit=2 * MAX_NUMBERS
        )
        # The first one that is named, not the one that was opened last.
        found = found.sorted(lambda ticket: _get_place(ticket, numbers))
        return found.filtered(
            lambda ticket: self._find_party_contact(message_dict, ticket)
        )[:1]


def _get_place(ticket, numbers):
    known = {ticket.number, ticket.former_number}
    return next(place for place, number in enumerate(numbers) if number in known)
