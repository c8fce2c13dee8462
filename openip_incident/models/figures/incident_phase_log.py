# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..phases import PHASES
from .hours import Hours

# One statement for all incidents of a move: what they leave ends where the next begins.
# What is written here is in no cache: nobody but reports reads it.
LOG = """
    WITH ended AS (
        UPDATE incident_phase_log
           SET end_date = %(now)s,
               hours = EXTRACT(EPOCH FROM %(now)s - start_date) / 3600
         WHERE ticket_id IN %(ids)s AND end_date IS NULL
    )
    INSERT INTO incident_phase_log (ticket_id, phase, team_id, start_date)
    SELECT row.ticket_id, row.phase, row.team_id, %(now)s
      FROM jsonb_to_recordset(%(rows)s::jsonb)
        AS row(ticket_id integer, phase varchar, team_id integer)
"""


class IncidentPhaseLog(models.Model):
    """The history of incidents: from when to when each was in which phase and team.

    Written by every move, whoever makes it. An interval without an end is where the
    incident is now; what is archived, or no incident any more, has none.
    """

    _name = "incident.phase.log"
    _description = "Phase of an Incident"
    _order = "start_date desc, id desc"
    _rec_name = "ticket_id"
    # The dates say who was when where; rows are written by the thousand.
    _log_access = False

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        required=True,
        index=True,
        ondelete="cascade",
        help="The incident that was in this phase.",
    )
    phase = fields.Selection(
        selection=PHASES,
        required=True,
        help="The phase that the incident was in.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        index="btree_not_null",
        ondelete="set null",
        help="The team that handled the incident then.",
    )
    start_date = fields.Datetime(
        string="From",
        required=True,
        help="When the phase began.",
    )
    end_date = fields.Datetime(
        string="To", help="Empty where the incident is in this phase now."
    )
    hours = Hours(
        aggregator="avg", help="How long it lasted; empty while it has not ended."
    )

    _open_idx = models.Index("(ticket_id) WHERE end_date IS NULL")

    @api.model
    def _log(self, tickets, phases):
        """End the intervals of incidents and begin their next.

        :param tickets: incidents, locked by the move
        :param phases: dict of ticket: the phase that begins now, nothing where none
            does
        """
        rows = [
            {"ticket_id": ticket.id, "phase": phase, "team_id": ticket.team_id.id}
            for ticket, phase in phases.items()
            if phase
        ]
        self.env.cr.execute(
            SQL(
                LOG,
                now=fields.Datetime.now(),
                ids=tuple(tickets.ids),
                rows=json.dumps(rows),
            )
        )
        self.invalidate_model(flush=False)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(self.env._("The history of incidents is not deleted."))
