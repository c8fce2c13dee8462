# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..followup.incident_followup_step import ANNOUNCEMENT_FLOOR
from ..followups import CLOSE
from ..phases import CLOSED

# Two days, given the waits between the attempts.
MAX_ATTEMPTS = 16

# The queue's own interval: what has not left by then was forgotten, or interrupted.
STUCK_AFTER = timedelta(hours=1)


class IncidentNotice(models.Model):
    """Sends refused, deferred and interrupted mails again (G2): core never does."""

    _inherit = "incident.notice"

    @api.model
    def _get_retry_domain(self):
        """Return which notices have to be looked at now."""
        now = fields.Datetime.now()
        refused = Domain([("status", "=", "failed"), ("retry_date", "<=", now)])
        stuck = Domain(
            [("status", "=", "queued"), ("create_date", "<=", now - STUCK_AFTER)]
        )
        return refused | stuck

    def _retry(self):
        """Put mails back into the queue, with the same Message-ID.

        The caller holds the lock of these notices.
        """
        mails = self._get_mails().filtered(lambda mail: mail.state != "cancel")
        mails = mails.grouped("mail_message_id")
        nothing = self.env["mail.mail"]
        lost = self.filtered(lambda notice: notice.message_id not in mails)
        for notice in lost:
            notice._give_up(nothing)
        given_up = (self - lost).filtered(lambda notice: notice._is_given_up())
        for notice in given_up:
            notice._give_up(mails[notice.message_id])
        waiting = self - lost - given_up
        refused = nothing.union(*(mails[notice.message_id] for notice in waiting))
        refused = refused.filtered(lambda mail: mail.state == "exception")
        refused.mark_outgoing()
        waiting.write({"status": "queued", "retry_date": False})
        if waiting:
            self.env["incident.wakeup"]._wake_mail_queue()

    def _is_given_up(self):
        """Tell whether nobody wants this mail any more, or any server."""
        self.ensure_one()
        tried = self.attempts >= MAX_ATTEMPTS
        return tried or self._is_overtaken() or self._is_too_late()

    def _is_too_late(self):
        """Tell whether a mail would announce closure at too short notice."""
        announced = self.event_id.announced_date
        return bool(announced) and (
            announced < fields.Datetime.now() + ANNOUNCEMENT_FLOOR - STUCK_AFTER
        )

    def _is_overtaken(self):
        """Tell whether a later step says something else: no mail names a past date."""
        followup = self.event_id.followup_id
        if self.event_id.action == CLOSE:
            # The follow-up is over: it is the closure itself that can be undone.
            return self.ticket_id.incident_phase != CLOSED
        return bool(followup) and (
            followup.state not in ("running", "held")
            or self.event_id != followup.event_ids[-1:]
        )

    def _give_up(self, mails):
        """Cancel mails for good and tell support.

        :param mails: the ``mail.mail`` of this notice
        """
        if mails.try_lock_for_update(allow_referencing=True) != mails:
            return
        mails.cancel()
        self._mark_refused()
        if not self._is_overtaken():
            self._alert_undelivered(self.failure)
        self.write({"status": "cancelled", "retry_date": False})

    def _get_mails(self):
        return self.env["mail.mail"].search(
            [("mail_message_id", "in", self.message_id.ids)]
        )

    def _cancel_unsent(self):
        """Cancel the mails of these notices that no server has accepted.

        :return: False where a mail is being handed over right now
        """
        unsent = self.filtered(lambda notice: notice.status in ("queued", "failed"))
        mails = unsent._get_mails()
        if mails.try_lock_for_update(allow_referencing=True) != mails:
            return False
        mails.cancel()
        unsent._mark_refused()
        unsent.write({"status": "cancelled", "retry_date": False})
        return True
