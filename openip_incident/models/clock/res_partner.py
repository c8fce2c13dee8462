# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..words import INTERNAL


class ResPartner(models.Model):
    """What was promised to a customer, or to an integrator for its customers."""

    _inherit = "res.partner"

    incident_contract_id = fields.Many2one(
        comodel_name="incident.contract",
        string="Incident contract",
        index="btree_not_null",
        ondelete="restrict",
        groups=INTERNAL,
        help="The contract by which the incidents of this customer are counted, or "
        "those of the customers of this integrator.",
    )
