# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class IncidentActWizard(models.TransientModel):
    _inherit = "incident.act.wizard"

    act = fields.Selection(
        selection_add=[("resend", "Send the link to the form")],
        ondelete={"resend": "cascade"},
    )
    intake_ids = fields.Many2many(comodel_name="incident.intake", string="Intakes")

    @api.depends("intake_ids")
    def _compute_summary(self):
        return super()._compute_summary()

    def _get_summary(self):
        if self.act != "resend":
            return super()._get_summary()
        senders = self.intake_ids.mapped("email_normalized")
        tickets = self.env["helpdesk.ticket"]
        return tickets._describe_letters(len(senders), len(set(senders)))

    def _confirm_resend(self):
        self.intake_ids.action_resend()
