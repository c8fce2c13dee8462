# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class IncidentCause(models.Model):
    _name = "incident.cause"
    _description = "Incident Cause"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="What has caused a malfunction, as the parties read it in their mails.",
    )
    sequence = fields.Integer(default=10, help="The order in which causes are offered.")
    active = fields.Boolean(
        default=True,
        help="Archived causes are not offered any more; incidents keep them.",
    )
    team_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.team",
        string="Teams",
        help="The teams to which it is offered. Empty: to all of them.",
    )
