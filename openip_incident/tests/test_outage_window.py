# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The window of planned works: what begins in it is attached, what waits is held."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import WAITING
from .followup_common import HOUR, START
from .outage_common import create_outage
from .test_outage_works import DAY, WorksCommon

WEEK = 7 * DAY


@tagged("post_install", "-at_install")
class TestOutageWindow(WorksCommon):
    def begin(self, services=None, hours=4):
        """Return works that begin now."""
        now = (fields.Datetime.now() - START) / HOUR
        works = self.plan(now, hours, services, announce=False)
        works.action_start()
        return works

    def report(self, **values):
        return self._create_incident(service_id=self.trunk.id, **values)

    # Attached

    def test_reported_inside_the_window(self):
        with self.moment(0):
            works = self.begin()
        with self.moment(1):
            incident, other = self.report(), self._create_incident()
        self.assertEqual(incident.outage_id, works)
        self.assertFalse(other.outage_id)

    def test_not_what_had_begun_before(self):
        with self.moment(10):
            self.begin()
        with self.moment(11):
            incident = self.report(incident_since=START + 5 * HOUR)
        self.assertFalse(incident.outage_id)

    def test_reported_afterwards_and_begun_inside(self):
        with self.moment(0):
            works = self.begin()
        with self.moment(3):
            works.action_complete()
        with self.moment(50):
            inside = self.report(incident_since=START + 2 * HOUR)
            after = self.report(incident_since=START + 4 * HOUR)
            unknown = self.report()
        self.assertEqual(inside.outage_id, works)
        self.assertFalse(after.outage_id)
        self.assertFalse(unknown.outage_id)
        with self.assertRaises(UserError):
            works.action_attach(after)

    def test_the_service_is_named_later(self):
        with self.moment(0):
            works = self.begin()
        with self.moment(1):
            incident = self._create_incident()
            incident.service_id = self.trunk
        self.assertEqual(incident.outage_id, works)

    def test_reported_before_the_action_has_begun_them(self):
        with self.moment(0):
            works = self.plan(1, announce=False)
        self.clock = START + 2 * HOUR
        with self.at(self.clock):
            incident = self.report()
            works.action_start()
        self.assertEqual(incident.outage_id, works)

    def test_detached_is_never_taken_again(self):
        with self.moment(0):
            works = self.begin()
            incident = self.report()
            works.action_detach(incident)
            incident.incident_since = START + HOUR / 2
        self.assertFalse(incident.outage_id)
        with self.moment(1):
            works.action_verify()
            works.action_start()
        self.assertFalse(incident.outage_id)
        with self.moment(2):
            works.action_attach(incident)
        self.assertEqual(incident.outage_id, works, "but by people")

    def test_cancelled_takes_nothing(self):
        with self.moment(0):
            self.begin().action_cancel()
            incident = self.report()
        self.assertFalse(incident.outage_id)

    def test_another_outage_keeps_its_own(self):
        with self.moment(0):
            outage = create_outage(self)
            incident = self.report(outage_id=outage.id)
            self.begin()
        self.assertEqual(incident.outage_id, outage)

    # Held

    def wait(self):
        """Return an incident on the trunk that has waited since the start."""
        incident = self.request()
        incident.service_id = self.trunk
        return incident

    def test_members_or_not_nobody_is_reminded_in_the_window(self):
        incident = self.wait()
        with self.moment(5):
            works = self.begin(hours=WEEK)
        self.assertFalse(incident.outage_id, "it had begun before")
        self.assertFalse(self.run_to(100))
        self.assertWaiting(incident, WAITING, "held")
        with self.moment(100):
            works.action_complete()
        self.assertFalse(self.run_to(100 + 23.9), "its full delay")
        self.assertTrue(self.run_to(124))

    def test_time_begins_the_hold(self):
        incident = self.wait()
        with self.moment(1):
            self.plan(10, hours=WEEK, announce=False)
        self.assertFalse(self.run_to(100))
        self.assertWaiting(incident, WAITING, "held")

    def test_what_is_asked_in_the_window_is_held_from_the_beginning(self):
        with self.moment(0):
            incident = self.report()
            incident.action_incident_open()
        with self.moment(1):
            self.begin(hours=WEEK)
            incident.incident_request("information", "<p>Since when?</p>")
        self.run_to(2)
        self.assertFalse(self.run_to(100))
        self.assertWaiting(incident, WAITING, "held")

    def test_services_that_come_and_go(self):
        incident = self.wait()
        with self.moment(1):
            works = self.begin(self.fibre, hours=WEEK)
            works.service_ids |= self.trunk
        self.assertWaiting(incident, WAITING, "held")
        with self.moment(30):
            works.service_ids -= self.trunk
        self.assertWaiting(incident, WAITING, "running")

    def test_two_windows_hold_until_both_are_over(self):
        incident = self.wait()
        with self.moment(1):
            first, second = self.begin(hours=WEEK), self.begin(hours=WEEK)
        with self.moment(2):
            first.action_complete()
        self.assertWaiting(incident, WAITING, "held")
        with self.moment(3):
            second.action_complete()
        self.assertWaiting(incident, WAITING, "running")

    # Cost

    def test_without_works_a_report_costs_nothing(self):
        incident = self.report()
        self.env["incident.outage"]._has_works()
        self.assertFalse(self.env["incident.outage"]._has_works())
        with self.assertQueryCount(0):
            incident._incident_join_works()
