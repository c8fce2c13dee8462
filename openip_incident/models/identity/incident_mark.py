# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import time
from datetime import timedelta
from functools import partial
from weakref import WeakKeyDictionary

from psycopg2.errors import UndefinedTable

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, config

from ...tools.database_mark import Mark

_logger = logging.getLogger(__name__)

INTERVAL = 60

# How far a connection has seen its database come, and when it has last made a mark.
SEEN = WeakKeyDictionary()
TRIED = WeakKeyDictionary()

READ = "SELECT counter, date, lost_counter, lost_date FROM incident_mark"
READ_LOCKED = READ + " FOR UPDATE"
# By the primary key: the last one was written last.
NEWEST = "SELECT create_date FROM mail_message ORDER BY id DESC LIMIT 1"
# What PostgreSQL may lose in a crash would look like a database that went back.
DURABLY = "SET LOCAL synchronous_commit = on"
ADVANCE = """
    UPDATE incident_mark SET counter = counter + 1, date = %(now)s
     WHERE lost_counter IS NULL
       AND (date IS NULL OR abs(extract(epoch FROM date - %(now)s)) >= %(interval)s)
 RETURNING counter, date, lost_counter, lost_date
"""
LOSE = """
    UPDATE incident_mark SET lost_counter = %(counter)s, lost_date = %(date)s
     WHERE counter < %(counter)s AND coalesce(lost_counter, 0) < %(counter)s
 RETURNING counter, date, lost_counter, lost_date
"""


class IncidentMark(models.Model):
    """How far this database has come, compared with what its file store knows (G18).

    A run of a scheduled action leaves a mark here, then in the file store. A database
    that is behind the file store's mark went back in time: what it has not done yet may
    have been done, by what it was before. One that has stood still is not behind.
    """

    _name = "incident.mark"
    _description = "Mark of the Last Run"
    _log_access = False

    counter = fields.Integer(help="Grows with every mark.")
    date = fields.Datetime(help="When the last mark was made.")
    lost_counter = fields.Integer(
        string="Counter outside",
        help="The mark that this database is behind of, until somebody has looked.",
    )
    lost_date = fields.Datetime(
        string="Date outside", help="When the mark was made that it is behind of."
    )

    # Looking

    @api.model
    def _is_restored(self):
        """Tell whether the database went back in time and nobody has looked yet.

        Without a query, but for the first time and after each mark.
        """
        mark = self._read_outside()
        seen = SEEN.get(self.env.cr._cnx)
        if seen is not None and (not mark or mark.counter <= seen):
            return False
        counter, _date, lost, _lost_date = self._compare(mark)
        if lost:
            SEEN.pop(self.env.cr._cnx, None)
            return True
        SEEN[self.env.cr._cnx] = counter
        return False

    @api.model
    def _compare(self, mark):
        """Return the row of the database, with what it has lost.

        In a transaction of its own: this one may have begun before the last mark.
        """
        with self.env.registry.cursor() as cr:
            row = self._read_row(cr)
            if mark and mark.counter > max(row[0] or 0, row[2] or 0):
                _logger.error(
                    "Database %s went back in time: it is at mark %s of %s, its file "
                    "store at %s of %s",
                    *(mark.name, row[0], row[1], mark.counter, mark.date),
                )
                try:
                    values = {"counter": mark.counter, "date": mark.date}
                    cr.execute(LOSE, values, log_exceptions=False)
                    row = cr.fetchone() or row
                except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                    # Somebody else has found it out in the same moment.
                    cr.rollback()
                    return (*row[:2], mark.counter, mark.date)
        return row

    @api.model
    def _read_row(self, cr):
        """Return the row of the database, an empty one while this addon comes in."""
        nothing = (0, None, None, None)
        try:
            cr.execute(READ, log_exceptions=False)
        except UndefinedTable:
            cr.rollback()
            return nothing
        return cr.fetchone() or nothing

    @api.model
    def _get_loss(self):
        """Return from when the database is, and until when it was known to live.

        :return: tuple of two dates, naive UTC; None where it did not go back
        """
        if not self._is_restored():
            return None
        _counter, date, _lost, lost_date = self._compare(self._read_outside())
        if not date:
            # Of a version before marks were made.
            self.env.cr.execute(NEWEST)
            [date] = self.env.cr.fetchone() or (None,)
        return date or lost_date, fields.Datetime.to_datetime(lost_date)

    # Marking

    @api.model
    def _advance(self):
        """Leave a mark of this run, once a minute: here, then in the file store."""
        now = time.monotonic()
        connection = self.env.cr._cnx
        # Of scheduled actions only; what people do by hand is none of their runs.
        if "cron_id" not in self.env.context:
            return
        if abs(now - TRIED.get(connection, -INTERVAL)) < INTERVAL:
            return
        TRIED[connection] = now
        values = {"now": fields.Datetime.now(), "interval": INTERVAL}
        try:
            with self.env.registry.cursor() as cr:
                cr.execute(DURABLY)
                cr.execute(ADVANCE, values, log_exceptions=False)
                row = cr.fetchone()
                if row:
                    cr.postcommit.add(partial(self._write_outside, *row[:2]))
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            # Another process has left the mark of this minute.
            _logger.debug("No mark: another process is at it")

    @api.model
    def _settle(self):
        """Go on from here: what was lost is looked at.

        :return: the gap, a ``timedelta``; None where somebody else has decided
        """
        loss = self._get_loss()
        self.env.cr.execute(READ_LOCKED)
        row = self.env.cr.fetchone()
        if not loss or not row or not row[2]:
            return None
        now = fields.Datetime.now()
        self.env.cr.execute(DURABLY)
        query = SQL(
            "UPDATE incident_mark SET counter = lost_counter + 1, date = %s, "
            "lost_counter = NULL, lost_date = NULL RETURNING counter, date",
            now,
        )
        [[counter, date]] = self.env.execute_query(query)
        self.env.cr.postcommit.add(partial(self._write_outside, counter, date))
        self.invalidate_model()
        # A clock that was set back is no gap.
        return max(now - loss[0], timedelta())

    # Outside

    @api.model
    def _get_folder(self):
        return config.filestore(self.env.cr.dbname)

    @api.model
    def _get_names(self):
        actual = self.env["incident.identity"]._get_actual()
        return actual.name, actual.uuid

    @api.model
    def _read_outside(self):
        """Return the mark in the file store, None where there is none."""
        return Mark.load(self._get_folder(), *self._get_names())

    @api.model
    def _write_outside(self, counter, date):
        """Write the mark into the file store; where that fails everything goes on."""
        mark = Mark(*self._get_names(), counter, fields.Datetime.to_string(date))
        try:
            mark.save(self._get_folder())
        except OSError as error:
            _logger.warning("No mark in the file store: %s", error)
