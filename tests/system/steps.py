"""Work counted by what is asked of the database: on each machine it is the same."""

import itertools
import os
import signal
from contextlib import contextmanager
from unittest import mock

from odoo import sql_db


@contextmanager
def at_step(number, happen):
    """Have something happen in this process before one of its statements or commits.

    :param number: of the step, counted from the beginning of the block
    :param happen: what happens, called without arguments
    """
    left = itertools.count(number - 1, -1)
    execute, commit = sql_db.Cursor.execute, sql_db.PsycoConnection.commit

    def execute_as_step(cursor, *args, **options):
        if not next(left):
            happen()
        return execute(cursor, *args, **options)

    def commit_as_step(connection):
        if not next(left):
            happen()
        return commit(connection)

    with (
        mock.patch.object(sql_db.Cursor, "execute", execute_as_step),
        mock.patch.object(sql_db.PsycoConnection, "commit", commit_as_step),
    ):
        yield


def die():
    """End this process as the kernel does that lacks memory."""
    os.kill(os.getpid(), signal.SIGKILL)
