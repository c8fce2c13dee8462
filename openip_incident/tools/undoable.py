# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is undone in the database, and what was to follow its commit."""

from contextlib import contextmanager


@contextmanager
def undoable(cursor):
    """Give a savepoint that takes back what waits for the commit, too.

    A rolled back savepoint of Odoo leaves the functions that run after the commit:
    webhooks and pushes of what has never happened.

    :param cursor: of the transaction
    """
    waiting = cursor.postcommit
    functions, data = list(waiting._funcs), dict(waiting.data)
    try:
        with cursor.savepoint():
            yield
    except BaseException:
        waiting.clear()
        waiting._funcs.extend(functions)
        waiting.data.update(data)
        raise
