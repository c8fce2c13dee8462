"""A process that has loaded Odoo for one database and does what it is asked.

Started by `child.py`. What it can do are the public functions of the modules in
`scenarios`: each takes a :class:`Session` and returns what JSON can hold.
"""

import importlib
import inspect
import pkgutil
import random
import sys
from contextlib import contextmanager
from functools import partial

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

from .child import serve
from .meter import Meter


class Session:
    """Where a scenario runs: one database, with a meter.

    :param database: its name
    """

    def __init__(self, database):
        self.database = database
        self.registry = Registry(database)
        self.meter = Meter(database)
        self.random = random.Random(database)
        # What scenarios keep from one call to the next.
        self.notes = {}

    @contextmanager
    def environment(self, user=SUPERUSER_ID):
        """Give an environment in a transaction, committed at the end of the block.

        :param user: id of whose it is
        """
        with self.registry.cursor() as cursor:
            yield api.Environment(cursor, user, {})

    def execute(self, query, *values):
        """Execute SQL in a transaction of its own, unmeasured; return its rows.

        :param query: the statement
        :param values: its parameters
        """
        with self.registry.cursor() as cursor:
            cursor.execute(query, values or None)
            return cursor.fetchall() if cursor.description else []

    def measured(self, count=1):
        """See :meth:`Meter.measured`."""
        return self.meter.measured(count)


def collect_scenarios(session):
    """Return what can be done: dict of "module.function": function."""
    from . import scenarios

    found = {"ready": lambda: "ready"}
    for module in pkgutil.iter_modules(scenarios.__path__):
        source = importlib.import_module(f"{scenarios.__name__}.{module.name}")
        for name, function in inspect.getmembers(source, inspect.isfunction):
            if function.__module__ == source.__name__ and not name.startswith("_"):
                found[f"{module.name}.{name}"] = partial(function, session)
    return found


def main():
    """Load Odoo with the options of the command line, then serve requests."""
    config.parse_config(sys.argv[2:], setup_logging=True)
    [database] = config["db_name"]
    session = Session(database)
    serve(int(sys.argv[1]), collect_scenarios(session), sys.stdin)


if __name__ == "__main__":
    main()
