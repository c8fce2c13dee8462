# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ...tools.clock_ledger import REFUSED, RESTORED, RESUME
from .helpdesk_ticket_clock_facts import SOLVED


class HelpdeskTicket(models.Model):
    """A clock that begins long after the incident: from what is recorded of it."""

    _inherit = "helpdesk.ticket"

    def _incident_begin_clock(self, version, reason):
        """Begin the clock of an incident that was opened without a contract.

        What was recorded is written into the ledger as far as it is known: the phases,
        and the waits with their mails.

        :param version: what counts
        :param reason: why it begins only now
        """
        self.ensure_one()
        self._incident_set_clock(
            {
                "contract_id": version.contract_id,
                "incident_contract_version_id": version,
            }
        )
        begin, *others = self._prepare_clock_start()
        unknown = self._get_unknown_history()
        text = "\n".join(filter(None, (reason, unknown)))
        none = self.env["incident.clock.entry"].sudo()
        entries = self._incident_append(
            {self: (none, [{**begin, "reason": text}, *others])}
        )[self]
        for facts in self._get_solved_spans():
            entries = self._incident_append_solved(entries, *facts)
        self.followup_ids.sorted("id")._incident_reconcile()

    def _get_solved_spans(self):
        """Return from when to when an incident was held to be solved.

        :return: list of (naive UTC, naive UTC or False)
        """
        # SUDO: what happened is written down, whoever may read the history.
        log = self.env["incident.phase.log"].sudo()
        rows = log.search(
            [("ticket_id", "=", self.id), ("phase", "in", SOLVED)],
            order="start_date, id",
        )
        spans = []
        for row in rows:
            if spans and spans[-1][1] == row.start_date:
                spans[-1] = (spans[-1][0], row.end_date)
            else:
                spans.append((row.start_date, row.end_date))
        return spans

    def _incident_append_solved(self, entries, start, end):
        """Write that an incident was solved, and that this was refused, if it was."""
        restored = not end and self.restored_date or start
        asked = [
            {"kind": RESTORED, "date": restored},
            self._prepare_validation_stop(start),
        ]
        known = entries
        entries = self._incident_append({self: (entries, asked)})[self]
        if not end:
            return entries
        solved, stop = entries - known
        refused = [
            {"kind": REFUSED, "date": end, "entry_id": solved.id},
            {"kind": RESUME, "date": end, "entry_id": stop.id},
        ]
        return self._incident_append({self: (entries, refused)})[self]

    def _get_unknown_history(self):
        """Return what cannot be known any more, in words, or nothing."""
        # SUDO: see _get_solved_spans.
        log = self.env["incident.phase.log"].sudo()
        first = log.search(
            [("ticket_id", "=", self.id)], order="start_date, id", limit=1
        )
        if first and first.start_date <= self.validated_date:
            return ""
        return self.env._(
            "The history of this incident is not complete: when work began, and "
            "restorations that were refused, may be missing."
        )
