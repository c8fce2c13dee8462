# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class IncidentActWizard(models.TransientModel):
    """What an act says of the solution: what was done, the cause, since when."""

    _inherit = "incident.act.wizard"  # pylint: disable=consider-merging-classes-inherited

    cause_id = fields.Many2one(
        comodel_name="incident.cause",
        string="Cause",
        help="What has caused the malfunction. The parties read it.",
    )
    cause_ids = fields.Many2many(
        comodel_name="incident.cause",
        string="Causes to choose from",
        compute="_compute_cause_ids",
        help="The causes that the teams of these incidents know.",
    )
    restored_date = fields.Datetime(
        string="Restored on",
        default=lambda self: self._default_restored_date(),
        help="Since when everything works again. The parties read it.",
    )
    solved = fields.Boolean(
        compute="_compute_solved",
        help="All of them were declared solved before.",
    )

    def _default_restored_date(self):
        solves = self.env.context.get("default_act") == "resolve"
        return solves and fields.Datetime.now()

    @api.depends("ticket_ids")
    def _compute_cause_ids(self):
        for wizard in self:
            teams = wizard.ticket_ids.team_id._origin
            causes = self.env["incident.cause"].search(
                ["|", ("team_ids", "=", False), ("team_ids", "in", teams.ids)]
            )
            wizard.cause_ids = causes.filtered(
                lambda cause, teams=teams: not cause.team_ids or teams <= cause.team_ids
            )

    @api.depends("ticket_ids")
    def _compute_solved(self):
        for wizard in self:
            wizard.solved = all(ticket.solved_date for ticket in wizard.ticket_ids)
