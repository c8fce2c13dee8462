# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..models.phases import CLOSED


class HelpdeskTicketDuplicateWizard(models.TransientModel):
    _inherit = "helpdesk.ticket.duplicate.wizard"

    incident_summary = fields.Char(
        compute="_compute_incident_summary",
        help="What happens to the parties of the incident that is closed as a "
        "duplicate.",
    )

    @api.depends("ticket_id", "target_stage_id", "duplicate_of_id")
    def _compute_incident_summary(self):
        """Say before a duplicate is closed whom mails go to."""
        for wizard in self:
            ticket = wizard.ticket_id._origin
            stage = wizard.target_stage_id._origin
            letters = {}
            if wizard._takes_over():
                original = wizard.duplicate_of_id._origin
                told = original._get_duplicate_letters(ticket)
                letters = {
                    one: parties.mapped("email_normalized")
                    for one, parties in told.items()
                    if one == ticket or parties
                }
            elif ticket.is_incident and stage:
                letters = ticket._get_incident_letters("enter", stage=stage)
            wizard.incident_summary = letters and ticket._describe_incident_letters(
                letters
            )

    def _takes_over(self):
        """Tell whether an incident goes on, and its duplicate is closed."""
        original, stage = self.duplicate_of_id, self.target_stage_id
        return (
            self.ticket_id.is_incident
            and original.is_incident
            and (stage.closed or stage.incident_phase == CLOSED)
            and self.ticket_id != original
        )

    def action_confirm(self):
        """Close a duplicate so that the parties of both learn of it, once."""
        if not self._takes_over():
            return super().action_confirm()
        original = self.duplicate_of_id
        (self.ticket_id | original)._ensure_may_act()
        self.ticket_id._ensure_mergeable(original, original.team_id)
        self.target_stage_id = False
        res = super().action_confirm()
        self.duplicate_of_id._incident_take_over(self.ticket_id)
        return res
