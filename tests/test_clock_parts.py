"""What the clock of a contract stands on, by itself: see `test_contract_clock.py`."""

from datetime import datetime, timedelta

import pytest
from dateutil.easter import easter

from odoo.addons.openip_incident.tools.clock_ledger import (
    GTR,
    NONE,
    RESTORED,
    RESUME,
    START,
    STOP,
    Entry,
    Ledger,
)
from odoo.addons.openip_incident.tools.french_holidays import find_easter
from odoo.addons.openip_incident.tools.open_hours import OpenHours

from .test_contract_clock import make_terms

DAY = datetime(2026, 6, 20)


@pytest.mark.parametrize(
    ("resumed", "state"),
    [(None, "stopped"), (DAY + timedelta(hours=7), "running")],
)
def test_a_clock_stands_until_it_is_resumed(resumed, state):
    terms = make_terms(("Europe/Paris", "office", "none"))
    entries = [
        Entry(1, START, datetime(2026, 6, 19, 14), terms=terms),
        Entry(2, STOP, datetime(2026, 6, 19, 15), stops=frozenset([GTR])),
    ]
    if resumed:
        entries.append(Entry(3, RESUME, resumed, refers=2))
    assert Ledger(entries).get_state(GTR, DAY + timedelta(hours=8)) == state


def test_what_nobody_guarantees_has_no_state():
    terms = make_terms(("Europe/Paris", "office", "none"))
    terms[GTR] = (terms[GTR][0], None)
    begin = datetime(2026, 6, 19, 14)
    ledger = Ledger([Entry(1, START, begin, terms=terms), Entry(2, RESTORED, DAY)])
    assert ledger.get_state(GTR, DAY + timedelta(days=9)) == NONE
    assert ledger.get_deadline(GTR) is None


def test_hours_that_go_on_over_midnight_are_one_interval():
    end = DAY + timedelta(days=3)
    assert OpenHours("UTC", None).find(DAY, end) == [(DAY, end)]


def test_hours_end_to_the_second_where_the_zone_changes():
    """From 3:00, which the night of October passes once, an hour after its 2:59:59."""
    hours = OpenHours("Europe/Paris", {6: [(180, 195)]})
    night = datetime(2026, 10, 25)
    begin = night + timedelta(hours=2)
    found = hours.find(night, night + timedelta(hours=12))
    assert found == [(begin, begin + timedelta(minutes=15))]


def test_easter_of_every_year_of_the_calendar():
    years = range(1583, 4100)
    assert [find_easter(year) for year in years] == [easter(year) for year in years]
