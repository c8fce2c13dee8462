# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from smtplib import SMTPServerDisconnected

from odoo import models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _send(self, auto_commit=False, *args, **kwargs):
        """Send mails of incidents one by one, each while it is locked (G2).

        Who sends the same mail at the same time passes it over, instead of waiting for
        it and losing the whole batch. Where the mail server has hung up the rest is
        sent soon: core leaves it to the queue's next interval, and tells nobody.
        """
        mails = self.filtered(lambda mail: mail.model == "helpdesk.ticket")
        try:
            if self - mails or not self:
                super(MailMail, self - mails)._send(auto_commit, *args, **kwargs)
            for mail in mails:
                if mail._take_incident_mail(auto_commit):
                    super(MailMail, mail)._send(auto_commit, *args, **kwargs)
        except SMTPServerDisconnected as error:
            mails.exists()._record_incident_interruption(str(error))
            raise
        return True

    def _take_incident_mail(self, auto_commit):
        """Lock a mail and its notice before anything is handed over.

        Whoever cancels the mail then sees that it is on its way (G1). The notice, too:
        were it written meanwhile, the note that the mail was accepted would be rolled
        back and the mail sent again.

        :param auto_commit: whether each mail has a transaction of its own
        :return: False where somebody else is at it
        """
        if auto_commit:
            # The snapshot of the transaction must be no older than the lock.
            self.env["ir.cron"]._commit_progress(0)
        try:
            if not self.try_lock_for_update(allow_referencing=True):
                return False
            # SUDO: whoever's action empties the queue, the process owns the notices.
            notices = self.env["incident.notice"].sudo()
            notices = notices.search([("message_id", "=", self.mail_message_id.id)])
            return notices == notices.try_lock_for_update(allow_referencing=True)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            if not auto_commit:
                raise
            self.env.cr.rollback()
            self.env["helpdesk.ticket"]._wake_mail_queue()
            return False

    def _record_incident_interruption(self, reason):
        """Have mails that were interrupted, or never begun, sent soon.

        :param reason: what the connection was lost by
        """
        # SUDO: whoever's action empties the queue records what became of the mails.
        notices = self.env["incident.notice"].sudo()
        interrupted = self.filtered(lambda mail: mail.state == "exception")
        # Not those that were refused earlier in the batch: their notices know.
        notices.search(
            [
                ("message_id", "in", interrupted.mail_message_id.ids),
                ("status", "=", "queued"),
            ]
        )._set_failed(reason)
        if self - interrupted:
            self.env["helpdesk.ticket"]._wake_mail_queue()

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Write the notices of these mails, in the transaction of their sending.

        Only the notices: a race lost on the incident itself would roll the sending
        back and deliver the mail twice.
        """
        messages = self.filtered(lambda mail: mail.model == "helpdesk.ticket")
        if messages:
            messages._record_incident_delivery(failure_reason or failure_type)
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )

    def _record_incident_delivery(self, failure):
        """Bring the notices of these mails up to date.

        :param failure: what the caller knows of a failure, if anything
        """
        # SUDO: whoever's action empties the queue records what became of the mails.
        notices = self.env["incident.notice"].sudo()
        by_message = notices.search(
            [("message_id", "in", self.mail_message_id.ids)]
        ).grouped("message_id")
        for mail in self.filtered(lambda mail: mail.mail_message_id in by_message):
            notice = by_message[mail.mail_message_id]
            if mail.state == "sent":
                notice._set_sent()
            else:
                notice._set_failed(mail.failure_reason or failure)
