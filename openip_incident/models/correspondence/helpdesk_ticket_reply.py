# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The address that a party answers at: the team's, and which incident it is about."""

from odoo import models
from odoo.fields import Domain
from odoo.tools import consteq, email_normalize, formataddr, hmac

from ...tools.reply_address import NAME, add_tag, shorten

SCOPE = "openip_incident.reply"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _get_reply_address(self, party, sender):
        """Return where a party answers: with this incident behind the plus.

        :param party: the reader of the mail
        :param sender: formatted address of the team
        """
        self.ensure_one()
        addresses = self.env["incident.address.mixin"]._get_tagged_addresses()
        address = addresses and email_normalize(sender)
        if not address or address not in addresses:
            return sender
        # SUDO: whom a mail goes to is decided before.
        company = party.sudo().incident_party_id
        if company not in self._get_incident_parties().incident_party_id:
            # Third persons speak for nobody.
            return sender
        signature = self._get_reply_signature(company)
        tagged = add_tag(address, self._get_reply_name(), signature)
        return formataddr((self.company_id.name, tagged))

    def _get_reply_name(self):
        """Return the number, or what stands for one that no address can hold."""
        number = self.number or ""
        plain = number == number.upper() and NAME.fullmatch(number.lower())
        return number.lower() if plain else f"id{self.id}"

    def _get_reply_signature(self, company):
        """Return what only we can write, of this incident and one of its parties.

        It is bound to the company, not to the address: whoever of the party answers has
        the mail from a colleague. Voided links do not void it, as it opens nothing: who
        answers is heard by the address that he writes from, with it or without.

        :param company: the party, as a company
        """
        self.ensure_one()
        # SUDO: the secret of the database signs, and is shown to nobody.
        digest = hmac(self.sudo().env, SCOPE, (self.id, company.id))
        return shorten(digest)

    def _get_last_letter(self, contact):
        """Return the last message that was mailed to a contact's party."""
        company = self._get_incident_party(contact).incident_party_id
        # SUDO: notices are the process's own; what was mailed is the party's own.
        notices = self.env["incident.notice"].sudo()
        mailed = Domain("ticket_id", "=", self.id) & Domain(
            "partner_id.incident_party_id", "=", company.id
        )
        return notices.search(mailed, order="id desc", limit=1).message_id

    def _is_reply_signature(self, contact, signature):
        """Tell whether a signature is of this incident, and of a contact's party."""
        party = self._get_incident_party(contact)
        return bool(party) and consteq(
            self._get_reply_signature(party.incident_party_id), signature
        )
