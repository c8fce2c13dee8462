"""The databases that are measured: copies of the installed ones, filled."""

import contextlib
from pathlib import Path

import psycopg2

from .child import Child
from .console import ROOT, Bar

LOGS = ROOT / ".odoo" / "log"
STORIES = ("closed", "waiting", "reminded", "announced")


class Databases:
    """All databases of a run, each with the process that has loaded it.

    :param config: Odoo's configuration
    :param templates: dict of side, ``ours`` or ``peer``: name of the installed database
    :param plan: how much is measured
    """

    def __init__(self, config, templates, plan):
        self.config = config
        self.templates = templates
        self.plan = plan
        self.processes = {}
        self.children = []
        self.log = Path(LOGS) / "bench.log"
        self.log.write_text("")
        self.sink = self._start("sink")

    def get(self, side, tickets=None):
        """Return the process of a database, making it when it is first asked for.

        :param side: ``ours`` or ``peer``
        :param tickets: how many it has
        """
        key = side, tickets or self.plan.main
        if key not in self.processes:
            self.processes[key] = self._build(*key)
        return self.processes[key]

    def get_bare(self, side):
        """Return the process of a database that holds what is installed, no tickets."""
        key = side, "bare"
        if key not in self.processes:
            name = self._copy(*key)
            self.processes[key] = self._load(name)
            self.processes[key].ask("pattern.configure", smtp_port=self.sink.ready)
        return self.processes[key]

    def join(self, side, tickets=None):
        """Return another process on a database that is there already."""
        self.get(side, tickets)
        return self._load(self._name(side, tickets or self.plan.main))

    def close(self):
        """End all processes and drop the databases."""
        for child in reversed(self.children):
            with contextlib.suppress(OSError):
                child.close()
        for side, tickets in self.processes:
            _sql(f'DROP DATABASE IF EXISTS "{self._name(side, tickets)}" WITH (FORCE)')

    def _name(self, side, tickets):
        return f"{self.templates[side]}_copy_{tickets}"

    def _start(self, module, *arguments):
        child = Child(module, arguments, self.log)
        self.children.append(child)
        return child

    def _load(self, name):
        options = ["-c", self.config, "-d", name, "--no-http", "--max-cron-threads=0"]
        return self._start("odoo_process", *options)

    def _build(self, side, tickets):
        with Bar(f"Filling {side} with {tickets:,} tickets", 6) as bar:
            name = self._copy(side, tickets)
            # What is not yet there must not be kept by a process that has failed.
            self.processes[side, tickets] = process = self._load(name)
            bar.advance()
            patterns = process.ask("pattern.configure", smtp_port=self.sink.ready)
            people = process.ask(
                "seed.parties",
                count=max(tickets // 10, 200),
                pattern=patterns["customers"],
            )
            fill = self._fill_ours if side == "ours" else self._fill_peer
            fill(process, tickets, patterns["customers"][0], people, bar)
            process.ask("seed.analyze")
        return process

    def _copy(self, side, tickets):
        name = self._name(side, tickets)
        _sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        _sql(f'CREATE DATABASE "{name}" TEMPLATE "{self.templates[side]}"')
        return name

    def _fill_ours(self, process, tickets, customer, people, bar):
        for story, count in self.plan.get_pools(tickets).items():
            pattern = process.ask(
                "pattern.make_incident", customer=customer, story=story
            )
            process.ask("seed.tickets", pattern=pattern, count=count, people=people)
            bar.advance(story)

    def _fill_peer(self, process, tickets, customer, people, bar):
        pool = self._count_peer_pool(tickets)
        for closed, count in ((True, tickets - pool), (False, pool)):
            pattern = process.ask(
                "pattern.make_plain_ticket", customer=customer, closed=closed
            )
            process.ask("seed.tickets", pattern=pattern, count=count, people=people)
            bar.advance()
        process.ask("peer.hide_pool")

    def _count_peer_pool(self, tickets):
        plan = self.plan
        warned = (plan.pairs + 3) * plan.peer_due
        closed = sum(plan.peer_close) * 2 * plan.pairs
        return min(tickets, max(warned + closed, tickets // 10))


def _sql(statement):
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)
