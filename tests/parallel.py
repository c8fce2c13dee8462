"""A plugin of pytest: each process of a parallel run has a database of its own.

What ``pytest-odoo`` does for ``pytest-xdist`` names the database as a text, where Odoo
19 has a list, and has all processes share one folder of files, where the clean-up of
one database would remove what another needs.
"""

import os
import shutil
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest_odoo
from psycopg2.sql import SQL, Identifier
from xdist.scheduler import LoadFileScheduling

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tools import config

from .system.server import PRISTINE

# Its module can only be imported where Odoo's addons are loaded.
CONFIRMED = "openip_incident.confirmed_database"

CREATE = SQL("CREATE DATABASE {} TEMPLATE {}")
DROP = SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")


def pytest_configure():
    """Replace what makes the database of a process."""
    pytest_odoo._worker_db_name = own_database


def pytest_xdist_make_scheduler(config, log):
    """Return who hands out the files."""
    return FromBothEnds(config, log)


class FromBothEnds(LoadFileScheduling):
    """One process takes the files from the beginning, the others from the end.

    Whole-system tests wait for servers and browsers, the addons' tests use a core: so
    they run side by side, and the small files of the middle keep all busy to the end.
    """

    def _assign_work_unit(self, node):
        if node is not self.nodes[0]:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


@contextmanager
def own_database():
    """Give the name of the database to test: a copy in a parallel run."""
    [name] = config["db_name"]
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if not worker:
        yield name
        return
    copy = f"{name}_{worker}"
    # The same, but in memory if there is room.
    source = PRISTINE or name
    _execute(DROP.format(Identifier(copy)))
    _execute(CREATE.format(Identifier(copy), Identifier(source)))
    files = Path(config.filestore(copy))
    shutil.rmtree(files, ignore_errors=True)
    if Path(config.filestore(source)).is_dir():
        shutil.copytree(config.filestore(source), files, copy_function=os.link)
    config["db_name"] = [copy]
    try:
        _confirm(copy)
        yield copy
    finally:
        config["db_name"] = [name]
        close_db(copy)
        _execute(DROP.format(Identifier(copy)))
        shutil.rmtree(files, ignore_errors=True)


def _confirm(name):
    """Have the copy be the real database: else everything in it would wait."""
    with Registry(name).cursor() as cursor:
        env = api.Environment(cursor, SUPERUSER_ID, {})
        identity = env["incident.identity"]._get_actual()
        env["ir.config_parameter"].set_param(CONFIRMED, identity.dump())


def _execute(statement):
    with closing(psycopg2.connect(dbname="postgres")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
