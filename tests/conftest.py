"""Fixtures of the whole-system tests."""

import contextlib

import pytest

from .system.browser import Browser
from .system.imap import MailServer
from .system.ledger import Ledger
from .system.server import PRISTINE, OdooServer
from .system.smtp import SmtpSink
from .system.support import CRONS, Support
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
        pytest.fail("needs the databases that setup/test prepares")
    server = OdooServer(smtp_port=smtp.port)
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.fixture(scope="session")
def worker_pool():
    """Give a process that has loaded Odoo, from which workers are forked."""
    if not PRISTINE:
        pytest.fail("needs the databases that setup/test prepares")
    workers = Workers()
    try:
        yield workers.start()
    finally:
        workers.remove()


@pytest.fixture
def workers(worker_pool, smtp):
    """Give processes that run scheduled actions and send their mail to `smtp`."""
    worker_pool.renew(smtp.port)
    yield worker_pool
    worker_pool.kill_all()


@pytest.fixture
def ledger(workers):
    """Give what the database of `workers` holds."""
    ledger = Ledger(workers.database)
    yield ledger
    ledger.close()


@pytest.fixture
def mailbox():
    """Give a mailbox that Odoo can fetch mail from."""
    server = MailServer()
    try:
        yield server.start()
    finally:
        server.stop()


@pytest.fixture
def support(smtp):
    """Give the operator's side of a running server that sends mail by itself."""
    with _supporting(smtp) as support:
        yield support


@pytest.fixture(scope="module")
def lasting_support(supporting):
    """Give one operator's side to all tests of a module: starting it takes seconds."""
    with supporting() as support:
        yield support


@pytest.fixture(scope="session")
def supporting():
    """Give what starts an operator's side, for fixtures that outlast a test."""
    return _supporting_with_sink


@contextlib.contextmanager
def _supporting_with_sink():
    sink = SmtpSink().start()
    try:
        with _supporting(sink) as support:
            yield support
    finally:
        sink.stop()


@contextlib.contextmanager
def _supporting(smtp):
    if not PRISTINE:
        pytest.fail("needs the databases that setup/test prepares")
    server = OdooServer(smtp_port=smtp.port, crons=CRONS)
    try:
        support = Support(server.start(), smtp)
        try:
            yield support.start()
        finally:
            support.close()
    finally:
        server.remove()


@pytest.fixture(scope="module")
def chromium():
    """Give a running Chromium, whose event loop other modules do not have to bear."""
    browser = Browser()
    try:
        yield browser.start()
    finally:
        browser.stop()


@pytest.fixture
def browser(chromium):
    """Give Chromium without anybody's cookies."""
    yield chromium
    chromium.part()
