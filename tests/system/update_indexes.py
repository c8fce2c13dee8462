"""Which indexes an update leaves, and which an installation makes."""

import functools
import re

import psycopg2

from .server import copy_database, drop_database, new_name

INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes
     WHERE tablename ~ '^(incident|helpdesk)_' OR indexname ~ 'incident'
"""
CASTS = re.compile(r"::[a-z ]+(\[\])?|[()]")


def read_indexes(name):
    """Return the indexes of a database that are ours, each with what makes it.

    A dump writes casts in other places.
    """
    with psycopg2.connect(dbname=name) as connection, connection.cursor() as cursor:
        cursor.execute(INDEXES)
        rows = cursor.fetchall()
    connection.close()
    return {name: CASTS.sub("", made) for name, made in rows}


@functools.cache
def read_fresh_indexes():
    """Return the indexes that an installation makes: of a copy, to disturb no other."""
    name = new_name()
    copy_database(name)
    try:
        return read_indexes(name)
    finally:
        drop_database(name)
