# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..followups import ACTIONS, OUTCOMES, QUEUED


class IncidentFollowupEvent(models.Model):
    """One executed step of a follow-up; event zero is the mail that started it."""

    _name = "incident.followup.event"
    _description = "Event of an Incident Follow-up"
    _order = "id"

    followup_id = fields.Many2one(
        comodel_name="incident.followup",
        required=True,
        index=True,
        ondelete="cascade",
    )
    step_id = fields.Many2one(
        comodel_name="incident.followup.step",
        ondelete="restrict",
        index="btree_not_null",
        help="Empty for the mail that started the follow-up.",
    )
    action = fields.Selection(
        selection=ACTIONS, help="What was done, whatever the step says today."
    )
    due_date = fields.Datetime(
        string="Was due on",
        help="When the step had to be executed.",
    )
    queued_date = fields.Datetime(
        default=fields.Datetime.now,
        help="When the mails of this step were written.",
    )
    sent_date = fields.Datetime(
        string="Sent on", help="When the first awaited party's mail was accepted."
    )
    announced_date = fields.Datetime(
        string="Announced closure", help="The date that the mail names."
    )
    mail_template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Mail",
        help="The mail that started the follow-up.",
    )
    text = fields.Html(help="What the mail that started the follow-up had to say.")
    renew_date = fields.Datetime(
        help="When a mail that was not accepted by then is written anew."
    )
    attempts = fields.Integer(
        default=1,
        help="How often the mails of this step were written anew because none arrived.",
    )
    outcome = fields.Selection(
        selection=OUTCOMES,
        required=True,
        default=QUEUED,
        help="What became of the step: its mails wait, left, failed or came back.",
    )
    notice_ids = fields.One2many(
        comodel_name="incident.notice",
        inverse_name="event_id",
        string="Mails",
        help="The mails of this step and their delivery.",
    )

    @api.depends("step_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for event in self:
            step = event.step_id
            event.display_name = step.display_name or self.env._("First mail")

    def _get_kind(self):
        """Return what mails of several events must share to be written at once."""
        self.ensure_one()
        return self.step_id, self.mail_template_id, self.text

    # At most one event per step, and one beginning, forever (G1).
    _step_unique = models.UniqueIndex(
        "(followup_id, step_id) WHERE step_id IS NOT NULL",
        "This step was executed already.",
    )
    _start_unique = models.UniqueIndex(
        "(followup_id) WHERE step_id IS NULL",
        "This follow-up was started already.",
    )
