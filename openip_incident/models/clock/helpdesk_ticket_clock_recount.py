# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import split_every

from ..clocks import RUNNING, STOPPED
from .helpdesk_ticket_clock import CRON

GOING_ON = (RUNNING, STOPPED)
# How many ledgers are held at once.
BATCH = 1000

# What is stored of a clock, and of what type.
FIGURES = {
    "gti_deadline": "timestamp",
    "incident_gti_fact": "varchar",
    "incident_gti_late_date": "timestamp",
    "gtr_deadline": "timestamp",
    "incident_gtr_fact": "varchar",
    "incident_gtr_late_date": "timestamp",
    "incident_clock_date": "timestamp",
}


class HelpdeskTicket(models.Model):
    """Counts all clocks anew where what they are counted by has changed."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _incident_recount(self):
        """Work out anew what follows from the ledgers of all clocks that go on."""
        query = self.with_context(active_test=False)._search(
            Domain("incident_gtr_fact", "in", GOING_ON)
            | Domain("incident_gti_fact", "in", GOING_ON),
            order="id",
        )
        ids = query.get_result_ids()
        for tickets in split_every(BATCH, ids, self.browse):
            tickets._incident_recount_batch()

    def _incident_recount_batch(self):
        entries = self.env["incident.clock.entry"]
        ledgers = entries._read_ledgers(self)
        figures = {one: known._get_figures() for one, known in ledgers.items()}
        dates = self._store_figures(figures)
        # Thousands of ledgers are read one after the other.
        entries.invalidate_model(flush=False)
        for date in set(filter(None, dates)):
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
