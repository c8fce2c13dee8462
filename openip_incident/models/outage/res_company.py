# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResCompany(models.Model):
    """When reports that come together make support think of an outage."""

    _inherit = "res.company"

    incident_outage_count = fields.Integer(
        string="Services that fail together",
        default=3,
        help="When so many services of one site or of one kind are reported within the "
        "time below, an outage is suggested. 0: never.",
    )
    incident_outage_minutes = fields.Integer(
        string="Within (minutes)",
        default=60,
        help="How close together the reports have to come for an outage to be "
        "suggested.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    incident_outage_count = fields.Integer(
        related="company_id.incident_outage_count", readonly=False
    )
    incident_outage_minutes = fields.Integer(
        related="company_id.incident_outage_minutes", readonly=False
    )
