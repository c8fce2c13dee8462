# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class IncidentActWizard(models.TransientModel):
    """What an act would mail, said before it does, and acts that need nothing else."""

    _inherit = "incident.act.wizard"

    act = fields.Selection(
        selection_add=[
            ("open", "Open"),
            ("start", "Start"),
            ("resolve", "Solved"),
            ("enter", "Move"),
            ("send_now", "Send now"),
            ("retry", "Try again"),
            ("continue", "Continue the countdown"),
            ("count", "Count as an answer"),
            ("process_again", "Process again"),
        ],
        ondelete={
            "open": "cascade",
            "start": "cascade",
            "resolve": "cascade",
            "enter": "cascade",
            "send_now": "cascade",
            "retry": "cascade",
            "continue": "cascade",
            "count": "cascade",
            "process_again": "cascade",
        },
    )
    stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        string="Stage",
        help="Where incidents are put.",
    )
    message_id = fields.Many2one(
        comodel_name="mail.message",
        string="Mail",
        help="What counts as an answer.",
    )
    inbound_ids = fields.Many2many(comodel_name="incident.inbound", string="Mails")
    summary = fields.Char(
        string="This concerns",
        compute="_compute_summary",
        help="How many incidents, and how many mails to how many recipients.",
    )

    @api.model
    def _get_act_labels(self):
        """Return the acts as the user reads them: dict of act: label."""
        return dict(self._fields["act"]._description_selection(self.env))

    @api.depends(
        "act",
        "ticket_ids",
        "kind",
        "stage_id",
        "partner_id",
        "message_id.author_id",
        "inbound_ids",
        "attachment_ids",
    )
    @api.depends_context("lang")
    def _compute_summary(self):
        for wizard in self:
            wizard.summary = wizard._get_summary()

    def _get_summary(self):
        """Return in words what the act is about, before it is done."""
        if self.act == "process_again":
            return self._describe_inbounds(len(self.inbound_ids))
        tickets = self._get_able_tickets()
        facts = self._get_letter_facts()
        letters = tickets._get_incident_letters(self.act, **facts)
        later = tickets._count_incident_later(self.act, **facts)
        return tickets._describe_incident_letters(letters, later)

    @api.model
    def _describe_inbounds(self, count):
        if count == 1:
            return self.env._("1 mail is processed again")
        return self.env._("%(count)s mails are processed again", count=count)

    def _get_letter_facts(self):
        """Return what decides, besides the act, to whom it writes."""
        counted = self.act == "count"
        partner = self.message_id.author_id if counted else self.partner_id
        return {
            "kind": self.kind,
            "stage": self.stage_id._origin,
            "partner": partner._origin,
            "files": bool(self.attachment_ids),
        }

    def _confirm_open(self):
        self._get_act_tickets().action_incident_open()

    def _confirm_start(self):
        self._get_act_tickets().action_incident_start()

    def _confirm_resolve(self):
        self._get_act_tickets().action_incident_resolve(
            self._get_act_words(), self.cause_id, self.restored_date
        )

    def _confirm_enter(self):
        self._get_act_tickets().write({"stage_id": self.stage_id.id})

    def _confirm_send_now(self):
        self._get_act_tickets().action_followup_send_now()
        return self._tell_sending()

    def _confirm_retry(self):
        self._get_act_tickets().action_followup_retry()

    def _confirm_continue(self):
        self._get_act_tickets().action_followup_resume()

    def _confirm_count(self):
        self.message_id.action_count_as_answer()

    @api.model
    def _tell_sending(self):
        """Return the notification that mails are on their way, and the page anew."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "The mails leave within a minute; their delivery is shown under "
                    "Mails to the parties."
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _confirm_process_again(self):
        self.inbound_ids.action_process_again()
