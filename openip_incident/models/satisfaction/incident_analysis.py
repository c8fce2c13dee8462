# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.tools import SQL


class IncidentAnalysis(models.Model):
    """Counts what the parties said: per team, service, month, whatever is grouped."""

    _inherit = "incident.analysis"
    _depends = {"rating.rating": ["consumed", "rating", "res_id", "res_model"]}

    incident_rating = fields.Float(
        string="Satisfaction (1 to 5)",
        digits=(3, 2),
        aggregator="avg",
        help="What the parties said of the handling after they had confirmed closure, "
        "on average. Empty where nobody has said anything.",
    )
    incident_rating_count = fields.Integer(
        string="Ratings", help="How many parties have said something."
    )

    def _get_incident_columns(self):
        """Add the ratings; of both parties of an incident the mean."""
        return {
            **super()._get_incident_columns(),
            "incident_rating": self._get_rating_column(SQL("avg(rating.rating)")),
            "incident_rating_count": self._get_rating_column(SQL("count(*)")),
        }

    def _get_rating_column(self, value):
        """Return a value over the ratings of an incident; unused ones cost nothing."""
        return SQL(
            "(SELECT %s FROM rating_rating rating"
            " WHERE rating.res_model = 'helpdesk.ticket'"
            " AND rating.res_id = ticket.id AND rating.consumed IS TRUE"
            " AND rating.rating >= 1)",
            value,
        )
