"""Mail that Odoo fetches from a real mailbox, amid writers, kills and losses."""

import base64
from collections import Counter

import pytest

from .system.post import DEADLY, write_mail

KINDS = ("imap", "pop")

INBOUND = "SELECT key, state, reason, raw FROM incident_inbound ORDER BY id"
LEFT = {"imap": "UNSEEN", "pop": "ALL"}


@pytest.mark.parametrize("kind", KINDS)
def test_answers_are_kept_though_others_write_the_same_incidents(
    kind, workers, ledger, mailbox
):
    check_fetch_amid_writers(workers, ledger, mailbox, kind, 12)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("run", range(10))
def test_200_answers_are_kept_though_others_write_the_same_incidents(
    kind, run, workers, ledger, mailbox
):
    check_fetch_amid_writers(workers, ledger, mailbox, kind, 200)


def check_fetch_amid_writers(workers, ledger, mailbox, kind, count):
    """Fetch answers, each of which another process meets, beside one that meets some.

    :param kind: ``imap`` or ``pop``
    :param count: how many answers
    """
    ticket_ids, answers = workers.run(("await_answers", {"count": count}))
    mailbox.deliver(*map(str.encode, answers))
    port = mailbox.ports[kind]
    with workers.working(("scribble", {"ticket_ids": ticket_ids})):
        left, _written = workers.run(
            ("fetch", {"kind": kind, "port": port, "collide": True}),
            ("write_amid", {"ticket_ids": ticket_ids}),
        )
    assert (left, mailbox.count(LEFT[kind])) == (0, 0)
    incidents = ledger.incidents().values()
    assert {row["id"] for row in incidents if row["heard"]} == set(ticket_ids)
    assert {row["answers"] for row in incidents} == {1}
    assert count_states(ledger) == {("done", None): count}
    # Each was refused by the database at least once.
    assert workers.log.read_text().count("try again") >= count
    assert workers.errors() == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_mail_that_kills_the_process_is_kept_and_those_behind_it_arrive(
    kind, workers, ledger, mailbox
):
    ticket_ids, answers = workers.run(("await_answers", {"count": 5}))
    deadly = write_mail("deadly@example.com", DEADLY)
    mailbox.deliver(deadly, *map(str.encode, answers))
    job = ("fetch", {"kind": kind, "port": mailbox.ports[kind], "end": "killed"})
    assert run_to_death(workers, job) == -9
    assert mailbox.count(LEFT[kind]) == 6
    # It would kill this one, too, were it tried again.
    assert workers.run(job) == 0
    assert_heard(ledger, ticket_ids)
    assert count_states(ledger) == {("done", None): 5, ("quarantined", "killed"): 1}
    assert_kept(ledger, deadly)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_before_a_processed_mail_is_marked_repeats_nothing(
    kind, workers, ledger, mailbox
):
    ticket_ids, answers = workers.run(("await_answers", {"count": 2}))
    mailbox.deliver(*map(str.encode, answers))
    where = {"kind": kind, "port": mailbox.ports[kind]}
    assert run_to_death(workers, ("fetch_and_die", where)) == -9
    assert mailbox.count(LEFT[kind]) == 2
    assert workers.run(("fetch", where)) == 0
    assert_heard(ledger, ticket_ids)
    assert count_states(ledger) == {("done", None): 2}


def test_a_kill_between_fetching_and_processing_leaves_the_mail_unread(
    workers, ledger, mailbox
):
    ticket_ids, answers = workers.run(("await_answers", {"count": 2}))
    mailbox.deliver(*map(str.encode, answers))
    where = {"kind": "imap", "port": mailbox.ports["imap"]}
    assert run_to_death(workers, ("fetch_and_die", {**where, "at": "store"})) == -9
    assert mailbox.count() == 2
    assert workers.run(("fetch", where)) == 0
    assert_heard(ledger, ticket_ids)
    assert count_states(ledger) == {("done", None): 2}


@pytest.mark.parametrize("end", ["connection lost", "database lost"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_lost_database_loses_no_mail(kind, end, workers, ledger, mailbox):
    """What it has cut off is read again: its reader lives, and says so."""
    ticket_ids, answers = workers.run(("await_answers", {"count": 3}))
    unlucky = write_mail("customer-0@example.com", DEADLY)
    mailbox.deliver(unlucky, *map(str.encode, answers))
    where = {"kind": kind, "port": mailbox.ports[kind]}
    # What was not written down stays in the mailbox.
    assert workers.run(("fetch", {**where, "end": end})) >= 1
    assert workers.run(("fetch", where)) == 0
    ledger.connect()
    assert_heard(ledger, ticket_ids)
    assert count_states(ledger) == {("done", None): 4}


def test_a_mail_that_always_ends_its_connection_is_kept(workers, ledger, mailbox):
    ticket_ids, answers = workers.run(("await_answers", {"count": 3}))
    unlucky = write_mail("customer-0@example.com", DEADLY)
    mailbox.deliver(unlucky, *map(str.encode, answers))
    where = {"kind": "imap", "port": mailbox.ports["imap"]}
    cut = ("fetch", {**where, "end": "connection lost"})
    # First, and three times again; then it is kept, and nothing of it is read.
    left = [workers.run(cut) for _fetch in range(5)]
    assert left == [1, 1, 1, 1, 0]
    assert_heard(ledger, ticket_ids)
    assert_kept(ledger, unlucky)
    assert count_states(ledger) == {("done", None): 3, ("quarantined", "killed"): 1}


@pytest.mark.parametrize("kind", KINDS)
def test_mail_stays_in_the_mailbox_while_there_is_no_connection_left(
    kind, workers, ledger, mailbox
):
    ticket_ids, answers = workers.run(("await_answers", {"count": 3}))
    mailbox.deliver(*map(str.encode, answers))
    where = {"kind": kind, "port": mailbox.ports[kind]}
    assert workers.run(("fetch_without_connections", where)) == 3
    assert count_states(ledger) == {}
    assert workers.run(("fetch", where)) == 0
    assert_heard(ledger, ticket_ids)


@pytest.mark.parametrize("message_id", ["<twice@example.com>", None])
def test_the_same_mail_in_two_processes_is_processed_once(workers, ledger, message_id):
    workers.run(("await_answers", {"count": 1}))
    mails = [
        write_mail("customer-0@example.com", f"No calls {number}", message_id).decode()
        for number in range(1 if message_id else 8)
    ]
    before = len(ledger.incidents())
    first, second = workers.run(*[("deliver", {"mails": mails})] * 2)
    assert [one + other for one, other in zip(first, second, strict=True)] == [1] * len(
        mails
    )
    assert count_states(ledger) == {("done", None): len(mails)}
    assert len(ledger.incidents()) == before + len(mails)
    assert workers.errors() == []


def run_to_death(workers, job):
    """Run a task that does not survive and return its exit status."""
    [worker] = workers.fork(job)
    code, _result = workers.wait_for(worker)
    return code


def count_states(ledger):
    """Return what became of the mails, counted: (state, reason)."""
    return Counter((row["state"], row["reason"]) for row in ledger.query(INBOUND))


def assert_heard(ledger, ticket_ids):
    """Assert that each incident has heard its answer once."""
    incidents = {row["id"]: row for row in ledger.incidents().values()}
    for ticket_id in ticket_ids:
        assert incidents[ticket_id]["heard"]
        assert incidents[ticket_id]["answers"] == 1


def assert_kept(ledger, mail):
    """Assert that a human can look at a mail: the same, byte for byte."""
    raws = [
        base64.b64decode(row["raw"])
        for row in ledger.query(INBOUND)
        if row["state"] == "quarantined"
    ]
    assert [raw.replace(b"\r\n", b"\n").rstrip() for raw in raws] == [
        mail.replace(b"\r\n", b"\n").rstrip()
    ]
