# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An answer wins: at each point, by each party, on each channel."""

from odoo.tests import tagged

from .common import (
    CLOSED,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    OPENED,
    WAITING,
)
from .followup_common import ANSWER_TYPE, HOUR, START, FollowupCommon

FORTNIGHT = 14 * 24

# Hours after the request: between its steps, and right after each of them.
POINTS = (
    (2, WAITING, 0),
    (24, FROZEN, 1),
    (30, FROZEN, 1),
    (48, FROZEN, 2),
    (71, FROZEN, 2),
    (73, FROZEN, 3),
    (97, FROZEN, 3),
    (119, FROZEN, 3),
)
ANSWER = "<p>Since Monday morning.</p>"


@tagged("post_install", "-at_install")
class TestFollowupAnswer(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = cls._create_portal_user(
            cls, cls.baker, "portal_followup_answer"
        )

    def _answer_by_mail(self, incident, party):
        self._reply(incident, party, html=ANSWER)

    def _answer_on_the_portal(self, incident, _party):
        incident.with_user(self.portal_user).message_post(
            body="Since Monday morning.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _answer_on_the_phone(self, incident, party):
        staff = {self.customer: self.baker, self.integrator: self.technician}
        incident.incident_record_answer(staff[party], ANSWER)

    def _start_again(self):
        self.clock, self.letters = START, []

    def assertAnswered(self, incident, hours, reminders, author, return_phase):
        """Assert that the follow-up is over and the incident back at work."""
        followup = incident.sudo().followup_ids
        self.assertEqual(len(followup), 1)
        self.assertWaiting(incident, return_phase, "answered", reminders)
        self.assertFalse(incident.followup_id)
        self.assertFalse(incident.next_step_date)
        self.assertEqual(followup.end_date, START + hours * HOUR)
        self.assertEqual(followup.ended_by_id, author)
        self.assertEqual(followup.answered_after, reminders)
        self.assertEqual(followup.waited_hours, hours)
        frozen = max(hours - 24, 0) if reminders else 0
        self.assertEqual(followup.frozen_hours, frozen)
        self.assertEqual(incident.last_answer_date, START + hours * HOUR)
        self.assertTrue(incident.answer_unread)
        self.assertEqual(len(self.get_activities(incident, ANSWER_TYPE)), 1)

    # Each point, each party, each channel

    def _test_channel(self, answer, party, author):
        other = (self.customer | self.integrator) - party
        incident = self.request()
        for hours, phase, reminders in POINTS:
            self.run_to(hours)
            with self.subTest(hours=hours, party=party.name), self.undone():
                self.assertEqual(incident.incident_phase, phase)
                known = len(self.letters)
                with self.moment(hours):
                    answer(incident, party)
                self.assertAnswered(incident, hours, reminders, author, OPENED)
                self.run_to(FORTNIGHT)
                letters = self.get_party_letters(known)
                self.assertSteps(letters, (hours, "update", incident, other))
                self.assertIn("Since Monday morning.", letters[0].body)
                self.assertWaiting(incident, OPENED, "answered", reminders)

    def test_customer_answers_by_mail(self):
        self._test_channel(self._answer_by_mail, self.customer, self.customer)

    def test_integrator_answers_by_mail(self):
        self._test_channel(self._answer_by_mail, self.integrator, self.integrator)

    def test_customers_staff_answers_on_the_portal(self):
        self._test_channel(self._answer_on_the_portal, self.customer, self.baker)

    def test_customers_staff_answers_on_the_phone(self):
        self._test_channel(self._answer_on_the_phone, self.customer, self.baker)

    def test_integrators_staff_answers_on_the_phone(self):
        self._test_channel(self._answer_on_the_phone, self.integrator, self.technician)

    def test_answer_while_the_reminder_is_on_its_way(self):
        """Written, not sent yet: the answer ends the follow-up, nobody is frozen."""
        incident = self.request()
        self.run_to(23)
        with self.enter_registry_test_mode(), self.at(START + 24 * HOUR):
            self.remind_cron.method_direct_trigger()
        self.assertEqual(incident.followup_id.event_id.action, "remind")
        self.clock = START + 24 * HOUR
        with self.at(self.clock), self.mail_server():
            self._answer_by_mail(incident, self.customer)
        self.run_to(FORTNIGHT)
        self.assertWaiting(incident, OPENED, "answered", 0)
        self.assertFalse(incident.followup_ids.frozen_date)

    def test_request_that_is_refused_after_the_answer_is_missed_by_nobody(self):
        incident = self.request()
        with self.at(START), self.mail_server():
            self._answer_on_the_phone(incident, self.customer)
            self.flush_tracking()
        self.refused = {self.customer.email, self.integrator.email}
        self.assertFalse(self.run_to(FORTNIGHT))
        self.assertWaiting(incident, OPENED, "answered", 0)
        followup = incident.sudo().followup_ids
        self.assertFalse(followup.undelivered)
        self.assertFalse(followup.due_date)

    # Back to where it came from

    def test_answer_returns_to_the_stage_that_asked(self):
        for phase in (OPENED, IN_PROGRESS, ESCALATED):
            with self.subTest(phase=phase):
                self._start_again()
                with self.at(START), self.mock_mail_gateway():
                    incident = self._create_incident_in(phase)
                    incident.incident_request("information", "<p>When?</p>")
                    self.flush_tracking()
                with self.moment(50):
                    self._answer_by_mail(incident, self.customer)
                self.assertWaiting(incident, phase, "answered", 2)

    # Whose answer

    def test_answer_of_the_awaited_party_only(self):
        for awaited, other in (
            (self.customer, self.integrator),
            (self.integrator, self.customer),
        ):
            wait_for = "customer" if awaited == self.customer else "integrator"
            with self.subTest(wait_for=wait_for):
                self._start_again()
                incident = self.request(wait_for)
                with self.moment(30):
                    self._answer_by_mail(incident, other)
                self.assertWaiting(incident, FROZEN, "running", 1)
                self.assertTrue(incident.answer_unread)
                self.assertSteps(
                    self.run_to(49),
                    (30, "update", incident, awaited),
                    (48, "reminder", incident, awaited | other),
                )
                with self.moment(50):
                    self._answer_by_mail(incident, awaited)
                self.assertWaiting(incident, OPENED, "answered", 2)

    def test_both_have_to_answer(self):
        incident = self.request("both")
        with self.moment(30):
            self._answer_by_mail(incident, self.integrator)
        self.assertWaiting(incident, FROZEN, "running", 1)
        self.assertEqual(incident._get_awaited_parties("both"), self.customer)
        with self.moment(50):
            self._answer_by_mail(incident, self.customer)
        self.assertWaiting(incident, OPENED, "answered", 2)

    def test_nobody_is_closed_who_answered_though_another_is_awaited(self):
        """Closure is not announced over an answer: support looks first."""
        incident = self.request("customer")
        with self.moment(80):
            self._answer_by_mail(incident, self.integrator)
        self.assertSteps(
            self.run_to(FORTNIGHT), (80, "update", incident, self.customer)
        )
        self.assertWaiting(incident, FROZEN, "held", 3)
        self.assertEqual(len(self.get_activities(incident, ANSWER_TYPE)), 1)

    def test_answer_of_another_after_the_announcement_stops_the_closure(self):
        incident = self.request("customer")
        with self.moment(100):
            self._answer_by_mail(incident, self.integrator)
        self.run_to(FORTNIGHT)
        self.assertEqual(incident.incident_phase, FROZEN)
        self.assertEqual(incident.followup_id.state, "held")

    # What is no answer

    def test_what_support_writes_stops_no_clock(self):
        incident = self.request()
        with self.moment(30):
            incident.with_user(self.agent).message_post(
                body="We are still waiting.",
                message_type="comment",
                partner_ids=(incident.partner_id | incident.integrator_id).ids,
                subtype_xmlid="mail.mt_comment",
            )
            incident.incident_update("<p>We are still waiting.</p>")
        self.assertWaiting(incident, FROZEN, "running", 1)
        self.run_to(FORTNIGHT)
        self.assertEqual(incident.close_reason, "no_answer")

    def test_vacation_reply_stops_no_clock(self):
        incident = self.request()
        with self.moment(30):
            self._reply(
                incident,
                self.customer,
                html="<p>I am away.</p>",
                headers={"Auto-Submitted": "auto-replied"},
            )
        self.assertWaiting(incident, FROZEN, "running", 1)
        self.assertFalse(incident.last_answer_date)
        self.run_to(FORTNIGHT)
        self.assertEqual(incident.close_reason, "no_answer")

    def test_vacation_reply_that_is_counted_after_all_ends_the_follow_up(self):
        incident = self.request()
        with self.moment(30):
            self._reply(
                incident, self.customer, headers={"Auto-Submitted": "auto-replied"}
            )
        mail = incident.message_ids.filtered("incident_disregard")
        self.assertEqual(mail.incident_disregard, "auto_reply")
        with self.moment(31):
            mail.with_user(self.agent).action_count_as_answer()
        self.assertAnswered(incident, 31, 1, self.customer, OPENED)

    # Another request counts anew

    def test_request_after_an_answer_counts_anew(self):
        incident = self.request()
        with self.moment(50):
            self._answer_by_mail(incident, self.customer)
        known = len(self.letters)
        with self.moment(60):
            incident.incident_request("action", "<p>Please reboot.</p>")
            self.assertEqual(incident.reminder_count, 0)
        first, second = incident.followup_ids.sorted("id")
        self.assertEqual((first.state, second.state), ("answered", "running"))
        self.assertEqual(first.reminder_count, 2)
        self.run_to(FORTNIGHT)
        parties = self.customer | self.integrator
        self.assertSteps(
            self.get_party_letters(known),
            (50, "update", incident, self.integrator),
            (60, "request_action", incident, parties),
            (84, "reminder", incident, parties),
            (108, "reminder", incident, parties),
            (132, "reminder", incident, parties),
            (156, "announce", incident, parties),
            (180, "auto_closed", incident, parties),
        )
        self.assertEqual(incident.incident_phase, CLOSED)
        self.assertEqual(incident.close_reason, "no_answer")

    def test_second_request_replaces_the_first(self):
        incident = self.request()
        with self.moment(50):
            incident.incident_request("action", "<p>Please reboot.</p>", "customer")
        first, second = incident.followup_ids.sorted("id")
        self.assertEqual((first.state, second.state), ("cancelled", "running"))
        self.assertEqual(first.ended_by_id, self.agent.partner_id)
        self.assertEqual(first.reminder_count, 2)
        self.assertEqual(first.frozen_hours, 26)
        self.assertEqual(second.wait_for, "customer")
        self.assertWaiting(incident, WAITING, "running", 0)
        parties = self.customer | self.integrator
        self.assertSteps(
            self.run_to(75),
            (50, "request_action", incident, parties),
            (74, "reminder", incident, parties),
        )
        self.assertWaiting(incident, FROZEN, "running", 1)
        with self.moment(80):
            self._answer_by_mail(incident, self.customer)
        self.assertWaiting(incident, OPENED, "answered", 1)

    def test_answer_to_the_first_request_is_none_to_the_second(self):
        incident = self.request("both")
        with self.moment(10):
            self._answer_by_mail(incident, self.integrator)
        with self.moment(20):
            incident.incident_request("action", "<p>Please reboot.</p>", "both")
        with self.moment(30):
            self._answer_by_mail(incident, self.customer)
        self.assertEqual(incident.followup_id.state, "running")
        self.assertEqual(incident._get_awaited_parties("both"), self.integrator)
