# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""P5 as automation rules: code records facts, admins decide what follows from them."""

from unittest.mock import patch

from odoo.tests import tagged

from .common import CLOSED, CLOSURE, ESCALATED, FROZEN, OPENED, WAITING
from .followup_common import FollowupCommon


@tagged("post_install", "-at_install")
class TestFreezeRule(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.freeze = cls.env.ref("openip_incident.automation_freeze")
        cls.resume = cls.env.ref("openip_incident.automation_resume")

    def test_both_are_rules_that_admins_see_and_change(self):
        for rule, field in (
            (self.freeze, "reminder_count"),
            (self.resume, "last_answer_date"),
        ):
            with self.subTest(rule=rule.name):
                self.assertEqual(rule._name, "base.automation")
                self.assertTrue(rule.active)
                self.assertEqual(rule.trigger, "on_create_or_write")
                self.assertEqual(rule.model_name, "helpdesk.ticket")
                self.assertIn(field, rule.trigger_field_ids.mapped("name"))
                self.assertEqual(rule.action_server_ids.state, "code")

    def test_freeze_when_the_first_reminder_was_delivered(self):
        incident = self.request()
        self.run_to(23.9)
        self.assertWaiting(incident, WAITING, "running", 0)
        self.run_to(24)
        self.assertWaiting(incident, FROZEN, "running", 1)
        followup = incident.sudo().followup_id
        self.assertEqual(followup.frozen_date, self.clock)
        self.assertFalse(followup.unfrozen_date)

    def test_no_freeze_while_the_reminder_was_not_delivered(self):
        incident = self.request()
        self.run_to(23)
        self.refused = {self.customer.email, self.integrator.email}
        self.run_to(25)
        self.assertWaiting(incident, WAITING, "running", 0)

    def test_without_the_freeze_rule_reminders_go_on(self):
        self.freeze.active = False
        incident = self.request()
        for hours, reminders in ((24, 1), (48, 2), (72, 3), (96, 3)):
            self.run_to(hours)
            self.assertWaiting(incident, WAITING, "running", reminders)
        self.assertFalse(incident.sudo().followup_id.frozen_date)
        self.run_to(120)
        self.assertEqual(incident.incident_phase, CLOSED)
        self.assertEqual(incident.close_reason, "no_answer")

    def test_rule_may_freeze_later(self):
        """An admin lets two reminders pass first."""
        self.freeze.filter_domain = (
            "[('incident_phase', '=', 'waiting'), ('reminder_count', '>=', 2)]"
        )
        incident = self.request()
        self.run_to(25)
        self.assertWaiting(incident, WAITING, "running", 1)
        self.run_to(49)
        self.assertWaiting(incident, FROZEN, "running", 2)

    def test_without_the_resume_rule_the_clock_stops_and_the_stage_stays(self):
        self.resume.active = False
        incident = self.request()
        with self.moment(30):
            self._reply(incident, self.customer)
        self.assertWaiting(incident, FROZEN, "answered", 1)
        self.assertEqual(incident.last_answer_date, self.clock)
        self.assertTrue(incident.answer_unread)
        followup = incident.sudo().followup_ids
        self.assertEqual(followup.end_date, self.clock)
        self.assertEqual(followup.answered_after, 1)
        # The answer is passed on.
        self.run_to(31)
        known = len(self.letters)
        self.run_to(24 * 14)
        self.assertFalse(self.get_party_letters(known), "nobody is reminded")
        self.assertEqual(incident.incident_phase, FROZEN)

    def test_stage_that_stays_is_resumed_by_hand(self):
        self.resume.active = False
        incident = self.request()
        with self.moment(30):
            self._reply(incident, self.customer)
        with self.moment(31):
            incident.action_incident_resume()
        self.assertEqual(incident.incident_phase, OPENED)

    def test_answer_resumes_waiting(self):
        self.assertAnswerResumes(2, WAITING)

    def test_answer_resumes_frozen(self):
        self.assertAnswerResumes(30, FROZEN)

    def assertAnswerResumes(self, hours, phase):
        incident = self.request()
        self.run_to(hours)
        self.assertEqual(incident.incident_phase, phase)
        with self.moment(hours):
            self._reply(incident, self.integrator)
        self.assertEqual(incident.incident_phase, OPENED)
        followup = incident.sudo().followup_ids
        self.assertEqual(followup.state, "answered")
        self.assertEqual(followup.ended_by_id, self.integrator)

    def test_both_answers_within_a_second_resume(self):
        """The date of the last answer stays the same then: it is no change."""
        incident = self.request("both")
        with self.moment(30):
            self._reply(incident, self.customer)
            self.assertEqual(incident.incident_phase, FROZEN)
            self._reply(incident, self.integrator)
        self.assertEqual(incident.incident_phase, OPENED)

    def test_answer_out_of_turn_does_not_resume(self):
        incident = self.request("integrator")
        with self.moment(30):
            self._reply(incident, self.customer)
        self.assertWaiting(incident, FROZEN, "running", 1)

    def test_resume_goes_back_to_where_waiting_began(self):
        incident = self.request()
        with self.moment(1):
            incident.action_incident_escalate(self.level.id, "<p>Carrier</p>")
            incident.incident_request("action", "<p>Reboot</p>")
        self.run_to(30)
        self.assertEqual(incident.incident_phase, FROZEN)
        with self.moment(31):
            self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, ESCALATED)

    def test_reminders_of_a_closure_freeze_nothing(self):
        incident = self.resolve()
        self.run_to(30)
        self.assertWaiting(incident, CLOSURE, "running", 1)

    def test_move_is_made_once_for_the_batch(self):
        """The rule runs record by record; the move must not."""
        incidents = self.request()
        for _number in range(4):
            incidents |= self.request()
        tickets = type(self.env["helpdesk.ticket"])
        move = tickets._incident_move
        calls = []

        def record(records, *args, **kwargs):
            calls.append(records.ids)
            return move(records, *args, **kwargs)

        self.run_to(23)
        with patch.object(tickets, "_incident_move", record):
            self.run_to(25)
        self.assertEqual([sorted(ids) for ids in calls], [sorted(incidents.ids)])
        self.assertEqual(set(incidents.mapped("incident_phase")), {FROZEN})

    def test_incident_answered_in_the_same_batch_is_not_frozen(self):
        """Both facts in one transaction: the answer has the last word."""
        incident = self.request()
        self.run_to(2)
        with self.moment(3):
            incident.sudo().reminder_count = 1
            self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, OPENED)

    def test_broken_rule_harms_neither_reminders_nor_answers(self):
        """What an admin breaks is put aside on the row that it concerns."""
        incident = self.request()
        self.freeze.action_server_ids.code = "records.write({'partner_id': 0 / 0})"
        self.run_to(23)
        with self.assertLogs("odoo.addons.openip_incident", "ERROR"):
            self.run_to(25)
        followup = incident.sudo().followup_id
        self.assertTrue(followup.error)
        with self.moment(26):
            self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, OPENED)
        self.assertEqual(incident.sudo().followup_ids.state, "answered")

    def test_incident_deleted_by_another_rule_harms_nobody(self):
        gone, other = self.request(), self.request()
        (gone | other).sudo()._action_freeze()
        gone.sudo().unlink()
        self.env["helpdesk.ticket"]._incident_flush_collected()
        self.assertFalse(gone.exists())
        self.assertEqual(other.incident_phase, FROZEN)
