"""Real processes that run Odoo's scheduled actions, and that may be killed."""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys

from .server import (
    CONFIG,
    LOGS,
    PRISTINE,
    ROOT,
    copy_database,
    drop_database,
    new_name,
)

# Seconds; a worker does not live longer.
PATIENCE = 310


class Workers:
    """Processes on a copy of the test database, forked from one that has loaded Odoo.

    Loading takes seconds, forking milliseconds: the database is made anew for each
    test, the loaded process is kept.
    """

    def __init__(self):
        self.database = new_name()
        self.log = LOGS / f"{self.database}.log"
        self.parent = None
        self.alive = []
        self.smtp_port = None

    def start(self):
        """Copy the database and load Odoo."""
        copy_database(self.database)
        self._load()
        return self

    def _load(self):
        command = [sys.executable, "-m", "tests.system.worker_pool"]
        command += ["-c", str(CONFIG), "-d", self.database, "--no-http"]
        command += ["--max-cron-threads=0", "--smtp=127.0.0.1"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with open(self.log, "ab") as log:
            options = {**pipes, "stderr": log, "start_new_session": True}
            self.parent = subprocess.Popen(command, cwd=ROOT, **options)
        assert self._read() == "ready"

    def renew(self, smtp_port):
        """Give a database that no test has touched, confirmed: it is a copy.

        :param smtp_port: where the workers send mail
        """
        self.replace(PRISTINE)
        if self.parent.poll() is not None:
            # Odoo's own tests end each process that they do not know.
            self._load()
        self.smtp_port = smtp_port
        self.run("confirm")
        self.log.write_bytes(b"")

    def replace(self, source):
        """Have another copy in place of the database, confirmed by nobody.

        :param source: the database to copy
        """
        self.kill_all()
        drop_database(self.database)
        copy_database(self.database, source)

    def remove(self):
        """End all processes and drop the database."""
        self.kill_all()
        if self.parent:
            self.parent.stdin.close()
            self.parent.wait(30)
        drop_database(self.database)
        self.log.unlink(missing_ok=True)

    def fork(self, *jobs):
        """Start a process per job, at the same time.

        :param jobs: each a name in `tasks.py` or `race.py`, or that and its arguments;
            ``die_at`` is for all of them, the step at which the process is killed
        :return: the processes
        """
        pairs = [(job, {}) if isinstance(job, str) else job for job in jobs]
        pids = self._ask("fork", jobs=pairs, smtp_port=self.smtp_port)
        started = [Worker(self, pid) for pid in pids]
        self.alive += started
        return started

    def run(self, *jobs):
        """Start a process per job and wait for all; return what the tasks returned."""
        results = [worker.join() for worker in self.fork(*jobs)]
        return results if len(jobs) > 1 else results[0]

    @contextlib.contextmanager
    def working(self, *jobs):
        """Have processes run during a block.

        :param jobs: see :meth:`fork`
        """
        started = self.fork(*jobs or ["work"])
        yield started
        for worker in started:
            assert worker.is_running(), f"a worker has ended:\n{self.last_words()}"
            worker.kill()

    def kill_all(self):
        """Kill the workers that are left."""
        while self.alive:
            self.alive[-1].kill()

    def errors(self):
        """Return the lines that Odoo has logged as errors since :meth:`renew`.

        Not the database's refusals, which every lost race causes: who does not try
        again after one says so itself.
        """
        lines = self.log.read_text(errors="replace").splitlines()
        errors = [line for line in lines if " ERROR " in line or " CRITICAL " in line]
        return [line for line in errors if " odoo.sql_db: " not in line]

    def last_words(self):
        """Return the end of what Odoo has logged."""
        return self.log.read_text(errors="replace")[-3000:]

    def wait_for(self, worker):
        """Return exit status and result of a process that ends."""
        self.alive.remove(worker)
        return self._ask("wait_for", pid=worker.pid)

    def _ask(self, method, **arguments):
        self.parent.stdin.write(json.dumps({"method": method, **arguments}) + "\n")
        self.parent.stdin.flush()
        return self._read()

    def _read(self, timeout=PATIENCE):
        ready, _writing, _failed = select.select([self.parent.stdout], [], [], timeout)
        line = self.parent.stdout.readline() if ready else ""
        assert line, f"Odoo does not answer:\n{self.last_words()}"
        return json.loads(line)


class Worker:
    """One forked process."""

    def __init__(self, workers, pid):
        self.workers = workers
        self.pid = pid

    def is_running(self):
        """Tell whether the process has not ended."""
        with open(f"/proc/{self.pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"

    def await_end(self):
        """Return when the process has ended; it is a zombie until it is waited for."""
        process = os.pidfd_open(self.pid)
        try:
            ended, _writing, _failed = select.select([process], [], [], PATIENCE)
        finally:
            os.close(process)
        assert ended, f"a worker never ends:\n{self.workers.last_words()}"

    def has_been_killed(self):
        """Wait for the end and tell whether the task had none."""
        code, _result = self.workers.wait_for(self)
        words = self.workers.last_words()
        assert code in (0, -signal.SIGKILL), f"a task failed:\n{words}"
        return code != 0

    def strike(self):
        """Send SIGKILL and do not wait; from any thread, more than once."""
        # It stays a zombie until it is waited for: the id is nobody else's.
        if self in self.workers.alive:
            os.kill(self.pid, signal.SIGKILL)

    def kill(self):
        """Kill the process and wait until it is gone."""
        self.strike()
        self.workers.wait_for(self)

    def join(self):
        """Wait until the task is done and return its result."""
        code, result = self.workers.wait_for(self)
        assert code == 0, f"a task failed:\n{self.workers.last_words()}"
        return result
