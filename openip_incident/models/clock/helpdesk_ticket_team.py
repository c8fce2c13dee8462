# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..words import INTERNAL


class HelpdeskTicketTeam(models.Model):
    """What is promised where nothing else is agreed."""

    _inherit = "helpdesk.ticket.team"

    incident_contract_id = fields.Many2one(
        comodel_name="incident.contract",
        string="Incident contract",
        index="btree_not_null",
        ondelete="restrict",
        groups=INTERNAL,
        help="The contract of incidents for which neither service, customer nor "
        "integrator has one.",
    )
