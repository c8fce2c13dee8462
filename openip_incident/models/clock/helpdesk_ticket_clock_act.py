# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...tools.arguments import to_date, to_record
from ...tools.clock_ledger import CONTRACT, RESUME, START, STOP
from ..clocks import DISPUTE


class HelpdeskTicket(models.Model):
    """What people do with the clock of a contract, each with its reason."""

    _inherit = "helpdesk.ticket"

    def incident_clock_stop(self, cause, date=None, reason=None):
        """Stop the clock of these incidents.

        :param cause: ``incident.clock.cause`` or its id
        :param date: since when, naive UTC; none: now
        :param reason: what proves it
        :raises UserError: without a clock, for a cause that agents do not choose,
            without a proof that the cause needs, or for a date to come
        """
        cause = to_record(self.env, "incident.clock.cause", cause)
        cause.ensure_one()
        if cause.key or not cause.active:
            raise UserError(
                self.env._(
                    "%(cause)s cannot be chosen: the process enters it by itself, or "
                    "it is archived.",
                    cause=cause.name,
                )
            )
        if cause.needs_proof and not (reason or "").strip():
            raise UserError(
                self.env._("Please say what proves it: %(cause)s.", cause=cause.name)
            )
        rows = {}
        for ticket, entries in self._ensure_clock(write=True).items():
            when = self._to_past(date)
            terms = entries._get_version_at(when)._get_terms()
            stop = cause._get_stop_vals(cause.id, terms.excluded)
            vals = {"kind": STOP, "date": when, "reason": reason}
            rows[ticket] = (entries, [{**vals, **stop}])
        self._incident_append(rows)
        return True

    def incident_clock_resume(self, date=None, reason=None):
        """Have the clock go on that an agent has stopped.

        :param date: since when, naive UTC; none: now
        :raises UserError: where no agent has stopped it, or only later
        """
        rows = {}
        for ticket, entries in self._ensure_clock(write=True).items():
            stops = entries._get_open_stops()._filter_by_hand()
            if not stops:
                raise UserError(
                    self.env._(
                        "Nobody has stopped the clock of %(number)s by hand.",
                        number=ticket.number,
                    )
                )
            when, begun = self._to_past(date), max(stops.mapped("date"))
            if when < begun:
                raise UserError(
                    self.env._(
                        "The clock of %(number)s was stopped on %(date)s only.",
                        number=ticket.number,
                        date=format_datetime(self.env, begun),
                    )
                )
            vals = {"kind": RESUME, "date": when, "reason": reason}
            rows[ticket] = (entries, [{**vals, "entry_id": stop.id} for stop in stops])
        self._incident_append(rows)
        return True

    def incident_change_contract(self, contract, reason, date=None):
        """Count these incidents by another contract.

        :param contract: ``incident.contract`` or its id
        :param reason: why
        :param date: from when on, naive UTC; none: from the beginning
        :raises UserError: without a reason, or where nothing was agreed at that time
        """
        self._ensure_reason(reason)
        contract = to_record(self.env, "incident.contract", contract)
        contract.ensure_one()
        ledgers = self._ensure_clock(write=True, begun=False)
        # SUDO: the right to write the incidents was checked just now.
        rows, starting = {}, self.sudo().browse()
        for ticket, entries in ledgers.items():
            start = entries._get_alive(START).date or ticket._get_clock_start()
            when = self._to_past(date) if date else start
            version = contract._get_agreed(when)
            if entries:
                vals = {"kind": CONTRACT, "date": when, "reason": reason}
                rows[ticket] = (entries, [{**vals, "version_id": version.id}])
            else:
                ticket._incident_set_version(version)
                starting |= ticket
        starting._incident_begin_clocks(reason)
        changed = self.browse()
        for ticket, entries in self._incident_append(rows).items():
            ticket._incident_set_version(entries._get_version())
            entries._follow_contract(*rows[ticket])
            changed |= ticket
        changed.followup_ids.sorted("id")._incident_reconcile()
        return True

    def incident_clock_dispute(self, reason, entry=None):
        """Say that the clock of this incident was not counted as agreed.

        :param reason: why
        :param entry: the ``incident.clock.entry`` that is meant, or its id
        """
        self._ensure_reason(reason)
        entry = to_record(self.env, "incident.clock.entry", entry)
        rows = {}
        for ticket, entries in self._ensure_clock(write=True).items():
            vals = {"kind": DISPUTE, "date": fields.Datetime.now(), "reason": reason}
            meant = (entry & entries).id
            rows[ticket] = (entries, [{**vals, "entry_id": meant}])
        self._incident_append(rows)
        return True

    # What an act needs

    def _ensure_clock(self, write=False, begun=True):
        """Lock incidents whose clock has begun, for who may act on them.

        :param begun: whether a clock has to be there
        :return: dict of ticket, as the process writes it: its entries
        """
        self._ensure_may_act()
        self._incident_lock()
        # SUDO: the right to write the incidents was checked above.
        tickets = self.sudo()
        # SUDO: the ledger is the process's own.
        ledgers = self.env["incident.clock.entry"].sudo()._read_ledgers(tickets)
        for ticket in tickets:
            if begun and not ledgers[ticket.id]._get_alive(START):
                raise UserError(
                    self.env._(
                        "%(number)s has no clock: no contract counts for it.",
                        number=ticket.number,
                    )
                )
            if not begun and not ticket.validated_date:
                raise UserError(
                    self.env._(
                        "%(number)s is not opened yet: its contract can still be "
                        "chosen.",
                        number=ticket.number,
                    )
                )
        return {ticket: ledgers[ticket.id] for ticket in tickets}

    def _to_past(self, date):
        """Return when something happened, now where nothing is said.

        :raises UserError: for what is still to come
        """
        now = fields.Datetime.now()
        date = to_date(self.env, date) or now
        if date > now:
            raise UserError(
                self.env._(
                    "%(date)s is still to come.", date=format_datetime(self.env, date)
                )
            )
        return date

    def _ensure_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Please say why."))
