# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..words import INTERNAL


class IncidentService(models.Model):
    _inherit = "incident.service"

    outage_ids = fields.Many2many(
        comodel_name="incident.outage",
        relation="incident_outage_service_rel",
        column1="service_id",
        column2="outage_id",
        string="Outages and works",
        groups=INTERNAL,
        help="What has hit the service, and what is planned on it.",
    )
