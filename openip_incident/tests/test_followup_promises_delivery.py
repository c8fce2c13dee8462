# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Promises 1 to 3: what is sent once, in full time, and what is not sent at all."""

from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .common import CLOSED, CUSTOMER_MAIL, FROZEN, INTEGRATOR_MAIL, OPENED
from .followup_common import HOUR, START, UNREACHABLE_TYPE, FollowupCommon


@tagged("post_install", "-at_install")
class TestFollowupPromisesDelivery(FollowupCommon):
    def setUp(self):
        super().setUp()
        self.both = {CUSTOMER_MAIL, INTEGRATOR_MAIL}

    def _get_notice(self, event, party):
        notice = event.notice_ids.filtered(lambda item: item.partner_id == party)
        self.assertEqual(len(notice), 1)
        return notice

    def _get_kinds(self, incident, letters, *kinds):
        """Return which mails of some kinds there are, and to whom."""
        subjects = {
            self.get_subject(kind, incident, lang): kind
            for kind in kinds
            for lang in ("en_US", "fr_FR")
        }
        return [
            (subjects[letter.subject], letter.address)
            for letter in letters
            if letter.subject in subjects
        ]

    def assertRefusedByDatabase(self, model, vals):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env[model].sudo().create(vals)

    # Exactly once

    def test_database_knows_one_open_follow_up_per_incident(self):
        incident = self.request()
        followup = incident.sudo().followup_id
        vals = {"ticket_id": incident.id, "plan_id": followup.plan_id.id}
        for state in ("running", "held"):
            with self.subTest(state=state):
                self.assertRefusedByDatabase(
                    "incident.followup", {**vals, "state": state}
                )
        followup._finish("cancelled")
        self.env.flush_all()
        self.assertTrue(self.env["incident.followup"].sudo().create(vals))

    def test_database_knows_each_step_once_and_one_beginning(self):
        incident = self.request()
        self.run_to(25)
        followup = incident.sudo().followup_id
        beginning, reminder = followup.event_ids.sorted("id")
        self.assertTrue(reminder.step_id)
        for event in (beginning, reminder):
            with self.subTest(step=event.display_name):
                self.assertRefusedByDatabase(
                    "incident.followup.event",
                    {"followup_id": followup.id, "step_id": event.step_id.id},
                )

    def test_mail_is_locked_before_the_mail_server_hears_of_it(self):
        """Who cancels the mail now finds it locked, and its notice with it."""
        untouched = []
        accept = IrMail_Server.send_email

        def send_email(server, message, *args, **kwargs):
            # What this transaction has locked or written is not as it was created.
            untouched.extend(
                self.env.execute_query(
                    SQL(
                        "SELECT mail.id FROM mail_mail mail "
                        "JOIN mail_message message ON message.id = mail_message_id "
                        "JOIN incident_notice notice "
                        "ON notice.message_id = message.id "
                        "WHERE message.message_id = %s "
                        "AND (mail.state = 'outgoing' AND mail.xmax::text = '0' "
                        "OR notice.xmax::text = '0')",
                        message["Message-Id"],
                    )
                )
            )
            return accept(server, message, *args, **kwargs)

        incident = self.request()
        with (
            self.at(START),
            self.mail_server(),
            patch.object(IrMail_Server, "send_email", send_email),
        ):
            self.send_queue()
        statuses = incident.sudo().followup_id.event_id.notice_ids.mapped("status")
        self.assertEqual(set(statuses), {"sent"})
        self.assertFalse(untouched)

    # Full delays

    def test_closure_waits_a_full_day_for_whom_the_announcement_reached(self):
        """The first mail came back: it is the other party's that counts."""
        incident = self.request()
        self.run_to(95)
        self.refused = {INTEGRATOR_MAIL}
        self.run_to(96.4)
        self.refused = set()
        self.run_to(97)
        announcement = incident.sudo().followup_id._get_announcement()
        reached = self._get_notice(announcement, self.integrator).sent_date
        self.assertGreater(reached, START + 96.4 * HOUR)
        with self.moment(110):
            self.bounce(incident, self.customer)
        self.run_to(120)
        self.assertEqual(incident.incident_phase, FROZEN)
        self.assertEqual(incident.next_step_date, reached + 24 * HOUR)
        self.run_to(122)
        self.assertEqual(incident.closed_date, reached + 24 * HOUR)

    def test_nobody_is_closed_before_the_date_that_was_named(self):
        """Whatever has brought the due date forward."""
        plan = self.env.ref("openip_incident.plan_request")
        plan.step_ids.filtered(lambda step: step.action == "close").delay = 72
        incident = self.request()
        self.run_to(97)
        followup = incident.sudo().followup_id
        announced = followup._get_announcement().announced_date
        self.assertEqual(announced, START + 168 * HOUR)
        followup._schedule(followup.next_step_id, START + 50 * HOUR)
        self.assertLess(followup.due_date, announced)
        self.run_to(167.9)
        self.assertEqual(incident.incident_phase, FROZEN)
        self.run_to(168)
        self.assertEqual(incident.closed_date, announced)

    def test_last_announcement_decides(self):
        """An admin announces twice: the second date is the one that holds."""
        plan = self.env.ref("openip_incident.plan_request")
        plan.step_ids.filtered(lambda step: step.action == "announce").copy()
        incident = self.request()
        self.run_to(121)
        followup = incident.sudo().followup_id
        announcements = followup.event_ids.filtered("announced_date")
        self.assertEqual(len(announcements), 2)
        self.assertEqual(followup._get_closure_date(), START + 144 * HOUR)
        self.run_to(144)
        self.assertEqual(incident.closed_date, START + 144 * HOUR)

    def test_announced_date_is_shown_though_the_plan_was_shortened_meanwhile(self):
        """The mail on its way names a date that the plan no longer has."""
        plan = self.env.ref("openip_incident.plan_request")
        closure = plan.step_ids.filtered(lambda step: step.action == "close")
        closure.delay = 72
        incident = self.request()
        self.run_to(95)
        with self.enter_registry_test_mode(), self.at(START + 96 * HOUR):
            self.remind_cron.method_direct_trigger()
        closure.delay = 24
        self.clock = START + 96 * HOUR
        self.run_to(97)
        self.assertEqual(incident.next_step_date, START + 168 * HOUR)

    def test_held_twice_goes_on_with_the_time_left_at_first(self):
        incident = self.request()
        for hours, until in ((30, 50), (40, 60)):
            with self.moment(hours):
                incident.followup_id.with_user(self.agent).action_hold(
                    START + until * HOUR
                )
        self.run_to(61)
        self.assertEqual(incident.followup_id.state, "running")
        self.assertEqual(incident.next_step_date, START + (60 + 18) * HOUR)

    def test_renewal_is_woken_at_its_minute(self):
        """The safety net of the interval must not be what renews a mail."""
        incident = self.request()
        self.run_to(23)
        self.refused = self.both
        self.run_to(24)
        for hours in (25, 27):
            event = incident.sudo().followup_id.event_id
            self.assertEqual(event.renew_date, START + hours * HOUR)
            self.assertIn(event.renew_date, self._get_triggers().mapped("call_at"))
            self.run_to(hours)

    def test_renewals_back_off_to_a_day_at_most(self):
        incident = self.request()
        self.run_to(23)
        self.refused = self.both
        self.run_to(24 + 6)
        begin = 24 + 3
        for attempts, wait in enumerate((4, 8, 16, 24, 24), start=3):
            event = incident.sudo().followup_id.event_id
            with self.subTest(attempts=attempts):
                self.assertEqual(event.attempts, attempts)
                self.assertEqual(event.renew_date, START + (begin + wait) * HOUR)
            begin += wait
            # Its mail is tried again many times a day, which renews nothing.
            self.skip_to(begin - 1)
            self.assertEqual(event.attempts, attempts)
            self.skip_to(begin)

    # What is not delivered

    def test_announcement_at_too_short_notice_is_given_up(self):
        """One party has it, the clock runs: the other's copy would come too late."""
        incident = self.request()
        self.run_to(95)
        self.refused = {CUSTOMER_MAIL}
        self.run_to(97.5)
        self.refused = set()
        letters = self.run_to(119)
        self.assertFalse(self._get_kinds(incident, letters, "announce"))
        announcement = incident.sudo().followup_id._get_announcement()
        notice = self._get_notice(announcement, self.customer)
        self.assertEqual(notice.status, "cancelled")
        self.assertTrue(self.get_activities(incident, UNREACHABLE_TYPE))

    def test_refused_request_is_given_up_when_another_party_has_answered(self):
        self.refused = {CUSTOMER_MAIL}
        incident = self.request()
        self.run_to(0.1)
        event = incident.sudo().followup_id.event_ids
        self.assertEqual(self._get_notice(event, self.customer).status, "failed")
        with self.moment(0.2):
            self._reply(incident, self.integrator)
        self.assertEqual(incident.incident_phase, OPENED)
        self.get_activities(incident, UNREACHABLE_TYPE).unlink()
        self.refused = set()
        letters = self.run_to(12)
        self.assertFalse(self._get_kinds(incident, letters, "request_information"))
        self.assertEqual(self._get_notice(event, self.customer).status, "cancelled")
        self.assertFalse(self.get_activities(incident, UNREACHABLE_TYPE))

    def test_request_in_the_queue_is_sent_though_the_agent_went_on(self):
        """What an agent has typed is sent; only reminders are taken back."""
        incident = self.request()
        with self.at(START), self.mock_mail_gateway():
            incident.action_incident_resume()
            self.flush_tracking()
        self.assertEqual(incident.sudo().followup_ids.state, "cancelled")
        self.assertEqual(
            sorted(
                self._get_kinds(incident, self.run_to(1), "request_information"),
            ),
            [("request_information", address) for address in sorted(self.both)],
        )

    def test_undelivered_step_says_so_in_the_ledger(self):
        incident = self.request()
        self.run_to(23)
        self.refused = self.both
        self.run_to(24.1)
        event = incident.sudo().followup_id.event_id
        self.assertEqual(event.outcome, "failed")
        self.refused = set()
        self.run_to(26)
        self.assertEqual(event.outcome, "sent")

    def test_bounce_while_held_is_taken_back(self):
        self.customer.integrator_id = False
        incident = self.request()
        with self.moment(50):
            incident.followup_id.with_user(self.agent).action_hold()
        with self.moment(51):
            self.bounce(incident, self.customer)
        self.run_to(52)
        self.assertWaiting(incident, FROZEN, "held", 1)
        self.assertTrue(incident.sudo().followup_id.undelivered)

    def test_bounce_of_one_party_does_not_even_pause_the_countdown(self):
        incident = self.request()
        self.run_to(100)
        with self.at(self.clock), self.mail_server():
            self.bounce(incident, self.customer)
            with self.enter_registry_test_mode():
                self.remind_cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(incident.next_step_date, START + 120 * HOUR)
        self.assertFalse(incident.sudo().followup_id.undelivered)
        self.assertEqual(
            incident.sudo().followup_id._get_announcement().outcome, "sent"
        )

    def test_bounce_of_a_wait_that_is_over_is_known_once(self):
        """Nothing of it is looked at again, and nothing else is changed by it."""
        incident = self.request()
        self.run_to(30)
        followup = incident.sudo().followup_id
        event = followup.event_ids.sorted("id")[-1]
        followup._finish("answered")
        event.notice_ids._set_bounced("550 No such mailbox")
        before = followup.reminder_count, event.outcome, followup.end_date
        self.run_to(31)
        self.assertEqual(event.notice_ids.mapped("bounce_settled"), [True, True])
        self.assertEqual(
            (followup.reminder_count, event.outcome, followup.end_date), before
        )
        self.assertEqual((followup.state, event.outcome), ("answered", "sent"))
        domain = followup._get_bounce_domain()
        self.assertFalse(followup.search(domain))

    def test_bounce_after_the_closure_changes_nothing_in_the_ledger(self):
        self.customer.integrator_id = False
        incident = self.resolve()
        self.run_to(72)
        self.assertEqual(incident.incident_phase, CLOSED)
        followup = incident.sudo().followup_ids
        for event in followup.event_ids:
            event.notice_ids._set_bounced("550 No such mailbox")
        self.run_to(80)
        self.assertWaiting(incident, CLOSED, "expired", 1)
        self.assertFalse(followup.undelivered)
        self.assertFalse(followup.event_id)

    def test_closed_successor_makes_room_for_another(self):
        """The line is dead again, and again."""
        incident = self.resolve()
        self.run_to(72)
        self.assertEqual(incident.incident_phase, CLOSED)
        successors = self.env["helpdesk.ticket"]
        for hours in (300, 400):
            with self.moment(hours):
                self._reply(incident, self.customer, html="<p>Dead again.</p>")
            found = incident.sudo().search([("predecessor_id", "=", incident.id)])
            self.assertEqual(len(found - successors), 1)
            successors = found
            with self.moment(hours + 1):
                found.filtered(
                    lambda ticket: ticket.incident_phase != CLOSED
                ).action_incident_reject("<p>Solved by itself.</p>")
