# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import SQL

EXPORTED = ("res_name", "rating", "feedback", "rated_on")


class IncidentPersonalData(models.AbstractModel):
    """Knows what a person said of the handling of incidents."""

    _inherit = "incident.personal.data"

    @api.model
    def _collect(self, subject):
        res = super()._collect(subject)
        subject.add(
            "ratings",
            self._query_ids(
                """
                SELECT id FROM rating_rating
                 WHERE partner_id IN %(ids)s AND res_model = 'helpdesk.ticket'
                """,
                ids=tuple(subject.partners.ids),
            ),
        )
        return res

    @api.model
    def _erase(self, subject):
        """Take away a person's words, and the titles of what it has reported."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "UPDATE rating_rating SET feedback = NULL WHERE id IN %s",
                subject.ids("ratings"),
            )
        )
        self.env.execute_query(
            SQL(
                "UPDATE rating_rating SET res_name = 'helpdesk.ticket/' || res_id "
                "WHERE res_model = 'helpdesk.ticket' AND res_id IN %s",
                subject.ids("reported"),
            )
        )
        return super()._erase(subject)

    @api.model
    def _prepare_export(self, subject, tickets):
        data, files = super()._prepare_export(subject, tickets)
        ratings = self.env["rating.rating"].browse(subject.ids("ratings")).exists()
        said = ratings.filtered(lambda one: one.res_id in tickets._ids)
        data["ratings"] = [
            {**row, "rating": one.rating}
            for one, row in zip(said, self._read_fields(said, EXPORTED), strict=True)
        ]
        return data, files
