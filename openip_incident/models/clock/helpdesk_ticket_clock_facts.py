# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ...tools.clock_ledger import REFUSED, RESTORED, RESUME, START, STOP, WORK
from ..clocks import VALIDATION
from ..phases import CLOSED, CLOSURE, OPENED, REGISTERED

SOLVED = (CLOSURE, CLOSED)
# Where nobody has begun to work yet.
UNTOUCHED = (REGISTERED, OPENED)


class HelpdeskTicket(models.Model):
    """What the moves of an incident say to the clock of its contract."""

    _inherit = "helpdesk.ticket"

    def _incident_apply(self, vals):
        """Write into the ledger what a move means, whoever makes it."""
        if not self.env["incident.contract"]._are_there():
            return super()._incident_apply(vals)
        phases = {ticket: ticket.stage_id.incident_phase for ticket in self}
        res = super()._incident_apply(vals)
        # SUDO: what moves is written down, whoever moves it.
        self.sudo()._incident_note_moves(phases)
        return res

    def write(self, vals):
        """Correct the ledger where support corrects since when it works again."""
        res = super().write(vals)
        if "restored_date" in vals and self.env["incident.contract"]._are_there():
            # SUDO: see _incident_apply.
            self.sudo()._incident_note_restored()
        return res

    def unlink(self):
        """Keep what the clock of a contract was counted for: archive it."""
        proven = self.browse()
        if self.env["incident.contract"]._are_there():
            # SUDO: evidence is kept, whoever may read it.
            proven = self.filtered(lambda one: one.sudo().incident_clock_entry_ids)
            proven.filtered("active").action_archive()
        return super(HelpdeskTicket, self - proven).unlink()

    def _incident_note_moves(self, phases):
        """Write down what moves that have just been made mean.

        :param phases: dict of ticket: the phase that it comes from
        """
        moved = self.filtered(
            lambda one: one.is_incident and one.incident_phase != phases.get(one)
        )
        begun = moved.filtered("incident_contract_version_id")
        starting = (moved - begun)._incident_find_starting()
        begun = begun.filtered(lambda one: _says(phases.get(one), one.incident_phase))
        tickets = begun | starting
        if not tickets:
            return
        tickets._incident_lock()
        # SUDO: the ledger is the process's own.
        ledgers = self.env["incident.clock.entry"].sudo()._read_ledgers(begun)
        rows = {}
        for ticket in begun:
            entries = ledgers[ticket.id]
            new = ticket._prepare_clock_facts(phases.get(ticket), entries)
            if new:
                rows[ticket] = (entries, new)
        begun._incident_append(rows)
        if starting:
            starting._incident_begin_clocks()

    def _incident_find_starting(self):
        """Return the incidents whose clock begins: validated, under a contract."""
        starting = self.browse()
        for ticket in self.filtered("validated_date"):
            contract = ticket.contract_id or ticket._find_incident_contract()
            version = contract._get_version(ticket.create_date)
            if version:
                ticket._incident_set_version(version)
                starting |= ticket
        return starting

    def _get_clock_start(self):
        """Return when the incident was reported: by form, by telephone, by mail."""
        return self.create_date.replace(microsecond=0)

    def _prepare_clock_facts(self, origin, entries):
        """Return what the last move of an incident means.

        :param origin: the phase that it comes from
        :param entries: its ledger
        :return: list of values of entries
        """
        target, now, facts = self.incident_phase, fields.Datetime.now(), []
        begun = entries._get_alive(START)
        if begun and target not in UNTOUCHED and not entries._get_alive(WORK):
            facts.append({"kind": WORK, "date": now})
        stops, restored = entries._get_open_stops(), entries._get_restored()
        if target in SOLVED and not restored:
            date = self.restored_date or now
            facts += [
                {"kind": RESTORED, "date": date},
                self._prepare_validation_stop(now),
                # What kept us from working has nothing to stop any more.
                *(stop._prepare_resume(date) for stop in stops._filter_by_hand()),
            ]
        elif target not in SOLVED:
            # The parties are not asked any more, whatever became of the restoration.
            facts += [
                {"kind": REFUSED, "date": now, "entry_id": one.id} for one in restored
            ]
            facts += [stop._prepare_resume(now) for stop in stops._filter_validation()]
        return facts

    def _prepare_validation_stop(self, date):
        """Return the stop while the parties say whether it works again."""
        causes = self.env["incident.clock.cause"]
        return {
            "kind": STOP,
            "date": date,
            **causes._get_stop_vals(
                causes._get_automatic_id(VALIDATION), self._get_clock_excluded()
            ),
        }

    def _get_clock_excluded(self):
        """Return the ids of the causes that the contract does not know: frozenset."""
        return self.incident_contract_version_id._get_terms().excluded

    def _incident_note_restored(self):
        """Void the restoration in the ledger where its date is another now."""
        tickets = self.filtered(
            lambda one: (
                one.incident_contract_version_id and one.incident_phase in SOLVED
            )
        )
        if not tickets:
            return
        tickets._incident_lock()
        # SUDO: the ledger is the process's own.
        ledgers = self.env["incident.clock.entry"].sudo()._read_ledgers(tickets)
        rows = {}
        for ticket in tickets:
            entries, date = ledgers[ticket.id], ticket.restored_date
            if not date:
                # As it is where support says nothing: when closure was asked.
                date = entries._get_open_stops()._filter_validation()[-1:].date
            known = entries._get_restored().filtered(
                lambda one, to=date: one.date != to
            )
            if date and known:
                new = [one._prepare_void() for one in known]
                rows[ticket] = (entries, [*new, {"kind": RESTORED, "date": date}])
        tickets._incident_append(rows)


class IncidentClockEntry(models.Model):
    _inherit = "incident.clock.entry"

    def _get_restored(self):
        """Return the restorations among these that were not refused."""
        ends = self._get_ends()
        return self._get_alive(RESTORED).filtered(lambda one: one.id not in ends)

    def _prepare_resume(self, date):
        """Return the end of this stop, which is not before its beginning."""
        return {"kind": RESUME, "date": max(date, self.date), "entry_id": self.id}


def _says(origin, target):
    """Tell whether a move says anything to a clock that has begun."""
    touched = origin in UNTOUCHED and target not in UNTOUCHED
    return touched or (origin in SOLVED) != (target in SOLVED)
