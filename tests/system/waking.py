"""Servers that are told every moment to look at what is due, as Odoo tells them."""

import contextlib
import threading

import psycopg2

PAUSE = 0.2


@contextlib.contextmanager
def waking(name, **address):
    """Wake the servers of a database over and over during a block.

    :param name: the database
    :param address: of another PostgreSQL server, as psycopg2 takes it
    """
    done = threading.Event()
    thread = threading.Thread(target=_wake, args=(name, address, done))
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _wake(name, address, done):
    connection = None
    while not done.wait(PAUSE):
        # The server may be away for a moment.
        with contextlib.suppress(psycopg2.Error):
            if connection is None or connection.closed:
                connection = psycopg2.connect(**{**address, "dbname": "postgres"})
                connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"NOTIFY cron_trigger, '{name}'")
    if connection is not None:
        connection.close()
