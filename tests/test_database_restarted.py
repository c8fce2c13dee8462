"""PostgreSQL is restarted or crashes under load: each mail arrives once.

None is suspected to be what has ended its reader.
"""

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from .system.cluster import Cluster, find_binaries
from .system.ledger import Ledger
from .system.post import write_mail
from .system.server import OdooServer
from .system.waking import waking
from .test_inbound_server import assert_heard, count_states, hand_over

ANSWERS, NEWS = 14, 10
# What Postfix keeps and hands over again, called as the configuration guide says.
LATER = (os.EX_SOFTWARE, os.EX_NOHOST)
# As long as mail is on its way: how many are done, whether one is being read.
READ = """
    SELECT count(*) FILTER (WHERE state != 'received') AS done,
           count(*) FILTER (WHERE state = 'received') AS amid
      FROM incident_inbound
"""
CUT = "SELECT coalesce(sum(cut_count), 0) AS count FROM incident_inbound"
NAMES = "SELECT name, count(*) FROM helpdesk_ticket WHERE name LIKE 'News%%' GROUP BY 1"
CHECKS = ["name", "state", "count"]
# Processes of the server that serve Odoo, those at work first.
BACKENDS = """
    SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND pid != pg_backend_pid()
       AND backend_type = 'client backend'
     ORDER BY state = 'idle', pid
"""
# Seconds: a mail takes a hundred times as long, and its server needs the core.
LOOK = 0.001
# When: how many mails are done by then.
MOMENTS = (3, 9, 15)


@pytest.fixture
def cluster():
    """Give a running PostgreSQL server that only this test uses."""
    if not find_binaries():
        pytest.skip("no PostgreSQL server is installed here")
    cluster = Cluster()
    try:
        yield cluster.start()
    finally:
        cluster.stop()


@pytest.fixture
def elsewhere(cluster, workers, smtp):
    """Give a server with processes on `cluster`, with the database of `workers`."""
    options = {"database": workers.database, "options": cluster.options}
    server = OdooServer(smtp_port=smtp.port, crons=True, workers=2, **options)
    try:
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("ends", ["restarts", "crashes"])
def test_a_database_that_ends_costs_no_mail(
    ends, workers, cluster, elsewhere, smtp, monkeypatch
):
    ticket_ids, answers = workers.run(("await_answers", {"count": ANSWERS}))
    cluster.copy(workers.database)
    for name, value in cluster.address.items():
        monkeypatch.setenv(f"PG{name.upper()}", str(value))
    ledger = Ledger(workers.database)
    elsewhere.start()
    elsewhere.rpc("incident.health", "action_confirm_database")
    mails = mix(answers, [write_news(number) for number in range(NEWS)])
    with waking(workers.database, **cluster.address):
        ledger.run_until_quiet()
        before = read_health(elsewhere), ledger.crons()
        with ThreadPoolExecutor(4) as hands:
            codes = [hands.submit(insist, elsewhere, mail) for mail in mails]
            for number, done in enumerate(MOMENTS):
                await_amid(ledger, done)
                END[ends](cluster, ledger, number)
                ledger.connect()
            codes = Counter(code for given in codes for code in given.result())
        ledger.run_until_quiet()
        print(f"{dict(codes)}, cut off: {ledger.query(CUT)[0]['count']}")
        assert count_states(ledger) == {("done", None): len(mails)}
        after = read_health(elsewhere), ledger.crons()
        assert after == before
    assert {0} < set(codes) <= {0, *LATER}
    assert codes[0] == len(mails)
    assert ledger.query(CUT)[0]["count"] >= 1
    assert_heard(ledger, ticket_ids)
    found = {row["name"]: row["count"] for row in ledger.query(NAMES)}
    assert found == {f"News {number}": 1 for number in range(NEWS)}
    assert_delivered(ledger, smtp, ends=len(MOMENTS) + elsewhere.revivals)
    ledger.close()


def restart(cluster, _ledger, number):
    """Restart the server: an admin who is patient, or not."""
    cluster.restart("immediate" if number == 1 else "fast")


def crash(cluster, ledger, number):
    """Kill a process of the server: at work, or any."""
    pids = [row["pid"] for row in ledger.query(BACKENDS)]
    cluster.crash(pids[-1 if number == 1 else 0])


END = {"restarts": restart, "crashes": crash}


def mix(answers, news):
    """Return both kinds of mail by turns, then what is left."""
    pairs = zip(answers, news, strict=False)
    return [mail for pair in pairs for mail in pair] + answers[len(news) :]


def write_news(number):
    """Return a mail of somebody unknown about something new."""
    sender = f"stranger-{number}@domain-{number}.example.net"
    return write_mail(sender, f"News {number}", f"<news-{number}@example.net>").decode()


def insist(server, mail, patience=120):
    """Hand a mail over until it is taken, as Postfix does; return all it was told."""
    codes = []
    deadline = time.monotonic() + patience
    while not codes or codes[-1] in LATER:
        assert time.monotonic() < deadline, Counter(codes)
        codes.append(hand_over(server, mail))
        server.revive()
    return codes


def await_amid(ledger, done):
    """Return as soon as one mail is being read and so many others are done."""

    def is_amid():
        [row] = ledger.query(READ)
        return row["done"] >= done and row["amid"]

    deadline = time.monotonic() + 120
    while not is_amid():
        assert time.monotonic() < deadline, "no mail is ever on its way"
        time.sleep(LOOK)


def read_health(server):
    checks = server.rpc("incident.health", "search_read", [], CHECKS)
    return {check["name"]: (check["state"], check["count"]) for check in checks}


def assert_delivered(ledger, smtp, ends):
    """Assert that each mail to a party has arrived, again at most when it was cut."""
    notices = ledger.notices()
    assert {notice["status"] for notice in notices} == {"sent"}
    arrived = Counter(mail.message["Message-ID"] for mail in smtp.mails)
    assert set(arrived) >= {notice["message_id"] for notice in notices}
    assert sum(arrived.values()) - len(arrived) <= ends
