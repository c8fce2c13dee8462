# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    incident_inbound_size = fields.Integer(
        string="Size (MB)", default=30, config_parameter="openip_incident.inbound_size"
    )
    incident_inbound_parts = fields.Integer(
        string="Parts", default=200, config_parameter="openip_incident.inbound_parts"
    )
    incident_inbound_depth = fields.Integer(
        string="Parts within parts",
        default=50,
        config_parameter="openip_incident.inbound_depth",
    )
    incident_inbound_text = fields.Integer(
        string="Text (kB)",
        default=1024,
        config_parameter="openip_incident.inbound_text",
    )
    incident_inbound_tags = fields.Integer(
        string="HTML tags",
        default=30_000,
        config_parameter="openip_incident.inbound_tags",
    )
