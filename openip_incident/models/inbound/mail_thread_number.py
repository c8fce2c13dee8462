# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import email_normalize

from ...tools.subject_number import MAX_NUMBERS, find_numbers


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"  # pylint: disable=consider-merging-classes-inherited

    def message_route(
        self, message, message_dict, model=None, thread_id=None, custom_values=None
    ):
        """Bring what a party writes about a number to the incident of that number.

        Some mail programs forget which mail they answer, and some people write a new
        one. What names the mail that it answers is none of this.
        """
        if self._is_lost_at_catchall(message_dict):
            ticket = self._find_incident_by_number(message_dict)
            if ticket:
                return [self._route_to_incident(message_dict, ticket)]
        routes = super().message_route(
            message, message_dict, model, thread_id, custom_values
        )
        return [self._reroute_by_number(message_dict, route) for route in routes or ()]

    def _is_lost_at_catchall(self, message_dict):
        """Tell whether core would turn a mail down for want of what it answers."""
        if message_dict.get("is_bounce") or message_dict.get("parent_id"):
            return False
        return self._detect_write_to_catchall(message_dict)

    def _reroute_by_number(self, message_dict, route):
        model, thread_id, values, user_id, alias = route
        if model == "helpdesk.ticket" and thread_id:
            self._set_archived_party_as_author(message_dict, thread_id)
        if model != "helpdesk.ticket" or thread_id:
            return route
        # SUDO: the mail gateway decides by what there is, not by who may read it.
        teams = self.env["helpdesk.ticket.team"].sudo()
        if not teams.browse((values or {}).get("team_id")).incident_process:
            return route
        ticket = self._find_incident_by_number(message_dict)
        if not ticket:
            return route
        return self._route_to_incident(message_dict, ticket, user_id, alias)

    def _route_to_incident(self, message_dict, ticket, user_id=False, alias=False):
        self._set_party_as_author(message_dict, ticket)
        alias = alias or self.env["mail.alias"]
        return (ticket._name, ticket.id, None, user_id or self.env.uid, alias)

    @api.model
    def _find_incident_by_number(self, message_dict):
        """Return the incident that a party names in its subject by the exact number."""
        # SUDO: see above; a number opens nothing to who is no party.
        tickets = self.env["helpdesk.ticket"].sudo()
        numbers = find_numbers(message_dict.get("subject") or "")
        if not numbers:
            return tickets
        found = tickets.search(tickets._get_number_domain(numbers), limit=MAX_NUMBERS)
        return found.filtered(
            lambda ticket: self._find_party_contact(message_dict, ticket)
        )[:1]

    @api.model
    def _find_party_contact(self, message_dict, ticket):
        """Return the contact with the sender's address who speaks for a party."""
        address = email_normalize(message_dict.get("email_from") or "")
        if not address:
            return self.env["res.partner"]
        # SUDO: see above.
        contacts = self.env["res.partner"].sudo()
        # Who was archived is written to no more, but what it answers is an answer.
        found = contacts.with_context(active_test=False).search(
            [("email_normalized", "=", address)], order="active desc, id"
        )
        return found.filtered(ticket._get_incident_party)[:1].with_context(
            active_test=True
        )

    def _set_archived_party_as_author(self, message_dict, ticket_id):
        """Have a mail speak for the archived contact whose it is.

        Core looks for authors among those who are not archived.
        """
        if message_dict.get("author_id"):
            return
        # SUDO: see above.
        ticket = self.env["helpdesk.ticket"].sudo().browse(ticket_id).exists()
        if ticket.is_incident:
            self._set_party_as_author(message_dict, ticket)

    def _set_party_as_author(self, message_dict, ticket):
        """Have a mail speak for a party where several contacts share the address."""
        contact = self._find_party_contact(message_dict, ticket)
        if contact:
            message_dict["author_id"] = contact.id
