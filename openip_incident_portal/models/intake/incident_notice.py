# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ...tools.mail_screen import UNDELIVERED


class IncidentNotice(models.Model):
    """The mails with a form link: sent again as any other, told where they belong."""

    _inherit = "incident.notice"

    intake_id = fields.Many2one(
        comodel_name="incident.intake",
        string="Intake",
        index="btree_not_null",
        ondelete="cascade",
        help="The mail that is answered with a form link.",
    )

    def _is_overtaken(self):
        """Send no link again that nobody needs any more."""
        if self.intake_id:
            return self.intake_id.state != "sent"
        return super()._is_overtaken()

    def _alert_undelivered(self, reason):
        """Have an agent look at an intake whose link came back."""
        res = super()._alert_undelivered(reason)
        self.intake_id.filtered(lambda intake: intake.state == "sent").to_review = True
        return res

    def _note_given_up(self):
        ours = self.filtered("intake_id")
        for notice in ours:
            if notice.message_id.message_type == "comment":
                # What an agent has written is no link.
                notice.intake_id.to_review = True
            else:
                notice.intake_id._note_undelivered()
        return super(IncidentNotice, self - ours)._note_given_up()


class IncidentIntake(models.Model):
    """What became of the mails with its link."""

    _inherit = "incident.intake"

    notice_ids = fields.One2many(
        comodel_name="incident.notice",
        inverse_name="intake_id",
        groups="base.group_system",
        help="The mails with the link, with their delivery.",
    )
    mail_attempts = fields.Integer(
        compute="_compute_mail_failure",
        compute_sudo=True,
        help="How often the mail server has refused our last mail.",
    )
    mail_failure = fields.Char(
        string="The mail server says",
        compute="_compute_mail_failure",
        compute_sudo=True,
        help="The answer of the server that refused the mail with the link.",
    )

    @api.depends("notice_ids.attempts", "notice_ids.failure")
    def _compute_mail_failure(self):
        for intake in self:
            last = intake.notice_ids.sorted("id")[-1:]
            intake.mail_attempts = last.attempts
            intake.mail_failure = last.failure

    def _prepare_notice_vals(self, draft):
        """Keep evidence without the address, which the intake has and may forget."""
        return {
            "intake_id": self.id,
            "channel": draft.channel,
            "message_id": draft.message.id,
        }

    def _notify_thread_by_email(self, message, recipients_data, **kwargs):
        """Have what an agent writes from here sent again as well."""
        res = super()._notify_thread_by_email(message, recipients_data, **kwargs)
        # SUDO: the process looks after the mails that were written.
        notices = self.env["incident.notice"].sudo()
        notices._follow(message, intake_id=self.id)
        return res

    def _note_undelivered(self):
        """Have an agent decide: a link that has not left counts for no limit."""
        for intake in self:
            if intake.reminded_date:
                intake.write({"reminded_date": False, "to_review": True})
                continue
            intake.write(
                {
                    "sent_date": False,
                    "expiry_date": False,
                    "reminder_date": False,
                    "hold_reason": UNDELIVERED,
                    "to_review": True,
                }
            )
