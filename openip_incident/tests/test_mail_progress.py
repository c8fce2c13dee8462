# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A run of the mail queue says how far it has come, and what it leaves."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.mail.models.mail_mail import MailMail

from ..models.correspondence import mail_mail_progress
from ..models.correspondence.mail_mail_progress import QueueRun
from ..models.ir_cron import MAIL_QUEUE
from .common import IncidentCommon

STEP = 3


@tagged("post_install", "-at_install")
class TestMailProgress(IncidentCommon):
    def setUp(self):
        super().setUp()
        self.queue = self.env.ref(MAIL_QUEUE)
        self.mails = self.env["mail.mail"].sudo()
        self.mails.search([("state", "=", "outgoing")]).state = "cancel"
        self.progress = self.env["ir.cron.progress"].create(
            {"cron_id": self.queue.id, "remaining": 0, "done": 0}
        )
        self.told, self.recorded = [], []
        self.startPatcher(patch.object(mail_mail_progress, "STEP", STEP))
        self.startPatcher(
            patch.object(type(self.env["ir.cron"]), "_commit_progress", self._note())
        )

    def _note(self):
        def commit_progress(_crons, done=0, *, remaining=None, **_options):
            self.progress.done += done
            self.recorded.append((done, remaining))

        return commit_progress

    def _in_cron(self, cron=None):
        """Return the mails as a scheduled action has them."""
        cron = cron or self.queue
        return self.mails.with_context(
            cron_id=cron.id, ir_cron_progress_id=self.progress.id
        )

    def _create_due(self, count):
        return self._in_cron().create([{"subject": "x"} for _number in range(count)])

    def _begin(self, count):
        self._create_due(count)
        return QueueRun(self._in_cron(), self.told.append)

    def test_what_leaves_is_written_down_step_by_step(self):
        run = self._begin(8)
        run.count([1, 2])
        self.assertEqual(self.recorded, [])
        run.count([3])
        self.assertEqual(self.recorded, [(3, 5)])
        run.count([4, 5])
        run.record()
        self.assertEqual(self.recorded, [(3, 5), (2, 3)])
        run.record()
        self.assertEqual(len(self.recorded), 2)
        self.assertEqual(self.told, [[1, 2], [3], [4, 5]])

    def test_mail_that_is_tried_twice_counts_once(self):
        run = self._begin(4)
        run.count([1, 2])
        run.count([2, 1])
        self.assertEqual(self.recorded, [])
        run.count([2, 3])
        self.assertEqual(self.recorded, [(3, 1)])

    def test_more_than_were_due_leave_nothing_and_not_less(self):
        run = self._begin(1)
        run.count([1, 2, 3, 4])
        self.assertEqual(self.recorded, [(4, 0)])

    def test_where_core_counts_itself_it_is_not_counted_twice(self):
        run = self._begin(8)
        self.progress.done = 3
        run.count([1, 2, 3])
        self.assertEqual(self.recorded, [])

    def test_what_is_due_is_what_the_queue_would_send(self):
        mails, now = self._create_due(5), fields.Datetime.now()
        mails[0].scheduled_date = now + timedelta(hours=1)
        mails[1].scheduled_date = now - timedelta(hours=1)
        mails[2].state = "exception"
        self.assertEqual(self._in_cron()._count_due(), 3)
        some = self._in_cron().with_context(filters=[("id", "in", mails[1:4].ids)])
        self.assertEqual(some._count_due(), 2)

    def _send(self, mails, callback):
        def send(_mails, *_options):
            for mail in mails:
                _options[-1](mail.ids)

        with patch.object(MailMail, "send", send):
            mails.send(post_send_callback=callback)

    def test_queue_alone_is_counted(self):
        mails = self._create_due(2)
        other = self.env.ref("openip_incident.ir_cron_followup_remind")
        for these in (
            mails.with_context(cron_id=other.id),
            self.mails.browse(mails.ids),
        ):
            self._send(these.with_env(these.env), self.told.append)
        self.assertEqual(self.recorded, [])
        self._send(mails, self.told.append)
        self.assertEqual(self.recorded, [(2, 0)])
        self.assertEqual(len(self.told), 6)

    def test_without_anybody_to_tell_nothing_is_counted(self):
        mails = self._create_due(2)
        with patch.object(MailMail, "send", return_value=True) as send:
            self.assertTrue(mails.send())
        self.assertEqual(send.call_args.args, (False, False, None))
        self.assertEqual(self.recorded, [])
