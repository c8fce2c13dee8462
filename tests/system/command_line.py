"""Odoo's command line."""

import os
import subprocess
import sys

from .server import CONFIG, ROOT


def run_odoo(*arguments, script=None, before=(), **variables):
    """Run Odoo's command line; return what it printed."""
    command = [*before, sys.executable, "-m", "odoo", *map(str, arguments)]
    env = {**os.environ, **variables}
    done = subprocess.run(
        command, cwd=ROOT, env=env, input=script, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def confirm_by_command(database):
    """Say that this database is the real one, as an admin does after a restore."""
    run_odoo(
        "incident_confirm_database", "-d", database, "--no-http", ODOO_RC=str(CONFIG)
    )
