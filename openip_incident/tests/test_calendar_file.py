# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Calendar files and periods: what is written is what readers of the standard read."""

from dataclasses import replace
from datetime import datetime, timedelta

import vobject
from pytz import utc

from odoo.tests import BaseCase, tagged

from ..tools.calendar_file import (
    Appointment,
    Maintenance,
    get_method,
    write_appointment,
)
from ..tools.spoken_date import say_period
from .ics_reader import read_calendar, read_date

PARIS = "Europe/Paris"
APPOINTMENT = Appointment(
    uid="one@openip-incident",
    sequence=3,
    stamp=datetime(2026, 11, 16, 9, 0),
    begin=datetime(2026, 11, 24, 13, 0),
    end=datetime(2026, 11, 24, 15, 0),
    summary="Intervention for INC2026-00042",
    location="12 rue du Four, 35000 Rennes",
    description="No outgoing calls\nWho comes: Théo",
    organiser=("OpenIP", "support@openip.example.com"),
)
# The clocks of Paris go back on 25 October 2026 at 01:00 UTC, forth on 28 March 2027.
AUTUMN = datetime(2026, 10, 25, 0, 30)
SPRING = datetime(2027, 3, 28, 0, 30)

TEXTS = (
    "plain",
    'comma, semicolon; backslash \\ colon: quote "',
    "a back\\nslash and an n",
    "two\nlines",
    "é" * 200,
    "漢字" * 100,
    "👩‍🔧" * 60,
    "x" * 74 + "\\" * 10 + "," * 90,
    "ends with a backslash \\",
)
HOSTILE = (
    "a\r\nATTENDEE:mailto:evil@example.com",
    "a\nEND:VEVENT\nBEGIN:VALARM",
    "a\u2028b\u2029c\x85d\x0be\x0cf",
    "nul\x00 bell\x07 tab\tdel\x7f",
    "half \ud83d of a pair",
)


MAINTENANCE = Maintenance(
    provider="openip.example.com",
    account="INTEG-7",
    number="OUT2026-0042",
    objects=("TS-1", "02 61 91 21 00; site, two"),
    impact="OUTAGE",
    status="CONFIRMED",
)


@tagged("post_install", "-at_install")
class TestCalendarFile(BaseCase):
    def test_windows_of_works_are_read_again(self):
        """At any minute of any night, those in which clocks change included."""
        begins = [
            night + timedelta(minutes=7 * i)
            for night in (AUTUMN, SPRING)
            for i in range(25)
        ]
        for index, begin in enumerate(begins):
            told = replace(
                APPOINTMENT,
                begin=begin,
                end=begin + timedelta(minutes=11 * index + 1),
                maintenance=MAINTENANCE,
            )
            found = read_calendar(write_appointment(told))
            self.assertEqual(read_date(found, "DTSTART"), told.begin)
            self.assertEqual(read_date(found, "DTEND"), told.end)
            said = {
                name.removeprefix("X-MAINTNOTE-"): value
                for name, (value, _parameters) in found.items()
                if name.startswith("X-MAINTNOTE-")
            }
            self.assertEqual(
                said,
                {
                    "PROVIDER": MAINTENANCE.provider,
                    "ACCOUNT": MAINTENANCE.account,
                    "MAINTENANCE-ID": MAINTENANCE.number,
                    "OBJECT-ID": list(MAINTENANCE.objects),
                    "IMPACT": MAINTENANCE.impact,
                    "STATUS": MAINTENANCE.status,
                },
            )

    def test_a_reader_of_others_reads_the_same(self):
        for text in TEXTS:
            content = write_appointment(replace(APPOINTMENT, description=text))
            calendar = vobject.readOne(content.decode())
            event = calendar.vevent
            with self.subTest(text=text[:20]):
                self.assertEqual(event.description.value, text)
                self.assertEqual(event.uid.value, APPOINTMENT.uid)
                self.assertEqual(event.sequence.value, str(APPOINTMENT.sequence))
                self.assertEqual(event.dtstart.value, utc.localize(APPOINTMENT.begin))
                self.assertEqual(event.dtend.value, utc.localize(APPOINTMENT.end))
                self.assertEqual(event.location.value, APPOINTMENT.location)
                self.assertEqual(event.organizer.params["CN"], ["OpenIP"])

    def test_facts_are_read_again(self):
        found = read_calendar(write_appointment(APPOINTMENT))
        self.assertEqual(found["VERSION"][0], "2.0")
        self.assertEqual(found["METHOD"][0], "PUBLISH")
        self.assertEqual(found["UID"][0], "one@openip-incident")
        self.assertEqual(found["SEQUENCE"][0], "3")
        self.assertEqual(found["STATUS"][0], "CONFIRMED")
        self.assertEqual(read_date(found, "DTSTAMP"), APPOINTMENT.stamp)
        self.assertEqual(read_date(found, "DTSTART"), APPOINTMENT.begin)
        self.assertEqual(read_date(found, "DTEND"), APPOINTMENT.end)
        self.assertEqual(found["LOCATION"][0], APPOINTMENT.location)
        self.assertEqual(found["DESCRIPTION"][0], APPOINTMENT.description)
        self.assertEqual(
            found["ORGANIZER"], ("mailto:support@openip.example.com", {"CN": "OpenIP"})
        )
        # A published appointment asks nobody for an answer (RFC 5546, 3.2.1).
        self.assertNotIn("ATTENDEE", found)

    def test_cancelled_by_its_own_method(self):
        content = write_appointment(replace(APPOINTMENT, cancelled=True))
        found = read_calendar(content)
        self.assertEqual(found["METHOD"][0], "CANCEL")
        self.assertEqual(found["STATUS"][0], "CANCELLED")
        self.assertEqual(get_method(content), "CANCEL")
        self.assertEqual(get_method(write_appointment(APPOINTMENT)), "PUBLISH")

    def test_texts_survive_escaping_and_folding(self):
        for text in TEXTS:
            with self.subTest(text=text[:20]):
                found = read_calendar(
                    write_appointment(
                        replace(APPOINTMENT, location=text, description=text)
                    )
                )
                self.assertEqual(found["LOCATION"][0], text)
                self.assertEqual(found["DESCRIPTION"][0], text)

    def test_no_text_adds_a_line_of_its_own(self):
        for text in HOSTILE:
            with self.subTest(text=text[:20]):
                content = write_appointment(
                    replace(
                        APPOINTMENT,
                        summary=text,
                        location=text,
                        description=text,
                        organiser=(f'"{text}', "support@openip.example.com"),
                    )
                )
                found = read_calendar(content)
                self.assertNotIn("ATTENDEE", found)
                self.assertNotIn("\n", found["SUMMARY"][0])
                self.assertEqual(content.count(b"\r\nBEGIN:"), 1)

    def test_both_nights_of_changing_clocks_are_told_in_utc(self):
        for night in (AUTUMN, SPRING):
            with self.subTest(night=night):
                end = night + timedelta(hours=1)
                found = read_calendar(
                    write_appointment(replace(APPOINTMENT, begin=night, end=end))
                )
                self.assertEqual(read_date(found, "DTSTART"), night)
                self.assertEqual(read_date(found, "DTEND"), end)


@tagged("post_install", "-at_install")
class TestPeriod(BaseCase):
    def test_periods_as_people_say_them(self):
        begin, now = datetime(2026, 11, 24, 13, 0), datetime(2026, 11, 16)
        same, next_day = begin + timedelta(hours=2), begin + timedelta(hours=20)
        next_year = datetime(2027, 1, 4, 8, 0)
        cases = (
            (begin, same, "en_US", "Tuesday 24 November at 14:00 – 16:00"),
            (begin, same, "fr_FR", "mardi 24 novembre à 14 h 00 – 16 h 00"),
            (
                begin,
                next_day,
                "en_US",
                "Tuesday 24 November at 14:00 – Wednesday 25 November at 10:00",
            ),
            (
                next_year,
                next_year + timedelta(hours=1),
                "en_US",
                "Monday 4 January 2027 at 09:00 – 10:00",
            ),
            (
                datetime(2026, 12, 1, 8, 0),
                datetime(2026, 12, 1, 9, 0),
                "fr_FR",
                "mardi 1er décembre à 9 h 00 – 10 h 00",
            ),
        )
        for first, last, lang, said in cases:
            with self.subTest(said=said):
                self.assertEqual(say_period(first, last, PARIS, lang, now, PARIS), said)
        self.assertEqual(
            say_period(begin, same, PARIS, "en_US", now),
            "Tuesday 24 November at 14:00 – 16:00 (Paris time)",
        )

    def test_nights_of_changing_clocks_name_the_clock(self):
        autumn = say_period(
            AUTUMN, AUTUMN + timedelta(minutes=45), PARIS, "en_US", AUTUMN, PARIS
        )
        self.assertEqual(autumn, "Sunday 25 October at 02:30 CEST – 02:15 CET")
        spring = say_period(
            SPRING, SPRING + timedelta(hours=1), PARIS, "en_US", SPRING, PARIS
        )
        self.assertEqual(spring, "Sunday 28 March at 01:30 CET – 03:30 CEST")
