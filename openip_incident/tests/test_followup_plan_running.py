# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An admin edits the plan of incidents that are being followed up."""

from datetime import timedelta

from odoo.tests import tagged

from .common import CLOSED, CUSTOMER_MAIL, FROZEN, INTEGRATOR_MAIL, WAITING
from .followup_common import HOUR, START
from .test_followup_plan import PlanCommon


@tagged("post_install", "-at_install")
class TestRunningPlan(PlanCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.plan = self._create_plan("remind", "remind", "announce", "close")
        self.first, self.second, self.announce, self.close = self.plan._get_steps()
        self.stages[WAITING].followup_plan_id = self.plan
        self.incident = self.request()
        self.followup = self.incident.followup_id

    def _get_hours(self):
        """Return the executed steps, and how many hours after the start."""
        return [
            (event.step_id, (event.due_date - START) / HOUR)
            for event in self.followup.event_ids.sorted("id")[1:]
        ]

    def _add_step(self, action, sequence, **values):
        vals = self._step(action, sequence, **values)[2]
        return self.env["incident.followup.step"].create(
            {**vals, "plan_id": self.plan.id}
        )

    def test_changed_delay_applies_to_dates_not_yet_written(self):
        self.run_to(1)
        self.first.delay = 48
        self.second.delay = 12
        self.run_to(40)
        self.assertEqual(self._get_hours(), [(self.first, 24), (self.second, 36)])

    def test_executed_step_is_archived_when_deleted(self):
        self.run_to(30)
        self.first.unlink()
        self.assertTrue(self.first.exists())
        self.assertFalse(self.first.active)
        self.assertEqual(self.followup.event_ids.step_id, self.first)
        self.run_to(24 * 7)
        self.assertEqual(
            self._get_hours(),
            [
                (self.first, 24),
                (self.second, 48),
                (self.announce, 72),
                (self.close, 96),
            ],
        )
        self.assertEqual(self.incident.incident_phase, CLOSED)

    def test_step_that_was_never_executed_is_deleted(self):
        self.run_to(1)
        self.second.unlink()
        self.assertFalse(self.second.exists())

    def test_deleted_next_step_leads_on(self):
        """The delay of the step after it runs from the last mail."""
        self.run_to(30)
        self.second.unlink()
        self.assertEqual(self.followup.next_step_id, self.announce)
        self.run_to(24 * 7)
        self.assertEqual(
            self._get_hours(),
            [(self.first, 24), (self.announce, 48), (self.close, 72)],
        )

    def test_archived_next_step_leads_on(self):
        self.run_to(30)
        self.second.active = False
        self.assertEqual(self.followup.next_step_id, self.announce)
        self.assertEqual(self.followup.due_date, START + 48 * HOUR)

    def test_next_step_is_deleted_while_the_first_mail_is_on_its_way(self):
        self.first.unlink()
        self.assertEqual(self.followup.next_step_id, self.second)
        self.run_to(30)
        self.assertEqual(self._get_hours(), [(self.second, 24)])

    def test_step_is_deleted_while_its_mail_is_on_its_way(self):
        self.run_to(23)
        self.refused = {CUSTOMER_MAIL, INTEGRATOR_MAIL}
        self.run_to(24.5)
        self.assertEqual(self.followup.event_id.step_id, self.first)
        self.first.unlink()
        self.refused = set()
        self.run_to(24 * 2)
        self.assertTrue(self.first.exists())
        self.assertEqual(self.followup.next_step_id, self.second)
        self.assertEqual(self.followup.reminder_count, 1)

    def test_last_steps_deleted_leave_a_follow_up_that_says_so(self):
        self.run_to(1)
        self.plan.step_ids.unlink()
        self.assertFalse(self.followup.next_step_id)
        self.assertFalse(self.followup.due_date)
        self.assertEqual(self.followup.state, "running")
        self.assertIn("nothing follows", self.incident.next_step)
        self.assertFalse(self.run_to(24 * 7))

    def test_announcement_and_closure_are_deleted_together(self):
        """Executed or not: the plan is judged as it is left."""
        self.run_to(73)
        self.assertEqual(self.followup.next_step_id, self.close)
        (self.announce | self.close).unlink()
        self.assertFalse(self.announce.active)
        self.assertFalse(self.close.exists())
        self.run_to(24 * 7)
        self.assertEqual(self.incident.incident_phase, FROZEN)

    def test_deleted_step_is_no_more_of_ended_follow_ups(self):
        self.run_to(1)
        self.followup.action_cancel()
        self.first.unlink()
        self.assertFalse(self.first.exists())
        self.assertFalse(self.followup.due_date)
        self.assertEqual(self.followup.state, "cancelled")

    def test_step_added_after_the_executed_one_is_taken(self):
        self.run_to(30)
        added = self._add_step("remind", 15, delay=36)
        self.assertEqual(self.followup.next_step_id, added)
        self.run_to(24 * 7)
        self.assertEqual(
            self._get_hours(),
            [
                (self.first, 24),
                (added, 60),
                (self.second, 84),
                (self.announce, 108),
                (self.close, 132),
            ],
        )

    def test_step_added_before_the_executed_one_is_not(self):
        self.run_to(30)
        due_date = self.followup.due_date
        self._add_step("remind", 5)
        self.assertEqual(self.followup.next_step_id, self.second)
        self.assertEqual(self.followup.due_date, due_date)

    def test_step_moved_behind_is_not_executed_twice(self):
        self.run_to(50)
        self.first.sequence = 25
        self.run_to(24 * 7)
        self.assertEqual(
            self.followup.event_ids.sorted("id").step_id,
            self.first | self.second | self.announce | self.close,
        )
        self.assertFalse(self.followup.error)
        self.assertEqual(self.incident.incident_phase, CLOSED)

    def test_step_added_between_announcement_and_closure_keeps_the_date(self):
        """What was announced is not overtaken by another announcement."""
        self.run_to(73)
        announced = self.followup.event_ids.sorted("id")[-1:].announced_date
        self.assertEqual(announced, START + 96 * HOUR)
        added = self._add_step("announce", 35, delay=1)
        self.assertEqual(self.followup.next_step_id, added)
        self.assertEqual(self.followup.due_date, announced)
        self.run_to(24 * 7)
        self.assertEqual(self.incident.closed_date, announced + timedelta(hours=24))

    def test_editing_one_plan_leaves_the_others_alone(self):
        other = self._create_plan("remind")
        self.run_to(30)
        due_date = self.followup.due_date
        other.step_ids.unlink()
        self.assertEqual(self.followup.due_date, due_date)
        self.assertEqual(self.followup.next_step_id, self.second)

    def test_archived_plan_goes_on_but_starts_nothing(self):
        self.run_to(1)
        self.plan.active = False
        self.run_to(25)
        self.assertEqual(self.followup.reminder_count, 1)
        other = self.request()
        self.assertFalse(other.followup_id)

    def test_exempt_incident_is_not_followed_up(self):
        self.incident.followup_exempt = True
        self.assertEqual(self.followup.state, "cancelled")
        self.assertFalse(self.run_to(24 * 7)[2:])

    def test_executed_step_is_known_in_the_transaction_that_executes_it(self):
        """What was looked at before must not be executed a second time."""
        self.run_to(23)
        with self.at(START + 24 * HOUR), self.mock_mail_gateway():
            self.assertFalse(self.followup.executed_steps)
            step = self.followup.next_step_id
            self.followup.sudo()._do_remind()
            self.assertEqual(self.followup.executed_steps, step.ids)
            self.assertEqual(self.followup._get_following(step), self.second)
