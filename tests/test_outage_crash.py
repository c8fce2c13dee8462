"""Whom an outage or works concern is told once, also when processes are killed."""

from collections import Counter

import pytest

from .system import seeds
from .system.killer import Killer

NOTICES = """
    SELECT notice.email, notice.status, message.message_id
      FROM incident_notice AS notice
      JOIN mail_message AS message ON message.id = notice.message_id
     WHERE notice.outage_message_id IS NOT NULL
"""
# Of some 66 that it takes.
STEPS_TO_PUBLISH = 50
MESSAGES = "SELECT act, mail_count FROM incident_outage_message"


def test_kill_9_while_a_message_is_written_and_sent(workers, ledger, smtp):
    check_published(workers, ledger, smtp, customers=250, kills=10)


@pytest.mark.slow
def test_kill_9_while_a_message_to_5000_is_written_and_sent(workers, ledger, smtp):
    check_published(workers, ledger, smtp, customers=5000, kills=60)


def test_kill_9_while_works_are_announced(workers, ledger, smtp):
    check_announced(workers, ledger, smtp, customers=150, kills=10)


@pytest.mark.slow
def test_kill_9_while_works_are_announced_to_2000(workers, ledger, smtp):
    check_announced(workers, ledger, smtp, customers=2000, kills=60)


def check_published(workers, ledger, smtp, customers, kills):
    """Kill who publishes a message, then who sends it.

    :param customers: how many are concerned, with one integrator
    :param kills: how often a process is killed while it sends
    """
    outage_id = workers.run(("declare_outage", {"customers": customers}))
    values = {"outage_id": outage_id, "key": "the one"}
    publish = ("publish", values)
    moments = seeds.draw(20261129)
    for _kill in range(4):
        steps = moments.randint(1, STEPS_TO_PUBLISH)
        [worker] = workers.fork(("publish", {**values, "die_at": steps}))
        assert worker.has_been_killed()
    # Who has heard no answer asks again, and again.
    workers.run(publish)
    workers.run(publish)
    send_among_kills(workers, ledger, smtp, customers, kills, act=None)


def check_announced(workers, ledger, smtp, customers, kills):
    """Kill who announces works and sends that.

    :param customers: how many are concerned, with one integrator
    :param kills: how often a process is killed
    """
    workers.run(("plan_works", {"customers": customers}))
    send_among_kills(workers, ledger, smtp, customers, kills, act="announced")


def send_among_kills(workers, ledger, smtp, customers, kills, act):
    """Kill who writes and sends, then assert that each mailbox has one mail.

    :param act: what the one message tells of works
    """
    killer = Killer(workers, smtp)
    while killer.kills < kills and ledger.pending():
        # Odoo skips an action once that was interrupted three times in a row.
        ledger.let_interval_pass()
        killer.strike()
        ledger.let_pass(minutes=1)
    with workers.working():
        for _interval in range(2):
            ledger.let_interval_pass()
            ledger.wait_idle()
        ledger.run_until_quiet()
    assert killer.kills == kills

    readers = customers + 1
    assert ledger.query(MESSAGES) == [{"act": act, "mail_count": readers}]
    notices = ledger.query(NOTICES)
    assert {notice["status"] for notice in notices} == {"sent"}
    assert len({notice["email"] for notice in notices}) == len(notices) == readers
    # What was accepted but not yet noted is sent again, as it was.
    arrived = Counter(mail.message["Message-ID"] for mail in smtp.mails)
    assert set(arrived) == {notice["message_id"] for notice in notices}
    repeated = sum(arrived.values()) - len(arrived)
    assert killer.kills_at_acceptance <= repeated <= killer.kills
