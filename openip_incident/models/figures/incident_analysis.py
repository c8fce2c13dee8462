# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

from ..phases import CLOSE_REASONS, PHASES
from .helpdesk_ticket_history import SUMS
from .hours import Hours

PRIORITIES = [("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Very High")]

# Columns of the incident that are shown as they are.
SAME = (
    "active",
    "category_id",
    "close_reason",
    "closed_date",
    "company_id",
    "create_date",
    "customer_party_id",
    "escalation_level_id",
    "incident_confirmed_by_id",
    "incident_hours_to_answer",
    "incident_hours_to_close",
    "incident_hours_to_open",
    "incident_hours_to_solve",
    "incident_phase",
    "integrator_party_id",
    "number",
    "priority",
    "reopen_count",
    "resolution_cause_id",
    "restored_date",
    "service_id",
    "solved_date",
    "team_id",
    "user_id",
)


class IncidentAnalysis(models.Model):
    """One row per incident, for pivots, graphs and spreadsheets.

    What has not ended counts until now. What is unknown is empty: no average counts it.
    """

    _name = "incident.analysis"
    _description = "Incidents Analysis"
    _auto = False
    _order = "create_date desc, id desc"
    _rec_name = "number"
    _depends = {
        "helpdesk.ticket": [
            *SAME,
            *SUMS,
            "incident_phase_date",
            "incident_reminder_total",
            "is_incident",
        ]
    }

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        help="The incident that is counted.",
    )
    number = fields.Char(
        help="The number of the incident.",
    )
    active = fields.Boolean(
        help="Whether the incident is not archived.",
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
    service_id = fields.Many2one(
        comodel_name="incident.service",
        string="Service",
        help="The line or service that does not work.",
    )
    integrator_party_id = fields.Many2one(
        comodel_name="res.partner",
        string="Integrator company",
        help="The integrator who serves the customer.",
    )
    category_id = fields.Many2one(
        comodel_name="helpdesk.ticket.category",
        help="The kind of service or trouble.",
    )
    escalation_level_id = fields.Many2one(
        comodel_name="incident.escalation.level",
        help="Who worked on the incident beyond its team.",
    )
    priority = fields.Selection(
        selection=PRIORITIES,
        help="How urgent the incident is.",
    )
    incident_phase = fields.Selection(
        selection=PHASES,
        string="Phase",
        help="How far the incident has come.",
    )
    close_reason = fields.Selection(
        selection=CLOSE_REASONS,
        help="Why the incident was closed.",
    )
    incident_confirmed_by_id = fields.Many2one(
        comodel_name="res.partner",
        string="Confirmed by",
        help="The party that confirmed closure.",
    )

    resolution_cause_id = fields.Many2one(
        comodel_name="incident.cause",
        string="Cause",
        help="What has caused the malfunction, as support has found.",
    )
    restored_date = fields.Datetime(
        string="Restored on", help="Since when everything works again."
    )
    create_date = fields.Datetime(
        string="Reported on",
        help="When the incident was registered.",
    )
    solved_date = fields.Datetime(
        string="Solved on",
        help="When support asked the parties to confirm closure.",
    )
    closed_date = fields.Datetime(
        string="Closed on",
        help="When the incident was closed.",
    )

    incident_hours_to_open = Hours(
        string="Hours to open",
        aggregator="avg",
        help="From the report to its validation by support.",
    )
    incident_hours_to_answer = Hours(
        string="Hours to first answer",
        aggregator="avg",
        help="From the report to the first words of a colleague to a party.",
    )
    incident_hours_to_solve = Hours(
        string="Hours to solve (gross)",
        aggregator="avg",
        help="From the report to the solution, waiting included. Their average is the "
        "MTTR.",
    )
    incident_net_hours_to_solve = Hours(
        string="Hours to solve (net)",
        aggregator="avg",
        help="Of the time to the solution, what was our turn: without waiting for the "
        "parties. Their average is the net MTTR.",
    )
    incident_hours_to_close = Hours(
        string="Hours to close",
        aggregator="avg",
        help="From the report to the closure, waiting included.",
    )
    incident_own_hours = Hours(
        string="Hours in our turn",
        aggregator="avg",
        help="How long support had to act until now, solved or not.",
    )
    incident_waited_hours = Hours(
        string="Hours waited",
        aggregator="avg",
        help="How long the parties owed an answer until now, frozen included.",
    )
    incident_frozen_hours = Hours(
        string="Hours frozen",
        aggregator="avg",
        help="How long the incident was frozen until now.",
    )
    incident_reminder_total = fields.Integer(
        string="Reminders", help="Reminders delivered by all follow-ups."
    )
    reopen_count = fields.Integer(
        string="Reopened", help="How many times it was taken up again after closure."
    )

    @property
    def _table_query(self):
        columns = self._get_incident_columns()
        return SQL(
            "SELECT %s FROM helpdesk_ticket ticket WHERE ticket.is_incident",
            SQL(", ").join(
                SQL("%s AS %s", column, SQL.identifier(name))
                for name, column in columns.items()
            ),
        )

    def _get_incident_columns(self):
        """Return the columns of a row by name: to be extended.

        :return: dict of name: SQL over the table ``ticket``
        """
        same = {name: SQL.identifier("ticket", name) for name in SAME}
        now = fields.Datetime.now()
        running = SQL(
            "CASE WHEN ticket.active"
            " THEN EXTRACT(EPOCH FROM %s - ticket.incident_phase_date) / 3600 END",
            now,
        )
        sums = {
            name: SQL(
                "%(known)s + CASE WHEN ticket.incident_phase IN %(phases)s"
                " THEN COALESCE(%(running)s, 0) ELSE 0 END",
                known=SQL.identifier("ticket", name),
                phases=tuple(phases),
                running=running,
            )
            for name, phases in SUMS.items()
        }
        return {
            "id": SQL("ticket.id"),
            "ticket_id": SQL("ticket.id"),
            **same,
            **sums,
            "incident_net_hours_to_solve": SQL(
                "CASE WHEN ticket.solved_date IS NOT NULL"
                " THEN ticket.incident_own_hours END"
            ),
            "incident_reminder_total": SQL("ticket.incident_reminder_total"),
        }

    def action_open_incident(self):
        """Open the incident of a row."""
        self.ensure_one()
        return self.ticket_id.get_formview_action()
