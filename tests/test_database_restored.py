"""A backup that is restored beside its file store waits for a person (G18)."""

import shutil

import pytest

from .system.command_line import confirm_by_command, run_odoo
from .system.ledger import Ledger
from .system.server import (
    CONFIG,
    FILESTORE,
    OdooServer,
    copy_database,
    drop_database,
    new_name,
)
from .test_database_copied import HEALTH, QUEUED, REMINDERS, living, real

__all__ = ["real"]

AGE = "UPDATE incident_mark SET date = date - interval '{}'"
LOST = "SELECT lost_counter > counter AS lost FROM incident_mark"
LINK = """
ticket = env["helpdesk.ticket"].search([("is_incident", "=", True)], limit=1)
print("link:", ticket._get_incident_url(ticket.partner_id))
"""


@pytest.fixture
def restored(workers, ledger, smtp, real):
    """Give a database that went back in time: all that has left is forgotten.

    :return: how many mails have left, reminders and the queue included
    """
    backup = new_name()
    copy_database(backup, workers.database)
    state = Ledger(backup)
    state.query(AGE.format("3 hours"))
    state.close()
    # What will be lost: a minute later at least.
    ledger.connect()
    ledger.query(AGE.format("2 minutes"))
    with workers.working():
        ledger.run_until_quiet()
    assert len(smtp.mails) == real + REMINDERS + QUEUED
    ledger.close()
    files = FILESTORE / workers.database
    kept = files.with_suffix(".kept")
    files.rename(kept)
    try:
        workers.replace(backup)
    finally:
        shutil.rmtree(files, ignore_errors=True)
        kept.rename(files)
        drop_database(backup)
    # Another number of the database: it is confirmed first, as any copy.
    confirm_by_command(workers.database)
    ledger.connect()
    return len(smtp.mails)


def decide(database, choice):
    command = ["incident_confirm_database", "-d", database, "--no-http", choice]
    run_odoo(*command, ODOO_RC=str(CONFIG))


def assert_held(workers, ledger, smtp, left):
    before = ledger.pending()
    with living(workers, ledger):
        pass
    assert len(smtp.mails) == left
    assert ledger.pending() == before
    assert ledger.query(LOST) == [{"lost": True}]
    assert workers.errors() == []


def work(workers, ledger):
    with workers.working():
        ledger.run_until_quiet()
    assert workers.errors() == []


def assert_different(mails):
    ids = [mail.message["Message-ID"] for mail in mails]
    assert len(ids) == len(set(ids))


def test_nothing_leaves_until_it_is_sent_now(workers, ledger, smtp, restored):
    assert_held(workers, ledger, smtp, restored)
    decide(workers.database, "--send-now")
    work(workers, ledger)
    assert len(smtp.mails) == restored + REMINDERS + QUEUED
    assert_different(smtp.mails[restored:])
    # Once, and it stays so.
    with living(workers, ledger):
        pass
    assert len(smtp.mails) == restored + REMINDERS + QUEUED
    assert ledger.query(LOST) == [{"lost": None}]


def test_nothing_leaves_until_it_is_shifted(workers, ledger, smtp, restored):
    assert_held(workers, ledger, smtp, restored)
    # As much as `living` has let pass since.
    ledger.query(AGE.format("3 hours"))
    decide(workers.database, "--shift-by-gap")
    work(workers, ledger)
    # The mails of people have no date.
    assert len(smtp.mails) == restored + QUEUED
    ledger.let_pass(hours=7)
    work(workers, ledger)
    assert len(smtp.mails) == restored + QUEUED + REMINDERS
    assert_different(smtp.mails[restored:])


def test_a_link_of_before_opens_what_it_did(workers, ledger, smtp, restored):
    command = ["shell", "-c", CONFIG, "-d", workers.database, "--no-http"]
    printed = run_odoo(*command, script=LINK)
    [link] = [line for line in printed.splitlines() if "link: " in line]
    path = "/incident/" + link.partition("/incident/")[2]
    server = OdooServer(smtp_port=smtp.port, database=workers.database)
    try:
        server.start()
        assert server.get(path).status == 200
        rows = server.rpc("incident.health", "search_read", HEALTH, ["is_restored"])
        assert [row["is_restored"] for row in rows] == [True]
        assert server.rpc("incident.health", "action_settle_restored", True)
    finally:
        server.remove()
    assert ledger.query(LOST) == [{"lost": None}]


def test_a_downtime_holds_nothing(workers, ledger, smtp, real):
    ledger.connect()
    ledger.query(AGE.format("10 days"))
    work(workers, ledger)
    assert len(smtp.mails) == real + REMINDERS + QUEUED
    assert ledger.query(LOST) == [{"lost": None}]
