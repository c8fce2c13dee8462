# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from contextlib import contextmanager
from datetime import timedelta
from smtplib import SMTPServerDisconnected

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...tools.mail_frame import DOCTYPE
from ...tools.mail_text import write_text
from ...tools.whose_code import is_code_of
from .ir_mail_server import TO_PARTY

# Whose way of writing a mail is known here.
KNOWN_WRITERS = ("odoo.addons.mail.", "odoo.addons.openip_incident.")
WRITING = ("_prepare_outgoing_list", "_personalize_outgoing_body")
# In the context of mails that are being sent.
SENDING = "incident_sending"
VACUUM_BATCH = 1000
# What was woken for a minute that is closer may have run before this mail is committed.
WAKE_MARGIN = timedelta(seconds=10)


class Sending:
    """What is known of the mails of one session; no RPC can forge this object."""

    def __init__(self, notices):
        # Of plain values: each mail is sent in a transaction of its own.
        self.notices = {
            message.id: rows.with_prefetch()
            for message, rows in notices.grouped("message_id").items()
        }
        self.followed = set(notices.filtered("event_id").ids)
        # What comes back of these is known by its return path.
        self.tracked = set(
            notices.filtered(lambda notice: notice.ticket_id or notice.partner_id).ids
        )
        # Minutes at which the scheduled action wakes up for this session already.
        self.minutes = set()
        # Ids of mails that have left and are no longer needed.
        self.done = []
        # What stands for a body while core prepares a mail: the body.
        self.bodies = None


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _send(self, auto_commit=False, **options):
        """Send mails to parties one by one, each while it is locked (G2).

        Who sends the same mail at the same time passes it over, instead of waiting for
        it and losing the whole batch. Where the mail server has hung up the rest is
        sent soon: core leaves it to the queue's next interval, and tells nobody.
        """
        sending = Sending(self._get_incident_notices())
        mails = self.filtered(lambda mail: mail.mail_message_id.id in sending.notices)
        others = self - mails
        try:
            if others or not self:
                super(MailMail, others._with_sending(sending))._send(
                    auto_commit, **options
                )
            mails._with_sending(sending)._send_incident_mails(auto_commit, **options)
        except SMTPServerDisconnected as error:
            self._end_session(sending)
            self.exists()._record_incident_interruption(str(error))
            raise
        self._end_session(sending)
        return True

    def _send_incident_mails(self, auto_commit, **options):
        """Send mails to parties one by one, each while it is locked.

        :param auto_commit: whether each mail has a transaction of its own
        :param options: core's, of ``_send``
        """
        for mail in self:
            # Each commit empties the cache: do not read all mails for each.
            mail = mail.with_prefetch()
            if mail._take_incident_mail(auto_commit):
                mail = mail.with_context(**{TO_PARTY: True})
                super(MailMail, mail)._send(auto_commit, **options)
        return True

    def _end_session(self, sending):
        """Delete what has left, and have it settled even where clocks disagree."""
        if sending.minutes:
            self.env["ir.cron"]._wake("ir_cron_followup_remind", fields.Datetime.now())
        # SUDO: as core deletes mails that it has sent, whoever had them sent.
        self.sudo().browse(sending.done).exists().unlink()

    def _get_incident_notices(self):
        # SUDO: whoever's action empties the queue, the process owns the notices.
        notices = self.env["incident.notice"].sudo()
        return notices.search_fetch(
            [("message_id", "in", self.mail_message_id.ids)],
            ["event_id", "message_id", "partner_id", "ticket_id"],
        )

    def _with_sending(self, sending):
        return self.with_context(**{SENDING: sending})

    def _get_sending(self):
        sending = self.env.context.get(SENDING)
        return sending if isinstance(sending, Sending) else None

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
            self.env.cr.commit()  # pylint: disable=invalid-commit
        query = SQL(
            "SELECT notice.id FROM mail_mail JOIN incident_notice AS notice "
            "ON notice.message_id = mail_mail.mail_message_id "
            "WHERE mail_mail.id = %s FOR NO KEY UPDATE SKIP LOCKED",
            self.id,
        )
        try:
            locked = self.env.execute_query(query)
            return bool(locked) and self._has_all_notices(len(locked))
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            if not auto_commit:
                raise
            self.env.cr.rollback()
            self.env["ir.cron"]._wake_mail_queue()
            return False

    def _has_all_notices(self, count):
        """Tell whether so many are all notices that this mail is the evidence of.

        :param count: of those that are locked
        """
        known = self._get_sending().notices.get(self.mail_message_id.id, ())
        if count >= len(known):
            return True
        # SUDO: as above; some may have been deleted since they were read.
        notices = self.env["incident.notice"].sudo()
        same = [("message_id", "=", self.mail_message_id.id)]
        return count == notices.search_count(same)

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Write the text part of our own mails so that a human likes to read it."""
        if not (self.body_html or "").startswith(DOCTYPE):
            return super()._prepare_outgoing_list(mail_server, doc_to_followers)
        with self._keep_bodies() as bodies:
            emails = super()._prepare_outgoing_list(mail_server, doc_to_followers)
        for email in emails:
            email["body"] = bodies[email["body"]] if bodies else email["body"]
            email["body_alternative"] = write_text(email["body"])
        return emails

    @contextmanager
    def _keep_bodies(self):
        """Give a dict of what stands for a body: the body, filled inside the block.

        Core would write a text of it that nobody reads. Not where another addon has a
        say in what is sent: it is to see the body.
        """
        bodies, sending = {}, self._get_sending()
        if not sending or not is_code_of(KNOWN_WRITERS, type(self).__mro__, WRITING):
            yield bodies
            return
        sending.bodies = bodies
        try:
            yield bodies
        finally:
            sending.bodies = None

    def _personalize_outgoing_body(self, body, *args, **kwargs):
        body = super()._personalize_outgoing_body(body, *args, **kwargs)
        sending = self._get_sending()
        if not sending or sending.bodies is None:
            return body
        name = f"body {len(sending.bodies)}"
        sending.bodies[name] = body
        return name

    def unlink(self):
        """Delete mails that have just been sent together, when all of them have left.

        Five queries each otherwise. They are marked as sent already: where the server
        dies in between they only wait to be deleted.
        """
        sending = self._get_sending()
        if not sending:
            return super().unlink()
        sending.done += self.ids
        return True

    @api.autovacuum
    def _gc_sent_incident_mails(self):
        """Delete what a server that died had sent and not yet deleted."""
        sent = Domain("state", "=", "sent") & Domain("auto_delete", "=", True)
        ours = Domain("model", "=", "helpdesk.ticket")
        ours |= Domain("model", "=like", "incident.%")
        mails = self.search(sent & ours, limit=VACUUM_BATCH)
        mails.unlink()
        return len(mails), len(mails) >= VACUUM_BATCH

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
            self.env["ir.cron"]._wake_mail_queue()

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Write the notices of these mails, in the transaction of their sending.

        Only the notices: a race lost on the incident itself would roll the sending
        back and deliver the mail twice.
        """
        self._record_incident_delivery(failure_reason or failure_type)
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
        sending = self._get_sending() or Sending(self._get_incident_notices())
        for mail in self:
            notices = sending.notices.get(mail.mail_message_id.id)
            if not notices:
                continue
            # The transaction of the mail, not of the session.
            notices = notices.with_env(self.env)
            if mail.state == "sent":
                untracked = sending.tracked.isdisjoint(notices.ids)
                if untracked and mail._is_shared_refused():
                    # The notice is that of the other one, which is sent again.
                    continue
                notices._write_sent()
                self._wake_settling(sending, notices)
            else:
                notices._set_failed(mail.failure_reason or failure)

    def _is_shared_refused(self):
        """Tell whether another mail of the same message has been refused.

        Each mail to a party has a message of its own; others may share one.
        """
        self.ensure_one()
        same = Domain("mail_message_id", "=", self.mail_message_id.id)
        refused = Domain("state", "=", "exception") & Domain("id", "!=", self.id)
        # SUDO: as above, whoever's action empties the queue.
        return bool(self.sudo().search_count(same & refused, limit=1))

    @api.model
    def _wake_settling(self, sending, notices):
        """Have follow-ups settled, woken once a minute for all mails of a session."""
        if sending.followed.isdisjoint(notices.ids):
            return
        date = fields.Datetime.now() + WAKE_MARGIN
        minute = self.env["ir.cron"]._get_minute(date)
        if minute not in sending.minutes:
            sending.minutes.add(minute)
            self.env["ir.cron"]._wake("ir_cron_followup_remind", date)
