# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import time
from contextlib import contextmanager

import psycopg2
from psycopg2.errors import AdminShutdown, CrashShutdown

from odoo import api, models

_logger = logging.getLogger(__name__)

# Seconds between the attempts to note on a database that recovers what it has cut off.
WAITS = (0, 1, 2, 4, 8, 16)


class IncidentMailGateway(models.AbstractModel):
    """Says of a mail that the database has cut off that its reader lives (G6)."""

    _inherit = "incident.mail.gateway"

    @contextmanager
    def _reading(self, source):
        try:
            with super()._reading(source) as gateway:
                yield gateway
        except psycopg2.Error as error:
            if _is_connection_lost(error):
                self._note_cut(source)
            raise

    @api.model
    def _note_cut(self, source):
        """Note it on another connection, as soon as the database is there again.

        One of its processes may have died: then it has ended all others and recovers,
        without being started anew.
        """
        for wait in WAITS:
            time.sleep(wait)
            try:
                with self._open_connection() as gateway, gateway._transaction():
                    # SUDO: the ledger is the gateway's own; nobody else writes it.
                    ledger = gateway.env["incident.inbound"].sudo()
                    ledger._note_cut({source.first_key, source.another_key})
                return
            except psycopg2.Error as error:
                _logger.info("Mail %s: cut off, not noted: %s", source.key, error)


def _is_connection_lost(error):
    """Tell whether an error of the database means that the connection is over."""
    if isinstance(error, psycopg2.InterfaceError | AdminShutdown | CrashShutdown):
        return True
    # What the server says has a class of its own; silence has none.
    return type(error) is psycopg2.OperationalError
