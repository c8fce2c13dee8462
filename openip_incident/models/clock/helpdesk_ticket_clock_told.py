# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ...tools.clock_ledger import GTI, GTR, RESTORED, RESUME, START, STOP, WORK
from ..clocks import ACCEPTED, DENIED, DISPUTE, KEPT, MISSED, NONE, RUNNING, STOPPED

# What a party may say of: the others follow from these, or are about us.
DISPUTABLE = (START, WORK, STOP, RESUME, RESTORED)


class HelpdeskTicket(models.Model):
    """What the parties are told of the guaranteed time, where the contract says so.

    Words and dates are the reader's; nothing of it leaves where the contract is silent.
    """

    _inherit = "helpdesk.ticket"

    def _is_clock_told(self):
        """Tell whether the parties read how this incident is counted."""
        # SUDO: what was agreed on it does not depend on who reads.
        version = self.sudo().incident_contract_version_id
        return bool(version) and version._get_terms().shown

    def _tell_clock(self, party):
        """Return what a party may read of the guaranteed time.

        :param party: the reader
        :return: list of (label, text), empty where nothing is told
        """
        return self._tell_ledger(self._read_told_ledger(), party)

    def _tell_clock_line(self, say):
        """Return what a list says of the guaranteed time, where a party reads of it.

        :param say: function that tells its reader a date, as all others of the list
        """
        # SUDO: see _is_clock_told.
        ticket = self.sudo()
        if ticket.gtr_state != STOPPED:
            return ticket.incident_clock_line
        stops = ticket._tell_stops(ticket._read_told_ledger(), GTR, say)
        return ticket.env._("Clock stopped %(since)s", since=stops)

    def _tell_clock_lines(self):
        """Return the table of how it was counted, by the hours of the contract.

        :return: the name of the zone, and a list of dicts
        """
        entries = self._read_told_ledger()
        # SUDO: see _is_clock_told.
        ticket = self.sudo()
        lines = ticket._explain_incident_clock(entries)
        names = ("start", "end", "counted", "why")
        rows = [dict(zip(names, line, strict=True)) for line in lines]
        return ticket.incident_contract_version_id.tz, rows

    def _tell_clock_total(self):
        """Return how much counts, and how long the clock was stopped: list of texts."""
        # SUDO: see _is_clock_told.
        ticket = self.sudo()
        return [
            (label, ticket._format_clock(seconds))
            for label, seconds in (
                (self.env._("Counted"), ticket.gtr_consumed_seconds),
                (self.env._("Clock stopped"), ticket.gtr_stopped_seconds),
            )
        ]

    def _read_told_ledger(self):
        """Return the entries of the incident, none where nothing is told.

        As the cache has them: mails of many incidents read them all at once.
        """
        # SUDO: see _is_clock_told.
        ticket = self.sudo()
        entries = ticket.env["incident.clock.entry"]
        told = self._is_clock_told()
        return ticket.incident_clock_entry_ids.sorted("sequence") if told else entries

    def _tell_ledger(self, entries, party):
        """Return what a ledger says to a reader: list of (label, text)."""
        if not entries:
            return []
        ledger, told = entries._get_ledger(), []
        for which, label in (
            (GTI, self.env._("Guaranteed start of work (GTI)")),
            (GTR, self.env._("Guaranteed restoration (GTR)")),
        ):
            state = ledger.get_state(which, fields.Datetime.now())
            if state != NONE:
                said = self._tell_one(entries, ledger, which, state, party)
                told.append((label, said))
        return told

    def _tell_one(self, entries, ledger, which, state, party):
        """Return one guaranteed time as a reader reads it: what, until when, how."""
        clock, now = ledger.get_clock(which), fields.Datetime.now()
        target = self._say_clock(clock.target)
        if state == RUNNING:
            return self.env._(
                "%(target)s, by %(date)s",
                target=target,
                date=self._tell_date(ledger.get_deadline(which), party),
            )
        if state == STOPPED:
            left = clock.target - clock.count(now).consumed
            return self.env._(
                "%(target)s; clock stopped %(since)s; %(left)s left",
                target=target,
                since=self._tell_stops(
                    entries, which, lambda date: self._tell_date(date, party)
                ),
                left=self._say_clock(left),
            )
        if state == MISSED:
            return self.env._("%(target)s, exceeded", target=target)
        return self.env._("%(target)s, kept", target=target) if state == KEPT else ""

    def _tell_stops(self, entries, which, say):
        """Return since when and why a clock is stopped, as a reader reads it.

        :param say: function that tells the reader a date
        """
        return "; ".join(
            self.env._(
                "since %(date)s: %(cause)s",
                date=say(stop.date),
                cause=stop.cause_id.name,
            )
            for stop in entries._get_open_stops()
            if stop[f"stops_{which}"]
        )

    def _tell_date(self, date, party):
        if not date:
            return self.env._("a date that is open")
        return self._format_correspondence_date(date, party, self.env.lang)

    # Mails

    def _get_correspondence_facts(self, party):
        facts = super()._get_correspondence_facts(party)
        if not self._is_clock_told() or not self._get_incident_party(party):
            return facts
        return facts + self._label_clock(self._tell_clock(party))

    def _get_all_correspondence_facts(self, party):
        """Add what earlier mails may have said: by each beginning of the ledger."""
        facts = super()._get_all_correspondence_facts(party)
        entries = self._read_told_ledger()
        told = {}
        for end in range(1, len(entries) + 1):
            told.update(dict.fromkeys(self._tell_ledger(entries[:end], party)))
        known = set(facts)
        return facts + [one for one in self._label_clock(told) if one not in known]

    def _label_clock(self, told):
        return [(self.env._("%(label)s:", label=one), said) for one, said in told]

    # Disputes

    def _get_clock_disputable(self):
        """Return the entries that a party may dispute."""
        entries = self._read_told_ledger()
        alive = entries - entries.void_id
        return alive.filtered(lambda one: one.kind in DISPUTABLE)

    def _get_clock_disputes(self):
        """Return the disputes of this incident."""
        return self._read_told_ledger().filtered(lambda one: one.kind == DISPUTE)

    def _incident_append_dispute(self, party, reason, entry, message):
        """Write down that a party disputes how it was counted.

        The incident is locked by the caller, who knows that the party may.

        :param party: ``customer`` or ``integrator``
        :param reason: plain text
        :param entry: ``incident.clock.entry`` that is meant, or none
        :param message: the note that proves who said it
        :return: the dispute
        """
        # SUDO: the ledger is the process's own; who may dispute was checked.
        ticket = self.sudo()
        entries = ticket._read_told_ledger()
        vals = {
            "kind": DISPUTE,
            "date": fields.Datetime.now(),
            "party": party,
            "reason": reason,
            "entry_id": (entry & entries).id,
            "message_id": message.id,
        }
        return ticket._incident_append({ticket: (entries, [vals])})[ticket][-1:]


class IncidentClockEntry(models.Model):
    _inherit = "incident.clock.entry"

    def _describe_entry(self, zone):
        """Return what an entry says in one line: what, when and why.

        :param zone: name of the time zone
        """
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        date = self.ticket_id._format_date_in(self.date, zone, self.env.lang)
        line = self.env._("%(kind)s on %(date)s", kind=kinds[self.kind], date=date)
        cause = self.cause_id.name
        return f"{line} ({cause})" if cause else line

    def _get_judgement(self):
        """Return what was decided of this dispute: an entry, none while it is open."""
        return self.concerned_ids.filtered(lambda one: one.kind in (ACCEPTED, DENIED))[
            :1
        ]
