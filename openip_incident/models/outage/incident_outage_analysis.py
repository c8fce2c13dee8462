# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL

from ..figures.hours import Hours
from ..outages import CANCELLED, KINDS, STATES

# One row per outage and affected service, and one more for its incidents without one.
ANALYSIS = """
    WITH hit AS (
        SELECT rel.outage_id, rel.service_id, service.party_id
          FROM incident_outage_service_rel rel
          JOIN incident_service service ON service.id = rel.service_id
         UNION
        SELECT ticket.outage_id, ticket.service_id,
               COALESCE(service.party_id, ticket.customer_party_id)
          FROM helpdesk_ticket ticket
          LEFT JOIN incident_service service ON service.id = ticket.service_id
         WHERE ticket.outage_id IS NOT NULL
    ), member AS (
        SELECT ticket.outage_id, ticket.service_id,
               COALESCE(service.party_id, ticket.customer_party_id) AS party_id,
               count(*) AS members
          FROM helpdesk_ticket ticket
          LEFT JOIN incident_service service ON service.id = ticket.service_id
         WHERE ticket.outage_id IS NOT NULL
         GROUP BY 1, 2, 3
    )
    SELECT row_number() OVER (
               ORDER BY outage.id, hit.service_id, hit.party_id
           ) AS id,
           outage.id AS outage_id, outage.kind, outage.state, outage.company_id,
           outage.team_id, outage.cause_id, outage.begin_date, outage.end_date,
           hit.service_id, hit.party_id, COALESCE(member.members, 0) AS members,
           CASE WHEN outage.begin_date <= %(now)s THEN EXTRACT(EPOCH FROM
               COALESCE(outage.end_date, %(now)s) - outage.begin_date
           ) / 3600 ELSE 0 END AS hours
      FROM incident_outage outage
      JOIN hit ON hit.outage_id = outage.id
      LEFT JOIN member ON member.outage_id = hit.outage_id
       AND member.service_id IS NOT DISTINCT FROM hit.service_id
       AND member.party_id IS NOT DISTINCT FROM hit.party_id
     WHERE outage.state != %(cancelled)s
"""


class IncidentOutageAnalysis(models.Model):
    """How long which services were hit; what lasts counts until now."""

    _name = "incident.outage.analysis"
    _description = "Outages Analysis"
    _auto = False
    _order = "begin_date desc, id desc"
    _rec_name = "outage_id"
    _depends = {
        "helpdesk.ticket": ["customer_party_id", "outage_id", "service_id"],
        "incident.outage": [
            "begin_date",
            "cause_id",
            "company_id",
            "end_date",
            "kind",
            "service_ids",
            "state",
            "team_id",
        ],
        "incident.service": ["party_id"],
    }

    outage_id = fields.Many2one(
        comodel_name="incident.outage", help="The outage, or the works."
    )
    kind = fields.Selection(selection=KINDS, help="Outage or planned works.")
    state = fields.Selection(selection=STATES, help="How far it has come.")
    company_id = fields.Many2one(
        comodel_name="res.company", help="The company that has it."
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team", help="The team that works on it."
    )
    cause_id = fields.Many2one(
        comodel_name="incident.cause", help="What has caused it."
    )
    begin_date = fields.Datetime(string="Begins on", help="Since when it lasts.")
    end_date = fields.Datetime(string="Ended on", help="When everything worked again.")
    service_id = fields.Many2one(
        comodel_name="incident.service",
        help="The affected service; empty for incidents that name none.",
    )
    party_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer company",
        help="The customer that was hit.",
    )
    members = fields.Integer(
        string="Incidents", help="How many incidents it has caused there."
    )
    hours = Hours(
        string="Hours of the service",
        aggregator="sum",
        help="How long the service was hit, until now where it still is.",
    )

    @property
    def _table_query(self):
        return SQL(ANALYSIS, cancelled=CANCELLED, now=fields.Datetime.now())


class IncidentOutage(models.Model):
    """The facts of one outage: how long, how many, and how it was told."""

    _inherit = "incident.outage"

    duration_hours = fields.Float(
        string="Duration (hours)",
        compute="_compute_duration_hours",
        help="From its begin to its end, until now while it lasts.",
    )
    customer_count = fields.Integer(
        string="Customers hit",
        compute="_compute_customer_count",
        help="Customers whose services are affected, or who have reported it.",
    )
    first_message_minutes = fields.Integer(
        string="Minutes to the first message",
        compute="_compute_message_facts",
        help="From its begin to what the parties were told first; of works, negative: "
        "before they begin.",
    )
    promised_count = fields.Integer(
        string="Messages promised",
        compute="_compute_message_facts",
        help="Promises of a next message that are due.",
    )
    kept_count = fields.Integer(
        string="Promises kept",
        compute="_compute_message_facts",
        help="Messages that came by when they were promised.",
    )

    @api.depends("begin_date", "end_date", "state")
    def _compute_duration_hours(self):
        now = fields.Datetime.now()
        for outage in self:
            lasted = (outage.end_date or now) - (outage.begin_date or now)
            lasts = outage.state != CANCELLED
            outage.duration_hours = max(lasted.total_seconds() / 3600, 0) * lasts

    @api.depends("service_ids", "ticket_ids")
    def _compute_customer_count(self):
        for outage in self:
            # SUDO: how many there are, whomever the reader may read.
            own = outage.sudo()
            hit = own.service_ids.party_id | own.ticket_ids.customer_party_id
            outage.customer_count = len(hit)

    @api.depends("message_record_ids", "next_message_date", "begin_date")
    def _compute_message_facts(self):
        now = fields.Datetime.now()
        for outage in self:
            messages = outage.message_record_ids.sorted("date")
            first, begin = messages[:1].date, outage.begin_date
            outage.first_message_minutes = (
                (first - begin).total_seconds() // 60 if first and begin else 0
            )
            promised = messages.filtered("promised_date")
            late = bool(outage.next_message_date and outage.next_message_date < now)
            outage.promised_count = len(promised) + late
            outage.kept_count = len(promised.filtered("in_time"))
