# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a batch of follow-ups knows and writes of each is what is there."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models.followups import EXPIRED
from ..models.speed.incident_followup import KNOWN_WRITERS
from .common import WAITING
from .followup_common import FollowupCommon


@tagged("post_install", "-at_install")
class TestSpeedFollowup(FollowupCommon):
    def setUp(self):
        super().setUp()
        self.incidents = self.env["helpdesk.ticket"]
        for _time in range(3):
            self.incidents |= self._create_incident_in(WAITING)
        self.incidents = self.incidents.sudo()
        self.followups = self.incidents.followup_id
        self.assertEqual(len(self.followups), 3)

    def _create_events(self):
        step = self.followups[0].next_step_id
        return step, self.followups._create_events(step)

    def _read_events(self):
        self.env.flush_all()
        self.followups.invalidate_recordset()
        return [followup.event_id for followup in self.followups]

    def test_event_of_each_is_written(self):
        _step, events = self._create_events()
        self.assertIn("odoo.orm.", KNOWN_WRITERS)
        before = self.cr.sql_log_count
        self.followups._put_events(events)
        self.env.flush_all()
        self.assertLessEqual(self.cr.sql_log_count - before, 1)
        expected = [events[one.ticket_id.id] for one in self.followups]
        self.assertEqual(self.followups.mapped("event_id"), self.concat(expected))
        self.assertEqual(self._read_events(), expected)

    def concat(self, events):
        return self.env["incident.followup.event"].sudo().concat(*events)

    def test_another_addon_that_extends_writing_is_heard(self):
        _step, events = self._create_events()
        model = type(self.followups)
        with patch.object(
            model, "write", autospec=True, side_effect=model.write
        ) as write:
            self.followups._put_events(events)
            self.assertEqual(write.call_count, 3)
        self.assertEqual(
            self._read_events(), [events[one.ticket_id.id] for one in self.followups]
        )

    def test_open_one_is_known_without_a_query(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.followups.mapped("state")
        self.incidents.mapped("number")
        self.followups._note_as_open()
        with self.assertQueryCount(0):
            self.assertEqual(self.incidents.followup_id, self.followups)

    def test_ended_one_is_open_no_more(self):
        self.followups._finish(EXPIRED)
        with self.assertQueryCount(0):
            self.assertFalse(self.incidents.followup_id)
        self.env.invalidate_all()
        self.assertFalse(self.incidents.followup_id)

    def test_what_has_ended_is_not_noted_as_open(self):
        self.followups._finish(EXPIRED)
        self.incidents.invalidate_recordset()
        self.followups._note_as_open()
        self.assertFalse(self.incidents.followup_id)

    def test_what_an_automation_opens_meanwhile_is_known(self):
        """Whoever has another one opened as soon as one ends finds it open."""
        opening = "env['incident.followup']._start(record.ticket_id, record.plan_id)"
        self._automate(EXPIRED, f"env.flush_all()\n{opening}")
        self.followups._finish(EXPIRED)
        opened = self.incidents.followup_id
        self.assertEqual(len(opened), 3)
        self.assertFalse(opened & self.followups)

    def test_what_an_automation_opens_again_is_known(self):
        self._automate(EXPIRED, "record.write({'state': 'held'})")
        self.followups._finish(EXPIRED)
        self.assertEqual(self.incidents.followup_id, self.followups)

    def _automate(self, state, code):
        model = self.env["ir.model"]._get("incident.followup")
        rule = self.env["base.automation"].create(
            {
                "name": "Never leave an incident alone",
                "model_id": model.id,
                "trigger": "on_create_or_write",
                "filter_domain": f"[('state', '=', '{state}')]",
            }
        )
        rule.action_server_ids = self.env["ir.actions.server"].create(
            {
                "name": "Never leave an incident alone",
                "model_id": model.id,
                "base_automation_id": rule.id,
                "state": "code",
                "code": code,
                "usage": "base_automation",
            }
        )

    def test_next_one_is_known_though_the_last_was_ended(self):
        plan = self.followups[0].plan_id
        self.followups._finish(EXPIRED)
        self.assertFalse(self.incidents.followup_id)
        self.env["incident.followup"].sudo()._start(self.incidents, plan)
        opened = self.incidents.followup_id
        self.assertEqual(len(opened), 3)
        self.assertFalse(opened & self.followups)

    def test_steps_are_read_by_one_query(self):
        plan = self.followups.plan_id
        steps = plan._get_steps()
        self.assertGreater(len(steps), 1)
        archived = steps[-1:]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE incident_followup_step SET active = FALSE WHERE id = %s",
            [archived.id],
        )
        for user in (self.env.user, self.agent):
            self.env.invalidate_all()
            seen = plan.with_user(user)
            self.assertTrue(seen.name)
            with self.subTest(user=user.name):
                self.assertEqual(seen._get_steps().ids, (steps - archived).ids)
                # As core has them, archived ones and all.
                every = seen.with_context(active_test=False).step_ids
                self.assertEqual(every.ids, steps.ids)
        self.env.invalidate_all()
        self.assertTrue(plan.name)
        with self.assertQueryCount(1):
            plan._get_steps().mapped("action")
