# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ...tools.clock_ledger import GTI, GTR
from ..clocks import CLOCK_STATES, KEPT, MISSED, NONE, RUNNING, STOPPED
from ..words import INTERNAL

CRON = "ir_cron_followup_remind"


class HelpdeskTicket(models.Model):
    """The guaranteed times of an incident: deadlines, what is used up, what is kept.

    What is stored follows from the ledger and changes with it, by no daily sweep; what
    time alone changes is worked out when it is read.
    """

    _inherit = "helpdesk.ticket"

    incident_clock_entry_ids = fields.One2many(
        comodel_name="incident.clock.entry",
        inverse_name="ticket_id",
        string="Ledger of the clock",
        groups=INTERNAL,
        help="The facts by which the guaranteed times are counted. Nobody edits them.",
    )
    gti_deadline = fields.Datetime(
        string="GTI deadline",
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups=INTERNAL,
        help="When work has to begin. Empty while the clock is stopped, and where "
        "nothing is guaranteed.",
    )
    gtr_deadline = fields.Datetime(
        string="GTR deadline",
        copy=False,
        readonly=True,
        index="btree_not_null",
        groups=INTERNAL,
        help="When the service has to be restored. Empty while the clock is stopped, "
        "and where nothing is guaranteed.",
    )
    incident_clock_deadline = fields.Datetime(
        string="Next deadline",
        copy=False,
        readonly=True,
        index=True,
        groups=INTERNAL,
        help="The first guaranteed time that is not over yet, as long as the clock is "
        "not stopped: work has to begin, or the service has to be restored.",
    )
    gti_state = fields.Selection(
        selection=CLOCK_STATES,
        string="GTI",
        compute="_compute_clock_states",
        search="_search_gti_state",
        groups=INTERNAL,
        help="Whether the guaranteed time until work begins runs, was kept or missed.",
    )
    gtr_state = fields.Selection(
        selection=CLOCK_STATES,
        string="GTR",
        compute="_compute_clock_states",
        search="_search_gtr_state",
        groups=INTERNAL,
        help="Whether the guaranteed time until restoration runs, is stopped, was "
        "kept or missed.",
    )
    gtr_consumed_seconds = fields.Integer(
        string="GTR used up (seconds)",
        compute="_compute_clock_seconds",
        groups=INTERNAL,
        help="Counted until now, or until the service was restored.",
    )
    gtr_stopped_seconds = fields.Integer(
        string="GTR stopped (seconds)",
        compute="_compute_clock_seconds",
        groups=INTERNAL,
        help="How long the clock was stopped within the hours that count.",
    )
    gtr_remaining_seconds = fields.Integer(
        string="GTR left (seconds)",
        compute="_compute_clock_seconds",
        groups=INTERNAL,
        help="What is left of the guaranteed time; less than nothing once it is "
        "missed.",
    )
    # As the last fact has left them; time goes on.
    incident_gti_fact = fields.Selection(
        selection=CLOCK_STATES, copy=False, readonly=True, groups=INTERNAL
    )
    incident_gtr_fact = fields.Selection(
        selection=CLOCK_STATES, copy=False, readonly=True, groups=INTERNAL
    )
    incident_gti_late_date = fields.Datetime(copy=False, readonly=True, groups=INTERNAL)
    incident_gtr_late_date = fields.Datetime(copy=False, readonly=True, groups=INTERNAL)
    # Written with every entry: who appends at the same time, by what is not the end any
    # more, is refused by the database and does it again.
    incident_clock_seal = fields.Char(
        string="Last checksum",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="Seals the whole ledger of the clock: none of its entries is missing.",
    )
    incident_clock_date = fields.Datetime(
        string="Next threshold on",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="When so much of a guaranteed time is used up that somebody is told.",
    )

    _clock_idx = models.Index(
        "(incident_clock_date) WHERE incident_clock_date IS NOT NULL"
    )
    _clock_open_idx = models.Index(
        "(incident_gtr_late_date) WHERE incident_gtr_fact IN ('running', 'stopped')"
    )

    @api.depends(
        "incident_gti_fact",
        "incident_gti_late_date",
        "incident_gtr_fact",
        "incident_gtr_late_date",
    )
    def _compute_clock_states(self):
        now = fields.Datetime.now()
        for ticket in self:
            for which in (GTI, GTR):
                state = ticket[f"incident_{which}_fact"] or NONE
                late = ticket[f"incident_{which}_late_date"]
                if state == RUNNING and late and now > late:
                    state = MISSED
                ticket[f"{which}_state"] = state

    def _search_gti_state(self, operator, value):
        return self._search_clock_state(GTI, operator, value)

    def _search_gtr_state(self, operator, value):
        return self._search_clock_state(GTR, operator, value)

    @api.model
    def _search_clock_state(self, which, operator, value):
        if operator != "in":
            return NotImplemented
        fact, date = f"incident_{which}_fact", f"incident_{which}_late_date"
        late = Domain(fact, "=", RUNNING) & Domain(date, "<", fields.Datetime.now())
        domains = {
            RUNNING: Domain(fact, "=", RUNNING) & ~late,
            STOPPED: Domain(fact, "=", STOPPED),
            KEPT: Domain(fact, "=", KEPT),
            MISSED: Domain(fact, "=", MISSED) | late,
            NONE: Domain(fact, "in", [False, NONE]),
        }
        return Domain.OR(domains.get(one, domains[NONE]) for one in value)

    @api.depends("incident_clock_entry_ids", "incident_gtr_fact")
    def _compute_clock_seconds(self):
        clocks = self.filtered("incident_contract_version_id")._read_incident_clocks()
        for ticket in self:
            count, left = clocks.get(ticket.id, (None, 0))
            ticket.gtr_consumed_seconds = count.consumed if count else 0
            ticket.gtr_stopped_seconds = count.stopped if count else 0
            ticket.gtr_remaining_seconds = left

    def _read_incident_clocks(self):
        """Return what the GTR of incidents has counted until now.

        :return: dict of id: (``Count``, seconds left)
        """
        if not self:
            return {}
        # SUDO: whoever reads an incident may read what was counted of it.
        ledgers = self.env["incident.clock.entry"].sudo()._read_ledgers(self)
        now, found = fields.Datetime.now(), {}
        for ticket_id, entries in ledgers.items():
            ledger = entries._get_ledger()
            clock = ledger.get_clock(GTR)
            if clock:
                count = clock.count(ledger.get_end(GTR) or now)
                # Where nothing is guaranteed, nothing is left, and nothing missed.
                left = clock.target - count.consumed if clock.target else 0
                found[ticket_id] = (count, left)
        return found

    # What follows from the ledger

    def _incident_append(self, rows):
        """Write facts into the ledgers of these incidents, and what follows from them.

        :param rows: dict of ticket, locked: (its entries, list of values)
        :return: dict of ticket: its entries, the new ones included
        """
        written = self.env["incident.clock.entry"]._append(rows)
        for ticket, entries in written.items():
            seal = {"incident_clock_seal": entries[-1:].checksum}
            ticket._incident_set_clock({**entries._get_figures(), **seal})
        return written

    def _incident_set_clock(self, figures):
        """Write what follows from the ledger, past what a change by a person costs."""
        self.ensure_one()
        names = [name for name, value in figures.items() if self[name] != value]
        with self.env.protecting([self._fields[name] for name in names], self):
            for name in names:
                self[name] = figures[name]
        date = self.incident_clock_date
        if date and "incident_clock_date" in names:
            self.env["ir.cron"]._wake(CRON, date)

    def _incident_set_version(self, version):
        """Write by what this incident is counted from now on."""
        contract = version.contract_id
        self._incident_set_clock(
            {"contract_id": contract, "incident_contract_version_id": version}
        )


class IncidentClockEntry(models.Model):
    _inherit = "incident.clock.entry"

    def _get_figures(self):
        """Return what is stored of the clocks that these entries of one incident make.

        :return: dict of values of the incident
        """
        return self._work_out(self._get_ledger(), self._get_told())

    def _get_told(self):
        """Return of which thresholds somebody was told: set of (clock, percent)."""
        return {(entry.clock, entry.percent) for entry in self if entry.clock}

    @api.model
    def _work_out(self, ledger, told):
        """Return what is stored of the clocks of a ledger.

        :param ledger: ``Ledger``
        :param told: see :meth:`_get_told`
        :return: dict of values of the incident
        """
        now, figures, dates, ahead = fields.Datetime.now(), {}, [], []
        for which in (GTI, GTR):
            deadline = ledger.get_deadline(which) or False
            figures[f"{which}_deadline"] = deadline
            if deadline and not ledger.get_end(which):
                ahead.append(deadline)
            figures[f"incident_{which}_fact"] = ledger.get_state(which, now)
            figures[f"incident_{which}_late_date"] = (
                ledger.get_late_date(which) or False
            )
            untold = self._find_untold(ledger, which, told)
            dates += [date for _percent, _tells, date in untold]
        return {
            **figures,
            "incident_clock_deadline": min(ahead, default=False),
            "incident_clock_date": min(dates, default=False),
        }

    @api.model
    def _find_untold(self, ledger, which, told):
        """Return the thresholds of a clock that nobody was told of.

        :return: list of (percent, whether somebody is told, when it is reached)
        """
        found = []
        for percent, tells in self.env["incident.clock.threshold"]._get_percents():
            date = (which, percent) not in told and ledger.get_reached(which, percent)
            if date:
                found.append((percent, tells, date))
        return found
