"""A PostgreSQL server of a test's own, which it may restart under everybody's feet."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from .smtp import free_port

USER = "odoo"
READY = "database system is ready to accept connections"
# Whoever is killed in it has lost nothing that was committed.
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = {port}
synchronous_commit = on
fsync = off
jit = off
lc_messages = 'C'
"""


class Cluster:
    """A private cluster in a folder that goes with it."""

    def __init__(self):
        # PostgreSQL refuses to run as root.
        self.owner = pwd.getpwnam("postgres") if not os.geteuid() else None
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="openip-cluster-", dir="/var/tmp"))
        self.binaries = find_binaries()

    @property
    def address(self):
        """Return where it listens, as psycopg2 takes it."""
        return {"host": "127.0.0.1", "port": self.port, "user": USER}

    @property
    def options(self):
        """Return the options with which Odoo finds it."""
        values = {**self.address, "password": USER}
        return [f"--db_{name}={value}" for name, value in values.items()]

    def start(self):
        """Create the cluster and start it."""
        if self.owner:
            os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        self._run("initdb", "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        with open(self.folder / "data" / "postgresql.conf", "a") as settings:
            settings.write(SETTINGS.format(port=self.port))
        self._control("start")
        return self

    def restart(self, mode):
        """Restart the server, whoever is connected.

        :param mode: ``fast`` ends all transactions, ``immediate`` is a crash
        """
        self._control("restart", "-m", mode)

    def crash(self, pid):
        """Kill one process as the kernel does that lacks memory; wait for the others.

        The server ends them all, recovers, and is started by nobody.

        :param pid: a process of a connection
        """
        recovered = self._count_starts() + 1
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while self._count_starts() < recovered:
            assert time.monotonic() < deadline, "the server does not recover"
            time.sleep(0.02)

    def _count_starts(self):
        return (self.folder / "server.log").read_text().count(READY)

    def stop(self):
        """Stop the server and remove all that it has."""
        try:
            self._control("stop", "-m", "immediate")
        finally:
            shutil.rmtree(self.folder)

    def copy(self, database):
        """Copy a database of the server of all tests, under its name.

        :param database: its name
        """
        target = ["-h", "127.0.0.1", "-p", str(self.port), "-U", USER]
        create = [self.binaries / "createdb", *target, "-T", "template0", database]
        subprocess.run(create, check=True)
        with tempfile.NamedTemporaryFile() as dump:
            command = [self.binaries / "pg_dump", "-Fc", "-Z0", "-f", dump.name]
            subprocess.run([*command, database], check=True)
            command = [self.binaries / "pg_restore", *target, "-j2", "--no-owner"]
            subprocess.run([*command, "-d", database, dump.name], check=True)

    def _control(self, act, *arguments):
        log = self.folder / "server.log"
        self._run("pg_ctl", act, "-w", "-s", *arguments, "-l", str(log))

    def _run(self, program, *arguments):
        command = [self.binaries / program, "-D", self.folder / "data", *arguments]
        options = {"cwd": self.folder, "stdout": subprocess.DEVNULL}
        if self.owner:
            options.update(user=self.owner.pw_uid, group=self.owner.pw_gid)
            options.update(extra_groups=[])
        subprocess.run(command, check=True, **options)


def find_binaries():
    """Return the folder of a server's programs, or None where there is none."""
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found = [folder for folder in folders if (folder / "initdb").is_file()]
    return max(found, key=lambda folder: folder.parent.name, default=None)
