"""Follow-ups among several: two workers at once, answers against closures."""

import itertools

import pytest

from .system import seeds
from .test_followup_crash import CLOSURE, DAYS, REQUEST, assert_closed

# Closed for want of an answer, though the answer was on its way: reopened by it.
LOST_TO_CLOSURE = {"close, answer", "lock, answer, commit"}
ASKED, SOLVED = 80, 20
# A hundred take longer than one test should.
PARTS = 3
# Steps that one is ahead of the other at most: about what either takes.
MOST_AHEAD = 80
HELD = "SELECT number, review_count FROM helpdesk_ticket WHERE review_pending"
HEARD_IN_TIME = {"answer, close", "search, answer, lock", "write, close, commit"}


def test_two_workers_at_once_take_every_step_once(workers, ledger, smtp):
    asked, solved = workers.run(("prepare", {"waiting": 16, "solved": 6}))
    rush = ("rush", {"batch": 3})
    with workers.working(rush, rush):
        for _day in range(DAYS):
            ledger.run_until_quiet()
            ledger.let_pass(hours=24, minutes=1)
    expected = {number: REQUEST for number in asked}
    expected.update({number: CLOSURE for number in solved})
    assert ledger.steps() == expected
    assert_closed(ledger, asked, "no_answer", 3)
    assert_closed(ledger, solved, "not_confirmed", 1)
    deliveries = ledger.deliveries(smtp.mails)
    assert len(deliveries) == 2 * (len(asked) * 6 + len(solved) * 4)
    assert {len(ids) for ids in deliveries.values()} == {1}
    assert workers.errors() == []


def test_a_worker_that_comes_too_late_leaves_the_step_to_the_other(
    workers, ledger, smtp
):
    numbers, _solved = workers.run(("prepare", {"waiting": 5}))
    with workers.working():
        ledger.run_until_quiet()
    ledger.let_pass(hours=24, minutes=1)
    workers.run("remind_late", "remind_early")
    reminded = [("start", "sent"), ("remind", "queued")]
    assert ledger.steps() == {number: reminded for number in numbers}
    assert {row["error"] for row in ledger.followups()} == {None}
    assert workers.errors() == []


@pytest.mark.parametrize("part", range(PARTS))
def test_an_answer_beats_the_closure_in_every_order(part, workers, ledger, smtp):
    check_answers_against_closures(workers, ledger, seed=5, part=part)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_mail_to_judge_beats_the_closure_in_every_order(part, workers, ledger, smtp):
    check_judgements_against_closures(workers, ledger, seed=6, part=part)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 30))
def test_1000_mails_to_judge_beat_the_closure(seed, workers, ledger, smtp):
    check_judgements_against_closures(workers, ledger, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 20))
def test_1000_answers_beat_the_closure(seed, workers, ledger, smtp):
    check_answers_against_closures(workers, ledger, seed)


def check_judgements_against_closures(workers, ledger, seed, part=None):
    """Have a hundred mails that nobody can place meet the closure of their incidents.

    :param seed: of the moments at which they meet
    :param part: of the hundred, all of them if not given
    """
    orders, meetings = announce_closures(workers, ledger, seed, part)
    workers.run(
        ("close", {"meetings": meetings}),
        ("answer", {"meetings": meetings, "stranger": "who@unknown.example.com"}),
    )
    steps = ledger.steps()
    held = {row["number"]: row["review_count"] for row in ledger.query(HELD)}
    for number, (order, _ahead) in orders.items():
        assert held[number] == 1
        closed = steps[number][-1] == ("close", "done")
        if closed:
            assert order not in HEARD_IN_TIME
        else:
            assert order not in LOST_TO_CLOSURE
    assert workers.errors() == []


def check_answers_against_closures(workers, ledger, seed, part=None):
    """Have a hundred answers meet the closure of their incidents.

    :param seed: of the moments at which they meet
    :param part: of the hundred, all of them if not given
    """
    orders, meetings = announce_closures(workers, ledger, seed, part)
    incidents = ledger.incidents()
    _nothing, attempts = workers.run(
        ("close", {"meetings": meetings}), ("answer", {"meetings": meetings})
    )
    asked = {number for number in orders if incidents[number]["phase"] != "closure"}
    check_answers(workers, ledger, orders, asked, attempts)


def announce_closures(workers, ledger, seed, part):
    """Ask a hundred customers, and let a day pass after the announcement.

    :return: how answer and closure meet, by number, and the meetings in their order
    """
    own = slice(part, None, PARTS if part is not None else None)
    drawn = [
        draw_orders(count, first + seed)[own]
        for first, count in ((0, ASKED), (1000, SOLVED))
    ]
    waiting, validating = map(len, drawn)
    options = {"integrator": False, "short": True}
    options.update(waiting=waiting, solved=validating)
    asked, solved = workers.run(("prepare", options))
    with workers.working():
        ledger.run_until_quiet()
        ledger.let_pass(hours=24, minutes=1)
        ledger.run_until_quiet()
    orders = dict(zip([*asked, *solved], itertools.chain(*drawn), strict=True))
    incidents = ledger.incidents()
    meetings = [
        (incidents[number]["id"], order, ahead)
        for number, (order, ahead) in orders.items()
    ]
    return orders, meetings


def check_answers(workers, ledger, orders, asked, attempts):
    """Check what has become of incidents whose answer met their closure."""
    attempts = dict(zip(orders, attempts, strict=True))

    steps, incidents = ledger.steps(), ledger.incidents()
    states = {row["ticket_id"]: row["state"] for row in ledger.followups()}
    for number, (order, _ahead) in orders.items():
        incident = incidents[number]
        assert incident["heard"]
        assert incident["answers"] == 1
        state = states[incident["id"]]
        if steps[number][-1] == ("close", "done"):
            assert order not in HEARD_IN_TIME
            assert (incident["phase"], state) == ("in_progress", "expired")
            assert incident["reopen_count"] == 1
        else:
            assert order not in LOST_TO_CLOSURE
            expected = (
                ("opened", "answered") if number in asked else ("closure", "held")
            )
            assert (incident["phase"], state) == expected
            assert incident["reopen_count"] == 0
        if order == "lock, answer, commit":
            assert attempts[number] > 1
    assert workers.errors() == []


def draw_orders(count, seed):
    """Return how answer and closure meet, the same for each seed.

    :param count: of how many incidents
    """
    forced = sorted(LOST_TO_CLOSURE | HEARD_IN_TIME)
    numbers = seeds.draw(seed)
    return [
        (forced[position % len(forced)], 0)
        if position < count * 0.4
        else ("together", numbers.randint(-MOST_AHEAD, MOST_AHEAD))
        for position in range(count)
    ]
