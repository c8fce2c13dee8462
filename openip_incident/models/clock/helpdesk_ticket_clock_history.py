# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.clock_ledger import REFUSED, RESTORED, RESUME, START, STOP, WORK
from .helpdesk_ticket_clock_facts import SOLVED, UNTOUCHED


class HelpdeskTicket(models.Model):
    """A clock begins with what is recorded of the incident, however late it begins."""

    _inherit = "helpdesk.ticket"

    def _incident_begin_clocks(self, reason=""):
        """Begin the clocks of incidents whose version of a contract is known.

        What was recorded is written into the ledger as far as it is known: the phases,
        and the waits with their mails.

        :param reason: why they begin only now
        """
        logs, spans, rows = self._read_phase_logs(), {}, {}
        # SUDO: the ledger is the process's own.
        none = self.env["incident.clock.entry"].sudo()
        for ticket in self:
            log = logs.get(ticket, ())
            spans[ticket] = _find_solved_spans(log)
            rows[ticket] = (none, ticket._prepare_clock_begin(log, reason))
            for start, end in spans[ticket]:
                rows[ticket][1].extend(ticket._prepare_solved(start, end))
        ledgers = self._incident_append(rows)
        refused = {
            ticket: (entries, entries._prepare_refusals(spans[ticket]))
            for ticket, entries in ledgers.items()
        }
        self._incident_append({one: row for one, row in refused.items() if row[1]})
        self.followup_ids.sorted("id")._incident_reconcile()

    def _read_phase_logs(self):
        """Return the phases of incidents in their order, read by one query.

        :return: dict of ticket: rows
        """
        # SUDO: what happened is written down, whoever may read the history.
        logs = self.env["incident.phase.log"].sudo()
        rows = logs.search_fetch(
            [("ticket_id", "in", self.ids)],
            ["ticket_id", "phase", "start_date"],
            order="start_date, id",
        )
        return rows.grouped("ticket_id")

    def _prepare_clock_begin(self, log, reason):
        """Return the beginning: when it was reported, though it is validated later.

        :param log: the phases of this incident
        :param reason: why it begins only now
        """
        begin = {
            "kind": START,
            "date": self._get_clock_start(),
            "version_id": self.incident_contract_version_id.id,
            "reason": "\n".join(filter(None, (reason, self._get_unknown_history(log)))),
        }
        touched = [row.start_date for row in log if row.phase not in UNTOUCHED]
        return [begin, *({"kind": WORK, "date": date} for date in touched[:1])]

    def _prepare_solved(self, start, end):
        """Return that an incident was solved, and that the parties were asked.

        :param start: when closure was asked, naive UTC
        :param end: when it was taken up again, None while it is solved
        """
        restored = not end and self.restored_date or start
        return [
            {"kind": RESTORED, "date": restored},
            self._prepare_validation_stop(start),
        ]

    def _get_unknown_history(self, log):
        """Return what cannot be known any more, in words, or nothing.

        :param log: the phases of this incident
        """
        if log and log[0].start_date <= self.validated_date:
            return ""
        return self.env._(
            "The history of this incident is not complete: when work began, and "
            "restorations that were refused, may be missing."
        )


class IncidentClockEntry(models.Model):
    _inherit = "incident.clock.entry"

    def _prepare_refusals(self, spans):
        """Return that the restorations of these new entries were refused, if so.

        :param spans: when the incident was solved, in the order of the entries
        :return: list of values of entries
        """
        facts = []
        for kind, end in ((RESTORED, REFUSED), (STOP, RESUME)):
            known = self.filtered(lambda one, kind=kind: one.kind == kind)
            facts += [
                {"kind": end, "date": over, "entry_id": entry.id}
                for entry, (_start, over) in zip(known, spans, strict=True)
                if over
            ]
        return facts


def _find_solved_spans(log):
    """Return from when to when an incident was held to be solved.

    What was archived meanwhile, and has no phase then, was not taken up again by that.

    :param log: rows of the history, in their order
    :return: list of (naive UTC, naive UTC or None)
    """
    spans = []
    for row in log:
        going_on = spans and not spans[-1][1]
        if row.phase in SOLVED and not going_on:
            spans.append((row.start_date, None))
        elif row.phase not in SOLVED and going_on:
            spans[-1] = (spans[-1][0], row.start_date)
    return spans
