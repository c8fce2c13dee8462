# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ..ir_cron import MAIL_QUEUE

# So many leave before it is written down again that they have.
STEP = 64


class QueueRun:
    """What a run of the mail queue has done, and what it leaves to the next one.

    :param mails: what it has taken
    :param callback: core's, which is told of each
    """

    def __init__(self, mails, callback):
        self.crons = mails.env["ir.cron"]
        run = mails.env.context["ir_cron_progress_id"]
        # SUDO: what this very run has counted of itself.
        self.progress = mails.env["ir.cron.progress"].sudo().browse(run)
        self.callback = callback
        self.due = mails._count_due()
        self.seen = set()
        self.recorded = 0

    def count(self, ids):
        """Count mails that were tried, of which some may have been counted before."""
        self.callback(ids)
        self.seen.update(ids)
        if len(self.seen) - self.recorded >= STEP:
            self.record()

    def record(self):
        """Write down how far the run has come, unless core does that itself."""
        new = len(self.seen) - self.recorded
        if new and self.progress.done == self.recorded:
            left = max(self.due - len(self.seen), 0)
            self.crons._commit_progress(new, remaining=left)
            self.recorded += new


class MailMail(models.Model):
    """Has the mail queue go on with what is more than it takes at once.

    Core looks for the scheduled actions under a name that none has, and so never says
    how many mails are left (odoo#282892): those beyond the first thousand would wait
    for the next hour. And a queue that is killed amid its work three times in a row is
    taken for one that does nothing.
    """

    _inherit = "mail.mail"

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        if not post_send_callback or not self._is_queue_running():
            return super().send(auto_commit, raise_exception, post_send_callback)
        run = QueueRun(self, post_send_callback)
        res = super().send(auto_commit, raise_exception, run.count)
        run.record()
        return res

    @api.model
    def _is_queue_running(self):
        """Tell whether this is the mail queue's own scheduled action."""
        queue = self.env["ir.model.data"]._xmlid_to_res_id(MAIL_QUEUE)
        context = self.env.context
        return bool(context.get("ir_cron_progress_id")) and queue == context["cron_id"]

    @api.model
    def _count_due(self):
        """Return how many mails the queue would send now."""
        now = fields.Datetime.now()
        due = Domain("scheduled_date", "=", False) | Domain("scheduled_date", "<=", now)
        filters = Domain(self.env.context.get("filters", []))
        return self.search_count(Domain("state", "=", "outgoing") & due & filters)
