"""Fixtures of the whole-system tests."""

import pytest

from .system.ledger import Ledger
from .system.server import PRISTINE, OdooServer
from .system.smtp import SmtpSink
from .system.workers import Workers


@pytest.fixture
def smtp():
    """Give an SMTP server that keeps what Odoo sends."""
    sink = SmtpSink().start()
    yield sink
    sink.stop()


@pytest.fixture
def odoo_server(smtp):
    """Give a running Odoo with an empty ledger, sending its mail to `smtp`."""
    if not PRISTINE:
        pytest.skip("needs the databases that setup/test prepares")
    server = OdooServer(smtp_port=smtp.port)
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.fixture(scope="session")
def nursery():
    """Give a process that has loaded Odoo, from which workers are forked."""
    if not PRISTINE:
        pytest.skip("needs the databases that setup/test prepares")
    workers = Workers()
    try:
        yield workers.start()
    finally:
        workers.remove()


@pytest.fixture
def workers(nursery, smtp):
    """Give processes that run scheduled actions and send their mail to `smtp`."""
    nursery.renew(smtp.port)
    yield nursery
    nursery.kill_all()


@pytest.fixture
def ledger(workers):
    """Give what the database of `workers` holds."""
    ledger = Ledger(workers.database)
    yield ledger
    ledger.close()
