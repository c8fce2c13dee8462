# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize, email_normalize_all, html2plaintext

from ...tools.mail_classifier import DOUBTFUL
from ...tools.mail_signs import UNREADABLE
from ...tools.quotes import strip_quotes
from ...tools.subject_number import DIGIT, find_numbers
from ..inbounds import IN_GATEWAY
from ..phases import CLOSED, CLOSURE, ON_HOLD
from ..reviews import (
    AUTOMATIC,
    COLLEAGUE,
    INSIDE,
    MOST_HELD,
    NAMED,
    STRANGER,
    UNREAD,
)

REPLY_ACTIVITY = "openip_incident.mail_activity_type_reply"
# Numbers are looked for in so many lines of what somebody has written.
MOST_LINES = 100


class HelpdeskTicket(models.Model):
    """Weighs mail that was not counted: is it nothing, a reply, or to be judged?"""

    _inherit = "helpdesk.ticket"

    def _incident_weigh(self, message):
        """Have a human judge a mail that may be an answer and does not count (G13).

        :param message: a mail that was taken in on this incident
        """
        self.ensure_one()
        machine = message.incident_disregard
        if machine and machine not in DOUBTFUL:
            return
        if self._is_counted(message) or message.subtype_id == self._creation_subtype():
            self._incident_hold_named(message)
        elif message.is_internal and self._is_colleague(message.author_id):
            # He answers a note of a colleague's: they are among themselves.
            return
        elif self._is_third_person(message):
            self._incident_alert_of_reply(message)
        else:
            speaker = self._guess_speaker(message)
            reason = self._get_review_reason(message)
            self._incident_hold({"message_id": message.id}, reason, speaker)
            self._incident_hold_named(message)

    def _is_counted(self, message):
        """Tell whether a mail is taken for the answer of a party."""
        inside = message.is_internal or message.subtype_id.internal
        counts = not inside and not message.incident_disregard
        return counts and bool(self._get_incident_party(message.author_id))

    def _get_review_reason(self, message):
        """Return why a mail was not counted: key of ``REASONS``."""
        author = message.author_id
        if message.incident_disregard:
            return UNREAD if message.incident_disregard == UNREADABLE else AUTOMATIC
        if self._is_colleague(author):
            return COLLEAGUE
        return INSIDE if self._get_incident_party(author) else STRANGER

    @api.model
    def _is_colleague(self, author):
        return bool(author.main_user_id) and not author.partner_share

    # Whose it may be

    def _guess_speaker(self, message):
        """Return whose answer a mail is, should it be one.

        Its sender, the contact with the address before its plus part, else whom the
        mail was sent to that it answers.
        """
        author = message.author_id
        if self._get_incident_party(author):
            return author
        parties = self._get_incident_parties()
        address = email_normalize(message.email_from or "", strict=False) or ""
        name, _at, domain = address.partition("@")
        plain = f"{name.partition('+')[0]}@{domain}"
        staff = parties.incident_party_id.incident_staff_ids
        known = staff.filtered(
            lambda contact: contact.email_normalized == plain and contact.partner_share
        )
        asked = message.parent_id and self.notice_ids.filtered(
            lambda notice: notice.message_id == message.parent_id
        ).partner_id.filtered(self._get_incident_party)
        return (known or asked or (parties if len(parties) == 1 else known))[:1]

    def _is_third_person(self, message):
        """Tell whether support has written to the sender here, as to no party.

        The carrier's technician, for instance: what he replies is no answer.
        """
        author = message.author_id
        if self._get_incident_party(author) or (author and not author.partner_share):
            return False
        if author and author in self.notice_ids.partner_id:
            # A party until something was changed: its words may well be an answer.
            return False
        company = author.commercial_partner_id
        carrier = self.escalation_partner_id.commercial_partner_id
        return bool(company and company == carrier) or self._has_written_to(
            company, email_normalize(message.email_from or "", strict=False)
        )

    def _has_written_to(self, company, address):
        """Tell whether a colleague has named somebody in a message on this incident.

        :param company: the contact's company, or the contact itself
        :param address: the sender's, for who is no contact
        """
        written = Domain(
            [
                ("model", "=", self._name),
                ("res_id", "=", self.id),
                ("message_type", "=", "comment"),
                ("author_id.partner_share", "=", False),
            ]
        )
        named = Domain("partner_ids.commercial_partner_id", "in", company.ids)
        messages = self.env["mail.message"]
        if company and messages.search_count(written & named, limit=1):
            return True
        mailed = messages.search(written & Domain("outgoing_email_to", "!=", False))
        return address in {
            one
            for text in mailed.mapped("outgoing_email_to")
            for one in email_normalize_all(text)
        }

    def _incident_alert_of_reply(self, message):
        """Tell support of what a third person has replied: it answers nothing."""
        user = self._get_incident_contact()
        ticket = self.with_context(lang=user.lang or self.env.lang)
        sender = message.author_id.name or message.email_from
        ticket._incident_alert_support(
            REPLY_ACTIVITY, ticket.env._("Reply of %(sender)s", sender=sender)
        )

    # Which other incidents it names

    def _incident_hold_named(self, message):
        """Hold the sender's other incidents that a mail names in its own words."""
        if not self.env.context.get(IN_GATEWAY):
            return
        numbers = self._find_named_numbers(message.subject, message.body)
        numbers = set(numbers) - {self.number, self.former_number}
        named = self._find_named_incidents(numbers, message.author_id) - self
        named._incident_hold(
            {"message_id": message.id}, NAMED, message.author_id, named=True
        )

    def _find_named_numbers(self, subject, body):
        """Return what may be numbers of incidents in a mail, its quotes apart.

        :param body: sanitised HTML
        """
        words = html2plaintext(strip_quotes(body or ""), include_references=False)
        lines = [subject or "", *words.splitlines()[:MOST_LINES]]
        if not any(map(DIGIT.search, lines)):
            return []
        formats = self._get_number_formats()
        return list({one for line in lines for one in find_numbers(line, formats)})

    @api.model
    def _find_named_incidents(self, numbers, contacts):
        """Return the open incidents with these numbers of which somebody is a party.

        A number opens nothing to who is no party: it holds nothing, either.

        :param contacts: ``res.partner``, the sender as it is known
        """
        if not numbers or not contacts:
            return self.browse()
        open_domain = Domain("incident_phase", "!=", CLOSED)
        found = self.search(
            self._get_number_domain(list(numbers)) & open_domain, limit=MOST_HELD
        )
        return found.filtered(
            lambda ticket: any(map(ticket._get_incident_party, contacts))
        )

    @api.model
    def _find_waiting_incidents(self, contacts):
        """Return the incidents that wait for a sender who has named none, the latest.

        :param contacts: ``res.partner``, the sender as it is known
        """
        parties = contacts.filtered("partner_share").incident_party_id
        if not parties:
            return self.browse()
        return self.search(
            Domain("is_incident", "=", True)
            & Domain("incident_phase", "in", (*ON_HOLD, CLOSURE))
            & (
                Domain("customer_party_id", "in", parties.ids)
                | Domain("integrator_party_id", "in", parties.ids)
            ),
            order="last_stage_update desc, id desc",
            limit=MOST_HELD,
        )
