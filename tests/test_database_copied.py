"""A copied or restored database writes to nobody before a person has looked (G18)."""

import contextlib
import os
import subprocess
import tempfile

import pytest

from .system.command_line import confirm_by_command, run_odoo
from .system.ledger import Ledger
from .system.server import (
    CONFIG,
    OdooServer,
    copy_database,
    create_empty_database,
    drop_database,
    new_name,
    rename_database,
    wake_crons,
)

WAITING = 3
QUEUED = 2
# To both parties: the reminder of those that wait, and what was in the queue.
REMINDERS, QUEUE = 2 * WAITING, 2 * QUEUED

HEALTH = [("kind", "=", "database")]
ACTIVATE_ALERT = """
    UPDATE ir_cron SET active = TRUE, nextcall = now() AT TIME ZONE 'UTC'
     WHERE id = (SELECT res_id FROM ir_model_data WHERE model = 'ir.cron'
                    AND name = 'ir_cron_health_alert')
"""
ACTIVITIES = """
    SELECT summary FROM mail_activity WHERE summary = 'Is this the real database?'
"""
LOOK = "print('confirmed:', env['incident.identity']._is_confirmed())"


@pytest.fixture
def real(workers, ledger, smtp):
    """Give a database with steps that are due and mails in the queue.

    :return: the number of mails that have left it so far
    """
    workers.run(("prepare", {"waiting": WAITING}))
    with workers.working():
        ledger.run_until_quiet()
    ledger.let_pass(hours=24, minutes=1)
    workers.run(("prepare", {"waiting": QUEUED, "integrator": False}))
    ledger.query("UPDATE ir_cron_trigger SET call_at = call_at - interval '1 day'")
    # A copy is made of a database that nobody uses.
    ledger.close()
    return len(smtp.mails)


@contextlib.contextmanager
def living(workers, ledger):
    """Let the workers live for some hours, woken or not."""
    with workers.working():
        for _hour in range(3):
            ledger.let_interval_pass()
            ledger.run_minutes(2)
            ledger.let_pass(hours=1)
        yield


def assert_nothing_leaves(workers, ledger, smtp, left):
    """Assert that hours pass, nothing leaves, and nothing is lost or runs out."""
    before, steps = ledger.pending(), ledger.steps()
    with living(workers, ledger):
        pass
    assert len(smtp.mails) == left
    assert ledger.pending() == before
    assert before["a step is due"] == WAITING
    assert before["a mail is outgoing"] >= QUEUED
    assert ledger.steps() == steps
    assert {row["phase"] for row in ledger.incidents().values()} == {"waiting"}
    assert workers.errors() == []


def assert_everything_leaves_once(workers, ledger, smtp, left):
    """Assert that what has waited leaves once, one step per incident."""
    with workers.working():
        ledger.run_until_quiet()
    mails = smtp.mails[left:]
    ids = [mail.message["Message-ID"] for mail in mails]
    assert len(ids) == len(set(ids))
    reminded = [steps for steps in ledger.steps().values() if len(steps) > 1]
    assert reminded == [[("start", "sent"), ("remind", "sent")]] * WAITING
    assert len(mails) == REMINDERS + QUEUED
    assert workers.errors() == []


# Copies


def test_a_copy_under_another_name_waits_and_the_original_goes_on(
    workers, ledger, smtp, real
):
    name = new_name()
    copy_database(name, workers.database)
    server = OdooServer(smtp_port=smtp.port, crons=True, database=name)
    copied = Ledger(name)
    try:
        before = copied.pending()
        copied.query(ACTIVATE_ALERT)
        server.start()
        for _interval in range(3):
            copied.let_interval_pass()
            wake_crons(name)
            copied.wait_idle()
            copied.let_pass(hours=1)
        assert len(smtp.mails) == real
        assert copied.pending() == before
        [check] = read_health(server)
        assert (check["state"], check["count"]) == ("alarm", 1)
        assert copied.query(ACTIVITIES)
        # The original knows nothing of it.
        ledger.connect()
        assert_everything_leaves_once(workers, ledger, smtp, real)
        assert not ledger.query(ACTIVITIES)
        # One call confirms the copy, and what waits there leaves, once.
        left = len(smtp.mails)
        copied.query("UPDATE ir_cron SET active = FALSE WHERE cron_name ~ 'alert'")
        assert server.rpc("incident.health", "action_confirm_database")
        smtp.wait_for(left + REMINDERS + QUEUED)
        live_on(copied, name)
        ids = [mail.message["Message-ID"] for mail in smtp.mails[left:]]
        assert len(ids) == len(set(ids)) == REMINDERS + QUEUED
        assert read_health(server)[0]["state"] == "good"
        assert not copied.query(ACTIVITIES)
    finally:
        server.remove()
        copied.close()
        drop_database(name)


def read_health(server):
    names = ["state", "count"]
    return server.rpc("incident.health", "search_read", HEALTH, names)


def live_on(copied, name):
    """Let the server of a copy do whatever it has left to do."""
    for _interval in range(3):
        copied.let_interval_pass()
        wake_crons(name)
        copied.wait_idle()


def test_a_copy_under_the_same_name_waits(workers, ledger, smtp, real):
    name = new_name()
    copy_database(name, workers.database)
    try:
        workers.replace(name)
    finally:
        drop_database(name)
    ledger.connect()
    assert_nothing_leaves(workers, ledger, smtp, real)
    workers.run("confirm")
    assert_everything_leaves_once(workers, ledger, smtp, real)


def test_a_restored_dump_waits_until_the_command_line_confirms_it(
    workers, ledger, smtp, real
):
    with tempfile.NamedTemporaryFile(suffix=".sql") as dump:
        call("pg_dump", "--no-owner", "--file", dump.name, workers.database)
        drop_database(workers.database)
        create_empty_database(workers.database)
        call("psql", "-q", "-v", "ON_ERROR_STOP=1", "-f", dump.name, workers.database)
    ledger.connect()
    assert_nothing_leaves(workers, ledger, smtp, real)
    confirm_by_command(workers.database)
    assert_everything_leaves_once(workers, ledger, smtp, real)


def call(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def test_a_renamed_database_waits_and_is_known_again_under_its_name(workers, ledger):
    ledger.close()
    other = new_name()
    rename = workers.database, other
    try:
        rename_database(*rename)
        assert not is_confirmed(other)
    finally:
        rename_database(*reversed(rename))
    assert is_confirmed(workers.database)
    ledger.connect()


def test_a_kill_amid_confirming_leaves_it_confirmed_or_not(workers, ledger, smtp, real):
    name = new_name()
    copy_database(name, workers.database)
    try:
        workers.replace(name)
    finally:
        drop_database(name)
    ledger.connect()
    # Dies with everything written, before the commit.
    [worker] = workers.fork("confirm_and_die")
    code, _result = workers.wait_for(worker)
    assert code == -9
    assert_nothing_leaves(workers, ledger, smtp, real)
    workers.run("confirm")
    assert_everything_leaves_once(workers, ledger, smtp, real)


# What is no copy


def test_another_host_address_and_file_store_are_the_same_database(workers, ledger):
    with tempfile.TemporaryDirectory() as folder:
        options = ["--data-dir", folder, "--db_host", "localhost"]
        assert is_confirmed(workers.database, *options)
    if os.geteuid() == 0:
        rename = [
            "unshare",
            "--uts",
            "sh",
            "-c",
            'hostname elsewhere && exec "$@"',
            "-",
        ]
        assert is_confirmed(workers.database, before=rename)


def is_confirmed(database, *options, before=()):
    command = ["shell", "-c", CONFIG, "-d", database, "--no-http", *options]
    return "confirmed: True" in run_odoo(*command, script=LOOK, before=before)


def test_a_restarted_server_sends(workers, ledger, smtp, real):
    ledger.connect()
    for _start in range(2):
        server = OdooServer(smtp_port=smtp.port, database=workers.database)
        try:
            server.start()
            assert [row["state"] for row in read_health(server)] == ["good"]
        finally:
            server.remove()
    assert_everything_leaves_once(workers, ledger, smtp, real)
