# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

ACTS = [
    ("stop", "Stop the clock"),
    ("resume", "Let the clock go on"),
    ("contract", "Change the contract"),
    ("dispute", "Note a dispute"),
    ("correct", "Correct an entry"),
    ("accept", "Accept the dispute"),
    ("refuse", "Refuse the dispute"),
]


class IncidentClockWizard(models.TransientModel):
    """Asks what an act on the clock of a contract has to say."""

    _name = "incident.clock.wizard"
    _description = "Act on the Clock of a Contract"

    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Incident",
        required=True,
        readonly=True,
        help="The incident whose clock it is.",
    )
    entry_id = fields.Many2one(
        comodel_name="incident.clock.entry",
        string="Entry",
        readonly=True,
        help="The entry of the ledger that is meant.",
    )
    act = fields.Selection(
        selection=ACTS,
        required=True,
        default="stop",
        help="What is done with the clock.",
    )
    cause_id = fields.Many2one(
        comodel_name="incident.clock.cause",
        domain=[("key", "=", False)],
        help="Why the clock is stopped. The cause says to whom it is attributed.",
    )
    contract_id = fields.Many2one(
        comodel_name="incident.contract",
        help="By which the clock is counted.",
    )
    date = fields.Datetime(
        string="When",
        help="When it happened. Empty: now; for another contract: from the beginning; "
        "for a correction: it did not happen at all.",
    )
    reason = fields.Text(help="Why, and what proves it. It can be blanked later.")
    needs_reason = fields.Boolean(compute="_compute_needs_reason")

    @api.depends("act", "cause_id")
    def _compute_needs_reason(self):
        for wizard in self:
            free = wizard.act in ("stop", "resume")
            wizard.needs_reason = not free or wizard.cause_id.needs_proof

    def action_apply(self):
        """Do what was asked for."""
        self.ensure_one()
        getattr(self, f"_apply_{self.act}")()
        return {"type": "ir.actions.act_window_close"}

    def _apply_stop(self):
        self.ticket_id.incident_clock_stop(self.cause_id, self.date, self.reason)

    def _apply_resume(self):
        self.ticket_id.incident_clock_resume(self.date, self.reason)

    def _apply_contract(self):
        self.ticket_id.incident_change_contract(
            self.contract_id, self.reason, self.date
        )

    def _apply_dispute(self):
        self.ticket_id.incident_clock_dispute(self.reason, self.entry_id)

    def _apply_correct(self):
        self.entry_id.action_correct(self.reason, self.date)

    def _apply_accept(self):
        self.entry_id.action_accept_dispute(self.reason)

    def _apply_refuse(self):
        self.entry_id.action_refuse_dispute(self.reason)
