# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails that are being handed over, came to nothing, or belong to nobody any more."""

from contextlib import suppress
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.openip_incident.models.correspondence.incident_notice import (
    MAX_ATTEMPTS,
)

from .common import CUSTOMER_MAIL, FROZEN, INTEGRATOR_MAIL, WAITING
from .followup_common import HOUR, START, UNREACHABLE_TYPE, FollowupCommon

MINUTE = HOUR / 60


@tagged("post_install", "-at_install")
class TestFollowupPromisesMail(FollowupCommon):
    def setUp(self):
        super().setUp()
        self.both = {CUSTOMER_MAIL, INTEGRATOR_MAIL}

    def _remind(self, refused=()):
        """Return an incident and the event of its first reminder, a minute old."""
        incident = self.request()
        self.run_to(23)
        self.refused = set(refused)
        self.run_to(24 + 1 / 60)
        return incident, incident.sudo().followup_id.event_ids.sorted("id")[-1:]

    def _get_notice(self, event, party):
        return event.notice_ids.filtered(lambda item: item.partner_id == party)

    def _hand_over(self):
        """Have somebody else hold the mails, as their sending does."""

        def lock(mails, **_options):
            return mails.browse()

        return patch.object(type(self.env["mail.mail"]), "try_lock_for_update", lock)

    # On its way right now

    def test_mail_that_is_being_handed_over_is_not_written_anew(self):
        incident, event = self._remind(self.both)
        self.assertEqual(len(event.notice_ids), 2)
        with (
            self._hand_over(),
            self.at(START + 26 * HOUR),
            self.mail_server(),
            self.enter_registry_test_mode(),
        ):
            self.remind_cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(event.notice_ids), 2)
        self.assertEqual(set(event.notice_ids.mapped("status")), {"queued"})
        self.assertWaiting(incident, WAITING, "running", 0)

    def test_mail_that_is_being_handed_over_is_not_given_up(self):
        _incident, event = self._remind({CUSTOMER_MAIL})
        notice = self._get_notice(event, self.customer)
        notice.attempts = MAX_ATTEMPTS
        with self.at(START + 25 * HOUR), self._hand_over():
            notice._retry()
        self.assertEqual(notice.status, "failed")
        self.assertNotEqual(notice._get_mails().state, "cancel")
        with self.at(START + 25 * HOUR):
            notice._retry()
        self.assertEqual(notice.status, "cancelled")

    def test_step_is_not_undelivered_while_a_mail_is_still_in_the_queue(self):
        """One party's mail was refused, the other's was not tried yet."""
        incident = self.request()
        self.run_to(23)
        with self.enter_registry_test_mode(), self.at(START + 24 * HOUR):
            self.remind_cron.method_direct_trigger()
            event = incident.sudo().followup_id.event_id
            self._get_notice(event, self.customer)._set_failed("451 Come back later")
            self.flush_tracking()
            self.remind_cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(incident.sudo().followup_id.undelivered)
        self.assertEqual(event.outcome, "queued")
        self.assertFalse(self.get_activities(incident, UNREACHABLE_TYPE))

    # What came to nothing

    def test_mail_that_was_deleted_is_given_up_with_an_activity(self):
        incident, event = self._remind({CUSTOMER_MAIL})
        notice = self._get_notice(event, self.customer)
        notice._get_mails().unlink()
        self.get_activities(incident, UNREACHABLE_TYPE).unlink()
        self.run_to(25)
        self.assertEqual(notice.status, "cancelled")
        self.assertTrue(self.get_activities(incident, UNREACHABLE_TYPE))

    def test_mail_is_written_anew_only_for_whom_it_did_not_reach(self):
        """The integrator has it, but it is the customer whose answer is awaited."""
        incident = self.request("customer")
        self.run_to(23)
        self.refused = {CUSTOMER_MAIL}
        self.run_to(26)
        event = incident.sudo().followup_id.event_id
        self.assertEqual(event.attempts, 2)
        self.assertEqual(len(self._get_notice(event, self.integrator)), 1)
        self.assertEqual(len(self._get_notice(event, self.customer)), 2)

    def test_held_follow_up_writes_nothing_anew(self):
        incident, event = self._remind(self.both)
        with self.moment(24.1):
            incident.followup_id.with_user(self.agent).action_hold()
        self.run_to(72)
        self.assertEqual(len(event.notice_ids), 2)
        self.assertEqual(event.attempts, 1)

    def test_reminder_that_came_back_at_once_is_not_taken_back_twice(self):
        """It came back before it was counted: there is nothing to take back."""
        self.customer.integrator_id = False
        incident = self.request()
        self.run_to(47)
        with self.enter_registry_test_mode(), self.at(START + 48 * HOUR):
            self.remind_cron.method_direct_trigger()
        with self.at(START + 48 * HOUR), self.mail_server():
            self.send_queue()
            self.bounce(incident, self.customer)
        self.clock = START + 48 * HOUR
        self.run_to(50)
        self.assertWaiting(incident, FROZEN, "running", 1)
        self.assertTrue(incident.sudo().followup_id.undelivered)

    def test_late_bounce_of_an_earlier_reminder_stops_nothing(self):
        """The next one has arrived: the count is corrected, the clock runs on."""
        self.customer.integrator_id = False
        incident = self.request()
        self.run_to(49)
        first, second = incident.sudo().followup_id.event_ids.sorted("id")[1:]
        with self.moment(50):
            first.notice_ids.write({"status": "bounced", "failure": "550 Full"})
            first.notice_ids._wake_settling()
        self.run_to(51)
        self.assertEqual((first.outcome, second.outcome), ("bounced", "sent"))
        self.assertWaiting(incident, FROZEN, "running", 1)
        self.assertFalse(incident.sudo().followup_id.undelivered)
        self.assertEqual(incident.next_step_date, START + 72 * HOUR)

    def test_answer_takes_back_the_reminder_that_nobody_tried_to_send_yet(self):
        incident = self.request()
        self.run_to(23)
        with self.enter_registry_test_mode(), self.at(START + 24 * HOUR):
            self.remind_cron.method_direct_trigger()
        self.env.invalidate_all()
        notices = incident.sudo().followup_id.event_id.notice_ids
        self.assertEqual(set(notices.mapped("status")), {"queued"})
        with self.at(START + 24 * HOUR), self.mail_server():
            self._reply(incident, self.customer)
        self.assertEqual(set(notices.mapped("status")), {"cancelled"})
        self.clock = START + 24 * HOUR
        self.assertSteps(self.run_to(48), (24, "update", incident, self.integrator))

    def test_mail_that_is_tried_again_wakes_the_queue(self):
        """The queue's own interval is an hour: too long for a retry in minutes."""
        _incident, event = self._remind({CUSTOMER_MAIL})
        self._get_queue_wake_ups().unlink()
        with self.at(START + 24 * HOUR + 2 * MINUTE):
            self._get_notice(event, self.customer)._retry()
            self.flush_tracking()
        self.assertTrue(self._get_queue_wake_ups())

    # A mail server that hangs up

    def _get_queue_wake_ups(self):
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        triggers = self.env["ir.cron.trigger"].sudo()
        return triggers.search([("cron_id", "=", queue.id)])

    def _send_to(self, *errors):
        """Send what is queued to a server that answers each mail with an error."""
        to_come = list(errors)

        def fail(*_args, **_kwargs):
            raise to_come.pop(0)

        with (
            self.at(START + 24 * HOUR),
            self.mail_server(),
            patch.object(IrMail_Server, "send_email", fail),
            mute_logger("odoo.addons.mail.models.mail_mail"),
            suppress(SMTPServerDisconnected),
        ):
            self.send_queue()
        self.flush_tracking()
        self.env.invalidate_all()

    def test_mail_that_was_refused_before_the_server_hung_up_was_tried_once(self):
        incident = self.request()
        self.run_to(23)
        with self.enter_registry_test_mode(), self.at(START + 24 * HOUR):
            self.remind_cron.method_direct_trigger()
        self.env.invalidate_all()
        refusal = {CUSTOMER_MAIL: (451, b"Come back later")}
        self._send_to(
            SMTPRecipientsRefused(refusal),
            SMTPServerDisconnected("Connection unexpectedly closed"),
        )
        notices = incident.sudo().followup_id.event_id.notice_ids
        self.assertEqual(notices.mapped("attempts"), [1, 1])
        failures = " ".join(notices.mapped("failure"))
        self.assertIn("Come back later", failures)
        self.assertIn("unexpectedly closed", failures)

    def test_mail_server_that_hangs_up_is_tried_again_in_minutes(self):
        incident = self.request()
        self.run_to(23)
        with self.enter_registry_test_mode(), self.at(START + 24 * HOUR):
            self.remind_cron.method_direct_trigger()
        self.env.invalidate_all()

        self._get_queue_wake_ups().unlink()
        self._send_to(SMTPServerDisconnected("Connection unexpectedly closed"))
        notices = incident.sudo().followup_id.event_id.notice_ids
        self.assertEqual(sorted(notices.mapped("status")), ["failed", "queued"])
        failed = notices.filtered(lambda notice: notice.status == "failed")
        self.assertIn("unexpectedly closed", failed.failure)
        self.assertEqual(failed.retry_date, START + 24 * HOUR + 2 * MINUTE)
        self.assertTrue(self._get_queue_wake_ups(), "the rest is sent soon")
        self.clock = START + 24 * HOUR + MINUTE
        letters = self.run_to(24.2)
        self.assertEqual({letter.address for letter in letters}, self.both)
        self.assertEqual(len(letters), 2)
