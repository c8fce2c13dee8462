# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the scheduled action fails to do for one outage stops nothing else (G7)."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.outage.incident_outage_task import ACTIVITY
from .followup_common import HOUR, START
from .test_outage_works import DAY, WorksCommon

ENGINE = "odoo.addons.openip_incident.models.engine.incident_engine"


@tagged("post_install", "-at_install")
class TestOutageTask(WorksCommon):
    def setUp(self):
        super().setUp()
        with self.moment(0):
            self.poison, self.good = self.plan(DAY), self.plan(DAY)

    def break_for_one(self, name):
        """Have a method fail where it is called for one of two works."""
        outages = type(self.env["incident.outage"])
        original, poison = getattr(outages, name), self.poison

        def fail(records, *args, **kwargs):
            if poison in records:
                raise ValueError("No")
            return original(records, *args, **kwargs)

        return patch.object(outages, name, fail)

    def assertAskedOnce(self):
        [activity] = self.poison.sudo().activity_search([ACTIVITY])
        self.assertEqual(activity.user_id, self.agent)
        self.assertIn("ValueError", activity.note)
        self.assertFalse(self.good.sudo().failed_tasks)

    def test_what_cannot_be_told_begins_and_ends_all_the_same(self):
        with self.break_for_one("_tell_works"), mute_logger(ENGINE):
            self.run_to(DAY + 10)
        self.assertEqual(len(self.good.message_record_ids), 2)
        self.assertFalse(self.poison.message_record_ids)
        self.assertEqual(self.poison.state, "in_progress")
        self.assertTrue(self.poison.end_told)
        self.assertEqual(self.poison.sudo().failed_tasks, "works told")
        self.assertAskedOnce()

    def test_what_cannot_begin_stops_no_other_and_goes_on_when_looked_at(self):
        with self.break_for_one("_begin_hold"), mute_logger(ENGINE):
            self.run_to(DAY + 1)
        self.assertEqual(self.poison.state, "scheduled")
        self.assertEqual(self.good.state, "in_progress")
        self.assertAskedOnce()
        with self.moment(DAY + 2):
            self.poison.action_start()
        self.assertFalse(self.poison.sudo().failed_tasks)
        self.assertFalse(self.poison.sudo().activity_search([ACTIVITY]))

    def test_each_task_by_itself(self):
        with self.moment(DAY - 2):
            works = self.poison | self.good
            works.next_message_date = START + DAY * HOUR
        with (
            self.break_for_one("_do_tell_end"),
            self.break_for_one("_do_tell_promise"),
            mute_logger(ENGINE),
        ):
            self.run_to(DAY + 10)
        self.assertEqual(self.poison.sudo().failed_tasks, "outage message, works end")
        self.assertTrue(self.good.end_told and self.good.promise_told)
        self.assertAskedOnce()
