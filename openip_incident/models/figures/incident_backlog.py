# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL

from ...tools.zones import DEFAULT_ZONE
from ..phases import OPEN_PHASES, PHASES
from .incident_analysis import PRIORITIES

# The end of a day is midnight where the company works. An interval counts on the days
# at whose end it lasted; today's end is now.
BACKLOG = """
    SELECT (day.date - DATE '2000-01-01') * 4294967296 + log.id AS id,
           day.date,
           day.date = (date_trunc('month', day.date) + INTERVAL '1 month - 1 day')::date
             OR day.date = span.today AS month_end,
           EXTRACT(ISODOW FROM day.date) = 7 OR day.date = span.today AS week_end,
           log.ticket_id, log.team_id, log.phase, 1 AS open_count,
           ticket.company_id, ticket.user_id, ticket.customer_party_id,
           ticket.integrator_party_id, ticket.priority, ticket.category_id
      FROM incident_phase_log log
      JOIN helpdesk_ticket ticket ON ticket.id = log.ticket_id
      LEFT JOIN res_company company ON company.id = ticket.company_id
      LEFT JOIN resource_calendar calendar ON calendar.id = company.resource_calendar_id
     CROSS JOIN LATERAL (
        SELECT COALESCE(NULLIF(calendar.tz, 'UTC'), %(zone)s) AS zone
     ) place
     CROSS JOIN LATERAL (
        SELECT timezone(place.zone, timezone('UTC', log.start_date))::date AS first,
               timezone(place.zone, timezone('UTC', log.end_date))::date AS over,
               timezone(place.zone, timezone('UTC', %(now)s::timestamp))::date AS today
     ) span
     CROSS JOIN LATERAL (
        SELECT generate_series(
                   span.first, COALESCE(span.over - 1, span.today), INTERVAL '1 day'
               )::date AS date
     ) day
     WHERE log.phase IN %(phases)s
"""


class IncidentBacklog(models.Model):
    """What was open at the end of each day: one row per day and open incident.

    Read from the history, not from where incidents are today.
    """

    _name = "incident.backlog"
    _description = "Backlog of Incidents per Day"
    _auto = False
    _order = "date desc, ticket_id"
    _rec_name = "ticket_id"
    _depends = {
        "helpdesk.ticket": [
            "category_id",
            "company_id",
            "customer_party_id",
            "integrator_party_id",
            "priority",
            "user_id",
        ],
        "incident.phase.log": ["end_date", "phase", "start_date", "team_id"],
        "res.company": ["resource_calendar_id"],
        "resource.calendar": ["tz"],
    }

    date = fields.Date(string="Day", help="Its end, where the company works.")
    month_end = fields.Boolean(help="The last day of a month, or today.")
    week_end = fields.Boolean(string="End of the week", help="A Sunday, or today.")
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        help="The incident that is counted.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team", help="The team that day."
    )
    phase = fields.Selection(selection=PHASES, help="The phase that day.")
    open_count = fields.Integer(
        string="Open incidents", help="Per day: days are not to be added up."
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="The company whose incident this is.",
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
    category_id = fields.Many2one(
        comodel_name="helpdesk.ticket.category",
        help="The kind of service or trouble.",
    )
    priority = fields.Selection(
        selection=PRIORITIES,
        help="How urgent the incident is.",
    )

    @property
    def _table_query(self):
        return SQL(
            BACKLOG,
            zone=DEFAULT_ZONE,
            now=fields.Datetime.now(),
            phases=OPEN_PHASES,
        )
