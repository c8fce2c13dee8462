# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Answers while closure awaits its confirmation, and after it."""

from datetime import timedelta

from odoo.tests import tagged

from .common import CLOSED, CLOSURE, IN_PROGRESS, REGISTERED, WAITING
from .followup_common import ANSWER_TYPE, HOUR, START, FollowupCommon

FORTNIGHT = 14 * 24


@tagged("post_install", "-at_install")
class TestFollowupClosure(FollowupCommon):
    def _resolve_and_answer(self, hours, party=None):
        incident = self.resolve()
        with self.moment(hours):
            self._reply(incident, party or self.customer)
        return incident

    def _close_by_silence(self):
        """Return an incident that was closed 72 hours after the start."""
        incident = self.resolve()
        self.run_to(72)
        self.assertEqual(incident.close_reason, "not_confirmed")
        return incident

    def _get_successors(self, incident):
        return incident.sudo().search([("predecessor_id", "=", incident.id)])

    # Answers in closure

    def test_answer_holds_the_countdown_at_each_point(self):
        incident = self.resolve()
        for hours, reminders in ((2, 0), (25, 1), (47, 1), (49, 1), (71, 1)):
            self.run_to(hours)
            for party in (self.customer, self.integrator):
                with self.subTest(hours=hours, party=party.name), self.undone():
                    known = len(self.letters)
                    with self.moment(hours):
                        self._reply(incident, party)
                    self.assertWaiting(incident, CLOSURE, "held", reminders)
                    self.assertEqual(
                        incident.followup_id.hold_date, START + hours * HOUR
                    )
                    self.assertFalse(incident.followup_id.hold_until)
                    activity = self.get_activities(incident, ANSWER_TYPE)
                    self.assertEqual(activity.user_id, self.leader)
                    other = (self.customer | self.integrator) - party
                    self.run_to(FORTNIGHT)
                    self.assertSteps(
                        self.get_party_letters(known),
                        (hours, "update", incident, other),
                    )
                    self.assertWaiting(incident, CLOSURE, "held", reminders)

    def test_other_party_gets_the_answer_once(self):
        incident = self.resolve()
        self.run_to(30)
        known = len(self.letters)
        with self.moment(30):
            self._reply(incident, self.customer)
        self.run_to(FORTNIGHT)
        self.assertSteps(
            self.get_party_letters(known), (30, "update", incident, self.integrator)
        )

    def test_countdown_continues_with_the_time_that_was_left(self):
        """Answered six hours after the reminder, continued four days later."""
        incident = self._resolve_and_answer(30)
        self.assertEqual(incident.next_step_date, START + 48 * HOUR)
        known = len(self.letters)
        with self.moment(126):
            incident.followup_id.with_user(self.agent).action_resume()
        self.assertWaiting(incident, CLOSURE, "running", 1)
        self.assertEqual(incident.next_step_date, START + 144 * HOUR)
        self.run_to(FORTNIGHT)
        parties = self.customer | self.integrator
        self.assertSteps(
            self.get_party_letters(known),
            (30, "update", incident, self.integrator),
            (144, "closure_announce", incident, parties),
            (168, "auto_closed", incident, parties),
        )
        self.assertEqual(incident.close_reason, "not_confirmed")

    def test_announced_countdown_continues_with_the_time_that_was_left(self):
        incident = self._resolve_and_answer(50)
        with self.moment(100):
            incident.followup_id.with_user(self.agent).action_resume()
        self.assertEqual(incident.next_step_date, START + 122 * HOUR)
        self.run_to(121.9)
        self.assertEqual(incident.incident_phase, CLOSURE)
        self.run_to(122)
        self.assertEqual(incident.close_reason, "not_confirmed")

    def test_answer_after_it_was_continued_holds_again(self):
        incident = self._resolve_and_answer(30)
        with self.moment(40):
            incident.followup_id.with_user(self.agent).action_resume()
        with self.moment(50):
            self._reply(incident, self.integrator)
        self.run_to(FORTNIGHT)
        self.assertWaiting(incident, CLOSURE, "held", 1)

    def test_answer_while_the_agent_holds_until_a_date(self):
        """The date releases what was held, not what was answered."""
        incident = self.resolve()
        with self.moment(10):
            incident.followup_id.with_user(self.agent).action_hold(START + 60 * HOUR)
        with self.moment(20):
            self._reply(incident, self.customer)
        self.run_to(FORTNIGHT)
        self.assertWaiting(incident, CLOSURE, "held", 0)

    def test_answer_while_the_announcement_is_on_its_way(self):
        incident = self.resolve()
        self.run_to(47)
        with self.enter_registry_test_mode(), self.at(START + 48 * HOUR):
            self.remind_cron.method_direct_trigger()
        self.assertEqual(incident.followup_id.event_id.action, "announce")
        self.clock = START + 48 * HOUR
        with self.at(self.clock), self.mail_server():
            self._reply(incident, self.customer)
        self.run_to(FORTNIGHT)
        self.assertWaiting(incident, CLOSURE, "held", 1)

    def test_confirmed_by_the_agent_ends_it(self):
        incident = self._resolve_and_answer(30)
        with self.moment(31):
            incident.action_incident_close("confirmed")
        self.assertWaiting(incident, CLOSED, "cancelled", 1)
        self.assertSteps(
            self.run_to(FORTNIGHT),
            (31, "closed", incident, self.customer | self.integrator),
        )
        self.assertEqual(incident.close_reason, "confirmed")

    def test_back_in_progress_ends_it(self):
        incident = self._resolve_and_answer(30)
        with self.moment(31):
            incident.action_incident_start()
        self.assertWaiting(incident, IN_PROGRESS, "cancelled", 1)
        self.assertFalse(incident.solved_date)
        known = len(self.letters)
        self.run_to(FORTNIGHT)
        self.assertFalse(self.get_party_letters(known))

    def test_question_instead_of_closure_counts_by_its_own_plan(self):
        incident = self._resolve_and_answer(30)
        with self.moment(31):
            incident.incident_request("information", "<p>What exactly?</p>")
        self.assertWaiting(incident, WAITING, "running", 0)
        followup = incident.followup_id
        self.assertEqual(followup.plan_id, self.env.ref("openip_incident.plan_request"))
        with self.moment(60):
            self._reply(incident, self.customer)
        self.assertWaiting(incident, IN_PROGRESS, "answered", 1)

    def test_solved_again_starts_the_whole_chain_again(self):
        incident = self._resolve_and_answer(50)
        with self.moment(51):
            incident.action_incident_start()
        known = len(self.letters)
        with self.moment(60):
            incident.action_incident_resolve()
        self.run_to(FORTNIGHT)
        parties = self.customer | self.integrator
        self.assertSteps(
            self.get_party_letters(known),
            (60, "closure_request", incident, parties),
            (84, "closure_reminder", incident, parties),
            (108, "closure_announce", incident, parties),
            (132, "auto_closed", incident, parties),
        )

    # Answers after the closure

    def test_answer_within_the_window_reopens_what_nobody_answered(self):
        incident = self.request()
        self.run_to(120)
        self.assertEqual(incident.close_reason, "no_answer")
        known = len(self.letters)
        with self.moment(121):
            self._reply(incident, self.integrator)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertEqual(incident.reopen_count, 1)
        self.assertFalse(incident.close_reason)
        self.assertFalse(incident.closed_date)
        self.assertFalse(incident.followup_id)
        self.run_to(FORTNIGHT)
        self.assertSteps(
            self.get_party_letters(known), (121, "update", incident, self.customer)
        )

    def test_answer_within_the_window_reopens_what_nobody_confirmed(self):
        incident = self._close_by_silence()
        with self.moment(72 + 5 * 24 - 1):
            self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertFalse(incident.solved_date)
        self.assertEqual(len(self.get_activities(incident, ANSWER_TYPE)), 1)

    def test_thank_you_reopens_nothing(self):
        for reason in ("confirmed", "support"):
            with self.subTest(reason=reason):
                self.clock, self.letters = START, []
                incident = self.resolve()
                with self.moment(10):
                    incident.action_incident_close(reason)
                with self.moment(20):
                    self._reply(incident, self.customer, html="<p>Merci !</p>")
                self.assertWaiting(incident, CLOSED, "cancelled", 0)
                self.assertEqual(incident.close_reason, reason)
                self.assertEqual(incident.reopen_count, 0)
                self.assertTrue(incident.answer_unread)
                self.assertEqual(len(self.get_activities(incident, ANSWER_TYPE)), 1)
                self.assertFalse(self._get_successors(incident))

    def test_vacation_reply_reopens_nothing(self):
        incident = self._close_by_silence()
        for hours in (80, 400):
            with self.moment(hours):
                self._reply(
                    incident,
                    self.customer,
                    headers={"Auto-Submitted": "auto-replied"},
                )
        self.assertEqual(incident.incident_phase, CLOSED)
        self.assertFalse(self._get_successors(incident))

    def test_late_answers_register_one_linked_incident(self):
        incident = self._close_by_silence()
        closed_date = incident.closed_date
        late = 72 + 5 * 24 + 1
        for hours, party in ((late, self.customer), (late + 2, self.integrator)):
            with self.moment(hours):
                self._reply(incident, party, html="<p>It is dead again.</p>")
        self.assertEqual(incident.incident_phase, CLOSED)
        self.assertEqual(incident.closed_date, closed_date)
        self.assertEqual(incident.reopen_count, 0)
        successor = self._get_successors(incident)
        self.assertEqual(len(successor), 1)
        self.assertEqual(successor.incident_phase, REGISTERED)
        self.assertEqual(successor.partner_id, self.customer)
        self.assertEqual(successor.integrator_id, self.integrator)
        self.assertIn("It is dead again.", successor.description)
        self.assertTrue(successor.answer_unread)
        self.assertNotEqual(successor.number, incident.number)

    def test_window_is_the_teams(self):
        self.team.incident_reopen_days = 30
        incident = self._close_by_silence()
        with self.moment(72 + 29 * 24):
            self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_reopened_by_hand_within_the_window_waits_for_nobody(self):
        incident = self._close_by_silence()
        with self.moment(80):
            incident.action_incident_reopen("<p>The customer called.</p>")
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertFalse(incident.followup_id)
        self.assertEqual(incident.followup_ids.state, "expired")
        known = len(self.letters)
        self.run_to(FORTNIGHT)
        self.assertFalse(self.get_party_letters(known))

    def test_closing_again_is_announced_again(self):
        """The evidence of the first closure closes nothing a second time."""
        incident = self._close_by_silence()
        with self.moment(73):
            self._reply(incident, self.customer)
        with self.moment(80):
            incident.action_incident_resolve()
        self.run_to(151.9)
        self.assertEqual(incident.incident_phase, CLOSURE)
        self.run_to(152)
        self.assertEqual(incident.close_reason, "not_confirmed")
        self.assertEqual(incident.closed_date, START + timedelta(hours=152))
        self.assertEqual(incident.followup_ids.mapped("state"), ["expired"] * 2)
