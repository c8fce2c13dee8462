# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ...tools.clock_ledger import RESUME, STOP, VOID
from ..clocks import CUSTOMER, EITHER, FROM_DELIVERY, INTEGRATOR, VALIDATION
from ..followups import ANSWERED, EXPIRED, OPEN_STATES, SENT
from ..phases import FROZEN
from .arrival import carry_proof, get_arrival, get_proof

# Whose mails count for the clock when they come back.
COUNTED = (*OPEN_STATES, EXPIRED)


class IncidentFollowup(models.Model):
    """How a wait stops the clock of the contract.

    From its facts follows what the ledger has to say: what it says otherwise is voided.
    So the order in which facts become known changes nothing.
    """

    _inherit = "incident.followup"

    incident_stop_end_date = fields.Datetime(
        string="Stopped the clock until",
        help="When what this wait stopped went on, where that is before the wait "
        "ended: the answer had arrived before it was counted, or it was our fault.",
    )

    def _finish(self, state, partner=None):
        res = super()._finish(state, partner)
        clocks = self._filter_clocked()
        arrival = get_arrival(self.env)
        if clocks and arrival and state == ANSWERED:
            clocks.incident_stop_end_date = arrival
        clocks._incident_reconcile(ended=True)
        return res

    def _do_settle(self):
        res = super()._do_settle()
        clocks = self._filter_clocked()
        # Others stop nothing by a delivery.
        clocks.filtered(
            lambda one: one._get_stop_start(one.ticket_id.incident_contract_version_id)
        )._incident_reconcile()
        return res

    def _do_bounce(self):
        res = super()._do_bounce()
        # What has ended otherwise has ended by somebody's act, delivered or not.
        counted = self.filtered(lambda one: one.state in COUNTED)
        counted._filter_clocked()._incident_reconcile()
        return res

    def _filter_clocked(self):
        """Return those of incidents whose clock has begun, without a query."""
        return self.filtered("ticket_id.incident_contract_version_id")

    # What the ledger has to say

    def _incident_reconcile(self, ended=False):
        """Make the ledgers say of these waits what their facts say.

        :param ended: only their end is new: what began them is not read again
        """
        followups = self._filter_clocked()
        if not followups:
            return
        tickets = followups.ticket_id
        tickets._incident_lock()
        # SUDO: the ledger is the process's own.
        ledgers = self.env["incident.clock.entry"].sudo()._read_ledgers(tickets)
        rows = {}
        for followup in followups:
            ticket = followup.ticket_id
            known = rows.get(ticket, (ledgers[ticket.id], []))
            new = followup._prepare_entries(known[0], ended)
            rows[ticket] = (known[0], known[1] + new)
        changed = {ticket: row for ticket, row in rows.items() if row[1]}
        if not changed:
            return
        tickets._incident_append(changed)
        if not ended:
            # What was begun just now, and is over already, has to be ended, too.
            over = followups.filtered(
                lambda one: one.ticket_id in changed and one._get_stop_end()
            )
            over._incident_reconcile()

    def _prepare_entries(self, entries, ended):
        """Return what is missing in a ledger of this wait.

        :param entries: the ledger of its incident
        :param ended: see :meth:`_incident_reconcile`
        :return: list of values of entries
        """
        self.ensure_one()
        own = entries.filtered(lambda entry: entry.followup_id == self)
        alive = own & entries._get_alive(STOP)
        by_hand = entries.filtered(lambda one: one.kind == VOID and not one.followup_id)
        corrected = by_hand.void_id & own
        if corrected:
            # What a person has corrected stays as that person said: a stop has an end
            # all the same.
            ended_by_hand = RESUME in corrected.mapped("kind")
            return [] if ended_by_hand else self._prepare_end(alive[:1], entries)
        now = self.ticket_id.incident_contract_version_id
        version = entries._get_version_at(self.start_date) or now
        start = alive[:1].date if ended else self._get_stop_start(version)
        if self._asks_closure(entries, entries._get_ends()):
            return []
        stop = alive.filtered(lambda one: one.date == start)[:1]
        facts = [self._prepare_void(one) for one in alive - stop]
        if start and not stop:
            return [*facts, self._prepare_stop(start, version)]
        return facts + self._prepare_end(stop, entries)

    def _prepare_end(self, stop, entries):
        """Return what is missing in a ledger of the end of a stop.

        :param stop: the stop of this wait, or none
        :param entries: the ledger of its incident
        :return: list of values of entries
        """
        known, end = entries._get_ends().get(stop.id, entries.browse()), None
        if stop:
            end = self._get_stop_end()
            # An answer from before the stop leaves nothing of it.
            end = end and max(end, stop.date)
        if (known.date or None) == end:
            return []
        facts = [self._prepare_void(one) for one in known]
        if end:
            proof = get_proof(self.env)
            facts.append({**self._prepare(RESUME, end), **proof, "entry_id": stop.id})
        return facts

    def _get_stop_start(self, version):
        """Return from when on this wait stops the clock: naive UTC or None.

        Never from a mail that was not delivered.

        :param version: of the contract, in force when the wait began
        """
        self.ensure_one()
        delivered = [
            event.sent_date
            for event in self.event_ids
            if event.outcome == SENT and event.sent_date
        ]
        if not delivered:
            return None
        if version._get_terms().waiting_start == FROM_DELIVERY:
            return min(delivered)
        return self.frozen_date or None

    def _get_stop_end(self):
        """Return when what this wait stopped went on: naive UTC or None.

        When it ended, or when the answer that ends it had arrived.
        """
        ends = [one for one in (self.incident_stop_end_date, self.end_date) if one]
        return min(ends, default=None)

    def _asks_closure(self, entries, ends):
        """Tell whether only the restoration is to be confirmed, which has its own stop.

        :param entries: the ledger of the incident
        :param ends: what ended the stops of it
        """
        causes = self.env["incident.clock.cause"]
        cause_id = causes._get_automatic_id(VALIDATION)
        return any(
            stop.date <= self.start_date
            and (stop.id not in ends or self.start_date < ends[stop.id].date)
            for stop in entries._get_alive(STOP)
            if stop.cause_id.id == cause_id
        )

    def _prepare_stop(self, start, version):
        causes = self.env["incident.clock.cause"]
        cause_id = causes._get_automatic_id(self._get_stop_key())
        return {
            **self._prepare(STOP, start),
            **causes._get_stop_vals(cause_id, version._get_terms().excluded),
        }

    def _get_stop_key(self):
        """Return for whom the incident waits."""
        if self.wait_for in (CUSTOMER, INTEGRATOR):
            return self.wait_for
        return EITHER if self.ticket_id.integrator_id else CUSTOMER

    def _prepare_void(self, entry):
        now = fields.Datetime.now()
        return {**self._prepare(VOID, now), "void_id": entry.id}

    def _prepare(self, kind, date):
        return {"kind": kind, "date": date, "followup_id": self.id}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _incident_end_followups(self, stage):
        """Stop the clock where an incident is frozen, if its contract says so."""
        res = super()._incident_end_followups(stage)
        if stage.incident_phase == FROZEN:
            # SUDO: follow-ups are written by the process only.
            self.sudo().followup_id._incident_reconcile()
        return res

    def _incident_end_waits(self, date, **proof):
        """End what waits have stopped: from a date on it is our fault.

        For what establishes that, such as an outage.

        :param date: naive UTC
        :param proof: values of the entries that say so
        """
        # SUDO: follow-ups are written by the process only.
        followups = (
            carry_proof(self, **proof)
            .sudo()
            .followup_ids.filtered(lambda one: not one.end_date or one.end_date > date)
        )
        for followup in followups:
            known = followup.incident_stop_end_date
            followup.incident_stop_end_date = min(known or date, date)
        followups._incident_reconcile()
