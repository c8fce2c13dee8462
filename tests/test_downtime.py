"""Everything has stood still for ten days: one step is due, and full days after it."""

from collections import Counter

import pytest

from .test_followup_crash import CLOSURE, REQUEST, assert_closed


def test_ten_days_without_a_server(workers, ledger, smtp):
    check_ten_days(workers, ledger, smtp, waiting=21, solved=9)


@pytest.mark.slow
def test_ten_days_without_a_server_for_200_incidents(workers, ledger, smtp):
    check_ten_days(workers, ledger, smtp, waiting=150, solved=50)


def check_ten_days(workers, ledger, smtp, waiting, solved):
    """Stop everything for ten days, then let it go on to the end."""
    asked, repaired = workers.run(("prepare", {"waiting": waiting, "solved": solved}))
    with workers.working():
        ledger.run_until_quiet()
    ledger.let_pass(hours=240)
    with workers.working():
        ledger.run_until_quiet()
        # Of five steps that were due, one; and nobody is closed.
        reminded = [("start", "sent"), ("remind", "sent")]
        assert set(map(tuple, ledger.steps().values())) == {tuple(reminded)}
        ledger.let_pass(hours=23, minutes=50)
        ledger.run_until_quiet()
        assert set(map(tuple, ledger.steps().values())) == {tuple(reminded)}
        ledger.let_pass(minutes=10)
        for _day in range(2):
            ledger.run_until_quiet()
            ledger.let_pass(hours=24, minutes=1)
    # And once more, when the announcement of some is out.
    ledger.let_pass(hours=240)
    with workers.working():
        for _day in range(4):
            ledger.run_until_quiet()
            ledger.let_pass(hours=24, minutes=1)
    expected = {number: REQUEST for number in asked}
    expected.update({number: CLOSURE for number in repaired})
    assert ledger.steps() == expected
    assert_closed(ledger, asked, "no_answer", 3)
    assert_closed(ledger, repaired, "not_confirmed", 1)
    deliveries = ledger.deliveries(smtp.mails)
    assert len(deliveries) == 2 * (waiting * len(REQUEST) + solved * len(CLOSURE))
    assert Counter(len(ids) for ids in deliveries.values()) == {1: len(deliveries)}
    assert workers.errors() == []
