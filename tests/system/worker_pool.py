"""A process that has loaded Odoo once and forks workers, which tests may kill.

Started by `workers.py`, never imported by a test. It reads one request per line and
writes one answer per line, both JSON. Its workers have connections of their own: it
has none left when it forks.
"""

import json
import multiprocessing
import os
import signal
import sys
import traceback

from odoo import sql_db
from odoo.modules.registry import Registry
from odoo.tools import config

from . import steps

# No worker outlives the test that has forgotten it.
LONGEST_LIFE = 300


def main():
    """Load Odoo with the options of the command line, then serve requests."""
    config.parse_config(sys.argv[1:], setup_logging=True)
    [database] = config["db_name"]
    Registry(database)
    # Only now that Odoo is configured does it know our addons.
    from . import clock, inbound, outages, outgoing, race, rehearsal, tasks

    rehearsal.rehearse(database)
    found = {}
    for module in (clock, inbound, outages, outgoing, race, tasks):
        found.update(vars(module))
    worker_pool = WorkerPool(database, found)
    _answer("ready")
    for line in sys.stdin:
        request = json.loads(line)
        _answer(getattr(worker_pool, request.pop("method"))(**request))


def _answer(value):
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


class WorkerPool:
    """The workers of one database.

    :param tasks: what they can do: dict of name: function
    """

    def __init__(self, database, tasks):
        self.database = database
        self.tasks = tasks
        self.results = {}

    def fork(self, jobs, smtp_port):
        """Fork a worker per job; all of them share one barrier.

        :param jobs: list of (name of a task in `tasks` or `race`, its arguments)
        :param smtp_port: where they send mail
        :return: the ids of the processes
        """
        config["smtp_port"] = smtp_port
        sql_db.close_all()
        barrier = multiprocessing.get_context("fork").Barrier(len(jobs))
        return [self._fork(name, arguments, barrier) for name, arguments in jobs]

    def wait_for(self, pid):
        """Wait for the end of a worker.

        :param pid: the process
        :return: its exit status, negative for a signal, and what its task returned
        """
        with os.fdopen(self.results.pop(pid)) as pipe:
            result = pipe.read()
        _pid, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        return code, json.loads(result) if result else None

    def _fork(self, name, arguments, barrier):
        reading, writing = os.pipe()
        pid = os.fork()
        if not pid:
            os.close(reading)
            self._live(name, arguments, barrier, writing)
        os.close(writing)
        self.results[pid] = reading
        return pid

    def _live(self, name, arguments, barrier, writing):
        """Do the task in the forked process, which never returns from here.

        :param arguments: of the task; ``die_at`` is the step at which it is killed
        """
        code = 1
        try:
            signal.alarm(LONGEST_LIFE)
            # The answers belong to the requests: nothing else may be printed there.
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            session = self.tasks["Session"](self.database, barrier)
            with steps.at_step(arguments.pop("die_at", 0), steps.die):
                result = self.tasks[name](session, **arguments)
            with os.fdopen(writing, "w") as pipe:
                json.dump(result, pipe)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)


if __name__ == "__main__":
    main()
