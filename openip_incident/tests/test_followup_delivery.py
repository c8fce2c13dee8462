# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A step counts when its mail was accepted, and not before."""

from odoo.tests import tagged

from odoo.addons.openip_incident.models.correspondence.incident_notice import (
    MAX_ATTEMPTS,
)

from .common import (
    CLOSED,
    CLOSURE,
    CUSTOMER_MAIL,
    FROZEN,
    INTEGRATOR_MAIL,
    OPENED,
    WAITING,
)
from .followup_common import HOUR, START, UNREACHABLE_TYPE, FollowupCommon

# Longer than a whole chain takes, five days.
LONG = 5 * 24 + 1
MINUTE = 1 / 60


@tagged("post_install", "-at_install")
class TestFollowupDelivery(FollowupCommon):
    def setUp(self):
        super().setUp()
        self.parties = self.customer | self.integrator
        self.both = {CUSTOMER_MAIL, INTEGRATOR_MAIL}

    def _get_event(self, incident, action):
        """Return the one event of an action that an incident has."""
        event = incident.sudo().followup_ids.event_ids.filtered(
            lambda item: item.action == action
        )
        self.assertEqual(len(event), 1, "one event per step")
        return event

    def _get_notice(self, event, party):
        notice = event.notice_ids.filtered(lambda item: item.partner_id == party)
        self.assertEqual(len(notice), 1)
        return notice

    def _run_past_the_closure(self):
        """Let a whole chain pass: a day of attempts, then the hours of its steps.

        :return: the letters to the parties that left meanwhile
        """
        letters = self.run_to(48)
        for hours in (72, 96, 120, LONG):
            letters += self.skip_to(hours)
        return letters

    # Nobody reached

    def test_refused_reminder_counts_for_nobody(self):
        incident = self.request()
        self.run_to(23)
        self.refused = self.both
        self.assertFalse(self._run_past_the_closure())
        self.assertWaiting(incident, WAITING, "running", 0)
        followup = incident.followup_id
        self.assertTrue(followup.undelivered)
        self.assertFalse(followup.due_date)
        self.assertIn("Not delivered", incident.next_step)
        self.assertEqual(len(self.get_activities(incident, UNREACHABLE_TYPE)), 1)
        self.assertFalse(followup.frozen_date)
        self._get_event(incident, "remind")

    def test_refused_announcement_closes_nobody(self):
        incident = self.request()
        self.run_to(95)
        self.refused = self.both
        self.assertFalse(self.run_to(LONG))
        self.assertWaiting(incident, FROZEN, "running", 3)
        self.assertTrue(incident.followup_id.undelivered)
        self.assertEqual(len(self.get_activities(incident, UNREACHABLE_TYPE)), 1)

    def test_server_that_is_down_closes_nobody(self):
        incident = self.resolve()
        self.run_to(47)
        self.server_down = True
        self.assertFalse(self.run_to(LONG))
        self.assertWaiting(incident, CLOSURE, "running", 1)

    def test_it_goes_on_by_itself_with_full_delays(self):
        """Down from before the announcement until ten days later."""
        incident = self.resolve()
        self.run_to(47)
        self.server_down = True
        self.run_to(48 + 240.5)
        self.server_down = False
        self.run_to(400)
        announcement = self._get_event(incident, "announce")
        delivered = (announcement.sent_date - START) / HOUR
        self.assertGreater(delivered, 288)
        self.assertLess(delivered, 288 + 24, "retries back off to a day at most")
        letters = [letter for letter in self.get_party_letters() if letter.date > START]
        self.assertSteps(
            letters,
            (24, "closure_reminder", incident, self.parties),
            (delivered, "closure_announce", incident, self.parties),
            (delivered + 24, "auto_closed", incident, self.parties),
        )
        self.assertFalse(incident.followup_ids.undelivered)
        self.assertEqual(incident.close_reason, "not_confirmed")
        self.assertGreaterEqual(incident.closed_date, announcement.announced_date)

    def test_no_mail_names_a_date_gone_by(self):
        """What was written before the outage is not what leaves after it."""
        incident = self.resolve()
        self.run_to(47)
        self.server_down = True
        self.run_to(48 + 100)
        self.server_down = False
        letters = self.run_to(48 + 120)
        announced = self._get_event(incident, "announce").announced_date
        first = self.get_subject("closure_announce", incident, "en_US")
        letter = next(item for item in letters if item.subject == first)
        self.assertGreaterEqual(announced, letter.date + 23 * HOUR)
        self.assertIn(f"{announced:%A} {announced.day} ", letter.body)

    def test_support_is_told_no_more_of_what_was_reached(self):
        kind = "openip_incident.mail_activity_type_unreachable"
        incident = self.request()
        self.run_to(23)
        self.server_down = True
        self.run_to(24 + 12)
        self.assertTrue(incident.followup_id.undelivered)
        self.assertTrue(self.get_activities(incident, kind))
        self.server_down = False
        self.run_to(24 + 24)
        self.assertFalse(incident.followup_id.undelivered)
        self.assertFalse(self.get_activities(incident, kind))

    # Retries

    def test_retry_has_the_same_message_id(self):
        incident = self.request()
        self.run_to(23)
        self.refused = self.both
        self.run_to(24)
        event = self._get_event(incident, "remind")
        expected = set(event.notice_ids.message_id.mapped("message_id"))
        self.refused = set()
        letters = self.run_to(25)
        self.assertEqual({letter.message_id for letter in letters}, expected)
        self.assertEqual(len(letters), 2)
        self.assertEqual(event.sent_date, START + (24 + 2 * MINUTE) * HOUR)
        self.assertEqual(
            incident.followup_id.due_date, START + (48 + 2 * MINUTE) * HOUR
        )
        self.assertEqual(set(event.notice_ids.mapped("status")), {"sent"})
        self.assertFalse(any(event.notice_ids.mapped("failure")))
        self.assertWaiting(incident, FROZEN, "running", 1)

    def test_retries_back_off(self):
        incident = self.request()
        self.run_to(23)
        self.refused = self.both
        self.run_to(24)
        notice = self._get_event(incident, "remind").notice_ids[:1]
        waits = []
        for _attempt in range(4):
            self.assertEqual(notice.status, "failed")
            self.assertIn("No such mailbox", notice.failure)
            waits.append((notice.retry_date - self.clock).total_seconds() / 60)
            self.run_to((notice.retry_date - START) / HOUR)
        self.assertEqual(waits, [2, 4, 8, 16])

    def test_mail_older_than_an_hour_is_written_anew_on_the_same_event(self):
        incident = self.request()
        self.run_to(23)
        self.refused = self.both
        self.run_to(24)
        event = self._get_event(incident, "remind")
        old = event.notice_ids
        self.run_to(25)
        self.assertEqual(set(old.mapped("status")), {"cancelled"})
        mails = self.env["mail.mail"].sudo()
        old_mails = mails.search([("mail_message_id", "in", old.message_id.ids)])
        self.assertEqual(set(old_mails.mapped("state")), {"cancel"})
        self.assertEqual(self._get_event(incident, "remind"), event)
        new = event.notice_ids - old
        self.assertEqual(new.partner_id, self.parties)
        self.assertFalse(new.message_id & old.message_id)
        self.refused = set()
        letters = self.run_to(27)
        self.assertEqual(
            {letter.message_id for letter in letters},
            set(new.message_id.mapped("message_id")),
        )
        self.assertEqual(len(letters), 2)
        self.assertEqual(set(event.notice_ids.mapped("status")), {"cancelled", "sent"})

    def test_request_that_was_refused_is_written_anew_with_its_question(self):
        self.refused = self.both
        incident = self.request()
        self.run_to(2)
        self.assertTrue(incident.followup_id.undelivered)
        self.refused = set()
        letters = self.run_to(4)
        self.assertEqual(len(letters), 2)
        for letter in letters:
            self.assertIn("Since when?", letter.body)
        delivered = incident.followup_id.event_ids.sent_date
        self.assertGreaterEqual(delivered, START + 2 * HOUR)
        self.assertEqual(incident.followup_id.due_date, delivered + 24 * HOUR)

    def test_server_that_takes_an_hour_loses_and_doubles_nothing(self):
        incidents = [self.request() for _number in range(3)]
        self.run_to(23)
        self.server_down = True
        self.run_to(24.5)
        self.server_down = False
        letters = self.run_to(26)
        for incident in incidents:
            own = [item for item in letters if incident.number in item.subject]
            self.assertEqual(sorted(item.address for item in own), sorted(self.both))
            self.assertWaiting(incident, FROZEN, "running", 1)

    def test_interrupted_mail_is_recovered(self):
        """Killed between marking the mail and sending it: nobody else looks at it."""
        incident = self.request()
        self.run_to(23)
        with self.enter_registry_test_mode(), self.at(START + 24 * HOUR):
            self.remind_cron.method_direct_trigger()
        self.env.invalidate_all()
        event = self._get_event(incident, "remind")
        event.renew_date = False
        mails = event.notice_ids._get_mails()
        mails.state = "exception"
        self.assertEqual(set(event.notice_ids.mapped("status")), {"queued"})
        self.clock = START + 24.5 * HOUR
        self.assertFalse(self.run_to(24.9), "its sending may still be under way")
        self.clock = START + 25.1 * HOUR
        letters = self.run_to(25.2)
        self.assertEqual(
            {letter.message_id for letter in letters},
            set(event.notice_ids.message_id.mapped("message_id")),
        )
        self.assertEqual(len(letters), 2)
        self.assertWaiting(incident, FROZEN, "running", 1)

    def test_mail_without_a_follow_up_is_given_up_with_an_activity(self):
        self.refused = {CUSTOMER_MAIL}
        with self.at(START), self.mail_server():
            incident = self._create_incident_in(OPENED)
            self.send_queue()
        notice = incident.sudo().notice_ids.filtered(
            lambda item: item.partner_id == self.customer
        )
        self.assertEqual(notice.status, "failed")
        self.run_to(24)
        self.assertEqual(notice.status, "failed", "not given up within a day")
        self.assertFalse(self.get_activities(incident, UNREACHABLE_TYPE))
        self.run_to(5 * 24)
        self.assertEqual(notice.status, "cancelled")
        self.assertEqual(notice.attempts, MAX_ATTEMPTS)
        self.assertEqual(notice._get_mails().state, "cancel")
        activity = self.get_activities(incident, UNREACHABLE_TYPE)
        self.assertEqual(len(activity), 1)
        self.assertIn("No such mailbox", activity.note)

    def test_mail_of_a_closure_is_tried_again(self):
        """The follow-up is over, but its last mail has still to be delivered."""
        incident = self.resolve()
        self.run_to(71)
        self.refused = self.both
        self.run_to(73)
        self.assertEqual(incident.incident_phase, CLOSED)
        self.refused = set()
        letters = self.run_to(LONG)
        self.assertEqual(sorted(item.address for item in letters), sorted(self.both))
        event = self._get_event(incident, "close")
        self.assertEqual(set(event.notice_ids.mapped("status")), {"sent"})

    def test_late_mail_of_a_closure_that_was_undone_is_given_up(self):
        incident = self.resolve()
        self.run_to(71)
        self.refused = {CUSTOMER_MAIL}
        self.run_to(72)
        with self.moment(72.1):
            self._reply(incident, self.integrator)
        self.refused = set()
        letters = self.run_to(LONG)
        closed = self.get_subject("auto_closed", incident, self.customer.lang)
        self.assertNotIn(closed, [letter.subject for letter in letters])

    # One of both reached

    def test_one_party_is_enough(self):
        incident = self.request()
        self.run_to(23)
        self.refused = {CUSTOMER_MAIL}
        self.assertSteps(self.run_to(24), (24, "reminder", incident, self.integrator))
        self.assertWaiting(incident, FROZEN, "running", 1)
        followup = incident.followup_id
        self.assertFalse(followup.undelivered)
        self.assertEqual(followup.due_date, START + 48 * HOUR)
        activity = self.get_activities(incident, UNREACHABLE_TYPE)
        self.assertEqual(len(activity), 1)
        self.assertIn(self.customer.name, activity.summary)
        self.run_to(LONG)
        self.assertWaiting(incident, CLOSED, "expired", 3)
        self.assertEqual(incident.closed_date, START + 120 * HOUR)

    def test_party_that_is_reached_later_gets_its_mail_once(self):
        incident = self.request()
        self.run_to(23)
        self.refused = {CUSTOMER_MAIL}
        self.run_to(26)
        self.refused = set()
        letters = self.run_to(47)
        self.assertEqual([item.address for item in letters], [CUSTOMER_MAIL])
        self.assertEqual(
            incident.followup_id.due_date, START + 48 * HOUR, "the clock ran on"
        )
        self.assertEqual(incident.reminder_count, 1)

    def test_refused_reminder_is_not_delivered_after_the_next_one(self):
        incident = self.request()
        self.run_to(23)
        self.refused = {CUSTOMER_MAIL}
        self.run_to(48)
        self.refused = set()
        letters = [
            letter for letter in self.run_to(71) if letter.address == CUSTOMER_MAIL
        ]
        self.assertEqual(len(letters), 1, "the second reminder, not the first")
        first = incident.followup_id.event_ids.sorted("id")[1]
        self.assertEqual(self._get_notice(first, self.customer).status, "cancelled")

    def test_only_the_awaited_party_runs_the_clock(self):
        incident = self.request("customer")
        self.run_to(23)
        self.refused = {CUSTOMER_MAIL}
        letters = self._run_past_the_closure()
        self.assertSteps(letters, (24, "reminder", incident, self.integrator))
        self.assertWaiting(incident, WAITING, "running", 0)
        self.assertTrue(incident.followup_id.undelivered)
        self.assertEqual(len(self.get_activities(incident, UNREACHABLE_TYPE)), 1)

    def test_party_that_is_not_awaited_need_not_be_reached(self):
        incident = self.request("integrator")
        self.run_to(23)
        self.refused = {CUSTOMER_MAIL}
        self.run_to(LONG)
        self.assertWaiting(incident, CLOSED, "expired", 3)

    # Bounces

    def test_bounced_announcement_prevents_the_closure(self):
        self.customer.integrator_id = False
        incident = self.request()
        self.run_to(96)
        announcement = self._get_event(incident, "announce")
        self.assertEqual(announcement.outcome, "sent")
        with self.moment(100):
            self.bounce(incident, self.customer)
        self.run_to(LONG)
        self.assertEqual(announcement.outcome, "bounced")
        self.assertWaiting(incident, FROZEN, "running", 3)
        self.assertTrue(incident.followup_id.undelivered)
        self.assertFalse(incident.followup_id.due_date)
        self.assertEqual(len(self.get_activities(incident, UNREACHABLE_TYPE)), 1)

    def test_bounced_announcement_written_anew_starts_a_full_day(self):
        self.customer.integrator_id = False
        incident = self.request()
        with self.moment(100):
            self.bounce(incident, self.customer)
        with self.moment(200):
            self.customer.email = "new@boulangerie.example.com"
            incident.followup_id.with_user(self.agent).action_send_now()
        self.assertSteps(self.run_to(223.9), (200, "announce", incident, self.customer))
        self.assertEqual(incident.incident_phase, FROZEN)
        announcement = self._get_event(incident, "announce")
        self.assertEqual(announcement.outcome, "sent")
        self.assertEqual(announcement.announced_date, START + 224 * HOUR)
        self.run_to(224)
        self.assertEqual(incident.close_reason, "no_answer")

    def test_bounced_reminder_is_taken_back(self):
        self.customer.integrator_id = False
        incident = self.request()
        with self.moment(50):
            self.bounce(incident, self.customer)
        self.run_to(LONG)
        self.assertWaiting(incident, FROZEN, "running", 1)
        self.assertTrue(incident.followup_id.undelivered)

    def test_bounce_of_one_party_stops_nothing(self):
        incident = self.request()
        with self.moment(100):
            self.bounce(incident, self.customer)
        self.assertEqual(len(self.get_activities(incident, UNREACHABLE_TYPE)), 1)
        self.run_to(LONG)
        self.assertWaiting(incident, CLOSED, "expired", 3)
        self.assertEqual(incident.closed_date, START + 120 * HOUR)

    def test_bounces_of_both_parties_stop_the_closure(self):
        incident = self.request()
        for hours, party in ((97, self.customer), (119, self.integrator)):
            with self.moment(hours):
                self.bounce(incident, party)
        self.run_to(LONG)
        self.assertWaiting(incident, FROZEN, "running", 3)

    def test_bounce_at_the_minute_of_the_closure_wins(self):
        """The bounce is in the database, the reminding action has not seen it yet."""
        self.customer.integrator_id = False
        incident = self.request()
        self.run_to(119)
        with self.at(START + 120 * HOUR):
            self.bounce(incident, self.customer)
            with self.enter_registry_test_mode():
                self.close_cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertWaiting(incident, FROZEN, "running", 3)
        self.assertTrue(incident.followup_id.undelivered)

    def test_bounce_after_the_closure_leaves_it_closed(self):
        self.customer.integrator_id = False
        incident = self.resolve()
        self.run_to(72)
        self.assertEqual(incident.incident_phase, CLOSED)
        with self.moment(73):
            self.bounce(incident, self.customer)
        self.run_to(LONG)
        self.assertWaiting(incident, CLOSED, "expired", 1)
        self.assertEqual(incident.close_reason, "not_confirmed")
        self.assertEqual(len(self.get_activities(incident, UNREACHABLE_TYPE)), 1)
        incident.with_user(self.agent).action_incident_reopen("")
        self.assertEqual(incident.incident_phase, "in_progress")
