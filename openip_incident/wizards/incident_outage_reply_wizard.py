# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class IncidentOutageReplyWizard(models.TransientModel):
    """Asks which incidents a reply about an outage answers."""

    _name = "incident.outage.reply.wizard"
    _description = "Reply about an Outage: Which Incidents?"

    reply_id = fields.Many2one(
        comodel_name="incident.outage.reply",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="What was answered.",
    )
    text = fields.Html(related="reply_id.text", help="What it says.")
    sender = fields.Char(related="reply_id.sender", help="As the mail says.")
    candidate_ids = fields.Many2many(
        related="reply_id.candidate_ids", string="Possible incidents"
    )
    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        relation="incident_outage_reply_wizard_rel",
        string="It answers",
        help="The incidents on which it counts as an answer; the others go on.",
    )

    @api.model
    def default_get(self, fields):
        """Choose the only incident that it may mean."""
        values = super().default_get(fields)
        reply = self.env["incident.outage.reply"].browse(values.get("reply_id"))
        if len(reply.candidate_ids) == 1:
            values["ticket_ids"] = [(6, 0, reply.candidate_ids.ids)]
        return values

    def action_hand(self):
        """Hand it to the chosen incidents, and show the outage again."""
        self.reply_id.action_hand(self.ticket_ids)
        return {"type": "ir.actions.act_window_close"}

    def action_set_aside(self):
        """Say that it answers nothing."""
        self.reply_id.action_set_aside()
        return {"type": "ir.actions.act_window_close"}
