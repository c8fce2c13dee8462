# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What agents do by hand with a clock, and what ends it (G17)."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .clock_common import ClockCommon
from .followup_common import HOUR, START


@tagged("post_install", "-at_install")
class TestClockActs(ClockCommon):
    def stop(self, incident, hours, cause="no_access"):
        incident.with_user(self.agent).incident_clock_stop(
            self.causes[cause], START + hours * HOUR, "Nobody on site"
        )

    def test_it_does_not_go_on_before_it_was_stopped(self):
        incident = self.open()
        agent = incident.with_user(self.agent)
        with self.at(START + 3 * HOUR):
            self.stop(incident, 1)
            self.stop(incident, 2)
            for hours in (0.5, 1.5):
                with self.assertRaisesRegex(UserError, "was stopped on"):
                    agent.incident_clock_resume(START + hours * HOUR)
            agent.incident_clock_resume(START + 2 * HOUR)
            self.assertClock(incident, "running", 2, 1)

    def test_agents_choose_no_cause_that_the_process_enters(self):
        incident = self.open()
        archived = self.causes["works"]
        archived.active = False
        automatic = self.env["incident.clock.cause"].search([("key", "!=", False)])
        self.assertTrue(automatic)
        for cause in automatic | archived:
            with self.subTest(cause.name):
                with self.assertRaisesRegex(UserError, "cannot be chosen"):
                    incident.with_user(self.agent).incident_clock_stop(
                        cause, reason="Well"
                    )

    def test_without_its_date_the_restoration_is_when_closure_was_asked(self):
        incident = self.open()
        with self.moment(3):
            incident.action_incident_resolve(restored=START + 2 * HOUR)
        with self.moment(4):
            incident.restored_date = False
        self.assertClock(incident, "kept", 3)
        with self.moment(5):
            incident.restored_date = START + HOUR
        self.assertClock(incident, "kept", 1)
        with self.moment(6):
            incident.action_incident_start()
        with self.moment(7):
            # What counts is settled by when it was asked.
            self.assertClock(incident, "running", 4, 3)

    def test_what_agents_have_stopped_ends_with_the_restoration(self):
        incident = self.open()
        with self.moment(1):
            self.stop(incident, 1)
        with self.moment(2):
            incident.action_incident_resolve()
        self.assertClock(incident, "kept", 1, 1)
        with self.moment(3):
            incident.action_incident_start()
        with self.moment(4):
            self.assertClock(incident, "running", 2, 2)

    def test_a_stop_from_after_the_restoration_is_empty(self):
        incident = self.open()
        with self.moment(2):
            self.stop(incident, 2)
        with self.moment(3):
            incident.action_incident_resolve(restored=START + HOUR)
        self.assertClock(incident, "kept", 1)
        self.assertEqual(self.get_kinds(incident)[-1], ("resume", 2))

    def test_nothing_is_left_where_nothing_is_guaranteed(self):
        self.contract.version_ids.gtr_hours = 0
        incident = self.open()
        with self.at(START + 2 * HOUR):
            incident.invalidate_recordset()
            ticket = incident.sudo()
            self.assertEqual(ticket.gtr_consumed_seconds, 2 * 3600)
            self.assertEqual(ticket.gtr_remaining_seconds, 0)
