# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The SLA addon of the helpdesk pauses while an incident is frozen."""

from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .common import CLOSED, FROZEN, OPENED
from .followup_common import START, FollowupCommon


@tagged("post_install", "-at_install")
class TestFollowupSla(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "helpdesk.sla" not in cls.env:
            cls.skipTest(cls, "helpdesk_mgmt_sla is not installed in this database")
        # Nights and weekends included: an hour is an hour.
        calendar = cls.env["resource.calendar"].create(
            {
                "name": "Around the clock",
                "tz": "UTC",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Day",
                                "dayofweek": str(day),
                                "hour_from": 0,
                                "hour_to": 24,
                                "day_period": "morning",
                            }
                        )
                        for day in range(7)
                    ),
                ],
            }
        )
        cls.team.write({"use_sla": True, "resource_calendar_id": calendar.id})
        cls.sla = cls.env["helpdesk.sla"].create(
            {
                "name": "Solved within 40 hours",
                "team_ids": [Command.set(cls.team.ids)],
                "stage_id": cls.stages[CLOSED].id,
                "hours": 40,
                "ignore_stage_ids": [Command.set(cls.stages[FROZEN].ids)],
            }
        )

    def _get_sla(self, incident):
        self.env.invalidate_all()
        return incident.sudo().ticket_sla_ids

    def _answer_after(self, hours):
        incident = self.request()
        # The addon counts from the creation, which the frozen clock does not reach.
        self._get_sla(incident).last_state_date = START
        self.run_to(hours)
        self.assertEqual(incident.incident_phase, FROZEN)
        with self.moment(hours):
            self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, OPENED)
        return incident

    def test_sla_is_on_hold_while_frozen(self):
        incident = self.request()
        self.assertEqual(self._get_sla(incident).state, "in_progress")
        self.run_to(30)
        self.assertEqual(incident.incident_phase, FROZEN)
        self.assertEqual(self._get_sla(incident).state, "on_hold")
        self.assertFalse(incident.sudo().sla_expired)

    def test_frozen_time_is_not_consumed(self):
        """24 hours until the freeze, 30 frozen, 16 of 40 are left after the answer."""
        incident = self._answer_after(54)
        sla = self._get_sla(incident)
        self.assertEqual(sla.state, "in_progress")
        self.assertAlmostEqual(sla.consumed_time, 24, places=1)
        left = sla.deadline - self.clock
        self.assertAlmostEqual(left / timedelta(hours=1), 16, places=1)
        with self.at(self.clock):
            self.assertFalse(incident.sudo().sla_expired)

    def test_frozen_time_is_consumed_where_the_stage_is_not_ignored(self):
        """The other way round: what makes the difference is the setting."""
        self.sla.ignore_stage_ids = False
        incident = self._answer_after(54)
        sla = self._get_sla(incident)
        with self.at(self.clock):
            self.assertTrue(incident.sudo().sla_expired)
        self.assertNotEqual(sla.state, "on_hold")
