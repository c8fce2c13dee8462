"""Databases: made by Odoo, copied, and marked so that no other one is ever touched."""

import re
import shutil

from . import paths, shell
from .console import Failure, step

MARK = "openip-incident"
LANGUAGES = "en_US,fr_FR"


class Odoo:
    """Odoo's command line on one server, with a generated configuration."""

    def __init__(self, environment, server, config="odoo.conf"):
        self.environment = environment
        self.server = server
        self.config = paths.STATE / config
        self.data = paths.STATE / "data"

    def configure(self, **options):
        """Write the configuration file.

        :param options: what differs from Odoo's defaults
        """
        addons = [paths.ROOT, self.environment.site_packages / "odoo" / "addons"]
        common = {
            "addons_path": ",".join(str(path) for path in addons),
            "data_dir": self.data,
            "http_interface": "127.0.0.1",
            "list_db": False,
        }
        # Allows `odoo -c` without variables when the server is our own.
        pairs = {
            f"db_{key[2:].lower()}": val for key, val in self.server.variables.items()
        }
        text = "".join(
            f"{key} = {val}\n" for key, val in {**common, **pairs, **options}.items()
        )
        self.config.touch(mode=0o600)
        self.config.write_text("[options]\n" + text)

    def command(self, *arguments, sub="server"):
        """Return a command line of Odoo.

        :param arguments: options after the configuration
        :param sub: Odoo's subcommand
        """
        start = [self.environment.python, "-m", "odoo", sub, "-c", str(self.config)]
        return [*start, *arguments]

    def install(self, name, title, log, *arguments):
        """Install or update modules in a database, following Odoo's progress.

        :param name: the database
        :param title: what the user reads
        :param log: name of the log file
        :param arguments: what to install or update
        """
        with step(title) as current:

            def progress(line):
                found = re.search(r"Loading module (\S+) \((\d+/\d+)\)", line)
                if found:
                    current.detail = f"{found[2]} {found[1]}"

            stop = (
                "-d",
                name,
                "--stop-after-init",
                "--no-http",
                "--max-cron-threads=0",
            )
            command = self.command(*stop, *arguments)
            env = self.server.environment
            shell.run(command, f"{title} failed", log, progress, env=env)
        _refuse_errors(paths.LOGS / log)

    def shell(self, name, script, log):
        """Run a script in Odoo's shell.

        :param name: the database
        :param script: path of the script
        :param log: name of the log file
        """
        command = self.command("-d", name, "--no-http", sub="shell")
        env = self.server.environment
        with open(script) as source:
            shell.run(command, f"{script.name} failed", log, env=env, stdin=source)

    def filestore(self, name):
        """Return the folder of a database's files."""
        return self.data / "filestore" / name


def _refuse_errors(log):
    """Fail on errors that Odoo logs without failing itself."""
    for line in log.read_text(errors="replace").splitlines():
        if re.match(r"\S+ \S+ \d+ (ERROR|CRITICAL) ", line):
            raise Failure(f"{line[:300]} (see {log})")


class Database:
    """One database: its mark says that the setup made it, and from what."""

    def __init__(self, odoo, name):
        self.odoo = odoo
        self.server = odoo.server
        self.name = name

    def mark(self):
        """Return what the database was made from: "" if unknown, None if absent."""
        rows = self.server.query(
            "SELECT coalesce(shobj_description(oid, 'pg_database'), '') "
            "FROM pg_database WHERE datname = %s",
            self.name,
        )
        if not rows:
            return None
        name, _, value = rows[0][0].partition(": ")
        if name != MARK and not self.server.private:
            raise Failure(
                f"database {self.name} exists and is not ours: set PGDATABASE"
            )
        return value

    def set_mark(self, value):
        """Note what the database was made from.

        :param value: a hash; empty while the database is being made
        """
        text = f"{MARK}: {value}"
        self.server.query(f"COMMENT ON DATABASE {self.quoted} IS '{text}'")

    @property
    def quoted(self):
        return '"' + self.name.replace('"', '""') + '"'

    def create(self, template=None, tablespace=""):
        """Create the database anew, empty or as a copy.

        :param template: the database to copy, which nobody may be using
        :param tablespace: where, not given for the one of the template
        """
        self.drop()
        options = "ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
        if template:
            options = f"TEMPLATE {template.quoted}"
        if tablespace:
            options += f" TABLESPACE {tablespace}"
        self.server.query(f"CREATE DATABASE {self.quoted} {options}")
        self.set_mark("")
        if template:
            files = self.odoo.filestore(template.name)
            paths.copy_linked(files, self.odoo.filestore(self.name))

    def drop(self):
        """Remove the database if the setup made it."""
        if self.mark() is not None:
            self.server.query(f"DROP DATABASE {self.quoted} WITH (FORCE)")
        shutil.rmtree(self.odoo.filestore(self.name), ignore_errors=True)

    def execute(self, text, *values):
        """Execute one SQL statement in the database.

        :param text: the statement
        :param values: its parameters
        """
        return self.server.query(text, *values, database=self.name)
