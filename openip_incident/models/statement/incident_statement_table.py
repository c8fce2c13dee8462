# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import format_datetime

from ...tools.clock_ledger import GTI, GTR
from ...tools.clock_statement import FINENESS
from ..clocks import ACCEPTED, DENIED

WHICH = (GTI, GTR)


class IncidentStatement(models.TransientModel):
    """A statement as tables, in the language of who reads it."""

    _inherit = "incident.statement"

    @api.model
    def _prepare_tables(self, statement):
        """Return the tables of a statement: list of (title, header, rows).

        Durations are texts (h:mm:ss); the last tables have the same as seconds.
        """
        header = self._get_line_header()
        return [
            (
                self.env._("Incidents restored"),
                header,
                [
                    *(
                        self._prepare_statement_row(statement, one)
                        for one in statement.restored
                    ),
                    self._prepare_total(statement),
                ],
            ),
            (
                self.env._("Incidents not restored"),
                header,
                [
                    self._prepare_statement_row(statement, one)
                    for one in statement.unrestored
                ],
            ),
            self._prepare_cause_table(statement),
            self._prepare_service_table(statement),
            self._prepare_seconds(statement),
            self._prepare_cause_seconds(statement),
        ]

    @api.model
    def _get_line_header(self):
        words = (
            self.env._("Guaranteed"),
            self.env._("Gross"),
            self.env._("Stopped"),
            self.env._("Net"),
            self.env._("Result"),
        )
        return [
            self.env._("Number"),
            self.env._("Service"),
            self.env._("Customer"),
            self.env._("Integrator"),
            self.env._("Contract"),
            self.env._("Reported on"),
            self.env._("First work on"),
            self.env._("Restored on"),
            self.env._("Time zone"),
            *(f"{which.upper()}: {word}" for which in WHICH for word in words),
            self.env._("GTR stopped by"),
            self.env._("Disputes open"),
            self.env._("Disputes accepted"),
            self.env._("Disputes refused"),
            self.env._("Last checksum of the ledger"),
        ]

    def _prepare_statement_row(self, statement, line):
        dates = [
            self._localise(one, line.tz)
            for one in (line.start, line.work, line.restored)
        ]
        return [
            line.number,
            line.service,
            line.customer,
            line.integrator,
            line.contract,
            *dates,
            line.tz,
            *(
                cell
                for which in WHICH
                for cell in self._prepare_count(line.counts[which])
            ),
            self._describe_causes(statement, line.counts[GTR].by_cause),
            line.disputes["open"],
            line.disputes[ACCEPTED],
            line.disputes[DENIED],
            line.checksum,
        ]

    def _prepare_count(self, count):
        """Return the cells of what was counted of one guaranteed time."""
        target = "" if count.target is None else self._format(count.target)
        return (
            target,
            self._format(count.gross),
            self._format(count.stopped),
            self._format(count.consumed),
            self._get_state_label(count.state),
        )

    def _prepare_total(self, statement):
        """Return the row below the incidents that were restored."""
        cells = []
        for which in WHICH:
            total = statement.add_up(which)
            cells += [
                "",
                self._format(total.gross),
                self._format(total.stopped),
                self._format(total.consumed),
                self._describe_states(statement, which),
            ]
        disputes = [
            sum(line.disputes[state] for line in statement.restored)
            for state in ("open", ACCEPTED, DENIED)
        ]
        label = self.env._("Total: %(count)s", count=len(statement.restored))
        return [label, *[""] * 8, *cells, "", *disputes, ""]

    def _describe_states(self, statement, which):
        kept, missed = statement.count_states(which)
        return self.env._(
            "In time: %(kept)s, missed: %(missed)s", kept=kept, missed=missed
        )

    def _prepare_cause_table(self, statement):
        """Return by what clocks were stopped, together as long as they were."""
        rows = [
            [
                *self._get_cause_words(statement, key),
                self._format(gti),
                self._format(gtr),
            ]
            for key, gti, gtr in statement.get_causes()
        ]
        totals = [self._format(statement.add_up(which).stopped) for which in WHICH]
        return (
            self.env._("Causes"),
            [
                self.env._("Cause"),
                self.env._("Attributed to"),
                self.env._("GTI stopped"),
                self.env._("GTR stopped"),
            ],
            [*rows, [self.env._("Total"), "", *totals]],
        )

    def _prepare_service_table(self, statement):
        """Return how much of the month services worked."""
        rows = [
            [
                one.service,
                one.incidents,
                self._format(one.counted),
                self._format(one.down),
                self._format_share(one.share),
                one.counted,
                one.down,
            ]
            for one in statement.services
        ]
        return (
            self.env._("Availability"),
            [
                self.env._("Service"),
                self.env._("Incidents: nothing works any more"),
                self.env._("Counted hours of the month"),
                self.env._("Down"),
                self.env._("Availability"),
                self.env._("Counted (seconds)"),
                self.env._("Down (seconds)"),
            ],
            rows,
        )

    def _prepare_seconds(self, statement):
        """Return the incidents with what was counted as numbers."""
        rows = [
            [
                line.number,
                int(line.restored is not None),
                *(
                    "" if seconds is None else seconds
                    for which in WHICH
                    for seconds in _get_seconds(line.counts[which])
                ),
            ]
            for line in statement.lines
        ]
        words = (
            self.env._("Guaranteed"),
            self.env._("Gross"),
            self.env._("Stopped"),
            self.env._("Net"),
        )
        return (
            self.env._("Seconds"),
            [
                self.env._("Number"),
                self.env._("Restored in the month (1: yes)"),
                *(f"{which.upper()}: {word}" for which in WHICH for word in words),
            ],
            rows,
        )

    def _prepare_cause_seconds(self, statement):
        """Return what stopped the clocks of each incident, as numbers."""
        return (
            self.env._("Seconds by cause"),
            [
                self.env._("Number"),
                self.env._("Clock"),
                self.env._("Cause"),
                self.env._("Attributed to"),
                self.env._("Stopped"),
            ],
            [
                [
                    line.number,
                    which.upper(),
                    *self._get_cause_words(statement, key),
                    seconds,
                ]
                for line in statement.lines
                for which in WHICH
                for key, seconds in line.counts[which].by_cause.items()
            ],
        )

    # On paper

    def _get_total_header(self):
        return [
            "",
            self.env._("Guaranteed time"),
            self.env._("Gross"),
            self.env._("Stopped"),
            self.env._("Net"),
            self.env._("Result"),
        ]

    def _prepare_totals(self, statement):
        """Return the sums of the incidents that were restored, a row per clock."""
        label = self.env._("Total: %(count)s", count=len(statement.restored))
        rows = []
        for which in WHICH:
            total = statement.add_up(which)
            sums = (total.gross, total.stopped, total.consumed)
            words = self._describe_states(statement, which)
            rows.append([label, which.upper(), *map(self._format, sums), words])
        return rows

    def _show(self, moment, zone):
        """Return a moment in words, in the zone of a contract."""
        return format_datetime(self.env, moment, tz=zone) if moment else "–"

    # Words

    def _describe_causes(self, statement, by_cause):
        """Return what has stopped a clock, to whom it is attributed, and how long."""
        return "; ".join(
            self.env._(
                "%(cause)s (%(party)s) %(time)s",
                cause=cause,
                party=party,
                time=self._format(seconds),
            )
            for key, seconds in by_cause.items()
            for cause, party in [self._get_cause_words(statement, key)]
        )

    def _get_cause_words(self, statement, key):
        cause_id, party = key
        return statement.causes.get(cause_id) or "", self._get_party_label(party)

    def _get_party_label(self, party):
        field = self.env["incident.clock.entry"]._fields["party"]
        labels = dict(field._description_selection(self.env))
        return labels.get(party, "")

    def _get_state_label(self, state):
        field = self.env["helpdesk.ticket"]._fields["gtr_state"]
        return dict(field._description_selection(self.env))[state]

    def _format(self, seconds):
        return self.env["helpdesk.ticket"]._format_clock(seconds)

    def _format_share(self, share):
        """Return thousandths of a percent, as the reader's language writes numbers."""
        if share is None:
            return ""
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        point = lang.decimal_point or "."
        return f"{share // FINENESS}{point}{share % FINENESS:03} %"

    def _localise(self, moment, zone):
        """Return a moment as the clocks of a zone show it, or nothing."""
        if moment is None:
            return ""
        there = fields.Datetime.context_timestamp(self.with_context(tz=zone), moment)
        return there.replace(tzinfo=None)


def _get_seconds(count):
    return count.target, count.gross, count.stopped, count.consumed
