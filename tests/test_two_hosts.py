"""Two hosts on one database, and one of them dies every now and then."""

import signal
import threading

import pytest

from .system import seeds
from .system.killer import Killer
from .system.server import OdooServer
from .system.waking import waking
from .test_followup_crash import CLOSURE, DAYS, REQUEST, assert_closed

# Seconds after which a host is looked at again.
WATCH = 0.05


def test_a_worker_dies_over_and_over_while_another_goes_on(workers, ledger, smtp):
    asked, solved = workers.run(("prepare", {"waiting": 16, "solved": 6}))
    killer = Killer(workers, smtp, steps=100)
    for _day in range(DAYS):
        with workers.working(("work", {"batch": 5})):
            for _strike in range(2):
                killer.strike()
            for _interval in range(2):
                ledger.let_interval_pass()
                ledger.wait_idle()
            ledger.run_until_quiet()
        ledger.let_pass(hours=24, minutes=1)
    # Who of both is at work is chance.
    assert killer.kills >= DAYS
    assert_whole(ledger, smtp, asked, solved, killer.kills)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_hosts_die_over_and_over_during_the_whole_chain(seed, workers, ledger, smtp):
    """Two servers; each day of the process both are killed, one after the other."""
    asked, solved = workers.run(("prepare", {"waiting": 40, "solved": 15}))
    moments = seeds.draw(seed)
    options = {"crons": True, "database": workers.database}
    hosts = [OdooServer(smtp_port=smtp.port, **options) for _host in range(2)]
    kills = 0
    try:
        for host in hosts:
            host.start()
        with waking(workers.database):
            for _day in range(DAYS):
                for host in moments.sample(hosts, 2):
                    kill_amid_mails(host, ledger, smtp, moments)
                    kills += 1
                    host.start()
                for _interval in range(2):
                    ledger.let_interval_pass()
                    ledger.wait_idle(90)
                ledger.run_until_quiet()
                ledger.let_pass(hours=24, minutes=1)
    finally:
        for host in hosts:
            host.stop()
    assert_whole(ledger, smtp, asked, solved, kills)


def kill_amid_mails(host, ledger, smtp, moments):
    """Kill a host as soon as the mail server has accepted some mails, or has no more.

    Whose mails they are is chance; of those in flight the server may hear twice.
    """
    left = moments.randint(1, 12)
    accepted = threading.Event()

    def answer(envelope):
        nonlocal left
        left -= 1
        if not left:
            host.processes[0].send_signal(signal.SIGKILL)
            accepted.set()
        return smtp.ACCEPTED

    smtp.answer = answer
    ledger.let_interval_pass()
    while not accepted.wait(WATCH) and not ledger.is_idle():
        pass
    smtp.answer = lambda envelope: smtp.ACCEPTED
    host.stop(signal.SIGKILL)


def assert_whole(ledger, smtp, asked, solved, kills):
    """Assert that each incident went its way, each step once, each mail arrived."""
    expected = {number: REQUEST for number in asked}
    expected.update({number: CLOSURE for number in solved})
    assert ledger.steps() == expected
    assert_closed(ledger, asked, "no_answer", 3)
    assert_closed(ledger, solved, "not_confirmed", 1)
    assert {notice["status"] for notice in ledger.notices()} == {"sent"}
    deliveries = ledger.deliveries(smtp.mails)
    assert len(deliveries) == 2 * (len(asked) * 6 + len(solved) * 4)
    assert {len(set(ids)) for ids in deliveries.values()} == {1}
    # What was accepted but not yet noted is sent again, as it was.
    assert sum(len(ids) - 1 for ids in deliveries.values()) <= kills
