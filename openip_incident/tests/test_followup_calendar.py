# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""When a step is due: elapsed time, working time, and the nights when clocks change.

Dates are written as the clock on the wall in Paris shows them.
"""

from datetime import datetime, timedelta

import pytz

from odoo import Command
from odoo.tests import tagged

from .common import CLOSED, CUSTOMER_MAIL, FROZEN
from .followup_common import START, FollowupCommon

PARIS = pytz.timezone("Europe/Paris")
FORMAT = "%Y-%m-%d %H:%M"


def utc(local):
    """Return naive UTC for what a clock in Paris shows."""
    date = datetime.strptime(local, FORMAT)
    return PARIS.localize(date).astimezone(pytz.utc).replace(tzinfo=None)


def paris(date):
    """Return what a clock in Paris shows at a naive UTC moment."""
    return pytz.utc.localize(date).astimezone(PARIS).strftime(FORMAT)


class CalendarCommon(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Monday to Friday, 9 to 12 and 14 to 18: seven hours a day.
        cls.calendar = cls._create_calendar(range(5), [(9, 12), (14, 18)])
        cls.plan = cls.env["incident.followup.plan"].create(
            {
                "name": "By the calendar",
                "company_id": cls.company.id,
                "resource_calendar_id": cls.calendar.id,
                "step_ids": [
                    Command.create(
                        {
                            "sequence": 1,
                            "delay": 24,
                            "action": "remind",
                            "mail_template_id": cls._template("reminder").id,
                        }
                    ),
                    Command.create(
                        {
                            "sequence": 2,
                            "delay": 24,
                            "action": "announce",
                            "mail_template_id": cls._template("announce").id,
                        }
                    ),
                    Command.create(
                        {
                            "sequence": 3,
                            "delay": 24,
                            "action": "close",
                            "mail_template_id": cls._template("auto_closed").id,
                        }
                    ),
                ],
            }
        )
        cls.remind, cls.announce, cls.close = cls.plan._get_steps()

    @classmethod
    def _template(cls, name):
        return cls.env.ref(f"openip_incident.mail_template_{name}")

    @classmethod
    def _create_calendar(cls, days, hours, tz="Europe/Paris"):
        return cls.env["resource.calendar"].create(
            {
                "name": "Working hours",
                "tz": tz,
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Work",
                                "dayofweek": str(day),
                                "hour_from": start,
                                "hour_to": end,
                                "day_period": "morning" if end <= 12 else "afternoon",
                            }
                        )
                        for day in days
                        for start, end in hours
                    ),
                ],
            }
        )

    def _holiday(self, day, **values):
        """Have nobody work on a day."""
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": utc(f"{day} 00:00"),
                "date_to": utc(f"{day} 23:59"),
                **values,
            }
        )

    def assertDue(self, start, due, delay=None, unit=None, step=None):
        step = step or self.remind
        if unit:
            step.write({"delay": delay, "delay_unit": unit})
        self.assertEqual(paris(step._get_due_date(utc(start))), due)


@tagged("post_install", "-at_install")
class TestFollowupCalendar(CalendarCommon):
    # Units; 2026-11-23 is a Monday

    def test_elapsed_units_know_no_night_and_no_weekend(self):
        for delay, unit, due in (
            (90, "minutes", "2026-11-27 18:30"),
            (48, "hours", "2026-11-29 17:00"),
            (2, "days", "2026-11-29 17:00"),
        ):
            with self.subTest(unit=unit):
                self.assertDue("2026-11-27 17:00", due, delay, unit)

    def test_working_hours_are_counted_in_the_calendars_zone(self):
        for start, delay, due in (
            # Over lunch.
            ("2026-11-23 11:00", 2, "2026-11-23 15:00"),
            # Over the night.
            ("2026-11-23 17:00", 2, "2026-11-24 10:00"),
            # Over the weekend.
            ("2026-11-27 17:00", 2, "2026-11-30 10:00"),
            # From outside working time.
            ("2026-11-28 20:00", 1, "2026-11-30 10:00"),
        ):
            with self.subTest(start=start):
                self.assertDue(start, due, delay, "working_hours")

    def test_working_days_keep_the_local_time(self):
        for start, delay, due in (
            ("2026-11-23 10:30", 1, "2026-11-24 10:30"),
            ("2026-11-27 10:30", 1, "2026-11-30 10:30"),
            ("2026-11-26 10:30", 3, "2026-12-01 10:30"),
            # Sent in the weekend: Monday is the first working day after it.
            ("2026-11-28 10:30", 1, "2026-11-30 10:30"),
            # The local day counts, not the day in UTC.
            ("2026-11-24 00:30", 1, "2026-11-25 00:30"),
            ("2026-11-23 23:30", 1, "2026-11-24 23:30"),
        ):
            with self.subTest(start=start):
                self.assertDue(start, due, delay, "working_days")

    def test_holidays_are_no_working_time(self):
        self._holiday("2026-11-24")
        self.assertDue("2026-11-23 17:00", "2026-11-25 10:00", 2, "working_hours")
        self.assertDue("2026-11-23 17:00", "2026-11-25 17:00", 1, "working_days")
        self.assertDue("2026-11-23 17:00", "2026-11-24 17:00", 1, "days")

    def test_company_wide_holidays_count(self):
        """Without a calendar of its own a holiday is everybody's."""
        self._holiday("2026-11-24", calendar_id=False)
        self.assertDue("2026-11-23 17:00", "2026-11-25 17:00", 1, "working_days")

    def test_holidays_of_another_company_do_not_count(self):
        holiday = self._holiday("2026-11-24", calendar_id=False)
        holiday.company_id = self.company_2
        self.assertDue("2026-11-23 17:00", "2026-11-24 17:00", 1, "working_days")
        self.assertDue("2026-11-23 17:00", "2026-11-24 10:00", 2, "working_hours")

    def test_leave_of_one_person_does_not_count(self):
        resource = self.env["resource.resource"].create({"name": "Agathe"})
        self._holiday("2026-11-24", resource_id=resource.id)
        self.assertDue("2026-11-23 17:00", "2026-11-24 17:00", 1, "working_days")

    # Only inside working hours

    def test_step_outside_working_hours_waits_for_their_beginning(self):
        self.plan.working_hours_only = True
        for start, due in (
            # In the night, over lunch, in the weekend.
            ("2026-11-23 19:00", "2026-11-25 09:00"),
            ("2026-11-23 13:00", "2026-11-24 14:00"),
            ("2026-11-27 10:00", "2026-11-30 09:00"),
            # Inside: as it is.
            ("2026-11-23 10:15", "2026-11-24 10:15"),
        ):
            with self.subTest(start=start):
                self.assertDue(start, due, 24, "hours")

    def test_holiday_is_outside_working_hours(self):
        self.plan.working_hours_only = True
        self._holiday("2026-11-24")
        self.assertDue("2026-11-23 10:00", "2026-11-25 09:00", 24, "hours")

    # The floor of the closure

    def test_closure_keeps_a_full_day_whatever_the_plan_says(self):
        for start, delay, unit, due in (
            ("2026-11-23 10:00", 1, "minutes", "2026-11-24 10:00"),
            ("2026-11-23 10:00", 23, "hours", "2026-11-24 10:00"),
            ("2026-11-23 10:00", 2, "working_hours", "2026-11-24 10:00"),
            ("2026-11-23 10:00", 25, "hours", "2026-11-24 11:00"),
            # The next local day at this time is only 23 hours away.
            ("2027-03-27 10:00", 1, "minutes", "2027-03-28 11:00"),
        ):
            with self.subTest(unit=unit, delay=delay):
                self.assertDue(start, due, delay, unit, step=self.close)

    def test_closure_moves_into_working_time_after_the_floor(self):
        self.plan.working_hours_only = True
        self.assertDue(
            "2026-11-23 19:00", "2026-11-25 09:00", 1, "minutes", step=self.close
        )

    def test_closure_by_a_working_day_in_spring_is_a_full_day(self):
        """The day between is 23 hours long where people work on Sundays, too."""
        self.plan.resource_calendar_id = self._create_calendar(range(7), [(9, 18)])
        self.assertDue(
            "2027-03-27 12:00", "2027-03-28 13:00", 1, "working_days", step=self.close
        )

    # The nights when the clocks change: 2026-10-25 and 2027-03-28

    def test_hours_and_days_are_elapsed_in_both_nights(self):
        for start, delay, unit, due in (
            ("2026-10-24 10:00", 24, "hours", "2026-10-25 09:00"),
            ("2026-10-24 10:00", 1, "days", "2026-10-25 09:00"),
            ("2027-03-27 10:00", 24, "hours", "2027-03-28 11:00"),
            ("2027-03-27 10:00", 1, "days", "2027-03-28 11:00"),
            ("2027-03-28 01:30", 60, "minutes", "2027-03-28 03:30"),
        ):
            with self.subTest(start=start, unit=unit):
                self.assertDue(start, due, delay, unit)

    def test_working_units_follow_the_local_clock_in_both_nights(self):
        for start, delay, unit, due in (
            # Friday to Monday, over the night between.
            ("2026-10-23 17:00", 2, "working_hours", "2026-10-26 10:00"),
            ("2026-10-23 17:00", 1, "working_days", "2026-10-26 17:00"),
            ("2027-03-26 17:00", 2, "working_hours", "2027-03-29 10:00"),
            ("2027-03-26 17:00", 1, "working_days", "2027-03-29 17:00"),
        ):
            with self.subTest(start=start, unit=unit):
                self.assertDue(start, due, delay, unit)

    def test_moving_into_working_hours_follows_the_local_clock(self):
        self.plan.working_hours_only = True
        for start, due in (
            ("2026-10-24 10:00", "2026-10-26 09:00"),
            ("2027-03-27 10:00", "2027-03-29 09:00"),
        ):
            with self.subTest(start=start):
                self.assertDue(start, due, 24, "hours")

    def test_hour_that_does_not_exist_is_an_hour_later(self):
        """In spring the clock jumps from 2:00 to 3:00."""
        self.plan.resource_calendar_id = self._create_calendar(range(7), [(0, 24)])
        self.assertDue("2027-03-27 02:30", "2027-03-28 03:30", 1, "working_days")

    # Calendars that say nothing

    def test_calendar_without_working_time_counts_elapsed_time(self):
        self.plan.resource_calendar_id = self._create_calendar((), ())
        self.plan.working_hours_only = True
        for delay, unit, due in (
            (2, "working_hours", "2026-11-27 19:00"),
            (2, "working_days", "2026-11-29 17:00"),
            (2, "hours", "2026-11-27 19:00"),
        ):
            with self.subTest(unit=unit):
                self.assertDue("2026-11-27 17:00", due, delay, unit)

    def test_fallback_counts_local_days_through_the_night(self):
        self.plan.resource_calendar_id = self._create_calendar((), ())
        self.assertDue("2026-10-24 23:30", "2026-10-25 23:30", 1, "working_days")

    def test_company_without_calendar_counts_elapsed_time(self):
        self.plan.resource_calendar_id = False
        self.company.resource_calendar_id = False
        self.plan.working_hours_only = True
        self.assertDue("2026-11-27 17:00", "2026-11-27 19:00", 2, "working_hours")
        self.assertDue("2026-11-27 17:00", "2026-11-29 17:00", 2, "working_days")
        self.assertEqual(self.plan._get_zone(), "Europe/Paris")
        self.assertEqual(self.plan._count_working_hours([(START, START)]), [0])

    def test_plan_without_calendar_counts_by_that_of_the_company(self):
        self.plan.resource_calendar_id = False
        self.company.resource_calendar_id = self.calendar
        self.assertDue("2026-11-27 17:00", "2026-11-30 10:00", 2, "working_hours")

    def test_zone_of_the_calendar_decides(self):
        self.plan.resource_calendar_id = self._create_calendar(
            range(5), [(9, 17)], tz="America/Martinique"
        )
        # 9 in Fort-de-France is 14 in Paris.
        self.assertDue("2026-11-23 10:00", "2026-11-23 15:00", 1, "working_hours")
        self.assertEqual(self.plan._get_zone(), "America/Martinique")


@tagged("post_install", "-at_install")
class TestFollowupByCalendar(CalendarCommon):
    """The same through the scheduled actions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stages["waiting"].followup_plan_id = cls.plan
        # The clock starts on Friday evening in Paris.
        cls.friday = utc("2026-11-27 17:00")

    def _wait(self):
        with self.at(self.friday), self.mail_server():
            incident = self._create_incident_in("in_progress")
            self.send_queue()
            self.letters.clear()
            incident.incident_request("information", "<p>Since when?</p>")
            self.flush_tracking()
        return incident

    def _get_dates(self):
        return [
            paris(letter.date)
            for letter in self.get_party_letters()
            if letter.address == CUSTOMER_MAIL
        ]

    def test_weekend_and_holiday_pass_before_anything_leaves(self):
        self._holiday("2026-12-01")
        for step in self.plan.step_ids:
            step.write({"delay": 1, "delay_unit": "working_days"})
        incident = self._wait()
        self.run_until(self.friday + timedelta(days=14), start=self.friday)
        self.assertEqual(
            self._get_dates(),
            [
                "2026-11-27 17:00",
                "2026-11-30 17:00",
                "2026-12-02 17:00",
                "2026-12-03 17:00",
            ],
        )
        self.assertEqual(incident.incident_phase, CLOSED)

    def test_steps_leave_inside_working_hours_only(self):
        self.plan.working_hours_only = True
        incident = self._wait()
        self.run_until(self.friday + timedelta(days=14), start=self.friday)
        self.assertEqual(
            self._get_dates(),
            [
                "2026-11-27 17:00",
                "2026-11-30 09:00",
                "2026-12-01 09:00",
                "2026-12-02 09:00",
            ],
        )
        self.assertEqual(incident.incident_phase, CLOSED)

    def test_announced_date_is_the_date_of_closure(self):
        self.plan.working_hours_only = True
        incident = self._wait()
        self.run_until(self.friday + timedelta(days=14), start=self.friday)
        events = incident.followup_ids.event_ids
        announced = events.filtered(lambda event: event.step_id == self.announce)
        closed = events.filtered(lambda event: event.step_id == self.close)
        self.assertEqual(announced.announced_date, closed.due_date)
        self.assertEqual(incident.closed_date, closed.due_date)

    def test_dates_are_named_in_the_zone_of_the_plans_calendar(self):
        self.calendar.tz = "America/Martinique"
        self._wait()
        self.run_until(self.friday + timedelta(days=2.5), start=self.friday)
        announcement = self.get_party_letters()[-1]
        self.assertIn("12 h 00 (heure de Martinique)", announcement.body)

    def test_frozen_time_is_counted_gross_and_in_working_time(self):
        """Frozen from Saturday 17:00, answered on Tuesday at 12:00."""
        incident = self._wait()
        answered = utc("2026-12-01 12:00")
        self.run_until(utc("2026-11-28 17:30"), start=self.friday)
        self.assertEqual(incident.incident_phase, FROZEN)
        with self.at(answered), self.mail_server():
            self._reply(incident, self.customer)
        followup = incident.followup_ids
        self.assertEqual(followup.frozen_date, utc("2026-11-28 17:00"))
        self.assertEqual(followup.unfrozen_date, answered)
        self.assertEqual(followup.frozen_hours, 67)
        # Seven hours on Monday, three on Tuesday.
        self.assertEqual(followup.frozen_working_hours, 10)

    def test_follow_up_without_freeze_has_no_frozen_hours(self):
        incident = self._wait()
        with self.at(self.friday + timedelta(hours=2)), self.mail_server():
            self._reply(incident, self.customer)
        followup = incident.followup_ids
        self.assertEqual(followup.waited_hours, 2)
        self.assertEqual(followup.frozen_hours, 0)
        self.assertEqual(followup.frozen_working_hours, 0)
