# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails to parties that leave from batches say and record what core would."""

import functools
import re
import smtplib
from contextlib import nullcontext
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server, MailDeliveryException
from odoo.addons.mail.models.mail_mail import MailMail as CoreMail

from ..models.correspondence.mail_mail import MailMail
from ..models.speed import mail_queue
from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL, IncidentCommon
from .elsewhere import write_elsewhere

QUERIES_PER_MAIL = 6
ONE_BY_ONE = patch.object(mail_queue, "KNOWN_SENDERS", ())
CODE = "Your code is 4711."


def add_code(body):
    """Return a body as another addon sends it."""
    return body.replace("</body>", f"<p>{CODE}</p></body>")


@tagged("post_install", "-at_install")
class TestMailQueue(IncidentCommon):
    def _queue(self, count=1):
        """Have mails to both parties wait; return them."""
        incidents = self._create_incidents(count) if count > 1 else None
        incidents = incidents or self._create_incident()
        incidents.action_incident_open()
        self.flush_tracking()
        self.incident = incidents.sudo()
        messages = incidents.sudo().notice_ids.message_id
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("mail_message_id", "in", messages.ids)])
        )

    def _send(self, mails):
        """Send mails; return what was handed over."""
        mails.send()
        sent, self._mails[:] = list(self._mails), []
        return sent

    def test_core_would_send_the_same(self):
        with self.mock_mail_gateway():
            from_batch = self._send(self._queue())
            with ONE_BY_ONE:
                by_core = self._send(self._queue())
        self.assertEqual(len(from_batch), 2)
        for one, other in zip(from_batch, by_core, strict=True):
            for name in ("email_from", "email_to", "attachments", "email_cc"):
                self.assertEqual(one[name], other[name], name)
            self.assertEqual(set(one["headers"]), set(other["headers"]))

    def _send_each_way(self, **vals):
        """Send mails from a batch, and by core; return both ways what was handed over.

        :param vals: what is written on the mails before
        """
        letters = []
        for way in (nullcontext(), ONE_BY_ONE):
            with self.mock_mail_gateway(), way:
                mails = self._queue()
                self.incident.message_subscribe(mails.recipient_ids.ids)
                mails.write(vals)
                letters.append(self._send(mails))
        return letters

    def test_link_to_follow_no_more_is_written_by_core(self):
        """It is the reader's own, and whoever is outside has none."""
        reader = self.integrator
        new_test_user(self.env, "insider", email=INTEGRATOR_MAIL, partner_id=reader.id)
        link = '<span id="mail_unfollow"><a href="/mail/unfollow">Stop</a></span>'
        for letters in self._send_each_way(body_html=f"<p>Hello</p>{link}"):
            bodies = {tuple(one["email_to"]): one["body"] for one in letters}
            self.assertEqual(len(bodies), 2)
            for readers, body in bodies.items():
                inside = INTEGRATOR_MAIL in readers[0]
                own = rf"/mail/unfollow\?[^\"]*pid={reader.id}"
                self.assertEqual(len(re.findall(own, body)), inside)
                self.assertEqual("Stop" in body, inside)

    def test_both_texts_say_what_another_addon_adds_for_a_reader(self):
        for cls in (CoreMail, MailMail, self.env.registry["mail.mail"]):
            with self.subTest(cls=cls):
                self._send_with_code(cls, "_personalize_outgoing_body", add_code)

    def test_both_texts_say_what_another_addon_adds_to_a_mail(self):
        """As one that tracks who opens it."""

        def add(emails):
            return [{**mail, "body": add_code(mail["body"])} for mail in emails]

        self._send_with_code(CoreMail, "_prepare_outgoing_list", add)

    def _send_with_code(self, cls, name, add):
        """Send mails to which the method of another addon, in a class, adds a code."""
        core = getattr(cls, name)

        @write_elsewhere
        def method(mail, *args, **options):
            return add(core(mail, *args, **options))

        for function in (method, functools.wraps(core)(method)):
            with self.mock_mail_gateway(), patch.object(cls, name, function):
                letters = self._send(self._queue())
            self.assertEqual(len(letters), 2)
            for letter in letters:
                self.assertIn(add_code("</body>"), letter["body"])
                for text in (CODE, self.incident.number):
                    self.assertIn(text, letter["body_alternative"])

    def test_sender_is_written_as_core_does(self):
        address = "support@operator.example.com"
        for sender in (
            f'"Support" <"Support" <{address}>>',
            f"Support <{address.upper()}>",
            f"{address}, other@operator.example.com",
            address,
        ):
            with self.subTest(sender=sender):
                from_batch, by_core = self._send_each_way(email_from=sender)
                senders = [one["email_from"] for one in from_batch]
                self.assertEqual(senders, [one["email_from"] for one in by_core])
                self.assertEqual(len(senders), 2)

    def test_each_mail_costs_few_queries(self):
        costs = []
        with self.mock_mail_gateway():
            for count in (10, 40):
                mails = self._queue(count)
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.assertEqual(len(self._send(mails)), 2 * count)
                costs.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual((costs[1] - costs[0]) / 60, QUERIES_PER_MAIL)

    def test_what_another_process_has_sent_of_its_batch_is_not_read(self):
        """It may have died amid a batch: what it left is sent, and only that."""
        mails = self._queue(3)
        left, sent = mails[:2], mails[2:]
        sent.state = "sent"
        self.env.flush_all()
        kind = type(mails)
        read = []

        def send(batch, _auto_commit, _options):
            read.append(batch)

        with (
            patch.object(kind, "_claim_incident_batch", return_value=False),
            patch.object(kind, "_send_incident_batch", send),
            patch.object(self.env.cr, "commit"),
            patch.object(kind, "_is_sent_by_core", return_value=True),
        ):
            mails._send_incident_mails(True)
        self.assertEqual(mails.browse().union(*read), left)

    def test_what_was_cancelled_meanwhile_stays(self):
        with self.mock_mail_gateway():
            mails = self._queue()
            versions = mails._read_incident_versions()
            mails[0].cancel()
            self.env.flush_all()
            self.assertTrue(mails[0]._send_from_batch(self.env, versions, {}))
            self.assertFalse(self._mails)
        self.assertEqual(mails[0].state, "cancel")

    def test_what_was_written_anew_meanwhile_is_read_anew(self):
        for model in ("mail.mail", "mail.message"):
            with self.subTest(model=model), self.mock_mail_gateway():
                mails = self._queue()
                versions = mails._read_incident_versions()
                rows = mails if model == "mail.mail" else mails.mail_message_id
                # As another transaction would write it.
                with self.env.cr.savepoint():
                    self.env.cr.execute(
                        f"UPDATE {rows._table} SET id = id WHERE id IN %s",
                        [tuple(rows.ids)],
                    )
                self.assertFalse(mails[0]._send_from_batch(self.env, versions, {}))
                self.assertFalse(self._mails)
                stale = patch.object(
                    type(mails), "_read_incident_versions", return_value=versions
                )
                with stale:
                    sent = self._send(mails)
                self.assertEqual(
                    self._recipients(sent), [CUSTOMER_MAIL, INTEGRATOR_MAIL]
                )
                self.assertEqual(
                    set(self.incident.notice_ids.mapped("status")), {"sent"}
                )

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_a_refused_mail_is_tried_once_and_says_why(self):
        refusals = (
            smtplib.SMTPRecipientsRefused({CUSTOMER_MAIL: (550, b"No such mailbox")}),
            MailDeliveryException("Mail Delivery Failed", "451 Try again later"),
            AssertionError(IrMail_Server.NO_VALID_FROM, "Malformed address"),
            AssertionError(IrMail_Server.NO_VALID_RECIPIENT),
            UnicodeEncodeError("ascii", "é", 0, 1, "ordinal not in range"),
        )
        for refusal in refusals:
            with self.subTest(refusal=refusal):
                from_batch, tried = self._refuse(refusal)
                self.assertEqual(tried, 2)
                with ONE_BY_ONE:
                    by_core, _tried = self._refuse(refusal)
                self.assertEqual(from_batch, by_core)
                self.assertEqual(from_batch[0][0], "exception")

    def _refuse(self, refusal):
        """Have both mails refused; return what is recorded, and how many were tried."""
        with self.mock_mail_gateway():
            mails = self._queue()
            with patch.object(IrMail_Server, "send_email", side_effect=refusal) as send:
                mails.send()
        notification = mails.mail_message_id.notification_ids
        recorded = [
            (mail.state, mail.failure_type, mail.failure_reason) for mail in mails
        ]
        recorded += [
            (row.notification_status, row.failure_type) for row in notification
        ]
        recorded += [(row.status, row.failure) for row in self.incident.notice_ids]
        return recorded, send.call_count

    def test_a_race_takes_nothing_back_of_who_sends_at_once(self):
        """Core answers it by running the whole request again."""
        with self.mock_mail_gateway():
            mails = self._queue()
            lost = patch.object(
                type(self.env), "execute_query", side_effect=SerializationFailure
            )
            with lost, patch.object(type(self.env.cr), "rollback") as rollback:
                with self.assertRaises(SerializationFailure):
                    mails[0]._send_from_batch(self.env, {}, {})
            rollback.assert_not_called()
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})

    def test_another_way_of_sending_is_heard(self):
        """An addon that sends mails in its own way sends these, too."""
        mails = self._queue()
        with self.mock_mail_gateway():
            self.assertTrue(mails._is_sent_by_core({}))
            with patch.object(mail_queue, "KNOWN_SENDERS", ("odoo.addons.mail.",)):
                self.assertFalse(mails._is_sent_by_core({}))
                self.assertEqual(len(self._send(mails)), 2)

    def test_another_way_of_sending_that_replaces_a_method_is_heard(self):
        """Where an addon puts its own function into a class of core's, or of ours."""
        for cls in (CoreMail, MailMail, self.env.registry["mail.mail"]):
            with self.subTest(cls=cls):
                self.assertEqual(self._send_elsewhere(cls), 2)

    def _send_elsewhere(self, cls):
        """Send mails where another addon has replaced the method of a class.

        :return: how many the addon has heard of
        """
        heard = []

        @write_elsewhere
        def send(mails, *args, core=cls._send, **options):
            heard.append(len(mails))
            return core(mails, *args, **options)

        with self.mock_mail_gateway():
            mails = self._queue()
            with patch.object(cls, "_send", send):
                self.assertFalse(mails._is_sent_by_core({}))
                self.assertEqual(len(self._send(mails)), 2)
        return sum(heard)
