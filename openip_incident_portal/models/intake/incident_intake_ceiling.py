# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.openip_incident.tools.setting import get_number

from ...tools.mail_screen import CEILING, FAILURE
from .incident_intake_gateway import CEILING_SPAN
from .incident_intake_tasks import CRON

SETTING = "openip_incident_portal.intake_ceiling"
DEFAULT_CEILING = 60


class IncidentIntake(models.Model):
    """Lets the form links to strangers of a flood wait their turn.

    Anybody can write a thousand mails in the names of a thousand people: each of them
    would hear from us. Beyond so many links within an hour the mails wait, and are
    answered in their order, as the hour passes.
    """

    _inherit = "incident.intake"

    hold_text = fields.Char(
        string="Why there is no link",
        compute="_compute_hold_text",
        help="What keeps the link from being sent, and what you can do.",
    )

    _stranger_sent_idx = models.Index("(sent_date) WHERE partner_id IS NULL")
    _waiting_idx = models.Index("(id) WHERE hold_reason = 'ceiling'")

    @api.depends("hold_reason")
    @api.depends_context("lang")
    def _compute_hold_text(self):
        labels = dict(self._fields["hold_reason"]._description_selection(self.env))
        for intake in self:
            intake.hold_text = labels.get(intake.hold_reason, False)
            if intake.hold_reason == CEILING:
                intake.hold_text = self.env._(
                    "Waiting: more than %(count)s form links to strangers within an"
                    " hour. This one is sent by itself when its turn comes.",
                    count=self._get_ceiling(),
                )

    @api.model
    def _get_ceiling(self):
        """Return how many form links strangers are sent within an hour."""
        return get_number(self.env, SETTING, DEFAULT_CEILING)

    @api.model
    def _get_ceiling_date(self):
        """Return when the next stranger may be sent a link."""
        # The link with whose age there is room again.
        last = self.search(
            self._get_recent_domain(),
            order="sent_date desc",
            offset=max(self._get_ceiling() - 1, 0),
            limit=1,
        )
        return (last.sent_date or fields.Datetime.now()) + CEILING_SPAN

    @api.model
    def _get_recent_domain(self):
        """The links to strangers that count for the ceiling now."""
        return Domain("partner_id", "=", False) & Domain(
            "sent_date", ">", fields.Datetime.now() - CEILING_SPAN
        )

    @api.model
    def _wake_for_ceiling(self):
        """Have the scheduled action run when there is room again."""
        wakeup = self.env["ir.cron"]
        wakeup._add_trigger(CRON, wakeup._get_minute(self._get_ceiling_date()))

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        intake = super().message_new(msg_dict, custom_values)
        if intake.hold_reason == CEILING:
            # SUDO: the mail gateway looks when its answer may leave.
            self.sudo()._wake_for_ceiling()
        return intake

    def action_restore(self):
        """Leave what was taken back to the agent, whatever it had waited for."""
        # SUDO: super() checks the rights of the agent first.
        waiting = self.sudo().filtered(lambda intake: intake.hold_reason == CEILING)
        res = super().action_restore()
        waiting.hold_reason = False
        return res

    # Sending what has waited

    @api.model
    def _get_waiting_domain(self):
        return Domain("state", "=", "sent") & Domain("hold_reason", "=", CEILING)

    @api.model
    def _has_room(self):
        """Tell whether a stranger may be sent a link now."""
        ceiling = self._get_ceiling()
        # Zero is no ceiling at all.
        return not ceiling or (
            self.search_count(self._get_recent_domain(), limit=ceiling) < ceiling
        )

    def _do_release(self):
        """Send form links that have waited, unless they may not be sent any more."""
        for intake in self:
            reason = intake._get_reason_to_wait()
            if reason == CEILING:
                # Another one was sent since we looked: it waits on.
                continue
            if reason:
                intake.write({"hold_reason": reason, "to_review": True})
                continue
            # Who has written again meanwhile is still to be read.
            to_review = intake.to_review
            intake._try_to_send_form_link()
            intake.to_review |= to_review

    def _put_link_aside(self):
        """Have an agent look at a mail whose link could not even be tried."""
        self.write({"hold_reason": FAILURE, "to_review": True})

    def _get_reason_to_wait(self):
        """Tell why the link of a mail that has waited may not be sent now."""
        reason, address = self._get_address_problem(self.email_from)
        reason = reason or self._get_team_problem(self.team_id, self.partner_id)
        if reason:
            return reason
        mail = {"author_id": self.partner_id.id}
        return self._get_exceeded_limit(address, self.team_id, mail, waiting=True)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    incident_intake_ceiling = fields.Integer(
        string="Form links to strangers within an hour",
        default=DEFAULT_CEILING,
        config_parameter=SETTING,
        help="Beyond this number links to strangers wait until the hour is over.",
    )
