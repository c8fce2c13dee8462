# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class IncidentEscalationLevel(models.Model):
    _name = "incident.escalation.level"
    _description = "Incident Escalation Level"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="What the level is called on incidents and in reports.",
    )
    sequence = fields.Integer(
        default=10,
        help="The order in which the levels are offered.",
    )
    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Contact",
        help="Who works on incidents of this level: proposed as the contact of the "
        "escalation, a carrier for instance.",
    )
