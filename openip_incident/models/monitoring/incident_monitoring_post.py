# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import hashlib
import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.failure import describe_failure
from ...tools.monitor_posts import clean, read_post

_logger = logging.getLogger(__name__)

TOKEN = "token"
GARBAGE = "garbage"
LARGE = "large"
ERROR = "error"
OPEN = "open"
DONE = "done"

# Of what is refused the beginning is kept: enough to see what it was.
PEEK = 2000
MAX_DETAIL = 500
# More of one monitor have one cause; the others stay with the monitor.
MAX_KEPT = 200
KEEP_POSTS = timedelta(days=30)
VACUUM_BATCH = 1000


class IncidentMonitoringPost(models.Model):
    """What came from a monitor and could not be used: Health tells."""

    _name = "incident.monitoring.post"
    _description = "Post of a Monitoring"
    _order = "date desc, id desc"
    _rec_name = "monitoring_id"

    monitoring_id = fields.Many2one(
        comodel_name="incident.monitoring",
        string="Monitor",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="To whose address it was posted.",
    )
    reason = fields.Selection(
        selection=[
            (TOKEN, "Refused: not its token"),
            (GARBAGE, "Refused: not readable"),
            (LARGE, "Refused: too large"),
            (ERROR, "Kept: it could not be processed"),
        ],
        required=True,
        readonly=True,
        help="What is refused, the monitor may repeat; what is kept it does not.",
    )
    detail = fields.Char(
        readonly=True, help="What was wrong the last time, and who has posted it."
    )
    body = fields.Text(
        string="Posted",
        readonly=True,
        help="What was posted; of what was refused, its beginning.",
    )
    digest = fields.Char(
        required=True,
        readonly=True,
        default="",
        help="By which a repeated post is known.",
    )
    count = fields.Integer(
        string="Times", readonly=True, default=1, help="How often this came."
    )
    date = fields.Datetime(
        string="Last time",
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When this came last.",
    )
    state = fields.Selection(
        selection=[(OPEN, "To be checked"), (DONE, "Done")],
        required=True,
        readonly=True,
        default=OPEN,
        index=True,
        help="To be checked until it was processed, or somebody says that it is done.",
    )

    _open_unique = models.UniqueIndex(
        "(monitoring_id, reason, digest) WHERE state = 'open'",
        "This post is kept already.",
    )

    # Acts

    def action_process(self):
        """Do now what could not be done when it was posted.

        :raises UserError: for what was refused, and for what fails again
        """
        self.check_access("read")
        for kept in self:
            if kept.reason != ERROR:
                raise UserError(
                    self.env._("What was refused is not there to be processed.")
                )
            # SUDO: a post is processed as when it came.
            kept.sudo()._process_again()
        return self.action_done()

    def _process_again(self):
        """Do what is kept, or say why that fails still."""
        monitoring = self.monitoring_id
        try:
            monitoring._receive_post(read_post(monitoring.kind, self.body.encode()))
        except Exception as error:
            _logger.warning("Post %s fails again", self.id, exc_info=True)
            raise UserError(describe_failure(self.env, error)) from error

    def action_done(self):
        """Say that this has been looked at."""
        self.check_access("read")
        # SUDO: whoever may read it may say so; nothing else of it changes.
        self.sudo().write({"state": DONE})
        return True

    @api.autovacuum
    def _gc_posts(self):
        """Forget what was looked at, after a month."""
        limit = fields.Datetime.now() - KEEP_POSTS
        old = self.search(
            Domain("state", "=", DONE) & Domain("date", "<", limit),
            limit=VACUUM_BATCH,
        )
        old.unlink()
        return len(old), len(old) >= VACUUM_BATCH


class IncidentMonitoring(models.Model):
    _inherit = "incident.monitoring"

    def _keep_post(self, body, error):
        """Keep a post that cannot be processed, once however often it is repeated.

        :param bytes body: the post
        :param error: the exception
        :return: whether it is kept; False where too many are
        """
        self.ensure_one()
        posts = self.env["incident.monitoring.post"]
        text = body.decode("utf-8").replace("\0", " ")
        digest = hashlib.sha256(body).hexdigest()
        mine = Domain("monitoring_id", "=", self.id) & Domain("state", "=", OPEN)
        mine &= Domain("reason", "=", ERROR)
        if posts.search_count(mine & Domain("digest", "=", digest), limit=1):
            return True
        if posts.search_count(mine, limit=MAX_KEPT) >= MAX_KEPT:
            return False
        detail = clean(f"{type(error).__name__}: {error}", MAX_DETAIL)
        values = {"reason": ERROR, "detail": detail, "body": text, "digest": digest}
        posts.create([{"monitoring_id": self.id, **values}])
        return True

    def _count_refused_post(self, reason, detail, body=b""):
        """Count a refused post: one line per reason, which Health shows.

        :param reason: key of ``incident.monitoring.post``
        :param detail: what is wrong, in a few words
        :param bytes body: what was posted
        """
        self.ensure_one()
        peek = clean(body[:PEEK].decode("utf-8", "replace"), PEEK)
        query = SQL(
            "INSERT INTO incident_monitoring_post AS post (monitoring_id, reason,"
            " detail, body, digest, count, date, state, create_date)"
            " VALUES (%(id)s, %(reason)s, %(detail)s, %(body)s, '', 1, %(now)s,"
            " %(open)s, %(now)s) ON CONFLICT (monitoring_id, reason, digest)"
            " WHERE state = 'open' DO UPDATE SET count = post.count + 1,"
            " detail = EXCLUDED.detail, body = EXCLUDED.body, date = EXCLUDED.date"
            " RETURNING id",
            id=self.id,
            reason=reason,
            detail=clean(detail, MAX_DETAIL),
            body=peek,
            now=fields.Datetime.now(),
            open=OPEN,
        )
        try:
            with self.env.cr.savepoint():
                self.env.execute_query(query)
        except psycopg2.OperationalError as error:
            # Another process counts at this moment: it stays refused without this.
            _logger.info(
                "Refused post of monitoring %s not counted: %s", self.id, error
            )
