"""Odoo's command line."""

import subprocess
import sys

from .server import CONFIG, PRELOADED, ROOT


def run_odoo(*arguments, script="", before=(), **variables):
    """Run Odoo's command line; return what it printed.

    :param script: what it reads
    :param before: the command that Odoo's is handed to
    :param variables: of its environment, beside our own
    """
    if before:
        assert not variables
        return _run_within(before, arguments, script)
    code, output, errors = PRELOADED.run(arguments, script, **variables)
    assert code == 0, errors[-3000:]
    return output


def _run_within(before, arguments, script):
    command = [*before, sys.executable, "-m", "odoo", *map(str, arguments)]
    pipes = {"input": script, "capture_output": True, "text": True}
    done = subprocess.run(command, cwd=ROOT, **pipes)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def confirm_by_command(database):
    """Say that this database is the real one, as an admin does after a restore."""
    run_odoo(
        "incident_confirm_database", "-d", database, "--no-http", ODOO_RC=str(CONFIG)
    )
