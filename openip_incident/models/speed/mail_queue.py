# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails to parties leave from batches that are read once.

Core's ``_send`` commits after each mail, which empties the cache: every mail reads its
message, sender, domain and company anew, and writes its state twice. Here a batch is
read in one transaction; each mail has a short one of its own beside it, in which it is
locked, handed over and marked.

Without it everything works, slower.
"""

import logging
from contextlib import contextmanager, nullcontext
from smtplib import SMTPServerDisconnected
from typing import NamedTuple

from odoo import models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ...tools.whose_code import is_code_of
from ..correspondence.ir_mail_server import TO_PARTY
from .mail_post import RefusedSession

_logger = logging.getLogger(__name__)

# So many follow each other in the table are read at once.
BATCH = 64
# The first half of the key by which one process claims a batch: any number of ours.
CLAIM = 1_764_383
# Whose way of sending is known here; another addon's is to be heard.
KNOWN_SENDERS = ("odoo.addons.mail.", "odoo.addons.openip_incident.")
SENDING = ("_send", "_send_incident_mails")
# What is read of a mail that has left.
READ_AFTERWARDS = ("auto_delete", "mail_message_id", "state")
# Who is at the mail already is passed over. Its notification is waited for: that the
# mail came back is not to be overwritten.
LOCK = """
    WITH mail AS MATERIALIZED (
        SELECT mail.id, mail.state, mail.xmin::text AS version,
               message.xmin::text AS version_of_words, message.id AS message_id
          FROM mail_mail AS mail
          JOIN mail_message AS message ON message.id = mail.mail_message_id
          JOIN incident_notice AS notice ON notice.message_id = message.id
         WHERE mail.id = %(id)s
           FOR NO KEY UPDATE OF mail, notice SKIP LOCKED
    ), notification AS MATERIALIZED (
        SELECT id, notification_type, notification_status FROM mail_notification
         WHERE mail_mail_id IN (SELECT id FROM mail) FOR NO KEY UPDATE
    )
    SELECT mail.state, mail.version, mail.version_of_words,
           ARRAY(
               SELECT id FROM notification
                WHERE notification_type = 'email'
                  AND coalesce(notification_status, '') NOT IN ('sent', 'canceled')
           ), now() AT TIME ZONE 'UTC'
      FROM mail
     WHERE (SELECT count(*) FROM mail) = (
           SELECT count(*) FROM incident_notice
            WHERE incident_notice.message_id = mail.message_id
     )
"""
VERSIONS = """
    SELECT mail.id, mail.xmin::text, message.xmin::text
      FROM mail_mail AS mail
      JOIN mail_message AS message ON message.id = mail.mail_message_id
     WHERE mail.id = ANY(%(ids)s)
"""


class Held(NamedTuple):
    """What a mail is once it is locked.

    :param version: of the mail, and of its words
    :param notification_ids: of those that do not know yet that it has left
    """

    state: str
    version: tuple
    notification_ids: list


@contextmanager
def kept(cr, auto_commit):
    """Keep what is recorded of a mail, also of one that the connection broke at."""
    try:
        yield
    except SMTPServerDisconnected:
        if auto_commit:
            cr.commit()  # pylint: disable=invalid-commit
        raise
    if auto_commit:
        cr.commit()  # pylint: disable=invalid-commit


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _send_incident_mails(self, auto_commit, **options):
        if options.get("raise_exception") or not self._is_sent_by_core(options):
            return super()._send_incident_mails(auto_commit, **options)
        batches = self.grouped(lambda mail: mail.id // BATCH)
        claimed = []
        for number, batch in batches.items():
            if not auto_commit or self._claim_incident_batch(number):
                batch._send_incident_batch(auto_commit, options)
                claimed.append(number)
        others = [batch for number, batch in batches.items() if number not in claimed]
        for batch in self.browse().union(*others)._find_left() if others else ():
            batch._send_incident_batch(auto_commit, options)
        return True

    def _find_left(self):
        """Return what other processes have not sent of their batches, in batches.

        They may have died, and what they have sent is not to be read once more.
        """
        # The transaction may be older than what they have done.
        self.env.cr.commit()  # pylint: disable=invalid-commit
        query = SQL(
            "SELECT id FROM mail_mail WHERE id = ANY(%s) AND state = 'outgoing'",
            self.ids,
        )
        left = {row[0] for row in self.env.execute_query(query)}
        mails = self.filtered(lambda mail: mail.id in left)
        return list(mails.grouped(lambda mail: mail.id // BATCH).values())

    def _claim_incident_batch(self, number):
        """Keep a batch for the transaction that reads it, where no other has it.

        Two processes that tried each mail of each other would read it for nothing.
        """
        query = SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", CLAIM, number)
        return self.env.execute_query(query)[0][0]

    def _is_sent_by_core(self, options):
        """Tell whether nobody else has a say in how mails are sent."""
        known = is_code_of(KNOWN_SENDERS, type(self).__mro__, SENDING)
        personal = options.get("mail_server") and options["mail_server"].owner_user_id
        disabled = self.env["ir.mail_server"]._disable_send()
        return known and not personal and not disabled

    def _send_incident_batch(self, auto_commit, options):
        # Whether the database is a copy may have been found out meanwhile.
        batch = self.with_prefetch()._without_paused()
        batch = batch.with_context(**{TO_PARTY: True})
        others = batch._send_batch_beside(auto_commit, options)
        super(MailMail, others)._send_incident_mails(auto_commit, **options)
        if options.get("post_send_callback"):
            options["post_send_callback"](self.ids)
        return True

    def _send_batch_beside(self, auto_commit, options):
        """Send what can be sent from a batch, beside the transaction that reads it.

        :return: what is left to core
        """
        versions = self._read_incident_versions()
        others = self.browse()
        try:
            with self.pool.cursor() if auto_commit else nullcontext(self.env.cr) as cr:
                for mail in self:
                    with kept(cr, auto_commit):
                        env = self.env(cr=cr)
                        if not mail._send_from_batch(env, versions, options):
                            others |= mail
        finally:
            if auto_commit:
                # What was read here is of before that.
                self.env.cr.commit()  # pylint: disable=invalid-commit
        return others

    def _read_incident_versions(self):
        """Return which version of each mail and of its words is seen here."""
        self.env.flush_all()
        rows = self.env.execute_query(SQL(VERSIONS, ids=self.ids))
        return {mail_id: tuple(version) for mail_id, *version in rows}

    def _send_from_batch(self, env, versions, options):
        """Send one mail, while its rows are locked by another transaction.

        :param env: of that transaction
        :param versions: what the batch was read of
        :param options: core's, of ``_send``
        :return: False where it is left to core
        """
        mail = self.with_env(env)
        beside = env.cr is not self.env.cr
        held = mail._lock_from_batch(beside)
        if not held or held.state != "outgoing":
            # Somebody else is at it, or has been.
            return True
        if held.version != versions.get(self.id):
            return False
        try:
            post = self._prepare_incident_post(options)
            if post:
                self._hand_over(post)
        except Exception as error:
            mail._record_incident_refusal(error, options)
            return True
        if post:
            mail._record_incident_departure(self, post, held)
        return bool(post)

    def _lock_from_batch(self, beside):
        """Lock a mail, its notice and its notification, and say what they are now.

        :param beside: whether the transaction is the mail's own: another's is not ours
            to roll back
        """
        try:
            rows = self.env.execute_query(SQL(LOCK, id=self.id))
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            if not beside:
                raise
            self.env.cr.rollback()
            self.env["ir.cron"]._wake_mail_queue()
            return None
        if not rows:
            return None
        # Each transaction would ask for its time once more. Of a mail that several
        # incidents share there is a row for each of their notices.
        state, *version, notification_ids, self.env.cr._now = rows[0]
        return Held(state, tuple(version), notification_ids)

    def _hand_over(self, post):
        post.server.send_email(
            post.message,
            mail_server_id=self.mail_server_id.id,
            smtp_session=post.session,
        )
        _logger.info("Mail %s with Message-Id %s has left", self.id, self.message_id)

    def _record_incident_departure(self, read, post, held):
        """Record that a mail has left, without reading it again.

        :param read: the mail as the batch has read it
        """
        # Core would search for the notifications that are locked already.
        known = {name: read[name] for name in READ_AFTERWARDS}
        for name, known_value in {**known, "is_notification": False}.items():
            field = self._fields[name]
            value = field.convert_to_cache(known_value, self, validate=False)
            field._update_cache(self, value)
        # SUDO: as core, whoever's action empties the queue.
        notifications = self.env["mail.notification"].sudo()
        notifications.browse(held.notification_ids).write(
            {"notification_status": "sent", "failure_type": "", "failure_reason": ""}
        )
        self.write({"state": "sent", "failure_type": False, "failure_reason": False})
        self._postprocess_sent_message(
            success_pids=post.partner or [],
            success_emails=[] if post.partner else post.message["To"],
        )

    def _record_incident_refusal(self, error, options):
        """Have core record why a mail was refused, as it does."""
        options = {**options, "post_send_callback": None}
        options["smtp_session"] = RefusedSession(error)
        if options.get("mail_server"):
            options["mail_server"] = options["mail_server"].with_env(self.env)
        return super()._send_incident_mails(False, **options)
