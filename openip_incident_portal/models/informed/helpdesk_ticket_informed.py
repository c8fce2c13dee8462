# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import secrets
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize

from odoo.addons.openip_incident.models.correspondence.letter import Letter
from odoo.addons.openip_incident.models.followups import ANNOUNCE, REMIND
from odoo.addons.openip_incident.models.phases import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    FROZEN,
    OPENED,
    WAITING,
)
from odoo.addons.openip_incident.tools.full_stop import end_once

TEMPLATE = "openip_incident_portal.mail_template_informed"

# What the letter of a move says, in a word of the template.
KINDS = {
    OPENED: "opened",
    ESCALATED: "escalated",
    WAITING: "asked",
    FROZEN: "frozen",
    CLOSURE: "solved",
    CLOSED: "closed",
}

# Context key: what is being written are the mails to informed contacts themselves.
INFORMING = "incident_informing"

# How the Message-ID of a note begins that names a contact.
NOTE_MARK = "incident-informed-%s-"

# A party informs a few of its people, not its whole company.
MAX_INFORMED = 10
# Nor does it change its mind all day.
MAX_CHANGES = 30


class HelpdeskTicket(models.Model):
    """Tells informed contacts what the parties are told, by mails of their own.

    Their mails are evidence of no step: no delay begins or is held by them (G3).
    """

    _inherit = "helpdesk.ticket"

    incident_informed_ids = fields.One2many(
        comodel_name="incident.informed",
        inverse_name="ticket_id",
        string="Informed contacts",
        groups="base.group_user",
        help="Who is told of the incident besides its parties, and may read it.",
    )
    incident_informs = fields.Boolean(
        string="Has informed contacts",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Whether somebody is told of the incident besides its parties.",
    )

    # What they are told

    def _correspond(self, template, letters=None, text=None, automatic=True):
        letters = list(letters or ())
        entries = super()._correspond(template, letters, text, automatic)
        if not self.env.context.get(INFORMING):
            # SUDO: as the mails to the parties.
            concerned = self.sudo().filtered("incident_informs")
            if concerned:
                concerned._incident_inform(template, letters, entries, text, automatic)
        return entries

    def _incident_inform(self, template, letters, entries, text, automatic):
        """Tell informed contacts what was just written to the parties."""
        words = self.env.ref(TEMPLATE, raise_if_not_found=False)
        if not words:
            # Somebody has deleted it: that keeps nothing from the parties.
            return
        given = {letter.record.id: letter for letter in letters}
        said = {entry.res_id: entry for entry in entries}
        copies = []
        for ticket in self:
            letter = given.get(ticket.id) or Letter(ticket)
            entry = said.get(ticket.id)
            readers = entry and ticket._get_informed_readers(letter, entry)
            if readers:
                kind = ticket._get_informed_kind(letter)
                facts = {**letter.facts, "informed_kind": kind}
                copies.append(
                    Letter(
                        ticket,
                        readers,
                        facts,
                        entry=entry,
                        line=letter.line,
                        news=letter.news,
                        say=letter.say,
                    )
                )
        if copies:
            told = self.union(*(copy.record for copy in copies))
            told.with_context(**{INFORMING: True})._correspond(
                words, copies, text, automatic
            )

    def _get_informed_readers(self, letter, entry):
        """Return who is told what a letter has told the parties.

        Reminders, announcements, mails that are written anew and what is kept inside
        concern nobody else. What one party alone reads, only its own people read.
        """
        again = letter.event and (
            letter.parties is not None or letter.event.action in (REMIND, ANNOUNCE)
        )
        inside = entry.is_internal or entry.subtype_id.internal or not entry.subtype_id
        if letter.address or again or inside:
            return self.env["res.partner"]
        line = letter.line or entry.incident_private_party_id
        parties = self._get_incident_parties()
        if letter.parties is not None:
            parties = letter.parties
        elif line:
            parties = self._get_line_readers(line)
        sides = parties.incident_party_id
        written = set(parties.mapped("email_normalized"))
        readers = self.incident_informed_ids.filtered(
            lambda one: (
                one._is_good()
                and (one.side_id in sides if one.side_id else not line)
                and one.partner_id.email_normalized not in written
            )
        )
        return readers.partner_id

    def _get_informed_kind(self, letter):
        """Return what a letter tells the parties, in a word of the template.

        Where the incident stands is news in the letter of its move alone.
        """
        facts, intervention = letter.facts, letter.facts.get("intervention")
        if "restoration" in facts:
            return "restoration"
        if intervention:
            if intervention not in self._get_incident_planned():
                return "cancelled"
            return "changed" if facts.get("former") else "planned"
        if facts.get("dispute"):
            return "dispute"
        if letter.phase == CLOSED and self._is_incident_refused():
            return "refused"
        return KINDS.get(letter.phase, "update")

    # Who they are

    def _get_informed_by(self, side):
        """Return whom a party has informed; most incidents have nobody."""
        informed = self.env["incident.informed"]
        if self.incident_informs:
            informed = self.incident_informed_ids
        return informed.filtered(lambda one: one.side_id == side)

    def _incident_add_informed(self, party, email):
        """Have a colleague of a party informed.

        :param party: who says it, staff of the party
        :param email: address of one of its colleagues
        :raises UserError: for anybody else, or too many
        """
        self._incident_lock()
        address = email_normalize(email) or ""
        side = party.incident_party_id
        colleague = self._find_party_contacts([address] if address else []).filtered(
            lambda one: one.active and one.incident_party_id == side
        )[:1]
        if not colleague.email_normalized:
            raise UserError(
                self.env._("We know nobody of your company under this address.")
            )
        own = self.incident_informed_ids.filtered(lambda one: one.side_id == side)
        if colleague in self.incident_informed_ids.partner_id:
            return
        if len(own) >= MAX_INFORMED:
            raise UserError(
                self.env._("At most %(count)s colleagues.", count=MAX_INFORMED)
            )
        self._ensure_few_informed()
        self.env["incident.informed"].create(
            {"ticket_id": self.id, "partner_id": colleague.id, "side_id": side.id}
        )
        self._incident_note_informed(
            party,
            colleague,
            self._incident_in_house().env._(
                "%(party)s has %(name)s informed.",
                party=party.name,
                name=colleague.name,
            ),
        )

    def _incident_remove_informed(self, party, informed_id):
        """Inform a colleague of a party no more; its link is dead at once."""
        self._incident_lock()
        informed = self.incident_informed_ids.filtered(
            lambda one: one.id == informed_id and one.side_id == party.incident_party_id
        )
        if informed:
            colleague = informed.partner_id
            informed.unlink()
            self._incident_note_informed(
                party,
                colleague,
                self._incident_in_house().env._(
                    "%(party)s has %(name)s informed no more.",
                    party=party.name,
                    name=colleague.name,
                ),
            )

    def _ensure_few_informed(self):
        """Refuse what is written into an incident again and again.

        :raises UserError: after too many changes in a day
        """
        changes = Domain("model", "=", self._name) & Domain("res_id", "=", self.id)
        changes &= Domain("message_id", "=like", f"<{NOTE_MARK % '%'}%")
        day = fields.Datetime.now() - timedelta(days=1)
        notes = self.env["mail.message"].search_count(
            changes & Domain("date", ">", day), limit=MAX_CHANGES
        )
        if notes >= MAX_CHANGES:
            raise UserError(
                self.env._(
                    "Who is informed was changed very often today. Please go on "
                    "tomorrow, or write to us."
                )
            )

    def _incident_note_informed(self, party, colleague, body):
        """Note who is informed, so that the name is found when it is to be erased.

        :param party: who says it; by a link, nobody is logged in
        """
        body = end_once(body, party.name, colleague.name)
        note = self._message_log(body=body, author_id=party.id)
        token = secrets.token_hex(8)
        note.message_id = f"<{NOTE_MARK % colleague.id}{token}@openip-incident>"
