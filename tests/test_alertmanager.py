"""Debian's real Alertmanager against a running server: one outage per cause."""

import contextlib
import hashlib
import json
import signal
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import psycopg2
import pytest

from odoo.addons.openip_incident.tests.monitoring_common import write_alert, write_post

from .system.alertmanager import Alertmanager, find_reason, wait_for

REASON = find_reason()
needs_alertmanager = pytest.mark.skipif(bool(REASON), reason=str(REASON))

SITES = ("lyon", "nantes", "paris")
NAMES = tuple(f"SIP-{number}" for number in range(20))
OUTAGES = ["name", "state", "recovery_date", "previous_id", "confirmed"]
TOKEN = "a token that no test may guess"
GIVE_TOKEN = "UPDATE incident_monitoring SET token_hash = %s WHERE id = %s"
JSON = "application/json"
CAUSES = 10
POSTERS = 8
# What is posted in one storm: each site with 20 alerts, and each of them once more.
ALERTS = len(SITES) * len(NAMES)


class Desk:
    """What agents see of a monitor.

    :param server: :class:`OdooServer`
    """

    def __init__(self, server):
        self.server = server
        values = {"name": "Alertmanager", "quiet_minutes": 30, "rate": 1_000_000}
        [self.monitoring_id] = server.rpc("incident.monitoring", "create", [values])
        # A token is shown to whoever types a password, which no program does.
        with contextlib.closing(psycopg2.connect(dbname=server.database)) as connection:
            with connection, connection.cursor() as cursor:
                hashed = hashlib.sha256(TOKEN.encode()).hexdigest()
                cursor.execute(GIVE_TOKEN, [hashed, self.monitoring_id])
        self.url = f"{server.url}/incident/monitoring/{self.monitoring_id}"

    def restart(self):
        """Kill the server, unless it is dead, and start it anew on its database."""
        server = self.server
        server.stop(signal.SIGKILL)
        server.copies = False
        try:
            server.start()
        finally:
            server.copies = True

    def post(self, cause, number):
        """Post an alert until it is taken.

        :return: list of the answers, None where there was none
        """
        alert = write_alert("SIP-1", datetime(2026, 11, 28, 12))
        post = write_post([alert], group=cause, commonAnnotations={"summary": cause})
        body = json.dumps({**post, "number": number}).encode()
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": JSON}
        answers = []
        while 200 not in answers:
            request = urllib.request.Request(self.url, body, headers)
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    answers.append(answer.status)
            except urllib.error.HTTPError as error:
                answers.append(error.code)
                time.sleep(0.05)
            except OSError:
                answers.append(None)
                time.sleep(0.2)
        return answers

    def find_outages(self):
        """Return the outages of the monitor, the first one first."""
        domain = [["monitoring_id", "=", self.monitoring_id]]
        return self.server.rpc(
            "incident.outage", "search_read", domain, OUTAGES, order="id"
        )

    def count_alerts(self, ended):
        """Return how many occurrences have ended, or have not."""
        domain = [
            ["outage_id.monitoring_id", "=", self.monitoring_id],
            ["end_date", "!=" if ended else "=", False],
        ]
        return self.server.rpc("incident.monitoring.alert", "search_count", domain)

    def find_kept(self):
        """Return what was refused, or kept for people."""
        domain = [["monitoring_id", "=", self.monitoring_id]]
        names = ["reason", "detail"]
        return self.server.rpc("incident.monitoring.post", "search_read", domain, names)

    def count_changes(self):
        """Return how often something new was posted."""
        domain = [["monitoring_id", "=", self.monitoring_id]]
        groups = self.server.rpc(
            "incident.monitoring.group", "search_read", domain, ["changes"]
        )
        return sum(group["changes"] for group in groups)


@pytest.fixture
def desk(odoo_server):
    return Desk(odoo_server)


@pytest.fixture
def prometheus(desk, tmp_path):
    program = Alertmanager(tmp_path, desk.url, TOKEN).start()
    yield program
    program.stop()


@needs_alertmanager
def test_one_outage_per_cause_whatever_happens_meanwhile(desk, prometheus):
    begin = time.time() - 60

    def fire(names=NAMES, since=begin):
        for site in SITES:
            prometheus.alert(names, site, since)

    # The storm, alert by alert and again.
    for name in NAMES[:-1]:
        fire([name])
    fire(NAMES[:-1])
    wait_for(lambda: desk.count_alerts(ended=False) == ALERTS - len(SITES))
    assert len(desk.find_outages()) == len(SITES)

    # The server is down, without a word: the monitor keeps what is new, and repeats it.
    desk.server.stop(signal.SIGKILL)
    fire()
    wait_for(lambda: prometheus.count_failures() >= len(SITES))
    desk.restart()
    wait_for(lambda: desk.count_alerts(ended=False) == ALERTS)
    assert len(desk.find_outages()) == len(SITES)

    # The monitor starts anew, and repeats everything.
    prometheus.stop()
    changes = desk.count_changes()
    prometheus.start()
    fire()
    posted = prometheus.count_posts()
    wait_for(lambda: prometheus.count_posts() >= posted + 2 * len(SITES))
    assert desk.count_changes() == changes
    assert len(desk.find_outages()) == len(SITES)

    # It works again: seen, and closed by nobody.
    for site in SITES:
        prometheus.alert(NAMES, site, begin, time.time())
    wait_for(lambda: desk.count_alerts(ended=True) == ALERTS)
    wait_for(lambda: all(one["recovery_date"] for one in desk.find_outages()))
    assert {one["state"] for one in desk.find_outages()} == {"investigating"}
    assert not any(one["confirmed"] for one in desk.find_outages())

    # And fails again, within the quiet time.
    fire(since=time.time())
    wait_for(lambda: desk.count_alerts(ended=False) == ALERTS)
    outages = desk.find_outages()
    assert len(outages) == len(SITES)
    assert not any(one["recovery_date"] or one["previous_id"] for one in outages)
    assert desk.find_kept() == []


@pytest.mark.parametrize("count", [300, pytest.param(10_000, marks=pytest.mark.slow)])
def test_posts_at_once_open_one_outage_per_cause(desk, count):
    """Many at once, to a server that is killed among them."""
    causes = [f"cause {number}" for number in range(CAUSES)]
    with ThreadPoolExecutor(POSTERS) as posters:
        posts = [
            posters.submit(desk.post, causes[number % CAUSES], number)
            for number in range(count)
        ]
        wait_for(lambda: sum(post.done() for post in posts) > count // 3)
        desk.restart()
        answers = Counter(status for post in posts for status in post.result(300))
    print(dict(answers))
    assert answers[200] == count
    assert set(answers) <= {200, 503, None}
    assert sorted(one["name"] for one in desk.find_outages()) == sorted(causes)
    assert desk.count_alerts(ended=False) == CAUSES
    assert desk.find_kept() == []
