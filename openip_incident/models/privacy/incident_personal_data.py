# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import dataclass, field

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.http import root
from odoo.tools import SQL, email_normalize
from odoo.tools.mail import email_normalize_all, email_split_tuples

from ...tools.mail_signs import MAIL_SYSTEM
from ...tools.personal_data import Marks
from ..phases import CLOSED

MANAGERS = "helpdesk_mgmt.group_helpdesk_manager"
SHOWN_NUMBERS = 10

# Fields of a contact whose former values its chatter has kept.
FORMER = ("name", "email", "phone")


@dataclass
class Subject:
    """A person: its contacts, by what it is recognised, and which rows are its own.

    Rows are tuples of ids by kind: ``tickets`` it has to do with, ``reported`` those
    that it has described itself, ``messages`` that it wrote, ``letters`` to it or with
    its words, ``notices``, and ``inbounds``, the sources of its mails.
    """

    partners: object
    users: object
    marks: Marks = field(default_factory=Marks)
    rows: dict = field(default_factory=dict)
    sessions: list = field(default_factory=list)

    def ids(self, kind):
        """Return the ids of a kind of rows, as SQL takes them: never empty."""
        return tuple(self.rows.get(kind) or (0,))

    def add(self, kind, ids):
        """Add rows of a kind."""
        known = set(self.rows.get(kind) or ())
        self.rows[kind] = tuple(sorted(known | {one for one in ids if one}))


class IncidentPersonalData(models.AbstractModel):
    """Knows where the data of a contact is: to take it away, or to hand it out.

    Each addon says by its own override what it keeps: :meth:`_collect` finds the rows,
    :meth:`_erase` empties them, :meth:`_get_holders` says what keeps a contact from
    being deleted, :meth:`_prepare_export` hands out.

    Core has no index on who sent a mail: some look-ups here read whole tables. A
    manager asks for them a few times a year; nothing else waits for them.
    """

    _name = "incident.personal.data"
    _description = "Personal Data of a Contact"

    # Who may

    @api.model
    def _ensure_manager(self, partners):
        """Refuse whom contacts' personal data is not entrusted to.

        :raises AccessError: for everybody but helpdesk managers
        """
        if not self.env.user.has_group(MANAGERS):
            raise AccessError(
                self.env._("Personal data of contacts is for helpdesk managers.")
            )
        partners.check_access("read")

    @api.model
    def _get_blockers(self, partners):
        """Return why contacts cannot be anonymised now, as sentences."""
        everybody = partners.with_context(active_test=False)
        colleagues = everybody.filtered(
            lambda partner: partner.user_ids.filtered(lambda user: not user.share)
        )
        companies = self.env["res.company"].search([("partner_id", "in", partners.ids)])
        ours = colleagues | companies.partner_id
        reasons = []
        if ours:
            reasons.append(
                self.env._(
                    "%(names)s: our own company and colleagues are no parties.",
                    names=", ".join(ours.mapped("display_name")),
                )
            )
        tickets = self.env["helpdesk.ticket"].search(
            self._get_party_domain(partners)
            & Domain("is_incident", "=", True)
            & Domain("incident_phase", "!=", CLOSED)
        )
        if tickets:
            reasons.append(
                self.env._(
                    "Party of open incidents, close them first: %(numbers)s.",
                    numbers=self._format_numbers(tickets),
                )
            )
        return reasons

    @api.model
    def _get_party_domain(self, partners):
        return Domain("partner_id", "in", partners.ids) | Domain(
            "integrator_id", "in", partners.ids
        )

    @api.model
    def _format_numbers(self, tickets):
        """Return the numbers of some incidents, and how many there are besides."""
        numbers = ", ".join(tickets[:SHOWN_NUMBERS].mapped("number"))
        more = len(tickets) - SHOWN_NUMBERS
        if more > 0:
            return self.env._(
                "%(numbers)s and %(count)s more", numbers=numbers, count=more
            )
        return numbers

    # Whose rows

    @api.model
    def _get_subject(self, partners):
        """Find what is a person's own.

        :param partners: the contacts of one person, or several persons' at once
        :return: :class:`Subject`
        """
        self.env.flush_all()
        everybody = self.env["res.partner"].with_context(active_test=False)
        addresses = everybody.search(
            [("parent_id", "in", partners.ids), ("type", "!=", "contact")]
        )
        partners = partners.with_context(active_test=False) | addresses
        subject = Subject(partners, partners.user_ids)
        subject.sessions = self._query_ids(
            "SELECT DISTINCT session_identifier FROM res_device_log "
            "WHERE user_id IN %(users)s",
            users=tuple(subject.users.ids) or (0,),
        )
        subject.marks = self._get_marks(subject)
        self._collect(subject)
        return subject

    @api.model
    def _query_ids(self, query, **values):
        """Return the first column of what a query finds.

        :param query: SQL text, with named parameters
        """
        return [row[0] for row in self.env.execute_query(SQL(query, **values))]

    @api.model
    def _get_marks(self, subject):
        """Return by what a person is recognised, also by what it was before."""
        partners, users = subject.partners, subject.users
        former = self._get_former_values(partners)
        emails = self._query_ids(
            "SELECT DISTINCT email FROM incident_notice WHERE partner_id IN %(ids)s",
            ids=tuple(partners.ids),
        )
        emails += partners.mapped("email") + former["email"]
        emails += partners.mapped("incident_unreachable_email")
        emails += partners.incident_address_ids.mapped("email")
        emails += users.mapped("login") + users.mapped("email")
        found = {one for text in emails if text for one in email_normalize_all(text)}
        emails = frozenset(found - self._get_foreign_addresses(partners, found))
        names = partners.mapped("name") + former["name"]
        names += self._get_signatures(emails)
        names = {" ".join(name.split()) for name in names if name}
        phones = partners.mapped("phone") + former["phone"]
        return Marks(
            emails,
            frozenset(name for name in names if len(name) > 2),
            frozenset(filter(None, phones)),
        )

    @api.model
    def _get_former_values(self, partners):
        """Return what the chatters of contacts say that they were called before."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT field.name, tracking.old_value_char, tracking.new_value_char
                  FROM mail_tracking_value tracking
                  JOIN mail_message message ON message.id = tracking.mail_message_id
                  JOIN ir_model_fields field ON field.id = tracking.field_id
                 WHERE message.model = 'res.partner' AND message.res_id IN %s
                   AND field.name IN %s
                """,
                tuple(partners.ids),
                FORMER,
            )
        )
        return {
            name: [text for row in rows if row[0] == name for text in row[1:] if text]
            for name in FORMER
        }

    @api.model
    def _get_foreign_addresses(self, partners, emails):
        """Return which addresses are somebody else's as well, or our own."""
        partners = self.env["res.partner"].search(
            [("email_normalized", "in", list(emails)), ("id", "not in", partners.ids)]
        )
        aliases = self.env["mail.alias"].search(
            [("alias_full_name", "in", list(emails))]
        )
        return {
            *partners.mapped("email_normalized"),
            *aliases.mapped("alias_full_name"),
        }

    @api.model
    def _get_signatures(self, emails):
        """Return the names beside the addresses in what a person has sent."""
        pattern = Marks(emails).get_address_pattern()
        if not pattern:
            return []
        texts = self._query_ids(
            "SELECT DISTINCT email_from FROM mail_message WHERE email_from ~* %(mark)s",
            mark=pattern,
        )
        pairs = [pair for text in texts for pair in email_split_tuples(text)]
        return [name for name, address in pairs if email_normalize(address) in emails]

    @api.model
    def _collect(self, subject):
        """Find the rows that are a person's own; addons add theirs."""
        self._collect_messages(subject)
        self._collect_notices(subject)
        self._collect_inbounds(subject)
        self._collect_tickets(subject)
        self._collect_reported(subject)
        self._collect_letters(subject)

    @api.model
    def _collect_messages(self, subject):
        pattern = subject.marks.get_address_pattern()
        subject.add(
            "messages",
            self._query_ids(
                """
                SELECT id FROM mail_message WHERE author_id IN %(ids)s
                UNION
                SELECT id FROM mail_message
                 WHERE author_id IS NULL AND email_from ~* %(mark)s
                """,
                ids=tuple(subject.partners.ids),
                mark=pattern,
            ),
        )

    @api.model
    def _collect_notices(self, subject):
        subject.add(
            "notices",
            self._query_ids(
                """
                SELECT id FROM incident_notice
                 WHERE partner_id IN %(ids)s
                    OR partner_id IS NULL AND email ~* %(mark)s
                """,
                ids=tuple(subject.partners.ids),
                mark=subject.marks.get_address_pattern(),
            ),
        )

    @api.model
    def _collect_inbounds(self, subject):
        """Find the mails of a person that were kept, and the reports about its mail."""
        subject.add(
            "inbounds",
            self._query_ids(
                "SELECT id FROM incident_inbound WHERE email_from ~* %(mark)s",
                mark=subject.marks.get_address_pattern(),
            ),
        )
        kept = self.env["incident.inbound"].search([("raw", "!=", False)])
        own = set(subject.ids("inbounds"))
        machines = kept.filtered(
            lambda inbound: (
                inbound.id not in own
                and (not inbound.email_from or MAIL_SYSTEM.search(inbound.email_from))
            )
        )
        found = self._find_bytes(machines._table, "raw", machines.ids, subject.marks)
        subject.add("inbounds", found)

    @api.model
    def _collect_tickets(self, subject):
        subject.add(
            "tickets",
            self._query_ids(
                """
                SELECT id FROM helpdesk_ticket
                 WHERE partner_id IN %(ids)s OR integrator_id IN %(ids)s
                    OR partner_email ~* %(mark)s OR email_cc ~* %(mark)s
                UNION
                SELECT ticket_id FROM incident_notice WHERE id IN %(notices)s
                UNION
                SELECT res_id FROM mail_message
                 WHERE model = 'helpdesk.ticket' AND id IN %(messages)s
                """,
                ids=tuple(subject.partners.ids),
                mark=subject.marks.get_address_pattern(),
                notices=subject.ids("notices"),
                messages=subject.ids("messages"),
            ),
        )

    @api.model
    def _collect_reported(self, subject):
        """Find the incidents that consist of what a person wrote."""
        subject.add(
            "reported",
            self._query_ids(
                """
                SELECT id FROM helpdesk_ticket WHERE create_uid IN %(users)s
                UNION
                SELECT ticket.id
                  FROM helpdesk_ticket ticket
                  JOIN mail_message message
                    ON message.res_id IN (ticket.id, ticket.predecessor_id)
                   AND message.model = 'helpdesk.ticket'
                   AND message.body = ticket.description
                 WHERE message.id IN %(messages)s AND ticket.id IN %(tickets)s
                    OR message.id IN %(messages)s
                   AND ticket.predecessor_id IN %(tickets)s
                """,
                users=tuple(subject.users.ids) or (0,),
                messages=subject.ids("messages"),
                tickets=subject.ids("tickets"),
            ),
        )
        subject.add("tickets", subject.rows["reported"])

    @api.model
    def _collect_letters(self, subject):
        """Find the letters to a person, and those that carry its words to others."""
        subject.add(
            "letters",
            self._query_ids(
                """
                SELECT message_id FROM incident_notice
                 WHERE id IN %(notices)s OR entry_id IN %(messages)s
                UNION
                SELECT message.id
                  FROM mail_mail mail
                  JOIN mail_message message ON message.id = mail.mail_message_id
             LEFT JOIN mail_mail_res_partner_rel rel ON rel.mail_mail_id = mail.id
                 WHERE message.message_type IN %(types)s
                   AND (mail.email_to ~* %(mark)s OR rel.res_partner_id IN %(ids)s)
                UNION
                SELECT message.id
                  FROM mail_notification notification
                  JOIN mail_message message
                    ON message.id = notification.mail_message_id
                 WHERE message.message_type IN %(types)s
                   AND notification.res_partner_id IN %(ids)s
                UNION
                SELECT id FROM mail_message
                 WHERE model = 'incident.inbound' AND res_id IN %(inbounds)s
                   AND message_type != 'comment'
                """,
                types=("user_notification", "email_outgoing"),
                notices=subject.ids("notices"),
                messages=subject.ids("messages"),
                inbounds=subject.ids("inbounds"),
                ids=tuple(subject.partners.ids),
                mark=subject.marks.get_address_pattern(),
            ),
        )

    # What holds a contact

    @api.model
    def _get_holders(self, partners):
        """Return what would be lost, or left behind, without these contacts.

        :return: list of sentences, one per kind, with counts and numbers
        """
        # SUDO: what holds a contact is counted, whoever may read it.
        env = self.sudo().with_context(active_test=False).env
        tickets = env["helpdesk.ticket"].search(self._get_party_domain(partners))
        notices = env["incident.notice"].search([("partner_id", "in", partners.ids)])
        followups = env["incident.followup"].search([("ticket_id", "in", tickets.ids)])
        served = env["res.partner"].search([("integrator_id", "in", partners.ids)])
        holders = []
        if tickets:
            numbers = self._format_numbers(tickets)
            text = self.env._("%(count)s incidents or tickets (%(numbers)s)")
            holders.append(text % {"count": len(tickets), "numbers": numbers})
        if followups:
            holders.append(self.env._("%s follow-ups", len(followups)))
        if notices:
            text = self.env._("%(count)s mails, on %(numbers)s")
            numbers = self._format_numbers(notices.ticket_id)
            holders.append(text % {"count": len(notices), "numbers": numbers})
        if served:
            holders.append(self.env._("%s contacts that it serves", len(served)))
        return holders

    # Taking it away

    @api.model
    def _anonymise(self, partners):
        """Take everything away that is a person's own, and what the system wrote of it.

        The caller has checked that this user may.

        :param partners: the contacts of one person
        :raises UserError: while they are parties of open incidents
        :return: :class:`Subject`, whose marks say what may still be found elsewhere
        """
        subject = self._take_away(partners)
        self._close_sessions(subject.sessions)
        return subject

    @api.model
    def _take_away(self, partners):
        """Do what the database can undo."""
        reasons = self._get_blockers(partners)
        if reasons:
            raise UserError("\n".join(reasons))
        subject = self._get_subject(partners)
        self._erase(subject)
        self.env.invalidate_all()
        return subject

    @api.model
    def _close_sessions(self, identifiers):
        """Delete the sessions of logins from the disk: they name who logged in.

        :param identifiers: how Odoo names them
        """
        if identifiers:
            root.session_store.delete_from_identifiers(list(identifiers))
