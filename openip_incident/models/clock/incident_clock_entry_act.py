# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError

from ...tools.clock_ledger import (
    CONTRACT,
    RESTORED,
    RESUME,
    START,
    STOP,
    VOID,
    WORK,
)
from ..clocks import ACCEPTED, DENIED, DISPUTE

# What a person may correct: the others say what was done.
CORRECTABLE = (START, WORK, STOP, RESUME, RESTORED)
# Without these a clock has no beginning, or a stop no end.
NEEDED = (START, RESUME)
# What a correction takes over.
SAME = (
    "kind",
    "cause_id",
    "party",
    "stops_gti",
    "stops_gtr",
    "priority",
    "entry_id",
    "version_id",
    "followup_id",
    "message_id",
)


class IncidentClockEntry(models.Model):
    """What managers decide about entries: corrected, void, a dispute accepted."""

    _inherit = "incident.clock.entry"

    def action_correct(self, reason, date=None):
        """Void an entry, and write it anew with another date, if one is given.

        :param reason: why
        :param date: when it happened, naive UTC; none: it did not happen
        :raises UserError: without a reason, or for what cannot be corrected
        """
        self.ensure_one()
        ticket, entries = self._ensure_may_judge(reason)
        # SUDO: who may judge it was checked just now.
        entry = self.sudo()
        if entry.kind not in CORRECTABLE or entry in entries.void_id:
            raise UserError(self.env._("This entry cannot be corrected."))
        if not date and entry.kind in NEEDED:
            raise UserError(self.env._("Please say when it happened."))
        when = ticket._to_past(date) if date else None
        if not when:
            void = entry._prepare_void(reason=reason)
            ticket._incident_append({ticket: (entries, [void])})
            return True
        moved = entry
        if entry.kind == START:
            # What counted from the beginning still does.
            moved |= entries._get_alive(CONTRACT).filtered(
                lambda one: one.date == entry.date
            )
        for one in moved.sorted("id"):
            again = {"date": when, "reason": reason}
            entries = one._replace(entries, again, {"reason": reason})
        return True

    def action_accept_dispute(self, reason):
        """Say that the dispute is justified; corrections say what follows from it."""
        return self._judge_dispute(ACCEPTED, reason)

    def action_refuse_dispute(self, reason):
        """Say that the clock was counted as agreed."""
        return self._judge_dispute(DENIED, reason)

    def _judge_dispute(self, kind, reason):
        self.ensure_one()
        ticket, entries = self._ensure_may_judge(reason)
        judged = entries.filtered(lambda one: one.kind in (ACCEPTED, DENIED)).entry_id
        # SUDO: see action_correct.
        if self.sudo().kind != DISPUTE or self in judged:
            raise UserError(self.env._("This is no open dispute."))
        vals = {"kind": kind, "date": fields.Datetime.now(), "reason": reason}
        vals["entry_id"] = self.id
        ticket._incident_append({ticket: (entries, [vals])})
        self._tell_judgement(kind, reason)
        return True

    def _ensure_may_judge(self, reason):
        """Let managers judge, with a reason.

        :return: the incident and its ledger, as the process writes them
        """
        if not self.env.user.has_group("helpdesk_mgmt.group_helpdesk_manager"):
            raise UserError(self.env._("Only managers correct the clock."))
        ticket = self.ticket_id
        ticket._ensure_reason(reason)
        [(ticket, entries)] = ticket._ensure_clock(write=True).items()
        return ticket, entries

    def _follow_contract(self, before, contract):
        """Write anew the stops that another contract knows, or does not know.

        :param before: the ledger without that contract
        :param contract: the values of the entry that says it
        """
        entries, [changed] = self, contract
        causes = self.env["incident.clock.cause"]
        stops = self._get_alive(STOP)
        for stop in stops.filtered(lambda one: one.date >= changed["date"]):
            # A wait keeps the terms under which it was begun.
            moment = stop.followup_id.start_date or stop.date
            cause_id = stop.cause_id.id
            known, excluded = (
                ledger._get_version_at(moment)._get_terms().excluded
                for ledger in (before, self)
            )
            if (cause_id in known) == (cause_id in excluded):
                continue
            vals = causes._get_stop_vals(cause_id, excluded)
            same = {"reason": changed["reason"]}
            again = {name: vals[name] for name in ("stops_gti", "stops_gtr")}
            void = {**same, "followup_id": stop.followup_id.id}
            entries = stop._replace(entries, {**again, **same}, void)

    def _replace(self, entries, again, void):
        """Void an entry and write it anew, with what ended or refused it.

        :param entries: the ledger of its incident
        :param again: dict of what the new entry says otherwise
        :param void: dict of what the entry says that voids it
        :return: the ledger, the new entries included
        """
        ticket, end = self.ticket_id, entries._get_ends().get(self.id)
        same = {**self._prepare_same(), "date": self.date}
        new = [self._prepare_void(**void), {**same, **again}]
        entries = ticket._incident_append({ticket: (entries, new)})[ticket]
        if not end:
            return entries
        known = {**end._prepare_same(), "date": end.date, "reason": void["reason"]}
        known["entry_id"] = entries[-1:].id
        return ticket._incident_append({ticket: (entries, [known])})[ticket]

    def _prepare_void(self, **vals):
        """Return the entry that voids this one.

        :param vals: what it says beside that
        """
        now = fields.Datetime.now()
        return {"kind": VOID, "date": now, "void_id": self.id, **vals}

    def _prepare_same(self):
        return {
            name: self._fields[name].convert_to_write(self[name], self) for name in SAME
        }
