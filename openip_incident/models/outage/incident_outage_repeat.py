# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ..row_lock import lock_rows

# Who has heard no answer calls again sooner; who means it says something else.
JUST_TOLD = timedelta(minutes=10)


class IncidentOutageMessage(models.Model):
    _inherit = "incident.outage.message"

    request_key = fields.Char(
        string="Key of the request",
        readonly=True,
        copy=False,
        help="By which a program knows what it has published: asked once more with the "
        "same key, nothing is told twice.",
    )

    _request_key_unique = models.UniqueIndex(
        "(outage_id, request_key) WHERE request_key IS NOT NULL",
        "This message was published already.",
    )

    def _note_key(self, key):
        """Note by which key a program knows what it has just published.

        :param key: see :meth:`~.incident.outage.publish`
        """
        if key:
            self.request_key = str(key)


class IncidentOutage(models.Model):
    """A message is published once, also by who has heard no answer the first time."""

    _inherit = "incident.outage"

    def _find_told(self, key):
        """Return what was published under a key.

        :param key: see :meth:`publish`
        """
        self.check_access("write")
        # Two with one key: the later one waits, and finds what the first has told.
        lock_rows(self)
        # SUDO: whether it is there, for who may publish here.
        messages = self.env["incident.outage.message"].sudo()
        return messages.search(
            [("outage_id", "=", self.id), ("request_key", "=", str(key))], limit=1
        )

    def _ensure_not_just_told(self, texts, date, count):
        """Refuse to tell once more what the same user has told last, a moment ago.

        :param texts: dict of language code: HTML
        :param date: naive UTC, by when the next message is promised
        :param count: how many mailboxes it goes to
        :raises UserError: saying when it was told
        """
        # SUDO: the last message, for who may publish the next one.
        messages = self.env["incident.outage.message"].sudo()
        last = messages.search([("outage_id", "=", self.id)], limit=1)
        said = {"": last.text or "", **(last.texts or {})}
        if (
            last
            and last.user_id == self.env.user
            and last.state == self.state
            and last.date > fields.Datetime.now() - JUST_TOLD
            and last.mail_count == count
            and self.next_message_date == date
            and {lang: str(text) for lang, text in said.items()} == texts
        ):
            raise UserError(
                self.env._(
                    "You have told the parties exactly this a moment ago, to "
                    "%(count)s mailboxes. To tell them again, write something new.",
                    count=last.mail_count,
                )
            )
