# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import partial
from imaplib import IMAP4

from odoo import models

from ...tools.mail_source import FetchedMail


class FetchmailServer(models.Model):
    """Gives no mail up before it is written down (G4)."""

    _inherit = "fetchmail.server"

    def _connect__(self, allow_archived=False):
        return _KeepingConnection(super()._connect__(allow_archived=allow_archived))


class _KeepingConnection:
    """A connection to a mailbox that keeps what the gateway could not write down.

    Odoo marks or deletes each mail that it has fetched, whatever became of it. One that
    met a lost database stays as it is, for the next run; those behind it are fetched.
    """

    def __init__(self, connection):
        self._connection = connection
        self._mail = None
        if isinstance(connection, IMAP4):
            connection.fetch = partial(_fetch_unread, connection.fetch)

    def __getattr__(self, name):
        return getattr(self._connection, name)

    def retrieve_unread_messages(self):
        for number, raw in self._connection.retrieve_unread_messages():
            self._mail = FetchedMail(raw)
            yield number, self._mail

    def handled_message(self, number):
        if not self._mail.left:
            self._connection.handled_message(number)


def _fetch_unread(fetch, numbers, parts):
    """Fetch a mail without marking it as read.

    Odoo takes the mark back, but who is killed in between would leave it there.
    """
    return fetch(numbers, "(BODY.PEEK[])" if parts == "(RFC822)" else parts)
