# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from .helpdesk_ticket_decision import DECISIONS


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    incident_link_version = fields.Integer(
        default=1,
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Links that were signed under an older version open nothing.",
    )
    closure_decision = fields.Selection(
        selection=DECISIONS,
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="What a party decided on its page since closure was last requested.",
    )
    closure_decided_by_id = fields.Many2one(
        comodel_name="res.partner",
        string="Closure decided by",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )
    closure_decision_date = fields.Datetime(
        string="Closure decided on",
        copy=False,
        readonly=True,
        groups="base.group_user",
    )
