"""Mail that arrives at a whole server: fetched by its processes, or handed over."""

import itertools
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from xmlrpc.client import ServerProxy

import psycopg2
import pytest

import odoo.addons.mail

from .system.ledger import NOW
from .system.post import DEADLY, write_mail
from .system.server import OdooServer, wake_crons

SCRIPT = "static/scripts/odoo-mailgate.py"
# Of res.users: a script has no name to log in with, but an id.
ADMIN = 2

STATES = "SELECT state, reason, count(*) FROM incident_inbound GROUP BY 1, 2"
RECEIVED = "SELECT count(*) FROM incident_inbound WHERE state != 'received'"

# As Odoo's button does, and its scheduled action at once.
FETCH = f"""
    INSERT INTO fetchmail_server
        (name, active, state, server, port, server_type, "user", password, attach,
         priority)
    VALUES ('IMAP', TRUE, 'done', '127.0.0.1', %s, 'imap', 'incident', 'secret', TRUE,
            5);
    UPDATE ir_cron SET active = TRUE, nextcall = {NOW}
     WHERE cron_name = 'Mail: Fetchmail Service'
"""
WRITE = "UPDATE helpdesk_ticket SET priority = %s, write_date = now() WHERE id = %s"


@contextmanager
def serving(place, smtp, **options):
    """Run a server on the database that the workers have prepared."""
    server = OdooServer(smtp_port=smtp.port, database=place.database, **options)
    try:
        yield server.start()
    finally:
        server.stop()


def test_a_slow_mail_stops_nobody_in_a_server_with_processes(
    workers, ledger, mailbox, smtp
):
    ticket_ids, answers = workers.run(("await_answers", {"count": 5}))
    mailbox.deliver(write_slow_mail(), *map(str.encode, answers))
    with serving(workers, smtp, workers=1, crons=True):
        ledger.query(FETCH, mailbox.ports["imap"])
        wake_crons(workers.database)
        wait_until(lambda: ledger.query(RECEIVED)[0]["count"] == 6)
        wait_until(lambda: not mailbox.count())
    assert_heard(ledger, ticket_ids)
    assert count_states(ledger) == {("done", None): 5, ("quarantined", "depth"): 1}
    told = ledger.query(
        "SELECT count(*) FROM mail_mail WHERE email_to = 'slow@example.net'"
    )
    assert told[0]["count"] + len(smtp.to("slow@example.net")) == 1


def write_slow_mail(size=3 * 1024**2):
    """Return a mail of parts within parts within parts."""
    opening = 'Content-Type: multipart/mixed; boundary="{0}"\r\n\r\n--{0}\r\n'
    parts, length = [], 0
    for number in itertools.count():
        parts.append(opening.format(number))
        length += len(parts[-1])
        if length > size:
            break
    head = write_mail("slow@example.net", DEADLY, "<slow@example.net>")
    kept = [line for line in head.splitlines() if not line.startswith(b"Content-")]
    return b"\r\n".join(kept[: kept.index(b"")]) + b"\r\n" + "".join(parts).encode()


def test_answers_by_odoo_mailgate_are_kept(workers, ledger, smtp):
    check_mailgate(workers, ledger, smtp, 10)


@pytest.mark.slow
@pytest.mark.parametrize("run", range(10))
def test_200_answers_by_odoo_mailgate_are_kept(run, workers, ledger, smtp):
    check_mailgate(workers, ledger, smtp, 200)


def check_mailgate(workers, ledger, smtp, count):
    """Hand answers over by Odoo's own script while others write the same incidents.

    :param count: how many
    """
    ticket_ids, answers = workers.run(("await_answers", {"count": count}))
    with (
        serving(workers, smtp) as server,
        writing(workers.database, ticket_ids),
        ThreadPoolExecutor(2) as hands,
    ):
        codes = list(hands.map(lambda mail: hand_over(server, mail), answers))
    assert Counter(codes) == {0: count}
    assert count_states(ledger) == {("done", None): count}
    assert_heard(ledger, ticket_ids)


def hand_over(server, mail, user=ADMIN, password="admin"):
    """Give a mail to Odoo's script, as Postfix does, and return its exit status."""
    script = Path(odoo.addons.mail.__path__[0]) / SCRIPT
    command = [sys.executable, str(script), "-d", server.database, "-u", str(user)]
    command += ["-p", password, "--host", "127.0.0.1", "--port", str(server.port)]
    return subprocess.run(command, input=mail, text=True, check=False).returncode


@contextmanager
def writing(database, ticket_ids):
    """Write incidents over and over during a block, each time for a moment."""
    done = threading.Event()
    connection = psycopg2.connect(dbname=database)

    def write():
        for number in itertools.count():
            if done.is_set():
                return
            with connection, connection.cursor() as cursor:
                ticket_id = ticket_ids[number % len(ticket_ids)]
                cursor.execute(WRITE, (str(1 + number % 2), ticket_id))
                done.wait(0.005)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        connection.close()


def wait_until(happens, timeout=60):
    """Return when something has happened, or fail."""
    deadline = time.monotonic() + timeout
    while not happens():
        assert time.monotonic() < deadline, "it never happens"
        time.sleep(0.1)


def assert_heard(ledger, ticket_ids):
    """Assert that each incident has heard its answer once."""
    incidents = {row["id"]: row for row in ledger.incidents().values()}
    for ticket_id in ticket_ids:
        assert incidents[ticket_id]["heard"]
        assert incidents[ticket_id]["answers"] == 1


def count_states(ledger):
    """Return what became of the mails, counted: (state, reason)."""
    rows = ledger.query(STATES)
    return {(row["state"], row["reason"]): row["count"] for row in rows}


def test_only_the_mail_gateway_hands_answers_over(workers, ledger, smtp):
    """A user without rights is refused, and noted; one with the group alone is not."""
    ticket_ids, answers = workers.run(("await_answers", {"count": 2}))
    with serving(workers, smtp) as server:
        plain = create_user(server, "plain", "base.group_user")
        script = create_user(
            server, "script", "base.group_user", "openip_incident.group_mail_gateway"
        )
        assert hand_over(server, answers[0], plain, "plain" * 3) != 0
        assert count_states(ledger) == {}
        assert refused(ledger) == [(plain, 1)]
        for answer in answers:
            assert hand_over(server, answer, script, "script" * 3) == 0
    assert count_states(ledger) == {("done", None): 2}
    assert_heard(ledger, ticket_ids)
    assert refused(ledger) == [(plain, 1)]


def create_user(server, login, *groups):
    """Create a user by remote calls, with its name three times as password.

    :return: its id
    """
    models = ServerProxy(f"http://127.0.0.1:{server.port}/xmlrpc/2/object")

    def call(model, method, *args):
        return models.execute_kw(server.database, ADMIN, "admin", model, method, args)

    names = [group.split(".") for group in groups]
    found = [
        call("ir.model.data", "check_object_reference", *name)[1] for name in names
    ]
    values = {"name": login, "login": login, "password": login * 3}
    return call("res.users", "create", {**values, "group_ids": [(6, 0, found)]})


def refused(ledger):
    rows = ledger.query("SELECT user_id, count FROM incident_gateway_refusal")
    return [(row["user_id"], row["count"]) for row in rows]
