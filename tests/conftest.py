"""Fixtures of the whole-system tests."""

import pytest

from .system.server import PRISTINE, OdooServer
from .system.smtp import SmtpSink


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
