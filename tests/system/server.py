"""A real Odoo server on its own copy of the test database."""

import contextlib
import functools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path

import psycopg2
from passlib.hash import pbkdf2_sha512

from .forked import Preloaded
from .smtp import free_port

ROOT = Path(__file__).resolve().parents[2]
MAILGATE = ROOT / "setup" / "lib" / "mailgate.py"
CONFIG = Path(os.environ.get("ODOO_RC") or ROOT / ".odoo" / "odoo-test.conf")
LOGS = ROOT / ".odoo" / "log"
FILESTORE = ROOT / ".odoo" / "data" / "filestore"
ODOO = ["-m", "tests.system.program"]
PRELOADED = Preloaded(CONFIG, LOGS / "preloaded.log")
# setup/test makes this database before pytest; nothing ever connects to it.
PRISTINE = os.environ.get("OPENIP_SYSTEM_DATABASE")
# A token as we sign it: version, signature and values.
TOKEN = re.compile(r"AQAAAAAAAAAA[\w-]{56,}")

PUT_OFF_ALERT = """
    UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '1 day'
     WHERE id = (SELECT res_id FROM ir_model_data WHERE model = 'ir.cron'
                    AND name = 'ir_cron_health_alert')
"""
ONLY = """
    UPDATE ir_cron SET active = FALSE WHERE id NOT IN (
        SELECT res_id FROM ir_model_data
         WHERE model = 'ir.cron' AND module || '.' || name IN ({}))
"""
# The password of before, stored so that it is checked in no time; see `program.py`.
QUICK_PASSWORD = f"""
    UPDATE res_users SET password = '{pbkdf2_sha512.using(rounds=1).hash("admin")}'
     WHERE login = 'admin'
"""


# Before files are copied, all is written to the disk, which must not be waited for.
# Servers of before know no other way, nor how to be asked for it.
FILES_ARE_QUICKER = """
    SELECT current_setting('fsync') = 'off'
       AND current_setting('server_version_num')::int >= 150000
"""


class RpcError(Exception):
    """What Odoo raised: name of the exception, then its message."""


class OdooServer:
    """Processes of one server: Odoo and, on demand, the SMTP port of its gateway.

    :param smtp_port: where Odoo sends its mail
    :param crons: whether scheduled actions run by themselves, or the names of those
        that a copy keeps active
    :param workers: number of processes, none for threads
    :param database: somebody else's database instead of a copy
    :param before: the command that Odoo's is handed to
    :param options: more of Odoo's options
    """

    def __init__(
        self,
        smtp_port=None,
        crons=False,
        workers=0,
        database=None,
        before=(),
        options=(),
    ):
        self.copies = not database
        self.before = before
        self.options = options
        self.workers = workers
        self.database = database or new_name()
        self.port = free_port()
        self.gevent_port = free_port()
        self.mail_port = free_port()
        self.smtp_port = smtp_port or free_port()
        self.crons = crons
        self.processes = []
        self.users = {}
        self.watch = threading.Lock()
        self.revivals = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self):
        return LOGS / f"{self.database}.log"

    def start(self):
        """Start Odoo, on a copy of the pristine database unless it was given one."""
        if self.copies:
            copy_database(self.database)
            put_off_alert(self.database)
            if self.crons and self.crons is not True:
                keep_active(self.database, self.crons)
        threads = int(bool(self.crons))
        options = [f"--http-port={self.port}", f"--max-cron-threads={threads}"]
        options += ["--smtp=127.0.0.1", f"--smtp-port={self.smtp_port}"]
        options += [f"--workers={self.workers}", f"--gevent-port={self.gevent_port}"]
        options += self.options
        self._run_odoo("server", "-c", CONFIG, "-d", self.database, *options)
        self._wait(lambda: self.get("/web/login").status == 200)
        if self.copies:
            # Of what was copied nothing leaves before somebody says that it is real.
            self.rpc("incident.health", "action_confirm_database")
        return self

    def revive(self):
        """Start Odoo again if it has ended by itself, as its systemd unit does.

        Its first process ends when it needs a worker while there is no database.
        """
        with self.watch:
            if self.processes[0].poll() is not None:
                self.processes.clear()
                # The database may take longer still.
                with contextlib.suppress(AssertionError):
                    self.start()
                    self.revivals += 1

    def start_mail_in(self):
        """Open the SMTP port that hands mails to Odoo's gateway."""
        options = ["--port", self.mail_port, "--url", self.url]
        self._run(MAILGATE, *options, "--database", self.database)
        self._wait(lambda: socket.create_connection(("127.0.0.1", self.mail_port)))
        return self.mail_port

    def stop(self, number=signal.SIGTERM):
        """Stop the processes; the database stays for a restart.

        :param number: the signal: SIGKILL is a crash
        """
        while self.processes:
            process = self.processes.pop()
            process.send_signal(number)
            process.wait(30)

    def remove(self):
        """Stop the processes and drop the copy with its files."""
        # Its database goes as well: nothing has to come to its end.
        alone = self.copies and not self.workers
        self.stop(signal.SIGKILL if alone else signal.SIGTERM)
        links = self._find_logged_links()
        if self.copies:
            drop_database(self.database)
            self.log.unlink(missing_ok=True)
        assert not links, f"The log holds personal links: {links[:3]}"

    def _find_logged_links(self):
        """Return the lines of the log with a whole token, which open what they name."""
        if not self.log.is_file():
            return []
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if TOKEN.search(line)]

    def get(self, path):
        """Return the answer to a GET request.

        :param path: path on the server
        """
        return urllib.request.urlopen(self.url + path, timeout=60)

    def rpc(self, model, method, *args, login="admin", **kwargs):
        """Call a method as a user, as any external program may.

        :param login: the user, whose password is the login
        """
        # A log-in is made slow on purpose.
        if login not in self.users:
            uid = self._call("common", "login", self.database, login, login)
            assert uid, f"{login} cannot log in"
            self.users[login] = uid
        call = (self.database, self.users[login], login, model, method, args, kwargs)
        return self._call("object", "execute_kw", *call)

    def _call(self, service, method, *args):
        params = {"service": service, "method": method, "args": args}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        headers = {"Content-Type": "application/json"}
        address = f"{self.url}/jsonrpc"
        request = urllib.request.Request(address, body.encode(), headers)
        with urllib.request.urlopen(request, timeout=120) as answer:
            found = json.load(answer)
        if "error" in found:
            reason = found["error"]["data"]
            raise RpcError(reason["name"], reason["message"])
        return found.get("result")

    def _run_odoo(self, *arguments):
        if self.before:
            self._run(*ODOO, *arguments, before=self.before)
        else:
            self.processes.append(PRELOADED.fork(arguments, self.log))

    def _run(self, *arguments, before=()):
        command = [*map(str, before), sys.executable, *map(str, arguments)]
        with open(self.log, "ab") as log:
            options = {"stdout": log, "stderr": log, "start_new_session": True}
            self.processes.append(subprocess.Popen(command, cwd=ROOT, **options))

    def _wait(self, probe, timeout=120):
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.processes[-1].poll() is None:
            with contextlib.suppress(OSError, urllib.error.URLError):
                answer = probe()
                getattr(answer, "close", bool)()
                return
            time.sleep(0.05)
        raise AssertionError(f"the server does not answer, see {self.log}")


def new_name():
    """Return a name for a copy, by which setup/test finds what was left behind."""
    return f"{PRISTINE}_copy_{uuid.uuid4().hex[:8]}"


def copy_database(name, source=PRISTINE):
    """Copy a database with its files; whoever uses it has to confirm it.

    :param name: the copy
    :param source: the database, the pristine one if not given
    """
    create = f"CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(source)}"
    _sql(f"{create} {_find_strategy()}")
    _sql(QUICK_PASSWORD, name)
    files = FILESTORE / source
    if files.is_dir():
        shutil.copytree(files, FILESTORE / name, copy_function=os.link)


@functools.cache
def _find_strategy():
    """Return how a database is copied in the least time."""
    connection = psycopg2.connect(dbname="postgres")
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(FILES_ARE_QUICKER)
        [[quicker]] = cursor.fetchall()
    return "STRATEGY FILE_COPY" if quicker else ""


def create_empty_database(name):
    """Create a database that a dump can be restored into.

    :param name: the database
    """
    _sql(f"CREATE DATABASE {_quoted(name)} TEMPLATE template0")


def rename_database(name, other):
    """Rename a database that nobody uses.

    :param name: the database
    :param other: its new name
    """
    _sql(f"ALTER DATABASE {_quoted(name)} RENAME TO {_quoted(other)}")


def create_database(name):
    """Create an empty database.

    :param name: the database
    """
    _sql(f"CREATE DATABASE {_quoted(name)} ENCODING 'UTF8' TEMPLATE template0")


def drop_database(name):
    """Drop a copy with its files, whoever is still connected.

    :param name: the copy
    """
    # PostgreSQL's own vacuum can be thrown out by a superuser only, but ends soon.
    for _attempt in range(100):
        with contextlib.suppress(psycopg2.errors.InsufficientPrivilege):
            _sql(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")
            break
        time.sleep(0.1)
    shutil.rmtree(FILESTORE / name, ignore_errors=True)


def put_off_alert(name):
    """Leave a copy the time to be confirmed before it tells anybody that it is none.

    Odoo repeats the one of both that comes second, but logs an error for it.

    :param name: the copy, which nobody uses yet
    """
    _sql(PUT_OFF_ALERT, name)


def keep_active(name, crons):
    """Have no other scheduled actions in a database that nobody uses yet.

    :param name: the database
    :param crons: their external names
    """
    _sql(ONLY.format(", ".join(f"'{cron}'" for cron in crons)), name)


def wake_crons(name):
    """Have the servers of a database look at once what is due, as Odoo does.

    :param name: the database
    """
    _sql(f"NOTIFY cron_trigger, '{name}'")


def _sql(statement, database="postgres"):
    """Execute a statement on the server of the test database."""
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)


def _quoted(name):
    return '"' + name.replace('"', '""') + '"'
