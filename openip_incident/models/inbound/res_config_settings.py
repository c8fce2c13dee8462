# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    incident_inbound_size = fields.Integer(
        string="Size (MB)",
        default=30,
        config_parameter="openip_incident.inbound_size",
        help="A larger mail is kept unread, and its sender is told.",
    )
    incident_inbound_parts = fields.Integer(
        string="Parts",
        default=200,
        config_parameter="openip_incident.inbound_parts",
        help="How many texts and files a mail may have before it is kept unread.",
    )
    incident_inbound_depth = fields.Integer(
        string="Parts within parts",
        default=50,
        config_parameter="openip_incident.inbound_depth",
        help="How many mails and groups may lie within each other before a mail is "
        "kept unread.",
    )
    incident_inbound_text = fields.Integer(
        string="Text (kB)",
        default=1024,
        config_parameter="openip_incident.inbound_text",
        help="How long the text of a mail may be before it is kept unread.",
    )
    incident_inbound_tags = fields.Integer(
        string="HTML tags",
        default=30_000,
        config_parameter="openip_incident.inbound_tags",
        help="How much markup the text of a mail may have before it is kept unread.",
    )
