# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.task import Task

CRON = "ir_cron_clock_recount"

RECOUNT = Task(
    "recount",
    "incident.clock.recount",
    due=lambda recounts: Domain.TRUE,
    do=lambda recounts: recounts._do_recount(),
    parent="ticket_id",
    choose=lambda recounts, found, limit: recounts._choose_whole(found, limit),
    # An answer waits for a fraction of a second at most.
    batch=500,
    cron=f"openip_incident.{CRON}",
)


class IncidentClockRecount(models.Model):
    """A clock that the scheduled action has yet to count anew.

    A row goes with the transaction that has counted: what is killed is done again,
    and what has changed meanwhile is a row of its own. Nobody who changes something
    waits for the action, to learn whether a clock is in the queue already: the rows of
    one clock go together.
    """

    _name = "incident.clock.recount"
    _description = "Clock to be Counted Anew"
    _log_access = False
    _rec_name = "ticket_id"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        required=True,
        index=True,
        ondelete="cascade",
        help="The incident whose clock is counted anew.",
    )
    date = fields.Datetime(
        string="Waits since",
        required=True,
        readonly=True,
        index=True,
        help="When something was changed by which the clock is counted.",
    )

    @api.model
    def _queue(self, query):
        """Have the clocks of incidents counted anew, as soon as this is committed.

        :param query: that finds the incidents
        """
        now = fields.Datetime.now()
        found = query.select(SQL("%s, %s", now, SQL.identifier(query.table, "id")))
        self.env.flush_query(found)
        self.env.cr.execute(
            SQL("INSERT INTO incident_clock_recount (date, ticket_id) %s", found)
        )
        self.env["ir.cron"]._wake(CRON, now)

    @api.model
    def _cron_recount(self):
        """Count anew what is to be, in batches, each committed."""
        self.env["incident.engine"]._run_tasks("Counts of clocks", [RECOUNT])

    @api.model
    def _choose_whole(self, found, limit):
        """Return all rows of some clocks: each is counted once, however often queued.

        :param found: dict of row id: id of the incident
        :param limit: how many clocks share a transaction
        """
        ticket_ids = list(dict.fromkeys(found.values()))[:limit]
        rows = self.search_fetch(
            Domain("ticket_id", "in", ticket_ids), ["ticket_id"], order="id"
        )
        return {row.id: row.ticket_id.id for row in rows}

    def _do_recount(self):
        self.ticket_id._incident_recount_batch()
        self.unlink()
