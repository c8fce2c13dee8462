"""Clocks of contracts survive what servers do: killed processes, answers at once."""

import json
from collections import Counter
from hashlib import sha256

import pytest

from .system.killer import Killer

MANAGER = "manager@operator.example.com"
PERCENTS = (50, 75, 90, 100)

ALERTS = """
    SELECT t.number, e.clock, e.percent, count(*) FROM incident_clock_entry e
      JOIN helpdesk_ticket t ON t.id = e.ticket_id
     WHERE e.kind = 'alert' GROUP BY t.number, e.clock, e.percent
"""
LEFT = "SELECT count(*) FROM incident_clock_recount"
TOLD = "SELECT count(*) FROM helpdesk_ticket WHERE incident_clock_date IS NOT NULL"
ACTIVITIES = """
    SELECT t.number, count(a.id) FROM helpdesk_ticket t
      LEFT JOIN mail_activity a ON a.res_model = 'helpdesk.ticket' AND a.res_id = t.id
           AND a.active AND a.activity_type_id = (SELECT res_id FROM ir_model_data
               WHERE name = 'mail_activity_type_clock')
     GROUP BY t.number
"""
ENTRIES = """
    SELECT e.*, to_char(e.date, 'YYYY-MM-DD HH24:MI:SS') AS said, t.number,
           t.incident_clock_seal AS seal
      FROM incident_clock_entry e JOIN helpdesk_ticket t ON t.id = e.ticket_id
     ORDER BY e.ticket_id, e.sequence
"""
WAITS = """
    SELECT s.ticket_id, count(DISTINCT s.id) AS stops, count(r.id) AS ends
      FROM incident_clock_entry s
      LEFT JOIN incident_clock_entry r ON r.entry_id = s.id AND r.kind = 'resume'
           AND NOT EXISTS (SELECT FROM incident_clock_entry v WHERE v.void_id = r.id)
     WHERE s.kind = 'stop' AND s.followup_id IS NOT NULL
       AND NOT EXISTS (SELECT FROM incident_clock_entry v WHERE v.void_id = s.id)
     GROUP BY s.ticket_id
"""
SEALED = (
    "ticket_id sequence kind cause_id party stops_gti stops_gtr priority entry_id "
    "void_id version_id clock percent"
).split()


def test_thresholds_are_told_once_whatever_is_killed(workers, ledger, smtp):
    check_thresholds(workers, ledger, smtp, incidents=30, kills=10)


@pytest.mark.slow
def test_thresholds_are_told_once_under_50_kills(workers, ledger, smtp):
    check_thresholds(workers, ledger, smtp, incidents=300, kills=50)


def test_two_workers_at_once_tell_thresholds_once(workers, ledger, smtp):
    numbers = workers.run(("count", {"incidents": 20}))
    rush = ("rush", {"batch": 3})
    with workers.working(rush, rush):
        wait_until_told(ledger)
        ledger.run_until_quiet()
    assert_told_once(ledger, smtp, numbers)
    assert workers.errors() == []


def test_acts_that_are_killed_leave_whole_ledgers(workers, ledger, smtp):
    check_acts(workers, ledger, kills=6)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_acts_that_are_killed_50_times_leave_whole_ledgers(seed, workers, ledger, smtp):
    check_acts(workers, ledger, kills=50, seed=100 * (seed + 1))


def test_clocks_are_counted_anew_whatever_is_killed(workers, ledger, smtp):
    check_recount(workers, ledger, smtp, incidents=60, kills=8)


@pytest.mark.slow
def test_clocks_are_counted_anew_under_50_kills(workers, ledger, smtp):
    check_recount(workers, ledger, smtp, incidents=600, kills=50)


def test_two_at_once_write_one_ledger(workers, ledger, smtp):
    workers.run(("count", {"incidents": 3, "hours": 400}))
    times = 60
    workers.run(
        ("act", {"seed": 1, "times": times}), ("act", {"seed": 2, "times": times})
    )
    assert_whole(workers, ledger, least=20)


def test_two_answers_at_once_end_a_stop_once(workers, ledger, smtp):
    workers.run(("count", {"incidents": 8, "hours": 400}))
    workers.run("ask")
    with workers.working():
        ledger.run_until_quiet()
    ids = [row["ticket_id"] for row in ledger.query(WAITS)]
    assert len(ids) == 8
    sent = {"ids": ids}
    workers.run(
        ("answer_at_once", {**sent, "sender": None, "mark": "customer"}),
        (
            "answer_at_once",
            {**sent, "sender": "integrator@example.net", "mark": "integrator"},
        ),
    )
    assert {(row["stops"], row["ends"]) for row in ledger.query(WAITS)} == {(1, 1)}
    assert {row["answers"] for row in ledger.incidents().values()} == {2}
    assert_whole(workers, ledger, least=4 * len(ids))
    assert workers.errors() == []


def check_thresholds(workers, ledger, smtp, incidents, kills):
    """Kill workers while they tell which thresholds were reached."""
    numbers = workers.run(("count", {"incidents": incidents}))
    killer = Killer(workers, smtp, batch=2, steps=200)
    while killer.kills < kills and (ledger.query(TOLD)[0]["count"] or ledger.pending()):
        killer.strike()
        ledger.let_interval_pass()
    assert killer.kills == kills
    with workers.working():
        # Odoo forgets the wake-ups of an action that was interrupted too often.
        for _interval in range(2):
            ledger.let_interval_pass()
            ledger.wait_idle()
        ledger.run_until_quiet()
    assert_told_once(ledger, smtp, numbers)
    assert workers.run("weigh") == []


def check_recount(workers, ledger, smtp, incidents, kills):
    """Kill workers while they count all clocks anew, and others while they act."""
    workers.run(("count", {"incidents": incidents, "hours": 400}))
    assert workers.run("change") == incidents
    assert len(workers.run("weigh")) >= incidents
    killer = Killer(workers, smtp, steps=200)
    others = iter(percent for percent in range(98, 0, -1) if percent not in PERCENTS)
    while killer.kills < kills:
        # While one comes to the step at which it dies, the other may count them all.
        if not ledger.query(LEFT)[0]["count"]:
            workers.run(("change", {"percent": next(others)}))
        killer.strike_all(("work", {"batch": 2}), ("act", {"seed": killer.kills}))
        ledger.let_interval_pass()
    with workers.working():
        for _minute in range(10):
            ledger.let_interval_pass()
            ledger.wait_idle()
            if not ledger.query(LEFT)[0]["count"]:
                break
    assert not ledger.query(LEFT)[0]["count"]
    assert_whole(workers, ledger, least=incidents)


def wait_until_told(ledger):
    """Return when no threshold is left to be told."""
    for _minute in range(30):
        ledger.let_interval_pass()
        ledger.wait_idle()
        if not ledger.query(TOLD)[0]["count"]:
            return
    raise AssertionError("thresholds were never told")


def assert_told_once(ledger, smtp, numbers):
    """Assert that each threshold was written down, shown and mailed, each once."""
    clocks = [(clock, percent) for clock in ("gti", "gtr") for percent in PERCENTS]
    found = {
        (row["number"], row["clock"], row["percent"]): row["count"]
        for row in ledger.query(ALERTS)
    }
    assert found == {(number, *one): 1 for number in numbers for one in clocks}
    activities = {row["number"]: row["count"] for row in ledger.query(ACTIVITIES)}
    assert activities == dict.fromkeys(numbers, 1)
    # What was accepted but not yet noted is sent again, as it was.
    mails = {
        mail.message["Message-ID"]: mail.message
        for mail in smtp.mails
        if mail.recipients == [MANAGER]
    }
    told = Counter()
    for mail in mails.values():
        text = mail.get_body(("html",)).get_content()
        told.update({number: text.count(f">{number}<") for number in numbers})
    # Of each clock the last threshold says it all.
    assert told == dict.fromkeys(numbers, 2)


def check_acts(workers, ledger, kills, seed=0):
    """Kill one of two processes that act on the same clocks, over and over."""
    workers.run(("count", {"incidents": 6, "hours": 400}))
    killer = Killer(workers, None, steps=200, seed=seed)
    while killer.kills < kills:
        first = seed + 2 * killer.kills
        killer.strike_all(*(("act", {"seed": first + one}) for one in range(2)))
    assert_whole(workers, ledger, least=3 * kills)


def assert_whole(workers, ledger, least):
    """Assert that no ledger misses anything, and that what is stored follows from it.

    :param least: how many entries there are at least
    """
    rows, before = ledger.query(ENTRIES), {}
    assert len(rows) >= least
    for row in rows:
        last, checksum = before.get(row["number"], (0, ""))
        facts = {name: row[name] or False for name in SEALED}
        text = json.dumps(
            [checksum, {**facts, "date": row["said"]}],
            sort_keys=True,
            separators=(",", ":"),
        )
        assert row["sequence"] == last + 1
        assert row["checksum"] == sha256(text.encode()).hexdigest()
        before[row["number"]] = (row["sequence"], row["checksum"])
    assert {row["number"]: row["seal"] for row in rows} == {
        number: checksum for number, (_last, checksum) in before.items()
    }
    assert workers.run("weigh") == []
