# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails of the intake that a mail server refuses."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.tests.followup_common import (
    START,
    UNREACHABLE_TYPE,
    FollowupCommon,
)

from ..tools.form_words import LENGTHS
from .intake_common import UNKNOWN, UNKNOWN_MAIL, IntakeCommon

ENGINE_LOGGER = "odoo.addons.openip_incident.models.engine.incident_engine"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@tagged("post_install", "-at_install")
class TestIntakeDelivery(IntakeCommon, FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.intake_cron = cls.env.ref("openip_incident_portal.ir_cron_intake")

    # The clock

    def _pass(self, start, end):
        """Let time pass from one attempt to the next.

        :return: the letters to parties that left meanwhile
        """
        known, now = len(self.letters), start
        with self.enter_registry_test_mode():
            while now <= end:
                with self.at(now), self.mail_server():
                    self._run_queue()
                now = self._get_next_attempt(now) or end + HOUR
        self.env.invalidate_all()
        return self.get_party_letters(known)

    def _run_queue(self):
        self.flush_tracking()
        for _turn in range(2):
            self.intake_cron.method_direct_trigger()
            self.remind_cron.method_direct_trigger()
            self.env.invalidate_all()
            mails = self._get_outgoing()
            mails.filtered(
                lambda mail: (
                    not mail.scheduled_date or mail.scheduled_date <= self._now()
                )
            ).send()
            self.flush_tracking()

    def _get_outgoing(self):
        return self.env["mail.mail"].sudo().search([("state", "=", "outgoing")])

    def _get_next_attempt(self, now):
        notices = self.env["incident.notice"].sudo().search([])
        dates = [
            *self._get_outgoing().mapped("scheduled_date"),
            *notices.mapped("retry_date"),
        ]
        return min((date for date in dates if date and date > now), default=None)

    def _arrive(self, sender=UNKNOWN, date=START):
        """Let a mail arrive; its answer waits in the queue."""
        before = self.intakes.search([])
        with self.at(date), self.mock_mail_gateway():
            self._receive(sender, self.address, html="<p>Dead line.</p>")
            self.flush_tracking()
        return self.intakes.search([("id", "not in", before.ids)])

    def _register(self, intake):
        """Fill in the form of an intake."""
        forms = self.env["incident.form"]
        form = forms._prepare_intake_form(intake.sudo())
        values = {
            **dict.fromkeys(LENGTHS, ""),
            "name": "Unknown Ltd",
            "impact": "down",
            "description": "Busy tone.",
        }
        with self.mock_mail_gateway():
            ticket = forms._register_incident(form, values, [])
            self.flush_tracking()
        return ticket

    # The form link

    def test_link_leaves_once_when_the_server_is_back(self):
        intake = self._arrive()
        self.server_down = True
        self.assertFalse(self._pass(START, START + 3 * HOUR))
        self.assertGreater(intake.mail_attempts, 3)
        self.assertIn("refused", intake.mail_failure)
        self.assertFalse(intake.to_review)
        message_id = self._link_mail(intake).message_id
        self.server_down = False
        letters = self._pass(START + 3 * HOUR, START + DAY)
        self.assertEqual([letter.address for letter in letters], [UNKNOWN_MAIL])
        self.assertEqual(letters[0].message_id, message_id)
        self.assertFalse(intake.to_review)

    def test_attempts_become_rarer(self):
        self._arrive()
        self.server_down = True
        with self.enter_registry_test_mode():
            dates, now = [], START
            while now and len(dates) < 12:
                dates.append(now)
                with self.at(now), self.mail_server():
                    self._run_queue()
                now = self._get_next_attempt(now)
        waits = [two - one for one, two in zip(dates, dates[1:], strict=False)]
        self.assertEqual(waits[:3], [timedelta(minutes=count) for count in (2, 4, 8)])
        self.assertEqual(max(waits), 6 * HOUR)

    def test_link_that_is_given_up_waits_for_an_agent(self):
        intake = self._arrive()
        self.refused = {UNKNOWN_MAIL}
        self.assertFalse(self._pass(START, START + 5 * DAY))
        self.assertEqual(intake.state, "sent")
        self.assertEqual(intake.hold_reason, "undelivered")
        self.assertTrue(intake.to_review)
        self.assertIn("No such mailbox", intake.mail_failure)
        self.assertFalse(intake.sent_date)
        self.assertFalse(self._get_outgoing())
        notification = self._link_mail(intake).sudo().notification_ids
        self.assertEqual(notification.notification_status, "canceled")

    def test_link_that_never_left_counts_for_no_limit(self):
        self._arrive()
        self.refused = {UNKNOWN_MAIL}
        self._pass(START, START + 5 * DAY)
        self.refused = set()
        again = self._arrive(date=START + 5 * DAY)
        self.assertFalse(again.hold_reason)
        letters = self._pass(START + 5 * DAY, START + 5 * DAY)
        self.assertEqual([letter.address for letter in letters], [UNKNOWN_MAIL])

    def test_agent_sends_again_what_was_given_up(self):
        intake = self._arrive()
        self.refused = {UNKNOWN_MAIL}
        self._pass(START, START + 5 * DAY)
        self.refused = set()
        with self.at(START + 5 * DAY), self.mock_mail_gateway():
            intake.with_user(self.agent).action_resend()
        letters = self._pass(START + 5 * DAY, START + 5 * DAY)
        self.assertEqual([letter.address for letter in letters], [UNKNOWN_MAIL])
        self.assertEqual((intake.hold_reason, intake.mail_failure), (False, False))
        self.assertFalse(intake.to_review)

    def test_link_that_nobody_needs_any_more_is_not_sent_again(self):
        intake = self._arrive()
        self.server_down = True
        self._pass(START, START)
        intake.with_user(self.agent).action_discard()
        self.server_down = False
        self._get_outgoing().write({"state": "exception"})
        self.assertFalse(self._pass(START + HOUR, START + DAY))
        self.assertFalse(intake.to_review)

    def test_links_that_cannot_even_be_tried_keep_no_other_waiting(self):
        """As many as fit into one run fail, run after run; those behind them leave."""
        senders = [f"bad{index}@bad{index}.example" for index in range(4)]
        bad = self.intakes.union(*(self._arrive(sender) for sender in senders))
        self.server_down = True
        self._pass(START, START)
        good = self._arrive()
        self._pass(START, START)
        self.server_down = False
        notices = type(self.env["incident.notice"])
        deliver = notices._deliver_again

        def fail(notices):
            if notices.intake_id & bad:
                raise ValueError("broken")
            return deliver(notices)

        engine = type(self.env["incident.engine"])
        with (
            patch.object(notices, "_deliver_again", fail),
            # One batch a run, and it would be full of those that fail.
            patch.object(engine, "_get_batch", lambda engine, task: len(bad)),
            mute_logger(ENGINE_LOGGER),
        ):
            letters = self._pass(START + HOUR, START + 2 * HOUR)
        self.assertEqual([letter.address for letter in letters], [UNKNOWN_MAIL])
        self.assertFalse(good.mail_failure)
        waiting = bad.sudo().notice_ids
        [failure] = set(waiting.mapped("failure"))
        self.assertIn("An unexpected error", failure)
        self.assertGreater(min(waiting.mapped("retry_date")), START + 5 * HOUR)

    def test_what_an_agent_writes_to_a_sender_is_sent_again(self):
        intake = self._arrive(self.baker.email_formatted)
        self._pass(START, START)
        self.server_down = True
        with self.at(START + HOUR):
            intake.with_user(self.agent).message_post(
                body="Which line?",
                partner_ids=self.baker.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertFalse(self._pass(START + HOUR, START + 2 * HOUR))
        self.server_down = False
        letters = self._pass(START + 2 * HOUR, START + DAY)
        self.assertEqual([letter.address for letter in letters], [self.baker.email])
        self.assertIn("Which line?", letters[0].body)

    def test_agents_see_no_notice_without_an_incident(self):
        intake = self._arrive()
        self.assertTrue(intake.sudo().notice_ids)
        seen = self.env["incident.notice"].with_user(self.leader).search([])
        self.assertFalse(seen & intake.sudo().notice_ids)

    # The reminder

    def test_refused_reminder_is_sent_again(self):
        intake = self._arrive()
        self._pass(START, START)
        self.server_down = True
        due = START + 7 * DAY
        self.assertFalse(self._pass(due, due + HOUR))
        self.server_down = False
        letters = self._pass(due + HOUR, due + 3 * HOUR)
        self.assertEqual([letter.address for letter in letters], [UNKNOWN_MAIL])
        self.assertIn("Reminder", letters[0].subject)
        self.assertEqual(intake.reminded_date, due)

    def test_reminder_that_is_given_up_is_shown(self):
        intake = self._arrive()
        self._pass(START, START)
        self.server_down = True
        due = START + 7 * DAY
        self._pass(due, due + 5 * DAY)
        self.assertTrue(intake.to_review)
        self.assertFalse(intake.reminded_date)
        self.assertEqual(intake.sent_date, START)
        self.assertFalse(intake.hold_reason)

    def test_link_and_reminder_that_are_given_up_at_once_count_for_no_limit(self):
        intake = self._arrive()
        self._pass(START, START)
        self.server_down = True
        due = START + 7 * DAY
        self._pass(due, due)
        self.assertEqual(intake.reminded_date, due)
        notices = intake.sudo().notice_ids
        self.assertEqual(len(notices), 2)
        notices.status = "failed"
        with self.at(due + DAY):
            notices._give_up()
        self.assertEqual(set(notices.mapped("status")), {"cancelled"})
        self.assertEqual((intake.reminded_date, intake.sent_date), (False, False))
        self.assertEqual(intake.hold_reason, "undelivered")

    # The number, to who is on no contact

    def test_number_leaves_once_when_the_server_is_back(self):
        intake = self._arrive()
        self._pass(START, START)
        with self.at(START + HOUR):
            incident = self._register(intake).sudo()
        (notice,) = incident.notice_ids
        self.assertFalse(notice.partner_id)
        self.assertEqual(notice.email, UNKNOWN_MAIL)
        (delivery,) = notice._format_delivery()
        self.assertEqual(delivery["email"], UNKNOWN_MAIL)
        self.assertEqual(delivery["party"], UNKNOWN_MAIL)
        self.assertEqual(notice.display_name, UNKNOWN_MAIL)
        self.assertEqual(notice.entry_id.model, "helpdesk.ticket")
        self.server_down = True
        self.assertFalse(self._pass(START + HOUR, START + 4 * HOUR))
        self.assertEqual(notice.status, "failed")
        self.server_down = False
        letters = self._pass(START + 4 * HOUR, START + DAY)
        self.assertEqual([letter.address for letter in letters], [UNKNOWN_MAIL])
        self.assertEqual(letters[0].message_id, notice.message_id.message_id)
        self.assertIn(incident.number, letters[0].subject)
        self.assertEqual(notice.status, "sent")

    def test_number_that_is_given_up_is_shown_on_the_incident(self):
        intake = self._arrive()
        self._pass(START, START)
        with self.at(START + HOUR):
            incident = self._register(intake).sudo()
        self.refused = {UNKNOWN_MAIL}
        self.assertFalse(self._pass(START + HOUR, START + 6 * DAY))
        self.assertEqual(incident.notice_ids.status, "cancelled")
        activity = self.get_activities(incident, UNREACHABLE_TYPE)
        self.assertIn(UNKNOWN_MAIL, activity.summary)
