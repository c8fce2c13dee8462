"""Follow-ups survive what servers do: processes are killed, mail servers are down."""

from collections import Counter

import pytest

from .system.killer import Killer

# From the request to the closure.
DAYS = 6

REQUEST = [
    ("start", "sent"),
    ("remind", "sent"),
    ("remind", "sent"),
    ("remind", "sent"),
    ("announce", "sent"),
    ("close", "done"),
]
CLOSURE = [
    ("start", "sent"),
    ("remind", "sent"),
    ("announce", "sent"),
    ("close", "done"),
]

ANNOUNCED_IN_TIME = """
    SELECT bool_and(announced_date > now() AT TIME ZONE 'UTC' + interval '23 hours')
        AS in_time FROM incident_followup_event WHERE announced_date IS NOT NULL
"""

ADVANCE_HALF = """
    UPDATE incident_followup SET due_date = due_date - interval '12 hours'
     WHERE id % 2 = 0
"""


def test_kill_9_at_random_moments_loses_nothing_and_repeats_no_step(
    workers, ledger, smtp
):
    check_kills(workers, ledger, smtp, waiting=12, solved=5, kills=24)


@pytest.mark.slow
def test_kill_9_60_times_loses_nothing_and_repeats_no_step(workers, ledger, smtp):
    check_kills(workers, ledger, smtp, waiting=45, solved=15, kills=60)


def check_kills(workers, ledger, smtp, waiting, solved, kills):
    """Kill workers on each day of the process, then have others go on.

    :param waiting: how many incidents wait for information
    :param solved: how many wait for a confirmation
    :param kills: how many workers are killed, as many on each day
    """
    asked, solved = workers.run(("prepare", {"waiting": waiting, "solved": solved}))
    killer = Killer(workers, smtp, batch=4, steps=150, mails=3)
    for day in range(DAYS):
        while killer.kills < kills * (day + 1) // DAYS and ledger.pending():
            # Odoo skips an action once that was interrupted three times in a row, and
            # forgets its wake-ups: only its interval brings it back.
            ledger.let_interval_pass()
            killer.strike()
            ledger.let_pass(minutes=1)
        with workers.working():
            for _interval in range(2):
                ledger.let_interval_pass()
                ledger.wait_idle()
            ledger.run_until_quiet()
        ledger.let_pass(hours=24, minutes=1)
    assert killer.kills == kills

    expected = {number: REQUEST for number in asked}
    expected.update({number: CLOSURE for number in solved})
    assert ledger.steps() == expected
    assert_closed(ledger, asked, "no_answer", 3)
    assert_closed(ledger, solved, "not_confirmed", 1)

    assert {notice["status"] for notice in ledger.notices()} == {"sent"}
    deliveries = ledger.deliveries(smtp.mails)
    assert len(deliveries) == 2 * (len(asked) * 6 + len(solved) * 4)
    assert {len(set(ids)) for ids in deliveries.values()} == {1}
    # What was accepted by the mail server but not yet noted is sent again, as it was.
    repeated = sum(len(ids) - 1 for ids in deliveries.values())
    assert killer.kills_at_acceptance <= repeated <= killer.kills

    # The same, from the mails alone: as many different ones per party as steps.
    mails = {
        (
            mail.message["Subject"].split()[0],
            *mail.recipients,
            mail.message["Message-ID"],
        )
        for mail in smtp.mails
    }
    assert Counter((number, address) for number, address, _id in mails) == {
        (number, address): len(expected[number])
        for number, _event, address in deliveries
    }


def test_refused_connection_stops_the_clock_and_then_delivers_the_same_mail(
    workers, ledger, smtp
):
    numbers, _solved = workers.run(("prepare", {"waiting": 10}))
    with workers.working():
        ledger.run_until_quiet()
        ledger.let_pass(hours=24, minutes=1)
        smtp.stop()
        ledger.run_minutes(15)
        assert_stuck(ledger, "start", "remind")
        written = [notice["message_id"] for notice in ledger.notices()]
        smtp.start()
        ledger.run_until_quiet()
    assert_reminded_once(ledger, smtp, numbers)
    assert [notice["message_id"] for notice in ledger.notices()] == written


def test_deferred_mail_stops_the_clock_and_then_is_delivered_as_it_was(
    workers, ledger, smtp
):
    numbers, _solved = workers.run(("prepare", {"waiting": 10}))
    with workers.working():
        ledger.run_until_quiet()
        ledger.let_pass(hours=24, minutes=1)
        smtp.answer = lambda envelope: "451 Try again later"
        ledger.run_minutes(15)
        assert_stuck(ledger, "start", "remind")
        written = [notice["message_id"] for notice in ledger.notices()]
        smtp.answer = lambda envelope: smtp.ACCEPTED
        ledger.run_until_quiet()
    assert_reminded_once(ledger, smtp, numbers)
    assert [notice["message_id"] for notice in ledger.notices()] == written


def test_server_that_hangs_up_gets_the_same_mail_again(workers, ledger, smtp):
    numbers, _solved = workers.run(("prepare", {"waiting": 10}))
    heard = iter(range(1000))

    def answer(envelope):
        broken = {3: "451 Busy", 7: smtp.ACCEPTED}.get(next(heard))
        return f"{broken} {smtp.HANGS_UP}" if broken else smtp.ACCEPTED

    smtp.answer = answer
    with workers.working():
        ledger.run_until_quiet()
    assert ledger.steps() == {number: [("start", "sent")] for number in numbers}
    assert {notice["status"] for notice in ledger.notices()} == {"sent"}
    deliveries = ledger.deliveries(smtp.mails)
    assert {len(set(ids)) for ids in deliveries.values()} == {1}
    assert Counter(len(ids) for ids in deliveries.values()) == {1: 19, 2: 1}


def test_nobody_is_closed_after_an_announcement_that_no_server_took(
    workers, ledger, smtp
):
    numbers, _solved = workers.run(("prepare", {"waiting": 5, "short": True}))
    with workers.working():
        ledger.run_until_quiet()
        ledger.let_pass(hours=24, minutes=1)
        smtp.stop()
        # Three days, in strides that no scheduled action is woken for.
        for _stride in range(12):
            ledger.run_minutes(2)
            ledger.let_pass(hours=6)
        ledger.run_minutes(2)
        assert_stuck(ledger, "start", "announce")
        smtp.start()
        ledger.let_pass(hours=24)
        ledger.run_until_quiet()
        assert_delivered_once(ledger, smtp, 2 * 2 * len(numbers))
        # The mails of three days ago named a date that has passed: written anew.
        statuses = Counter(notice["status"] for notice in ledger.notices())
        assert statuses["sent"] == 2 * 2 * len(numbers)
        assert statuses["cancelled"] >= 2 * len(numbers)
        assert ledger.query(ANNOUNCED_IN_TIME) == [{"in_time": True}]
        assert {row["phase"] for row in ledger.incidents().values()} == {"waiting"}
        ledger.let_pass(hours=23, minutes=50)
        ledger.run_until_quiet()
        assert {row["phase"] for row in ledger.incidents().values()} == {"waiting"}
        ledger.let_pass(minutes=30)
        ledger.run_until_quiet()
    assert_closed(ledger, numbers, "no_answer", 0)


def test_one_broken_incident_harms_no_other(workers, ledger, smtp):
    numbers, _solved = workers.run(
        ("prepare", {"waiting": 100, "integrator": False}),
    )
    workers.run(("break_reminders", {"name": "Outage at Customer 41"}))
    broken, sound = numbers[41], numbers[:41] + numbers[42:]
    with workers.working():
        ledger.run_until_quiet()
        ledger.let_pass(hours=24, minutes=1)
        ledger.run_until_quiet()
    steps = ledger.steps()
    assert steps.pop(broken) == [("start", "sent")]
    assert steps == {
        number: [("start", "sent"), ("remind", "sent")] for number in sound
    }
    assert_delivered_once(ledger, smtp, 100 + 99)

    [failed] = [row for row in ledger.followups() if row["error"]]
    assert failed["ticket_id"] == ledger.incidents()[broken]["id"]
    assert "ZeroDivisionError" in failed["error"]
    assert ledger.activities(failed["ticket_id"]) == [
        "The follow-up failed and is not tried again"
    ]
    crons = ledger.crons()
    assert len(crons) == 3
    assert set(crons.values()) == {0}


def test_action_that_runs_out_of_time_goes_on_within_minutes(workers, ledger, smtp):
    numbers, _solved = workers.run(("prepare", {"waiting": 10}))
    with workers.working():
        ledger.run_until_quiet()
        # For one half a reminder is to be settled when it is due for the other.
        ledger.query(ADVANCE_HALF)
        ledger.let_pass(hours=12, minutes=1)
        ledger.let_interval_pass()
        ledger.wait_idle()
    ledger.let_pass(hours=12, minutes=2)
    with workers.working(("work", {"seconds": 0})):
        ledger.run_until_quiet(minutes=5)
    assert_reminded_once(ledger, smtp, numbers)


def assert_closed(ledger, numbers, reason, reminders):
    """Assert how incidents have ended."""
    incidents = ledger.incidents()
    found = {
        (row["phase"], row["close_reason"], row["reminder_count"])
        for row in map(incidents.get, numbers)
    }
    assert found == {("closed", reason, reminders)}


def assert_stuck(ledger, *actions):
    """Assert that no party got the last step, and that nothing follows from it."""
    *delivered, last = actions
    expected = [*((action, "sent") for action in delivered), (last, "failed")]
    assert set(map(tuple, ledger.steps().values())) == {tuple(expected)}
    for followup in ledger.followups():
        assert followup["state"] == "running"
        assert followup["undelivered"]
        assert not followup["due_date"]
        assert not followup["reminder_count"]
        assert not followup["frozen_date"]
        assert ledger.activities(followup["ticket_id"]) == [
            "No mail reached the parties: the follow-up waits"
        ]
    facts = {
        (row["phase"], row["reminder_count"]) for row in ledger.incidents().values()
    }
    assert facts == {("waiting", 0)}


def assert_reminded_once(ledger, smtp, numbers):
    """Assert that the first reminder was delivered and counted, and has frozen."""
    assert ledger.steps() == {
        number: [("start", "sent"), ("remind", "sent")] for number in numbers
    }
    facts = {
        (row["phase"], row["reminder_count"]) for row in ledger.incidents().values()
    }
    assert facts == {("frozen", 1)}
    assert_delivered_once(ledger, smtp, 2 * 2 * len(numbers))


def assert_delivered_once(ledger, smtp, count):
    """Assert that each party got each mail, and each only once.

    :param count: how many mails these are
    """
    deliveries = ledger.deliveries(smtp.mails)
    assert len(deliveries) == count
    assert {len(ids) for ids in deliveries.values()} == {1}
