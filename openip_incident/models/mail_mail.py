# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from smtplib import SMTPServerDisconnected

from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _send(self, *args, **kwargs):
        """Try again soon where the mail server has hung up.

        Core leaves the mail that was being handed over in error and the rest of the
        batch to the queue's next interval, and tells nobody.
        """
        try:
            return super()._send(*args, **kwargs)
        except SMTPServerDisconnected as error:
            mails = self.exists().filtered(lambda mail: mail.model == "helpdesk.ticket")
            mails._record_incident_interruption(str(error))
            raise

    def _prepare_outgoing_list(self, *args, **kwargs):
        """Lock a mail before it leaves, not only when it has left.

        Whoever cancels it then sees that it is being handed over (G1).
        """
        self.filtered(lambda mail: mail.model == "helpdesk.ticket").flush_recordset()
        return super()._prepare_outgoing_list(*args, **kwargs)

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
