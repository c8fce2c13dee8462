# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.clock_ledger import GTI, GTR, Entry, Ledger
from ..clocks import RUNNING, STOPPED
from .helpdesk_ticket_clock import CRON

GOING_ON = (RUNNING, STOPPED)
# So many are counted at once, before whoever has changed something goes on.
AT_ONCE = 500

STOPPING = {
    (gti, gtr): frozenset((GTI,) * gti + (GTR,) * gtr)
    for gti in (False, True)
    for gtr in (False, True)
}

# What is stored of a clock, and of what type.
FIGURES = {
    "gti_deadline": "timestamp",
    "incident_gti_fact": "varchar",
    "incident_gti_late_date": "timestamp",
    "gtr_deadline": "timestamp",
    "incident_gtr_fact": "varchar",
    "incident_gtr_late_date": "timestamp",
    "incident_clock_deadline": "timestamp",
    "incident_clock_date": "timestamp",
}


class HelpdeskTicket(models.Model):
    """Counts all clocks anew where what they are counted by has changed."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _incident_recount(self):
        """Work out anew what follows from the ledgers of all clocks that go on.

        Where they are many a scheduled action does it, in batches: no answer waits for
        them.
        """
        query = self.with_context(active_test=False)._search(
            Domain("incident_gtr_fact", "in", GOING_ON)
            | Domain("incident_gti_fact", "in", GOING_ON)
            # Missed already, and not over yet.
            | Domain("incident_clock_deadline", "!=", False),
            order="id",
        )
        query.limit = AT_ONCE + 1
        first = self.browse(query.get_result_ids())
        if len(first) <= AT_ONCE:
            first._incident_recount_batch()
            return
        query.limit = None
        # SUDO: the process's own list of what is to do.
        self.env["incident.clock.recount"].sudo()._queue(query)

    def _incident_recount_batch(self):
        entries = self.env["incident.clock.entry"]
        facts = entries._read_facts(self.ids)
        figures = {
            one: entries._work_out(Ledger(known), told)
            for one, (known, told) in facts.items()
        }
        for date in set(filter(None, self._store_figures(figures))):
            self.env["ir.cron"]._wake(CRON, date)

    def _store_figures(self, figures):
        """Write what follows from ledgers, where it has changed, by one query.

        :param figures: dict of id: values
        :return: list of when what has changed is due, if ever
        """
        names = list(FIGURES)
        self.flush_recordset(names)
        columns = SQL(", ").join(SQL.identifier(name) for name in names)
        before, after = (
            SQL(", ").join(
                SQL("%s.%s", SQL(table), SQL.identifier(name)) for name in names
            )
            for table in ("ticket", "figure")
        )
        arrays = [SQL("%s::int[]", list(figures))]
        for name, kind in FIGURES.items():
            values = [one[name] or None for one in figures.values()]
            arrays.append(SQL("%s::%s[]", values, SQL(kind)))
        changed = self.env.execute_query(
            SQL(
                """UPDATE helpdesk_ticket ticket SET (%(columns)s) = ROW(%(after)s)
                    FROM unnest(%(arrays)s) AS figure (id, %(columns)s)
                    WHERE ticket.id = figure.id
                    AND (%(before)s) IS DISTINCT FROM (%(after)s)
                    RETURNING ticket.id, ticket.incident_clock_date""",
                columns=columns,
                before=before,
                after=after,
                arrays=SQL(", ").join(arrays),
            )
        )
        tickets = self.browse(one for one, _date in changed)
        tickets.invalidate_recordset(names, flush=False)
        tickets.modified(names)
        return [date for _one, date in changed]


class IncidentClockEntry(models.Model):
    _inherit = "incident.clock.entry"

    @api.model
    def _read_facts(self, ids):
        """Read the ledgers of many incidents by one query, no record for any entry.

        :param ids: of the incidents
        :return: dict of id: (list of ``Entry``, set of the thresholds told)
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT ticket_id, id, kind, date, coalesce(void_id, entry_id),
                    version_id, cause_id, coalesce(priority, 0), stops_gti, stops_gtr,
                    clock, percent
                    FROM incident_clock_entry WHERE ticket_id = ANY(%s)
                    ORDER BY ticket_id, sequence""",
                ids,
            )
        )
        terms = self._read_terms({row[5] for row in rows})
        facts = {ticket_id: ([], set()) for ticket_id in ids}
        for ticket_id, key, kind, date, refers, version, *stop, clock, percent in rows:
            entries, told = facts[ticket_id]
            if clock:
                told.add((clock, percent))
            cause, priority, gti, gtr = stop
            stops = STOPPING[gti or False, gtr or False]
            agreed = terms[version]
            entries.append(
                Entry(key, kind, date, refers, agreed, cause, priority, stops)
            )
        return facts

    @api.model
    def _read_terms(self, version_ids):
        """Return what counting needs of versions: dict of id, or None: their terms."""
        versions = self.env["incident.contract.version"]
        return {
            one: versions.browse(one)._get_terms().terms if one else {}
            for one in version_ids
        }
