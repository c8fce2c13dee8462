# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The hours of a contract are counted as they were agreed (G17)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tests import tagged

from .clock_common import ClockCommon
from .followup_common import START


@tagged("post_install", "-at_install")
class TestClockCalendar(ClockCommon):
    def test_counted_hours_are_those_agreed(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "HO",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "Day",
                            "dayofweek": "0",
                            "hour_from": 8,
                            "hour_to": 11.5,
                        }
                    )
                ],
            }
        )
        contract = self._create_contract("HO", resource_calendar_id=calendar.id)
        self.customer.incident_contract_id = contract
        calendar.attendance_ids.hour_to = 18
        # Monday, 10:00 in Paris: an hour and a half, the rest a week later.
        incident = self.open()
        self.assertEqual(
            incident.sudo().gtr_deadline, START + timedelta(days=7, hours=0.5)
        )
        self.assertIn("08:00–11:30", contract.version_ids.hours_text)

    def test_holidays_are_filled_once_and_the_past_is_kept(self):
        holidays = self.env["incident.holiday"]
        self.assertFalse(holidays._fill(2026, 2026))
        christmas = holidays.search([("date", "=", "2026-12-25")], limit=1)
        christmas.unlink()
        self.assertFalse(holidays._fill(2026, 2026), "Whoever took it away meant it")
        past = holidays.search([("date", "=", "2026-05-01")], limit=1)
        with self.assertRaises(UserError):
            past.unlink()

    def test_years_to_come_are_filled_by_themselves(self):
        holidays = self.env["incident.holiday"]
        recount = patch.object(type(self.env["helpdesk.ticket"]), "_incident_recount")
        with self.at(START + timedelta(days=60)), recount as counted:
            last = Domain("date", ">=", "2042-01-01")
            self.assertFalse(holidays.search(last))
            holidays._fill_yearly()
            found = holidays.search(last)
            self.assertEqual(len(found), 11 + 13)
            self.assertEqual({day.date.year for day in found}, {2042})
            counted.reset_mock()
            holidays._fill_yearly()
            counted.assert_not_called()

    def test_a_new_holiday_moves_what_is_to_come(self):
        self.customer.incident_contract_id = self._create_contract(
            "HO",
            resource_calendar_id=self.company.resource_calendar_id.id,
            gtr_hours=9,
        )
        incident = self.open()
        before = incident.sudo().gtr_deadline
        self.env["incident.holiday"].create(
            {"name": "Works", "date": "2026-11-24", "subdivision": "metropolitan"}
        )
        self.assertEqual(incident.sudo().gtr_deadline, before + timedelta(days=1))
