# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...tools.mail_screen import CEILING
from ...tools.setting import get_number
from .incident_intake_gateway import CEILING_SPAN

_logger = logging.getLogger(__name__)

SETTING = "openip_incident_portal.intake_ceiling"
DEFAULT_CEILING = 60
CRON = "openip_incident_portal.ir_cron_intake"
# What one run looks at: no ceiling of a sane server lets more out.
WAITING_BATCH = 1000


class IncidentIntake(models.Model):
    """Lets the form links to strangers of a flood wait their turn.

    Anybody can write a thousand mails in the names of a thousand people: each of them
    would hear from us. Beyond so many links within an hour the mails wait, and are
    answered in their order, as the hour passes.
    """

    _inherit = "incident.intake"

    hold_text = fields.Char(string="Why there is no link", compute="_compute_hold_text")

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
        now = fields.Datetime.now()
        ceiling = self._get_ceiling()
        recent = Domain("partner_id", "=", False) & Domain(
            "sent_date", ">", now - CEILING_SPAN
        )
        # The link with whose age there is room again.
        last = self.search(
            recent, order="sent_date desc", offset=max(ceiling - 1, 0), limit=1
        )
        return (last.sent_date or now) + CEILING_SPAN

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
    def _release_waiting(self):
        """Send form links that have waited, oldest first, each in its transaction.

        :return: whether there was time for all of them
        """
        found = self.search(self._get_waiting_domain(), order="id", limit=WAITING_BATCH)
        progress = self.env["ir.cron"]._commit_progress
        progress(0)
        left = len(found) == WAITING_BATCH
        for intake in found:
            try:
                has_room = intake[0]._release()
                self.env.flush_all()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                _logger.info("Intake %s lost a race, left for later", intake.id)
                has_room = left = True
            if not has_room:
                self._wake_for_ceiling()
                return True
            if not progress(0):
                self.env["ir.cron"]._add_trigger(CRON, None)
                return False
        if left:
            later = fields.Datetime.now() + timedelta(minutes=1)
            self.env["ir.cron"]._add_trigger(CRON, later)
        return True

    def _release(self):
        """Send one form link that has waited, unless it may not be sent any more.

        The lock comes first; who decides meanwhile waits for this transaction.

        :return: whether there was room for it
        """
        intake = self.try_lock_for_update(allow_referencing=True)
        intake = intake.filtered_domain(self._get_waiting_domain())
        if not intake:
            return True
        reason = intake._get_reason_to_wait()
        if reason == CEILING:
            return False
        if reason:
            intake.write({"hold_reason": reason, "to_review": True})
            return True
        # Who has written again meanwhile is still to be read.
        to_review = intake.to_review
        intake._try_to_send_form_link()
        intake.to_review |= to_review
        return True

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
    )
