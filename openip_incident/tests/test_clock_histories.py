# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whatever happens to an incident, its clock equals one that looks minute by minute.

The oracle knows what people have done and when, nothing of the ledger (G17).
"""

import os
import random
from datetime import timedelta

import pytest

from odoo import Command
from odoo.tests import tagged

from .clock_common import ClockCommon
from .followup_common import START

# By the seed of each: a failure is a history that can be had again. More are slow.
HISTORIES = 200
AT_ONCE = 8
ACTS = 9
MINUTE = timedelta(minutes=1)
# Other histories, for who asks for them.
OTHER = os.environ.get("OPENIP_SEED")
# The hours that count, every day, in UTC.
OPEN = ((8, 13), (14, 20))


class Oracle:
    """What has happened, in minutes after the start."""

    def __init__(self):
        self.stops = []
        self.restored = None

    def count(self, now):
        """Return how many minutes count, and how many were stopped."""
        counted = stopped = 0
        for minute in range(now if self.restored is None else self.restored):
            wall = START + minute * MINUTE
            if any(first <= wall.hour < last for first, last in OPEN):
                held = any(
                    begin <= minute and (end is None or minute < end)
                    for begin, end, _kind in self.stops
                )
                counted, stopped = counted + (not held), stopped + held
        return counted, stopped

    def end(self, kind, minute):
        """End the stops of a kind that go on, none before it has begun."""
        self.stops = [
            (begin, max(minute, begin), one)
            if end is None and one == kind
            else (begin, end, one)
            for begin, end, one in self.stops
        ]

    def goes_on(self, kind):
        return [one for one in self.stops if one[1] is None and one[2] == kind]


@tagged("post_install", "-at_install")
class TestClockHistories(ClockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        calendar = cls.env["resource.calendar"].create(
            {
                "name": "HO",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"{day} {first}",
                            "dayofweek": str(day),
                            "hour_from": first,
                            "hour_to": last,
                        }
                    )
                    for day in range(7)
                    for first, last in OPEN
                ],
            }
        )
        terms = {
            "resource_calendar_id": calendar.id,
            "tz": "UTC",
            "waiting_start": "delivered",
        }
        cls.contract = cls._create_contract("HO", **terms)
        cls.other = cls._create_contract("HO 8 h", **{**terms, "gtr_hours": 8})
        cls.customer.incident_contract_id = cls.contract

    def live(self, seed):
        """Let things happen to an incident, and look at its clock after each."""
        self.dice = random.Random(f"{seed} {OTHER}" if OTHER else seed)
        self.oracle, self.done = Oracle(), []
        self.incident = self.open()
        self.now = 0
        for _act in range(ACTS):
            self.now += self.dice.randint(5, 110)
            with self.moment(self.now / 60):
                act = self.dice.choice(self.list_acts())
                self.done.append((self.now, act.__name__))
                act()
            self.compare()
        self.assertFalse(self.get_entries(self.incident)._find_broken())

    def compare(self):
        with self.at(START + self.now * MINUTE):
            ticket = self.incident.sudo()
            ticket.invalidate_recordset()
            counted, stopped = self.oracle.count(self.now)
            self.assertEqual(
                (ticket.gtr_consumed_seconds / 60, ticket.gtr_stopped_seconds / 60),
                (counted, stopped),
                self.done,
            )

    def list_acts(self):
        """Return what can be done now."""
        if self.oracle.restored is not None:
            return [self.refuse, self.date_back, self.forget_date]
        acts = [self.stop, self.change_contract]
        if self.oracle.goes_on("hand"):
            acts.append(self.resume)
        if self.oracle.goes_on("wait"):
            return [*acts, self.answer, self.answer, self.correct_wait]
        return [*acts, self.ask, self.ask, self.resolve, self.resolve_back]

    def date(self, minute):
        return START + minute * MINUTE

    def past(self):
        """Return a minute from before now."""
        return self.dice.randint(0, self.now)

    # What people do

    def stop(self):
        minute = self.past()
        cause = self.causes["no_access"]
        self.incident.incident_clock_stop(cause, self.date(minute), "Nobody there")
        self.oracle.stops.append((minute, None, "hand"))

    def resume(self):
        first = max(begin for begin, _end, _kind in self.oracle.goes_on("hand"))
        minute = self.dice.randint(first, self.now)
        self.incident.incident_clock_resume(self.date(minute))
        self.oracle.end("hand", minute)

    def ask(self):
        self.incident.incident_request("information", "<p>Since when?</p>", "customer")
        self.oracle.stops.append((self.now, None, "wait"))

    def answer(self):
        self.incident.incident_record_answer(self.customer, "<p>Since noon</p>")
        self.oracle.end("wait", self.now)

    def correct_wait(self):
        [wait] = self.oracle.goes_on("wait")
        entries = self.get_entries(self.incident)
        stop = entries._get_open_stops().filtered("followup_id")
        minute = self.past()
        stop.with_user(self.manager).action_correct("It was so", self.date(minute))
        self.oracle.stops.remove(wait)
        self.oracle.stops.append((minute, None, "wait"))

    def change_contract(self):
        contract = self.dice.choice((self.contract, self.other))
        self.incident.incident_change_contract(contract, "Why")

    def resolve(self, minute=None):
        minute = self.now if minute is None else minute
        self.incident.action_incident_resolve(restored=self.date(minute))
        self.oracle.restored = minute
        self.oracle.end("hand", minute)
        self.oracle.stops.append((self.now, None, "validation"))

    def resolve_back(self):
        self.resolve(self.past())

    def date_back(self):
        minute = self.past()
        self.incident.restored_date = self.date(minute)
        self.oracle.restored = minute

    def forget_date(self):
        self.incident.restored_date = False
        [(asked, _end, _kind)] = self.oracle.goes_on("validation")
        self.oracle.restored = asked

    def refuse(self):
        self.incident.action_incident_start()
        self.oracle.restored = None
        self.oracle.end("validation", self.now)


def _make(seed):
    def test(self):
        self.live(seed)

    return test if seed < AT_ONCE else pytest.mark.slow(test)


for _seed in range(HISTORIES):
    setattr(TestClockHistories, f"test_history_{_seed}_equals_the_oracle", _make(_seed))
