"""Databases in memory leave nothing behind, and endanger none that is on the disk."""

import shutil
import sys
from pathlib import Path

import pytest

from .system.cluster import USER, Cluster
from .test_setup import import_setup

memory = import_setup("memory")
postgres = import_setup("postgres")


@pytest.fixture
def cluster():
    """Give a running PostgreSQL server of our own."""
    cluster = Cluster()
    try:
        yield cluster.start()
    finally:
        cluster.stop()


@pytest.fixture
def server(cluster, monkeypatch):
    """Give this server as the setup knows a private one, with room for databases."""
    monkeypatch.setattr(memory, "ROOM", 1)
    variables = {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(cluster.port),
        "PGUSER": USER,
        "PGPASSWORD": USER,
    }
    return postgres.Server(sys.executable, variables, True, cluster.owner)


def begin(server):
    """Have a run with two databases that never ends; return the folder of both."""
    memory.make(server)
    server.query(f"CREATE DATABASE first TABLESPACE {memory.NAME}")
    server.query("CREATE DATABASE second TEMPLATE first")
    [[folder]] = server.query(memory.PLACES, memory.NAME)
    return Path(folder)


def read_names(server):
    rows = server.query("SELECT datname FROM pg_database WHERE NOT datistemplate")
    return {name for [name] in rows}


def test_what_a_killed_run_has_left_goes_with_the_next(server):
    left = begin(server)
    with memory.tablespace(server) as name:
        assert not left.exists()
        assert read_names(server) == {"postgres"}
        server.query(f"CREATE DATABASE third TABLESPACE {name}")
        [[folder]] = server.query(memory.PLACES, name)
        assert Path(folder).parent == memory.SHARED
    assert read_names(server) == {"postgres"}
    assert not server.query(memory.PLACES, name)
    assert not Path(folder).exists()


def test_a_cluster_outlives_the_loss_of_the_memory(cluster, server):
    server.query("CREATE DATABASE lasting")
    folder = begin(server)
    shutil.rmtree(folder)
    memory.renew_lost(cluster.folder / "data", cluster.owner)
    cluster.restart("immediate")
    with memory.tablespace(server):
        assert read_names(server) == {"postgres", "lasting"}


def test_without_room_or_on_somebody_elses_server_all_stays_on_the_disk(monkeypatch):
    # Neither could be reached.
    given = postgres.Server("", {}, False)
    private = postgres.Server("", {}, True)
    with memory.tablespace(given) as name:
        assert name == ""
    monkeypatch.setattr(memory, "ROOM", 1024**5)
    with memory.tablespace(private) as name:
        assert name == ""
