# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a rule has told at once: after the post, once, and people when it fails."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.monitoring.incident_outage import ACTIVITY
from ..models.outage.incident_outage_task import ACTIVITY as FAILED
from .followup_common import HOUR, START, FollowupCommon
from .monitoring_common import MonitoringCommon, write_alert, write_post

ENGINE = "odoo.addons.openip_incident.models.engine.incident_engine"


@tagged("post_install", "-at_install")
class TestMonitoringFirst(MonitoringCommon, FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.monitoring.write({"mode": "automatic", "first_message": "<p>We know.</p>"})

    def post(self, *names, hours=0):
        with self.moment(hours):
            return self._post(write_post([write_alert(name, START) for name in names]))

    def test_it_is_told_once_and_not_by_the_post(self):
        outage = self.post("SIP-42")
        self.assertFalse(outage.message_record_ids)
        self.run_to(0.1)
        [told] = outage.message_record_ids
        self.assertEqual(told.date, START)
        self.assertIn("We know.", told.text)
        self.assertIn(self.customer, told.notice_ids.partner_id)
        self.assertNotIn(self.stranger, told.notice_ids.partner_id)
        # Once, whatever is posted later.
        self.post("SIP-42", "SIP-43", hours=1)
        self.run_to(2)
        self.assertEqual(outage.message_record_ids, told)

    def test_who_is_faster_tells_it_alone(self):
        with self.moment(0):
            outage = self._post(write_post([write_alert("SIP-42", START)]))
            outage.with_user(self.agent).publish("<p>A trunk has failed.</p>")
        self.run_to(1)
        self.assertEqual(outage.publish_count, 1)

    def test_what_is_over_is_not_told(self):
        with self.moment(0):
            outage = self._post(write_post([write_alert("SIP-42", START)]))
            outage.with_user(self.agent).action_cancel()
        self.assertFalse(self.run_to(1))

    def test_a_rule_that_says_nothing_any_more_asks_an_agent(self):
        with self.moment(0):
            outage = self._post(write_post([write_alert("SIP-42", START)]))
            self.monitoring.mode = "confirm"
        self.run_to(1)
        self.assertFalse(outage.message_record_ids)
        [activity] = outage.activity_search([ACTIVITY])
        self.assertIn("told nobody", activity.summary)
        self.assertFalse(outage.first_message_date)

    def test_what_cannot_be_told_is_left_to_people(self):
        health = self.env.ref("openip_incident.health_outage_task")
        known = health.count
        outages = type(self.env["incident.outage"])
        outage = self.post("SIP-42")
        broken = patch.object(outages, "_find_readers", side_effect=ValueError("No"))
        with broken as find, mute_logger(ENGINE):
            self.run_to(2)
            tried = find.call_count
            self.run_to(5)
            self.assertEqual(find.call_count, tried, "not again by itself")
        self.assertFalse(outage.message_record_ids)
        self.assertEqual(len(outage.activity_search([FAILED])), 1)
        health.invalidate_recordset()
        self.assertEqual((health.count, health.state), (known + 1, "alarm"))
        with self.moment(6):
            outage.with_user(self.agent).action_try_again()
        self.run_to(7)
        self.assertEqual(outage.message_record_ids.date, START + 6 * HOUR)
        self.assertFalse(outage.activity_search([FAILED]))
        health.invalidate_recordset()
        self.assertEqual(health.count, known)
