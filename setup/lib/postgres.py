"""The PostgreSQL server: the one that PG* variables name, or a private cluster."""

import contextlib
import fcntl
import json
import os
import pwd
import re
import secrets
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import memory, paths, ports, shell
from .console import Failure, step

VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGSERVICE")
OLDEST = 13
# Ports that are tried where others are taken in the same moment.
ATTEMPTS = 20
SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = 256MB
max_wal_size = 2GB
synchronous_commit = off
jit = off
"""
# Set at each start, also of clusters that are there: what is in them can be made anew,
# so that no dropped database has to wait until everything is on the disk.
UNSAFE = "-c fsync=off -c full_page_writes=off"
# Runs in the virtual environment: the setup itself has only the standard library.
CLIENT = """
import json, sys, psycopg2
database, query, values = json.load(sys.stdin)
connection = psycopg2.connect(dbname=database, connect_timeout=10)
connection.autocommit = True
cursor = connection.cursor()
cursor.execute(query, values or None)
print(json.dumps(cursor.fetchall() if cursor.description else []))
"""


class Server:
    """A running server, as libpq's variables describe it."""

    def __init__(self, python, variables, private, owner=None):
        self.python = python
        self.variables = variables
        self.private = private
        # Who runs it, None for the current user.
        self.owner = owner

    @property
    def environment(self):
        """Return the environment with which a child reaches this server."""
        return shell.environment(**self.variables)

    def query(self, text, *values, database="postgres"):
        """Execute one SQL statement and return its rows.

        :param text: the statement
        :param values: its parameters
        :param database: where to execute it
        """
        question = json.dumps([database, text, values])
        command = [self.python, "-c", CLIENT]
        pipes = {"capture_output": True, "text": True, "env": self.environment}
        done = subprocess.run(command, input=question, **pipes)
        if done.returncode:
            reason = done.stderr.strip().splitlines()[-1]
            raise Failure(f"PostgreSQL refused: {reason}")
        return json.loads(done.stdout)


@contextlib.contextmanager
def server(python):
    """Give a running server; a private one stops with its last user.

    :param python: an interpreter that has psycopg2
    """
    if any(os.environ.get(name) for name in VARIABLES):
        yield _given(python)
        return
    cluster = Cluster()
    with cluster.used():
        yield Server(python, cluster.variables(), True, cluster.owner)


def _given(python):
    if os.environ.get("PGUSER") == "postgres":
        raise Failure(
            "Odoo refuses PGUSER=postgres: use a role that may create databases"
        )
    found = Server(python, {}, False)
    found.query("SELECT 1")
    return found


class Cluster:
    """The private cluster of the checkout, never run by root."""

    def __init__(self):
        self.owner = _unprivileged() if os.geteuid() == 0 else None
        self.folder = self._place()
        self.data = self.folder / "data"
        self.binaries = _binaries(self._version())

    def _version(self):
        mark = self.data / "PG_VERSION"
        return mark.read_text().strip() if mark.is_file() else None

    def _place(self):
        """Return the cluster's folder, which its owner must be able to reach."""
        note = paths.STATE / "postgres-folder"
        known = note.read_text().splitlines() if note.is_file() else []
        # A copied checkout must not use the cluster of the original.
        if len(known) == 2 and known[0] == str(paths.ROOT) and os.path.isdir(known[1]):
            return Path(known[1])
        folder = self._reachable(paths.STATE / "postgres") or self._elsewhere()
        note.write_text(f"{paths.ROOT}\n{folder}\n")
        return folder

    def _reachable(self, folder):
        folder.mkdir(exist_ok=True)
        if self.owner:
            os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
            if self._call(["test", "-x", str(folder)], cwd="/").returncode:
                folder.rmdir()
                return None
        folder.chmod(0o700)
        return folder

    def _elsewhere(self):
        folder = Path(tempfile.mkdtemp(prefix="openip-incident-", dir="/var/tmp"))
        os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        print(f"  {self.owner.pw_name} cannot enter {paths.ROOT}: database in {folder}")
        return folder

    def _call(self, command, **options):
        if self.owner:
            options.update(user=self.owner.pw_uid, group=self.owner.pw_gid)
            options.update(extra_groups=[])
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.run(command, text=True, **pipes, **options)

    def _run(self, program, *arguments, **options):
        command = [str(self.binaries / program), "-D", str(self.data), *arguments]
        done = self._call(command, cwd=self.folder, **options)
        if done.returncode:
            last = (done.stdout.strip().splitlines() or ["no output"])[-1]
            raise Failure(f"{program} failed: {last}")

    @contextlib.contextmanager
    def used(self):
        """Keep the cluster running: the last of its users stops it."""
        with open(paths.STATE / "postgres-users", "a") as users:
            with paths.locked(paths.STATE / "postgres-lock"):
                if not self.running():
                    self._start()
                fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield
            finally:
                with paths.locked(paths.STATE / "postgres-lock"):
                    self._leave(users)

    def _leave(self, users):
        # Locks vanish with their process, so a killed user does not count.
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._run("pg_ctl", "stop", "-m", "fast", "-w", stdin=subprocess.DEVNULL)

    def running(self):
        """Tell whether the cluster accepts connections."""
        command = [str(self.binaries / "pg_ctl"), "-D", str(self.data), "status"]
        return self._call(command, cwd=self.folder).returncode == 0

    def _start(self):
        if not self._version():
            with step("Creating a private PostgreSQL cluster"):
                self._create()
        memory.renew_lost(self.data, self.owner)
        with step("Starting PostgreSQL"):
            self._listen(self._last_port())

    def _listen(self, preferred):
        """Start the server on the first port that it gets: it binds by itself."""
        for _attempt in range(ATTEMPTS):
            with contextlib.closing(ports.take(preferred)) as listener:
                port = listener.port
            (paths.STATE / "postgres-port").write_text(str(port))
            log = str(self.folder / "server.log")
            options = f"-p {port} {UNSAFE}"
            try:
                return self._run("pg_ctl", "start", "-w", "-l", log, "-o", options)
            except Failure:
                # Somebody was quicker, or there is another reason.
                if ports.is_free(port):
                    raise
            preferred = port + 1
        raise Failure(f"PostgreSQL got none of {ATTEMPTS} ports: see {log}")

    def _last_port(self):
        note = paths.STATE / "postgres-port"
        return int(note.read_text()) if note.is_file() else 54321

    def _create(self):
        secret = paths.STATE / "postgres-secret"
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(24))
        shutil.rmtree(self.data, ignore_errors=True)
        options = ["-U", "odoo", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync"]
        with self._readable(secret) as copy:
            options += ["--locale=C.UTF-8", f"--pwfile={copy}"]
            self._run("initdb", *options)
        with open(self.data / "postgresql.conf", "a") as config:
            config.write(SETTINGS)

    @contextlib.contextmanager
    def _readable(self, secret):
        """Give a copy of the password file that the cluster's owner may read."""
        copy = self.folder / "password"
        copy.touch(mode=0o600)
        copy.write_text(secret.read_text() + "\n")
        if self.owner:
            os.chown(copy, self.owner.pw_uid, self.owner.pw_gid)
        try:
            yield copy
        finally:
            copy.unlink()

    def variables(self):
        """Return libpq's variables for the running cluster."""
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": (paths.STATE / "postgres-port").read_text(),
            "PGUSER": "odoo",
            "PGPASSWORD": (paths.STATE / "postgres-secret").read_text(),
        }


def _unprivileged():
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise Failure("PostgreSQL refuses to run as root, and there is no other user")


def _binaries(version):
    """Return the folder of the newest server, or of a cluster's own version."""
    found = _installed()
    if not found and not version:
        shell.install("postgresql", f"no PostgreSQL server (>= {OLDEST})")
        found = _installed()
    if version:
        found = {number: path for number, path in found.items() if number == version}
    if not found:
        wanted = f"postgresql-{version}" if version else "postgresql"
        raise Failure(f"no PostgreSQL server found: install the package {wanted}")
    return found[max(found, key=int)]


def _installed():
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found = {}
    for folder in folders:
        banner = shell.capture([str(folder / "initdb"), "--version"]) or ""
        number = re.search(r"\) (\d+)", banner)
        if number and int(number[1]) >= OLDEST and (folder / "postgres").exists():
            found.setdefault(number[1], folder)
    return found
