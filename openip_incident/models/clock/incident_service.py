# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..words import INTERNAL


class IncidentService(models.Model):
    """What was promised for one service."""

    _inherit = "incident.service"

    contract_id = fields.Many2one(
        comodel_name="incident.contract",
        string="Incident contract",
        index="btree_not_null",
        ondelete="restrict",
        groups=INTERNAL,
        help="The contract of this service; it comes before the customer's.",
    )
