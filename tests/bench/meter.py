"""What a piece of work costs: time, CPU of both processes, queries and memory."""

import contextlib
import gc
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg2

from odoo import sql_db

BACKENDS = """
    SELECT pid FROM pg_stat_activity
     WHERE datname = %s AND application_name = %s AND pid <> pg_backend_pid()
       AND backend_type = 'client backend'
"""


@dataclass
class Reading:
    """What some work has cost in all.

    CPU is that of this process and of its connections' processes in PostgreSQL: unlike
    wall time it is the same on a machine that is busy with something else.
    """

    # What is divided by: incidents, mails or requests.
    count: int = 1
    wall: float = 0
    cpu: float = 0
    backend: float = 0
    queries: int = 0
    # Peak of the resident memory above where it began, in MB.
    memory: float = 0

    def as_dict(self):
        """Return the reading as what JSON can hold."""
        return asdict(self)


class Meter:
    """Measures what this process does in one database.

    :param database: its name
    """

    def __init__(self, database):
        self.database = database
        _name, parameters = sql_db.connection_info_for(database)
        # Each process has its own: what another one does meanwhile it measures itself.
        self.application = parameters["application_name"]
        self.connection = psycopg2.connect(dbname=database)
        self.connection.autocommit = True

    @contextlib.contextmanager
    def measured(self, count=1):
        """Give a reading that is complete at the end of the block.

        :param count: how many incidents, mails or requests the block handles
        """
        reading = Reading(count)
        gc.collect()
        reset_memory_peak()
        resident = read_memory("VmRSS")
        queries, backend = sql_db.sql_counter, self.read_backend()
        wall, cpu = time.perf_counter(), time.process_time()
        yield reading
        own = time.process_time() - cpu
        reading.wall = time.perf_counter() - wall
        reading.backend = max(0, self.read_backend() - backend)
        reading.cpu = own + reading.backend
        reading.queries = sql_db.sql_counter - queries
        reading.memory = max(0, read_memory("VmHWM") - resident)

    def read_backend(self):
        """Return the CPU seconds of this process's connections to the database.

        Nothing for a PostgreSQL on another machine.
        """
        with self.connection.cursor() as cursor:
            cursor.execute(BACKENDS, [self.database, self.application])
            return sum(read_cpu(pid) for [pid] in cursor.fetchall())


def read_cpu(pid):
    """Return the CPU seconds of a process with one thread, 0 where there is none.

    :param pid: its id
    """
    with contextlib.suppress(OSError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    return 0


def read_memory(name):
    """Return a line of this process's memory, in MB.

    :param name: ``VmRSS`` now, ``VmHWM`` at the peak
    """
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    return 0


def reset_memory_peak():
    """Begin a new peak where the memory is now."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
