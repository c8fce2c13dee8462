"""A tablespace in memory: a copy of a database is some two thousand small files."""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

NAME = "openip_memory"
SHARED = Path("/dev/shm")
# Bytes: a dozen copies of a database at once take a third of it.
ROOM = 3 * 1024**3

PLACES = "SELECT pg_tablespace_location(oid) FROM pg_tablespace WHERE spcname = %s"
USERS = """
    SELECT datname FROM pg_database d
      JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE spcname = %s
"""


@contextlib.contextmanager
def tablespace(server):
    """Give the name of a tablespace that goes with its databases, "" without room.

    :param server: a server, whose user may only make it on a private one
    """
    if not server.private or not _has_room():
        yield ""
        return
    # A killed run leaves its own behind.
    remove(server)
    make(server)
    try:
        yield NAME
    finally:
        remove(server)


def make(server):
    """Make the tablespace, which must not be there.

    :param server: the server
    """
    folder = tempfile.mkdtemp(prefix="openip-incident-", dir=SHARED)
    _hand_over(folder, server.owner)
    server.query(f"CREATE TABLESPACE {NAME} LOCATION '{folder}'")


def remove(server):
    """Remove the tablespace with all its databases, if it is there.

    :param server: the server
    """
    for [folder] in server.query(PLACES, NAME):
        for [name] in server.query(USERS, NAME):
            server.query(f'DROP DATABASE "{name}" WITH (FORCE)')
        server.query(f"DROP TABLESPACE {NAME}")
        shutil.rmtree(folder, ignore_errors=True)


def renew_lost(data, owner):
    """Make the folder of each tablespace anew that has gone with the memory.

    A server that has ended with the machine does not recover without them.

    :param data: the folder of the cluster
    :param owner: who runs it, None for the current user
    """
    for link in (data / "pg_tblspc").iterdir():
        if not link.exists():
            folder = link.readlink()
            folder.mkdir(mode=0o700)
            _hand_over(folder, owner)


def _hand_over(folder, owner):
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)


def _has_room():
    """Tell whether there is as much memory that nobody uses, twice over."""
    if not os.access(SHARED, os.W_OK):
        return False
    usable = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return shutil.disk_usage(SHARED).free >= ROOM and usable >= 2 * ROOM
