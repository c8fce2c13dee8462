# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

from ..followups import ANSWERED, CANCELLED, STATES
from ..phases import CLOSED, CLOSURE, PHASES, WAIT_FOR
from .hours import Hours

SUPPORT = "support"

OUTCOMES = [*STATES[:-1], (SUPPORT, "Solved or closed by support"), STATES[-1]]

ANALYSIS = """
    SELECT followup.id, followup.ticket_id, followup.plan_id, followup.company_id,
           followup.team_id, followup.customer_party_id, followup.integrator_party_id,
           followup.wait_for, followup.start_date, followup.end_date,
           followup.reminder_count, ticket.user_id,
           CASE WHEN followup.state = %(cancelled)s
                 AND followup.ended_phase IN %(done)s THEN %(support)s
                ELSE followup.state END AS outcome,
           CASE WHEN followup.state = %(answered)s
                THEN followup.reminder_count END AS answered_after,
           EXTRACT(EPOCH FROM
               COALESCE(followup.end_date, %(now)s) - followup.start_date
           ) / 3600 AS waited_hours,
           COALESCE(EXTRACT(EPOCH FROM
               COALESCE(followup.unfrozen_date, followup.end_date, %(now)s)
               - followup.frozen_date
           ) / 3600, 0) AS frozen_hours
      FROM incident_followup followup
      JOIN helpdesk_ticket ticket ON ticket.id = followup.ticket_id
"""


class IncidentFollowupAnalysis(models.Model):
    """One row per waiting of an incident; those that have not ended count until now."""

    _name = "incident.followup.analysis"
    _description = "Follow-ups Analysis"
    _auto = False
    _order = "start_date desc, id desc"
    _rec_name = "ticket_id"
    _depends = {
        "helpdesk.ticket": ["user_id"],
        "incident.followup": [
            "company_id",
            "customer_party_id",
            "end_date",
            "ended_phase",
            "frozen_date",
            "integrator_party_id",
            "plan_id",
            "reminder_count",
            "start_date",
            "state",
            "team_id",
            "ticket_id",
            "unfrozen_date",
            "wait_for",
        ],
    }

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        help="The incident that is counted.",
    )
    plan_id = fields.Many2one(
        comodel_name="incident.followup.plan",
        help="The plan by which the parties were reminded.",
    )
    outcome = fields.Selection(
        selection=OUTCOMES, help="How it has ended, or whether it is still open."
    )
    wait_for = fields.Selection(
        selection=WAIT_FOR,
        help="Whose answer ends the wait.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="The company whose incident this is.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        help="The team that handles the incident.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Assigned user",
        help="The agent who takes care of the incident.",
    )
    customer_party_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer company",
        help="The company that has the trouble.",
    )
    integrator_party_id = fields.Many2one(
        comodel_name="res.partner",
        string="Integrator company",
        help="The integrator who serves the customer.",
    )
    start_date = fields.Datetime(
        string="Started on",
        help="When the parties were asked.",
    )
    end_date = fields.Datetime(
        string="Ended on",
        help="When the wait ended.",
    )
    reminder_count = fields.Integer(
        string="Reminders", help="Reminders that were delivered."
    )
    answered_after = Hours(
        string="Answered after reminder",
        aggregator="avg",
        help="How many reminders it took; empty where nobody has answered.",
    )
    waited_hours = Hours(
        string="Hours waited",
        aggregator="avg",
        help="From its start to its end, until now while it is open.",
    )
    frozen_hours = Hours(
        string="Hours frozen",
        aggregator="avg",
        help="How long the incident was frozen meanwhile, until now while it is.",
    )

    @property
    def _table_query(self):
        return SQL(
            ANALYSIS,
            answered=ANSWERED,
            cancelled=CANCELLED,
            done=(CLOSURE, CLOSED),
            now=fields.Datetime.now(),
            support=SUPPORT,
        )


class IncidentFollowup(models.Model):
    _inherit = "incident.followup"

    ended_phase = fields.Selection(
        selection=PHASES,
        readonly=True,
        help="The phase that the incident entered when this ended; empty where it did "
        "not move.",
    )


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    def _incident_end_followups(self, stage):
        """Tell follow-ups that support has solved from those that it has cancelled."""
        # SUDO: follow-ups are written by the process only.
        followups = self.sudo().followup_id
        res = super()._incident_end_followups(stage)
        followups.filtered("end_date").ended_phase = stage.incident_phase
        return res
