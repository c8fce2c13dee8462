# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.openip_incident.models.correspondence.incident_notice import (
    MAX_ATTEMPTS,
    RETRY_AFTER,
    RETRY_AT_MOST,
)

from ...tools.mail_screen import UNDELIVERED

_logger = logging.getLogger(__name__)

BATCH = 100


class IncidentIntake(models.Model):
    """Expires and reminds what is due, in batches, each in a transaction of its own.

    The lock is the first statement of each transaction, as for follow-ups: what was
    read before may be outdated, and the reminder must not meet a submitted form.
    """

    _inherit = "incident.intake"

    @api.model
    def _cron_intake(self):
        """Send what has waited, then expire: what has expired needs no reminder."""
        if self.env["incident.identity"]._pauses("Intakes"):
            return
        self._retry_form_mails()
        if not self._release_waiting():
            return
        for task in ("expire", "remind"):
            if not self._work_off(task):
                return

    @api.model
    def _retry_form_mails(self):
        """Queue refused mails again, one batch per run."""
        domain = Domain("state", "=", "exception") & Domain("model", "=", self._name)
        found = self.env["mail.mail"].search(domain, limit=BATCH)
        self.env["ir.cron"]._commit_progress(0)
        try:
            # The lock comes first, as everywhere here.
            failed = found.try_lock_for_update().filtered_domain(domain)
            for mail in failed:
                self.browse(mail.res_id).exists()._retry_form_mail(mail)
            self.env["ir.cron"]._commit_progress(0)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            _logger.info("Refused form links lost a race, left for later")

    def _retry_form_mail(self, mail):
        """Send a mail again later as long as somebody wants it, else tell an agent.

        The same mail, so that a second copy has the same Message-ID (G2).
        """
        waiting = self.filtered(lambda intake: intake.state == "sent")
        attempts, reason = waiting.mail_attempts, mail.failure_reason
        waiting.write({"mail_attempts": attempts + 1, "mail_failure": reason})
        notifications = mail.notification_ids
        if not waiting or attempts >= MAX_ATTEMPTS:
            mail.cancel()
            notifications.notification_status = "canceled"
            waiting._note_undelivered()
            return
        date = fields.Datetime.now() + min(RETRY_AFTER * 2**attempts, RETRY_AT_MOST)
        mail.write({"state": "outgoing", "scheduled_date": date})
        notifications.notification_status = "ready"
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger(at=date)

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

    @api.model
    def _work_off(self, task):
        """Do a task batch by batch until nothing is left or the time is over."""
        seen = []
        while True:
            domain = self._get_due_domain(task)
            found = self.search(
                domain & Domain("id", "not in", seen), limit=BATCH, order="id"
            )
            self.env["ir.cron"]._commit_progress(0, remaining=len(found))
            if not found:
                return True
            seen += found.ids
            done = self._do_batch(task, found)
            if not self.env["ir.cron"]._commit_progress(done):
                return False

    @api.model
    def _do_batch(self, task, found):
        """Lock, read again, do.

        :return: how many intakes are done, none after a lost race
        """
        try:
            locked = found.try_lock_for_update(allow_referencing=True)
            due = self.search(
                self._get_due_domain(task) & Domain("id", "in", locked.ids)
            )
            getattr(due, f"_do_{task}")()
            self.env.flush_all()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            _logger.info("A batch of intakes (%s) lost a race, left for later", task)
            return 0
        return len(due)

    @api.model
    def _get_due_domain(self, task):
        name = {"expire": "expiry_date", "remind": "reminder_date"}[task]
        return Domain("state", "=", "sent") & Domain(name, "<=", fields.Datetime.now())

    def _do_expire(self):
        self.write({"state": "expired", "reminder_date": False})

    def _do_remind(self):
        """Remind each sender once, whatever becomes of the mail."""
        now = fields.Datetime.now()
        self.write(
            {
                "reminder_date": False,
                "reminded_date": now,
                "mail_attempts": 0,
                "mail_failure": False,
            }
        )
        for intake in self:
            try:
                with self.env.cr.savepoint():
                    intake._mail_form_link(intake.team_id.form_reminder_template_id)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:
                _logger.exception("No reminder for intake %s", intake.id)
                intake.write({"reminded_date": False, "to_review": True})
