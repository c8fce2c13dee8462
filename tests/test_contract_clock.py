"""The clock of a contract equals an oracle that steps through time (G17).

The oracle imports nothing of the product: it looks at the clock on the wall, minute by
minute, and second by second where something begins or ends.
"""

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from dateutil.easter import easter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.addons.openip_incident.tools import french_holidays
from odoo.addons.openip_incident.tools.clock_ledger import (
    CONTRACT,
    GTI,
    GTR,
    REFUSED,
    RESTORED,
    RESUME,
    START,
    STOP,
    VOID,
    WORK,
    Entry,
    Ledger,
    seal,
)
from odoo.addons.openip_incident.tools.contract_clock import Clock, Period, Stop
from odoo.addons.openip_incident.tools.open_hours import OpenHours

from .system import seeds

UTC = ZoneInfo("UTC")
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

# ---------------------------------------------------------------- the oracle


def oracle_holidays(year, alsace):
    """The list of the Code du travail, written down once more."""
    sunday = easter(year)
    days = {date(year, *one) for one in ((1, 1), (5, 1), (5, 8), (7, 14))}
    days |= {date(year, *one) for one in ((8, 15), (11, 1), (11, 11), (12, 25))}
    days |= {sunday + timedelta(days=one) for one in (1, 39, 50)}
    if alsace:
        days |= {sunday - timedelta(days=2), date(year, 12, 26)}
    return days


ORACLE_DAYS = {
    "none": frozenset(),
    "metropolitan": frozenset(
        day for year in range(2020, 2031) for day in oracle_holidays(year, False)
    ),
    "alsace": frozenset(
        day for year in range(2020, 2031) for day in oracle_holidays(year, True)
    ),
}
# By weekday, as (hour, minute) pairs; None: around the clock.
WEEKS = {
    "office": {day: (((8, 0), (18, 0)),) for day in range(6)},
    "split": {day: (((8, 30), (12, 0)), ((13, 15), (17, 45))) for day in range(5)},
    "night": {day: (((2, 15), (2, 45)), ((22, 0), (24, 0))) for day in range(7)},
    "always": None,
}
ZONES = ("Europe/Paris", "America/Sao_Paulo", "Indian/Reunion")


@cache
def oracle_open(calendar, moment):
    zone, week, days = calendar
    wall = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    if wall.date() in ORACLE_DAYS[days]:
        return False
    if WEEKS[week] is None:
        return True
    shown = (wall.hour, wall.minute)
    return any(one <= shown < two for one, two in WEEKS[week].get(wall.weekday(), ()))


def oracle_steps(start, end, edges):
    """Yield (moment, seconds): minutes, but seconds in minutes that hold an edge."""
    fine = {edge.replace(second=0) for edge in edges}
    moment = start
    while moment < end:
        if moment.second or moment in fine or moment + MINUTE > end:
            yield moment, 1
            moment += SECOND
        else:
            yield moment, 60
            moment += MINUTE


def oracle_count(agreements, stops, start, end):
    """Return consumed seconds, and stopped seconds by cause."""
    consumed, by_cause = 0, {}
    edges = [one for stop in stops for one in stop[:2] if one]
    edges += [when for when, _calendar in agreements]
    for moment, seconds in oracle_steps(start, end, edges):
        calendar = agreements[0][1]
        for when, later in agreements[1:]:
            if when <= moment:
                calendar = later
        if not oracle_open(calendar, moment.replace(second=0)):
            continue
        holding = [
            (priority, begin, str(cause), cause)
            for begin, finish, cause, priority in stops
            if begin <= moment and (finish is None or moment < finish)
        ]
        if holding:
            cause = min(holding)[3]
            by_cause[cause] = by_cause.get(cause, 0) + seconds
        else:
            consumed += seconds
    return consumed, by_cause


# ------------------------------------------------------------------- histories

# Moments around which histories are made: both nights, holidays, ends of weeks.
ANCHORS = (
    datetime(2026, 3, 29, 0, 30),
    datetime(2026, 10, 25, 0, 30),
    datetime(2026, 5, 1, 9, 0),
    datetime(2026, 4, 3, 16, 0),
    datetime(2026, 12, 24, 17, 0),
    datetime(2025, 12, 31, 22, 30),
    datetime(2026, 6, 13, 15, 0),
    datetime(2026, 6, 17, 6, 0),
)
SPAN = int(timedelta(days=3).total_seconds())
offsets = st.one_of(
    st.integers(0, SPAN),
    st.integers(0, SPAN // 3600).map(lambda hour: hour * 3600),
    st.integers(0, SPAN // 60).map(lambda minute: minute * 60),
)
calendars = st.tuples(
    st.sampled_from(ZONES),
    st.sampled_from(sorted(WEEKS)),
    st.sampled_from(sorted(ORACLE_DAYS)),
)
CAUSES = {"customer": 3, "integrator": 3, "access": 1, "works": 2, "validation": 9}


@st.composite
def histories(draw):
    """Draw the facts of an incident, as their meaning and as entries of a ledger."""
    base = draw(st.sampled_from(ANCHORS))
    times = st.builds(lambda offset: base + timedelta(seconds=offset), offsets)
    start = draw(times)
    end = draw(times)
    agreements = [(start, draw(calendars))]
    entries = [Entry("start", START, start, terms=make_terms(agreements[0][1]))]
    if draw(st.booleans()):
        agreements.append((draw(times), draw(calendars)))
        terms = make_terms(agreements[1][1])
        entries.append(Entry("contract", CONTRACT, agreements[1][0], terms=terms))
    stops = []
    for number in range(draw(st.integers(0, 4))):
        draw_stop(draw, times, number, stops, entries)
    draw_refusals(draw, times, stops, entries)
    if draw(st.booleans()):
        entries.append(Entry("restored", RESTORED, end))
    entries = draw(st.permutations(entries))
    return agreements, stops, start, end, entries


def draw_stop(draw, times, number, stops, entries):
    cause = draw(st.sampled_from(sorted(CAUSES)[:4]))
    begin = draw(times)
    finish = draw(st.one_of(st.none(), st.just(begin), times))
    key = f"stop{number}"
    entry = Entry(
        key, STOP, begin, cause=cause, priority=CAUSES[cause], stops=frozenset({GTR})
    )
    entries.append(entry)
    if finish:
        entries.append(Entry(f"end{number}", RESUME, finish, refers=key))
    kind = draw(st.sampled_from(("as it is", "void", "corrected", "other clock")))
    if kind == "other clock":
        entries[entries.index(entry)] = replace(entry, stops=frozenset({GTI}))
        return
    if kind in ("void", "corrected"):
        entries.append(Entry(f"void{number}", VOID, begin, refers=key))
    if kind == "corrected":
        begin, finish = draw(times), draw(times)
        entries.append(replace(entry, key=f"{key}b", date=begin))
        entries.append(Entry(f"{key}c", RESUME, finish, refers=f"{key}b"))
    if kind != "void":
        stops.append((begin, finish, cause, CAUSES[cause]))


def draw_refusals(draw, times, stops, entries):
    """Closures that were refused: it goes on where it stopped."""
    for number in range(draw(st.integers(0, 2))):
        one, two = sorted((draw(times), draw(times)))
        key = f"validation{number}"
        flags = frozenset({GTR})
        entries += [
            Entry(f"asked{number}", RESTORED, one),
            Entry(f"no{number}", REFUSED, two, refers=f"asked{number}"),
            Entry(key, STOP, one, cause="validation", priority=9, stops=flags),
            Entry(f"{key}e", RESUME, two, refers=key),
        ]
        stops.append((one, two, "validation", 9))


@cache
def make_hours(calendar):
    zone, week, days = calendar
    chosen = WEEKS[week]
    week = chosen and {
        day: [(a * 60 + b, c * 60 + d) for (a, b), (c, d) in hours]
        for day, hours in chosen.items()
    }
    subdivision = {
        "metropolitan": french_holidays.METROPOLITAN,
        "alsace": french_holidays.ALSACE_MOSELLE,
    }.get(days)
    listed = subdivision and {
        day
        for year in range(2020, 2031)
        for day in french_holidays.list_holidays(year, subdivision)
    }
    return OpenHours(zone, week, listed or ())


def make_terms(calendar, target=4 * 3600):
    hours = make_hours(calendar)
    return {GTI: (hours, 3600), GTR: (hours, target)}


def check(history):
    agreements, stops, start, end, entries = history
    ledger = Ledger(entries)
    clock = ledger.get_clock(GTR)
    found = clock.count(end)
    consumed, by_cause = oracle_count(agreements, stops, start, end)
    assert (found.consumed, found.by_cause) == (consumed, by_cause)
    assert found.stopped == sum(by_cause.values())
    assert found.gross == consumed + found.stopped
    lines = clock.explain(end)
    assert sum(line.seconds for line in lines if line.counted) == consumed
    assert all(a.end == b.start for a, b in zip(lines, lines[1:], strict=False))
    explained = {}
    for line in lines:
        if line.why == "stop":
            explained[line.cause] = explained.get(line.cause, 0) + line.seconds
    assert explained == by_cause
    check_deadline(clock, consumed)


def check_deadline(clock, consumed):
    """At the deadline all is used up, a second before it is not."""
    for seconds in {consumed // 2, consumed, 4 * 3600}:
        moment = clock.find_moment(seconds)
        if moment is None:
            assert any(stop.end is None for stop in clock.stops)
            continue
        assert clock.count(moment).consumed == seconds
        assert not seconds or clock.count(moment - SECOND).consumed == seconds - 1
        late = clock.find_late_moment(seconds)
        if late is not None:
            assert clock.count(late).consumed == seconds
            assert clock.count(late + SECOND).consumed == seconds + 1


SETTINGS = {
    "deadline": None,
    "database": None,
    # Other examples in each run where other chance is asked for.
    "derandomize": not seeds.OTHER,
    "suppress_health_check": list(HealthCheck),
}


@settings(max_examples=300, **SETTINGS)
@given(histories())
def test_300_histories_equal_the_oracle(history):
    check(history)


@pytest.mark.slow
@settings(max_examples=10000, **SETTINGS)
@given(histories())
def test_10000_histories_equal_the_oracle(history):
    check(history)


# ---------------------------------------------------------------- single facts


@pytest.mark.parametrize("year", range(1990, 2061))
def test_holidays_are_those_of_the_law(year):
    for subdivision, alsace in (("metropolitan", False), ("alsace_moselle", True)):
        days = french_holidays.list_holidays(year, subdivision)
        assert set(days) == oracle_holidays(year, alsace)


def office(*stops, start=datetime(2026, 6, 19, 14, 0)):
    """Friday 16:00 in Paris, Monday to Saturday from 8 to 18."""
    hours = make_hours(("Europe/Paris", "office", "metropolitan"))
    return Clock([Period(start, hours, 4 * 3600)], start, stops)


def test_a_stop_outside_the_hours_weighs_nothing():
    night = Stop(datetime(2026, 6, 19, 17), datetime(2026, 6, 20, 5), "customer")
    assert office(night).count(datetime(2026, 6, 20, 8)).stopped == 0
    assert office(night).find_moment(4 * 3600) == datetime(2026, 6, 20, 8)


def test_a_stop_without_an_end_leaves_no_deadline():
    assert office(Stop(datetime(2026, 6, 20, 7))).find_moment(4 * 3600) is None


@pytest.mark.parametrize(
    "night, seconds",
    [
        # From 1:45 to 3:15: an hour of it is left out, or comes twice.
        (datetime(2026, 3, 28, 22), 1800),
        (datetime(2026, 10, 24, 22), 9000),
    ],
)
def test_a_wall_hour_counts_as_often_as_it_comes(night, seconds):
    hours = OpenHours("Europe/Paris", {6: [(105, 195)]})
    clock = Clock([Period(night, hours)], night)
    assert clock.count(night + timedelta(hours=6)).consumed == seconds


@pytest.mark.parametrize(
    "end, state",
    [
        (datetime(2026, 6, 20, 8, 0, 0), "kept"),
        (datetime(2026, 6, 20, 8, 0, 1), "missed"),
        (None, "running"),
    ],
)
def test_exactly_in_time_is_kept(end, state):
    terms = make_terms(("Europe/Paris", "office", "none"))
    entries = [Entry(1, START, datetime(2026, 6, 19, 14), terms=terms)]
    if end:
        entries.append(Entry(2, RESTORED, end))
    ledger = Ledger(entries)
    assert ledger.get_state(GTR, datetime(2026, 6, 20, 8)) == state


def test_work_ends_the_first_clock_only():
    terms = make_terms(("Europe/Paris", "always", "none"))
    begin = datetime(2026, 6, 19, 14)
    ledger = Ledger(
        [
            Entry(2, WORK, begin + timedelta(minutes=30)),
            Entry(1, START, begin, terms=terms),
        ]
    )
    now = begin + timedelta(hours=9)
    assert ledger.get_state(GTI, now) == "kept"
    assert ledger.get_state(GTR, now) == "missed"


def test_a_seal_changes_with_what_it_seals():
    facts = {"kind": "stop", "date": "2026-06-19 14:00:00"}
    first = seal("", facts)
    assert first == seal("", dict(reversed(facts.items())))
    assert len({first, seal("x", facts), seal("", {**facts, "kind": "start"})}) == 3


def test_counting_is_fast():
    """A month of an incident is counted in the time that a list can afford."""
    start = datetime(2026, 6, 1, 6)
    chance = random.Random(7)
    clock = office(
        *(
            Stop(start + timedelta(hours=hour), start + timedelta(hours=hour + 3), hour)
            for hour in chance.sample(range(700), 10)
        ),
        start=start,
    )
    clock.count(start + timedelta(days=30))
    began = datetime.now()
    for _time in range(100):
        clock.count(start + timedelta(days=30))
    assert datetime.now() - began < timedelta(milliseconds=600)
