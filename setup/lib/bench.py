"""The command `setup/bench`: what the process costs, beside its peer and the limit."""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import paths, postgres, python_env
from .database import LANGUAGES, Database, Odoo

PEER = "helpdesk_ticket_close_inactive"
OURS = paths.ADDONS
LEVELS = ("quick", "normal", "full")


def main(arguments):
    """Prepare the databases, measure, and write the report.

    :param arguments: the command line
    :return: the exit code: 0 when everything was measured
    """
    options = _parse(arguments)
    paths.prepare_state()
    environment = python_env.bench()
    lock = paths.locked(paths.STATE / "bench.lock", "setup/bench")
    with lock, postgres.server(environment.python) as server:
        odoo = Odoo(environment, server, "odoo-bench.conf")
        odoo.configure()
        with _databases(odoo) as names:
            return _measure(odoo, names, options)


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="setup/bench", description=__doc__)
    level = parser.add_mutually_exclusive_group()
    level.add_argument(
        "--quick",
        dest="level",
        action="store_const",
        const="quick",
        help="small numbers, three minutes",
    )
    level.add_argument(
        "--full",
        dest="level",
        action="store_const",
        const="full",
        help="up to a million tickets, and the peer's slowest case: an hour",
    )
    parser.add_argument(
        "--only",
        metavar="ROW",
        action="append",
        help="measure this row only; may be given more than once",
    )
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        default=paths.STATE / "report",
        help="where the report goes (default: .odoo/report)",
    )
    parser.set_defaults(level="normal")
    return parser.parse_args(arguments)


@contextlib.contextmanager
def _databases(odoo):
    """Give the names of the installed databases: ours and the peer's.

    Each side is installed as its users would, without the other. They are kept for the
    next run, which measures on copies.
    """
    suffix = "" if odoo.server.private else f"_{paths.digest(str(paths.ROOT))[:8]}"
    ours = Database(odoo, f"openip_bench_ours{suffix}")
    peer = Database(odoo, f"openip_bench_peer{suffix}")
    lock = odoo.environment.lock
    _install(ours, OURS, paths.digest(lock, _sources(odoo)))
    _install(peer, (PEER,), lock)
    names = {"ours": ours.name, "peer": peer.name}
    try:
        yield names
    finally:
        _drop_copies(odoo, names.values())


def _sources(odoo):
    return paths.tree_digest(*(paths.ROOT / name for name in OURS))


def _install(database, modules, wanted):
    """Install modules in a fresh database unless that was done from the same sources.

    :param modules: names of the modules
    :param wanted: what the sources are
    """
    if database.mark() == wanted:
        return
    database.create()
    change = ("-i", ",".join(modules), f"--load-language={LANGUAGES}")
    title = f"Installing {modules[0]} (kept for the next runs)"
    database.odoo.install(database.name, title, "bench-install.log", *change)
    database.set_mark(wanted)


def _drop_copies(odoo, names):
    """Drop the databases that were measured on, whatever has ended the run."""
    for name in names:
        rows = odoo.server.query(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)",
            f"{name}_copy",
        )
        for [copy] in rows:
            odoo.server.query(f'DROP DATABASE "{copy}" WITH (FORCE)')
        for files in odoo.filestore(name).parent.glob(f"{name}_copy*"):
            shutil.rmtree(files, ignore_errors=True)


def _measure(odoo, names, options):
    """Run the benchmark itself in the environment that has Odoo."""
    command = [odoo.environment.python, "-m", "tests.bench"]
    command += ["--config", odoo.config, "--level", options.level]
    command += ["--ours", names["ours"], "--peer", names["peer"]]
    command += ["--output", options.output.resolve()]
    command += [item for row in options.only or () for item in ("--only", row)]
    environment = {**odoo.server.environment, "ODOO_RC": str(odoo.config)}
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=paths.ROOT,
        env=environment,
        # Ctrl-C reaches it through this process, which then cleans up.
        start_new_session=not sys.stdin.isatty(),
    )
    try:
        return process.wait()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, 15)
        process.wait()
        raise
