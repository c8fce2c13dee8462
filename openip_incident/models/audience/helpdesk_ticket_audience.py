# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is shown is who gets it: whom a message on an incident reaches, and who reads it.

Decided once, before the message exists, on every way out of the composer: the parties
that are named get a letter of their own, third persons core's mail, and nobody else
reads anything. What leaves out a party that could have been named is a private line
of the other, and what names no party is for colleagues.
"""

from markupsafe import Markup, escape

from odoo import api, models
from odoo.tools.misc import is_list_of

from ...tools.agent_text import hide_addresses, strip_reply
from ..inbounds import IN_GATEWAY
from ..words import HANDED_LINE, SPOKEN_TYPES


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    # What leaves the composer

    def message_post(self, **kwargs):
        if self.is_incident:
            kwargs = self._prepare_audience(kwargs)
        return super().message_post(**kwargs)

    def _prepare_audience(self, values):
        """Decide who gets and who reads a message that is about to be posted.

        :param values: arguments of ``message_post``
        :return: the arguments with the decision, which callers cannot take themselves
        """
        values = {
            name: value
            for name, value in values.items()
            if name != "incident_private_party_id"
        }
        if values.get("message_type") in SPOKEN_TYPES:
            party = self._get_incident_party(self._get_posting_author(values))
            if party or values["message_type"] == "email":
                line = self._get_answered_line(values, party)
                private = {"incident_private_party_id": line.id} if line else {}
                return {**values, **private}
        return self._prepare_readers(values)

    @api.model
    def _get_posting_author(self, values):
        """Return the author of a message as ``message_post`` is about to find it."""
        author_id = values.get("author_id")
        if not author_id and values.get("email_from"):
            author_id, _email = self._message_compute_author(None, values["email_from"])
        # SUDO: who speaks must not depend on whom the caller may read.
        authors = self.env["res.partner"].sudo()
        return authors.browse(author_id) if author_id else self.env.user.partner_id

    def _prepare_readers(self, values):
        """Keep inside what names nobody outside, and private what names one party."""
        partner_ids = values.get("partner_ids") or []
        if partner_ids and not is_list_of(partner_ids, int):
            # Core refuses it.
            return values
        if self._is_internal_post(values):
            colleague_ids = self._filter_colleague_ids(partner_ids)
            return {**values, "partner_ids": colleague_ids, "outgoing_email_to": False}
        # SUDO: who is outside must not depend on whom the caller may read.
        partners = self.env["res.partner"].sudo().browse(partner_ids)
        values = {**values, "body": self._scrub_agent_body(values, partners)}
        addressees = self._get_party_addressees(partners)
        if not addressees:
            return {**values, "is_internal": True}
        line = self._get_private_line(addressees)
        return {**values, "incident_private_party_id": line.id} if line else values

    @api.model
    def _is_internal_post(self, values):
        """Tell whether a message is for colleagues whomever it names."""
        data = self.env["ir.model.data"]
        subtype_id = values.get("subtype_id")
        if values.get("subtype_xmlid"):
            subtype_id = data._xmlid_to_res_id(values["subtype_xmlid"])
        # SUDO: subtypes are known to everybody.
        subtype = self.env["mail.message.subtype"].sudo().browse(subtype_id or [])
        machine = values.get("message_type") == "out_of_office"
        return machine or values.get("is_internal") or not subtype or subtype.internal

    def _scrub_agent_body(self, values, partners):
        """Return an agent's text without what its reader must not get by accident.

        Third persons get neither the parties' addresses nor their links.

        :param partners: whom the message names
        """
        body = values.get("body") or ""
        markup = values.get("body_is_html") and self.env.user._is_internal()
        body = strip_reply(Markup(body) if markup else escape(body))
        outsiders = partners.filtered("partner_share")
        if not outsiders - self._get_party_addressees(outsiders):
            return body
        addresses = self._get_party_addresses()
        return hide_addresses(self._scrub_incident_body(body), addresses)

    # Parties and lines

    def _get_answered_line(self, values, party):
        """Return the company whose private line a message of somebody outside goes on.

        :param values: arguments of ``message_post``
        :param party: the party that speaks, nobody for anybody else
        :return: ``res.partner``, nothing for what both parties may read
        """
        # SUDO: whether something is private must not depend on who may read it.
        messages = self.env["mail.message"].sudo()
        answered = messages.browse(values.get("parent_id") or [])
        if not self.env.context.get(IN_GATEWAY):
            # The gateway has just found it.
            answered = answered.exists()
        line = answered.filtered(
            lambda message: message.model == self._name and message.res_id == self.id
        ).incident_private_party_id
        handed_id = self.env.context.get(HANDED_LINE)
        if handed_id and isinstance(handed_id, int):
            # SUDO: see above.
            line = line or self.env["res.partner"].sudo().browse(handed_id).exists()
        if line:
            # Who got hold of the other's mail tells it to nobody but us.
            return party.incident_party_id or line
        # SUDO: whom support asked decides who reads the answer, whoever gives it.
        asked = self.sudo().private_request_party_id
        if values["message_type"] == "comment" and party.incident_party_id == asked:
            # A page has no reference; what it shows is the question.
            return asked
        return line

    # Passing on
