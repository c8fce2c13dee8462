# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..models.phases import REGISTERED
from ..models.words import AUTOMATIC_TEXT


class HelpdeskTicketDuplicateWizard(models.TransientModel):
    _inherit = "helpdesk.ticket.duplicate.wizard"

    incident_summary = fields.Char(compute="_compute_incident_summary")

    @api.depends("ticket_id", "target_stage_id")
    def _compute_incident_summary(self):
        """Say before a duplicate is closed whom its parties' mails go to."""
        for wizard in self:
            ticket = wizard.ticket_id._origin
            stage = wizard.target_stage_id._origin
            letters = {}
            if ticket.is_incident and stage:
                letters = ticket._get_incident_letters("enter", stage=stage)
            wizard.incident_summary = letters and ticket._describe_incident_letters(
                letters
            )

    def action_confirm(self):
        """Reject a duplicate that was never validated, so that its parties learn why.

        Any other duplicate goes to the target stage by the moves of the process.
        """
        ticket, original = self.ticket_id, self.duplicate_of_id
        if not (self.target_stage_id and ticket.incident_phase == REGISTERED):
            return super().action_confirm()
        self.target_stage_id = False
        res = super().action_confirm()
        ticket.with_context(**{AUTOMATIC_TEXT: True}).action_incident_reject(
            self.env._("It is already known as %(number)s.", number=original.number)
        )
        return res
