# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class IncidentFollowupHoldWizard(models.TransientModel):
    _name = "incident.followup.hold.wizard"
    _description = "Hold Incident Follow-ups"

    followup_ids = fields.Many2many(
        comodel_name="incident.followup",
        string="Follow-ups",
        required=True,
        help="The follow-ups whose countdown stops.",
    )
    followup_count = fields.Integer(compute="_compute_followup_count")
    until = fields.Datetime(
        string="Hold until", help="Empty: until somebody continues the countdown."
    )

    @api.depends("followup_ids")
    def _compute_followup_count(self):
        for wizard in self:
            wizard.followup_count = len(wizard.followup_ids)

    def action_confirm(self):
        """Stop the clock of these follow-ups."""
        self.ensure_one()
        return self.followup_ids.action_hold(self.until)
