"""The command `setup/test`: linters, the addons' tests, the companions' and ours."""

import argparse
import os
import shutil
import signal
import subprocess
import sys

from . import (
    corpus,
    linters,
    mailboxes,
    memory,
    node,
    paths,
    postgres,
    programs,
    python_env,
    shell,
)
from .console import remind, step
from .database import LANGUAGES, Database, Odoo

COMPANIONS = ("helpdesk_mgmt", "helpdesk_mgmt_merge", "helpdesk_mgmt_sla")
# One more than there are cores, as whole-system tests wait for others; no more of them
# than use two cores. Each needs some 2 GB: itself, a server, a browser.
MOST_PROCESSES = 3
MEMORY = 2 * 1024**3
# Files are handed out in the order of the list: what forks must not come between the
# addons' tests, after whose classes Odoo ends processes that it does not know.
IN_ORDER = ("--dist", "loadfile", "--no-loadscope-reorder")
# Options of who looks at one test.
ALONE = {"--pdb", "--trace", "-s"}
BASE = (*COMPANIONS, "base_automation", "portal", "resource")


def main(arguments):
    """Prepare a fresh database, run the linters and pytest.

    :param arguments: the command line; what is not ours goes to pytest
    :return: the exit code
    """
    options, wanted = _parse(arguments)
    paths.prepare_state()
    environment = python_env.main(options.locked)
    shell.require("chromium", "chromium")
    shell.require("wkhtmltopdf", "wkhtmltopdf")
    mailboxes.require()
    foreign = {
        "OPENIP_FOREIGN_MAILS": str(corpus.folder()),
        "OPENIP_ALERTMANAGER": str(programs.find("Alertmanager") or ""),
        "OPENIP_NGINX": str(programs.find("nginx") or ""),
        "OPENIP_AXE": str(node.modules() / "axe-core" / "axe.min.js"),
    }
    lock = paths.locked(paths.STATE / "test.lock", "setup/test")
    with lock, postgres.server(environment.python) as server:
        checks = [] if options.no_lint else linters.start(environment)
        odoo = Odoo(environment, server, "odoo-test.conf")
        odoo.configure()
        databases = Databases(odoo)
        databases.prepare(options.keep_db)
        with memory.tablespace(server) as tablespace:
            databases.system.create(databases.test, tablespace)
            processes = options.processes
            if processes is None:
                processes = _count_processes(wanted)
            code = _pytest(databases, processes, wanted, foreign)
        failed = linters.report(checks)
    remind()
    return code or bool(failed)


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="setup/test",
        description="Everything else on the command line is given to pytest.",
        allow_abbrev=False,
    )
    parser.add_argument("--no-lint", action="store_true", help="skip the linters")
    parser.add_argument(
        "--keep-db",
        action="store_true",
        help="keep the last test database, updated where the addons have changed",
    )
    parser.add_argument(
        "-n",
        dest="processes",
        type=int,
        metavar="NUMBER",
        help="how many processes share the tests, 0 to run them in pytest's own",
    )
    parser.add_argument(
        "--locked", action="store_true", help="fail where a pinned package is gone"
    )
    return parser.parse_known_args(arguments)


class Databases:
    """The databases of a test run: dependencies, addons, and a copy to serve."""

    def __init__(self, odoo):
        # On a shared server, checkouts must not meet.
        suffix = "" if odoo.server.private else f"_{paths.digest(str(paths.ROOT))[:8]}"
        self.odoo = odoo
        self.base = Database(odoo, f"openip_base{suffix}")
        self.test = Database(odoo, f"openip_test{suffix}")
        self.system = Database(odoo, f"openip_system{suffix}")

    def prepare(self, keep):
        """Prepare the test database.

        :param keep: update the last test database instead of making a fresh one
        """
        self._drop_leftovers()
        sources = paths.tree_digest(*(paths.ROOT / name for name in paths.ADDONS))
        if keep and self.test.mark() == sources:
            # Only tests have changed, which nothing installs.
            return
        if keep and self.test.mark():
            change = ("-u", ",".join(paths.ADDONS))
            title = "Updating the addons in the last test database"
        else:
            self._prepare_base()
            self.test.create(self.base)
            change = ("-i", ",".join(paths.ADDONS))
            title = "Installing the addons in a fresh database"
        self.odoo.install(self.test.name, title, "test-install.log", *change)
        with step("Compiling what browsers load"):
            script = paths.ROOT / "setup" / "lib" / "assets.py"
            self.odoo.shell(self.test.name, script, "test-assets.log")
        self.test.set_mark(sources)

    def _drop_leftovers(self):
        """Drop the copies that a killed test run has left behind."""
        rows = self.odoo.server.query(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
            f"{self.system.name}_copy_",
        )
        for [name] in rows:
            self.odoo.server.query(f'DROP DATABASE "{name}" WITH (FORCE)')
            shutil.rmtree(self.odoo.filestore(name), ignore_errors=True)

    def _prepare_base(self):
        """Make the database with all dependencies, once per pinned list."""
        environment = self.odoo.environment
        wanted = paths.digest(
            environment.lock, str(environment.extra_path), LANGUAGES, *BASE
        )
        if self.base.mark() == wanted:
            return
        self.base.create()
        change = ("-i", ",".join(BASE), f"--load-language={LANGUAGES}")
        title = "Installing the dependencies (kept for the next runs)"
        self.odoo.install(self.base.name, title, "test-base.log", *change)
        self.base.set_mark(wanted)


def _pytest(databases, processes, wanted, foreign):
    command = [databases.odoo.environment.python, "-m", "pytest"]
    command += ["--odoo-http", f"--odoo-config={databases.odoo.config}"]
    command += [f"--odoo-database={databases.test.name}"]
    if processes:
        command += ["-p", "tests.parallel", "-n", str(processes), *IN_ORDER]
    named = _find_named(wanted)
    command += wanted if named else [*wanted, *_all_tests(databases)]
    variables = {
        **databases.odoo.server.environment,
        **foreign,
        "ODOO_RC": str(databases.odoo.config),
    }
    variables["OPENIP_SYSTEM_DATABASE"] = databases.system.name
    return _wait(subprocess.Popen(command, cwd=paths.ROOT, env=variables))


def _count_processes(wanted):
    """Return how many processes of pytest have work on this machine, and room.

    :param wanted: arguments for pytest; the tests of one file share a process
    """
    named = _find_named(wanted)
    if ALONE.intersection(wanted) or len(named) == 1 and os.path.isfile(*named):
        return 0
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    cores = os.cpu_count() or 1
    return max(1, min(cores + 1, MOST_PROCESSES, memory // MEMORY))


def _wait(process):
    """Return the exit code of pytest, which cleans up when it is interrupted."""
    try:
        return process.wait()
    except KeyboardInterrupt as interrupt:
        # A terminal has sent Ctrl-C to both, anything else only to this process.
        if interrupt.args[0] != signal.SIGINT or not sys.stdin.isatty():
            process.send_signal(signal.SIGINT)
        return process.wait()


def _find_named(wanted):
    """Return the files and folders that the arguments name, which may be none."""
    candidates = {item.partition("::")[0] for item in wanted}
    return {path for path in candidates if os.path.exists(path)}


def _all_tests(databases):
    packages = databases.odoo.environment.site_packages / "odoo" / "addons"
    found = [paths.ROOT / "tests"]
    found += [paths.ROOT / name / "tests" for name in paths.ADDONS]
    found += [packages / name / "tests" for name in COMPANIONS]
    return [str(path) for path in found if path.is_dir()]
