# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is shown is who gets it: whom a message on an incident reaches, and who reads it.

Decided once, before the message exists, on every way out of the composer: the parties
that are named get a letter of their own, third persons core's mail, and nobody else
reads anything. What leaves out a party that could have been named is a private line
of the other, and what names no party is for colleagues.
"""

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.tools import email_normalize
from odoo.tools.misc import is_list_of

from ...tools.agent_text import hide_addresses, strip_reply
from ..answer.helpdesk_ticket import SPOKEN_TYPES
from ..followups import ANNOUNCE
from ..phases import BOTH, ON_HOLD

# What the party reads that was not asked, when the incident is frozen.
ON_HOLD_TEMPLATE = "openip_incident.mail_template_on_hold"


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"  # pylint: disable=consider-merging-classes-inherited

    private_request_party_id = fields.Many2one(
        comodel_name="res.partner",
        string="Asked alone",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="The party that alone has been asked what the incident waits for.",
    )

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
        # SUDO: who the parties are must not depend on whom the author may read.
        parties = self.sudo()._get_incident_parties()
        people = parties | parties.incident_party_id.incident_staff_ids
        addresses = set(people.mapped("email_normalized")) - {False}
        return hide_addresses(self._scrub_incident_body(body), addresses)

    def _get_incident_letter_parties(self, act, facts):
        """Count no mail to whom an act does not address, or must not tell."""
        parties = super()._get_incident_letter_parties(act, facts)
        if act in ("request", "update"):
            return parties & self._get_addressed_parties(facts.get("parties", BOTH))
        if act == "count" and facts.get("private"):
            return parties.browse()
        partner = facts.get("partner")
        if act == "answer" and partner and self._is_private_request():
            asked = self.private_request_party_id
            if partner.incident_party_id == asked:
                return parties.browse()
        return parties

    # Parties and lines

    def _get_party_addressees(self, partners):
        """Return who of some contacts gets letters: the parties and their staff.

        :param partners: whom a message names
        """
        # SUDO: belonging to a party is decided by the contacts as they are.
        partners, parties = partners.sudo(), self.sudo()._get_incident_parties()
        return partners.filtered(
            lambda partner: (
                partner.active
                and (partner in parties or self._get_incident_party(partner))
            )
        )

    def _get_private_line(self, addressees):
        """Return the company of a message that leaves out the other party.

        Who has no address cannot be named in a mail, and is not left out on purpose;
        of two parties with one address, whoever writes to one writes to both.

        :param addressees: contacts of the parties who get letters
        :return: ``res.partner``, nothing where both parties read it
        """
        companies = addressees.incident_party_id
        addresses = set(addressees.mapped("email_normalized"))
        left_out = self._get_incident_parties().filtered(
            lambda party: (
                party.incident_party_id not in companies
                and party.email_normalized
                and party.email_normalized not in addresses
            )
        )
        return companies[:1] if left_out else companies.browse()

    def _get_answered_line(self, values, party):
        """Return the company whose private line a message of somebody outside goes on.

        :param values: arguments of ``message_post``
        :param party: the party that speaks, nobody for anybody else
        :return: ``res.partner``, nothing for what both parties may read
        """
        # SUDO: whether something is private must not depend on who may read it.
        messages = self.env["mail.message"].sudo()
        answered = messages.browse(values.get("parent_id") or []).exists()
        line = answered.filtered(
            lambda message: message.model == self._name and message.res_id == self.id
        ).incident_private_party_id
        if line:
            # Who got hold of the other's mail tells it to nobody but us.
            return party.incident_party_id or line
        # SUDO: whom support asked decides who reads the answer, whoever gives it.
        asked = self.sudo().private_request_party_id
        if values["message_type"] == "comment" and party.incident_party_id == asked:
            # A page has no reference; what it shows is the question.
            return asked
        return line

    def _get_addressed_parties(self, parties):
        """Return whom an act addresses.

        :param parties: key of ``PARTIES``
        """
        self.ensure_one()
        if parties == BOTH:
            return self._get_incident_parties()
        return self.partner_id if parties == "customer" else self.integrator_id

    def _get_addressees(self, parties):
        """Return whom an act on these incidents addresses, and who alone reads it.

        :param parties: key of ``PARTIES``
        :return: two dicts of id, parties and company; two None for both parties
        """
        if parties == BOTH:
            return None, None
        readers = {ticket.id: ticket._get_addressed_parties(parties) for ticket in self}
        return readers, {key: party.incident_party_id for key, party in readers.items()}

    def _prepare_addressee_vals(self, parties):
        """Return what an incident remembers of whom a request is put to."""
        if parties == BOTH:
            return {}
        asked = self._get_addressed_parties(parties).incident_party_id
        return {"private_request_party_id": asked.id}

    def _get_line_readers(self, line):
        """Return the parties who read a private line: those that are still parties.

        :param line: the company that it belongs to, nothing for both
        """
        parties = self._get_incident_parties()
        return parties.filtered(lambda party: party.incident_party_id == line)

    def _is_private_request(self):
        """Tell whether the incident waits for what one party alone was asked."""
        self.ensure_one()
        return bool(self.private_request_party_id) and self.incident_phase in ON_HOLD

    def _get_step_lines(self, events):
        """Return of which incidents what a step says concerns one party alone.

        That closure is announced concerns both: the mail has none of the question.

        :param events: dict of ticket id: event
        :return: dict of ticket id: the company that was asked
        """
        none = self.env["incident.followup.event"]
        return {
            ticket.id: ticket.private_request_party_id
            for ticket in self
            if ticket._is_private_request()
            and events.get(ticket.id, none).action != ANNOUNCE
        }

    def _get_step_readers(self, parties, lines):
        """Return whom a step writes to.

        :param parties: dict of ticket id: whom to write to, or nothing for everybody
        :param lines: what :meth:`_get_step_lines` has found
        :return: dict of ticket id: parties, or nothing for everybody
        """
        if not lines:
            return parties
        readers = {}
        for ticket in self:
            readers[ticket.id] = (
                parties[ticket.id] if parties else ticket._get_correspondents()
            )
            if ticket.id in lines:
                readers[ticket.id] &= ticket._get_line_readers(lines[ticket.id])
        return readers

    def _incident_tell_unasked(self):
        """Tell who knows nothing of a request that the incident is frozen (P5)."""
        tickets = self.filtered(lambda ticket: ticket._is_private_request())
        template = tickets and self.env.ref(ON_HOLD_TEMPLATE, raise_if_not_found=False)
        readers, facts = {}, {}
        for ticket in tickets:
            asked = ticket._get_line_readers(ticket.private_request_party_id)
            readers[ticket.id] = ticket._get_correspondents() - asked
            names = (asked or ticket.private_request_party_id).mapped("name")
            facts[ticket.id] = {"asked": ", ".join(names)}
        told = tickets.filtered(lambda ticket: readers[ticket.id])
        if template and told:
            told._correspond(
                template,
                parties={ticket.id: readers[ticket.id] for ticket in told},
                facts=facts,
            )

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

    # Passing on

    def _get_passing_parties(self, message):
        """Return to whom a message of a private line may be passed on."""
        line = message.incident_private_party_id
        return self._get_incident_parties().filtered(
            lambda party: line and party.incident_party_id != line
        )

    def _incident_pass_on(self, message):
        """Show a message of a private line to the other party, and mail it there."""
        others = self._get_passing_parties(message)
        message.incident_private_party_id = False
        said = message.body
        if self._get_incident_party(message.author_id):
            said = self._get_forwarded_text(others, message)
        self._correspond(
            self.team_id._get_update_template(),
            text=Markup(said),
            entries={self.id: message},
            parties={self.id: others},
            automatic=False,
        )

    # What the composer proposes

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
        # SUDO: see above.
        people = message.sudo().author_id | message.sudo().partner_ids
        outside = people.filtered(
            lambda partner: partner.active and partner.partner_share
        )
        company = self.company_id.partner_id
        # SUDO: whom a message was addressed to is compared, nothing of it is shown.
        return (outside - company).filtered(
            lambda partner: (
                partner in message.sudo().partner_ids
                or not self._get_incident_party(partner)
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
