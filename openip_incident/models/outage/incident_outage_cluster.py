# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL


class IncidentOutageCluster(models.Model):
    """Where two meet that report of one site or kind in the same moment.

    Neither sees what the other reports: both would tell the team leader. So whoever
    tells writes the same row; the later one loses that race, is done again, and sees.
    """

    _name = "incident.outage.cluster"
    _description = "Services Reported Together"
    _log_access = False

    name = fields.Char(
        required=True, readonly=True, help="The site or the kind of the services."
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="Whose incidents they are.",
    )
    date = fields.Datetime(
        string="Told on", readonly=True, help="When the team leader was told last."
    )

    _name_unique = models.UniqueIndex(
        "(company_id, name)", "This was noted in the same moment."
    )

    @api.model
    def _note_told(self, company, name):
        """Note that the team leader is told of something.

        :param company: ``res.company``
        :param name: what the incidents have in common
        """
        query = SQL(
            "INSERT INTO incident_outage_cluster (company_id, name, date)"
            " VALUES (%(company)s, %(name)s, %(now)s) ON CONFLICT (company_id, name)"
            " DO UPDATE SET date = EXCLUDED.date RETURNING id",
            company=company.id,
            name=name,
            now=fields.Datetime.now(),
        )
        self.env.execute_query(query)
