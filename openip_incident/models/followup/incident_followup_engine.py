# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH = 200
# Settling sets off the freeze rule, whose cost per record grows with the transaction.
# Closing writes a log, too: what a batch reads once is shared by more incidents, and
# who answers one of them waits for little more than a second.
BATCHES = {"close": 300, "settle": 50}
# A worker looks further than it locks, so that two workers find different work.
LOOKAHEAD = 4

# The one task that is done with notices, not with follow-ups.
RETRY = "retry"
ORDERS = {"incident.followup": "due_date, id", "incident.notice": "write_date, id"}
SEARCHED = ("id", "ticket_id")


class IncidentFollowupEngine(models.AbstractModel):
    """Works off what is due, in batches, each in a transaction of its own.

    Odoo runs REPEATABLE READ: what was read before a lock may be outdated, and writing
    it fails the whole transaction. So each transaction begins with the lock, of the
    incidents first, and only then reads. A batch that loses a race is rolled back and
    left for the next pass; a row that fails for any other reason is put aside with its
    error, and the others go on.
    """

    _name = "incident.followup.engine"
    _description = "Engine of Incident Follow-ups"

    # Scheduled actions

    @api.model
    def _cron_remind(self):
        """Settle what was delivered, then remind and announce what is due."""
        tasks = ("release", "settle", "miss", "bounce", "renew", "remind")
        self._run_tasks(RETRY, *tasks)

    @api.model
    def _cron_close(self):
        """Close what was announced, when nobody has answered."""
        self._run_tasks("close")

    @api.model
    def _run_tasks(self, *tasks):
        """Do what there is to do, one task after the other, until the time is over."""
        if self.env["incident.identity"]._pauses("Follow-ups"):
            return
        found = self._find(*tasks)
        while found:
            task = next(iter(found))
            if not self._work_off(task, found[task]):
                # The wake-ups of what is left are used up by this run.
                self._leave_for_later(task)
                return
            # A task makes others due; none is begun twice.
            tasks = tasks[tasks.index(task) + 1 :]
            found = self._find(*tasks)

    @api.model
    def _work_off(self, task, found):
        """Do a task batch by batch until nothing is left or the time is over.

        :param task: name of a task: ``_get_<task>_domain`` finds its follow-ups,
            ``_do_<task>`` of the follow-ups does it
        :param found: dict of follow-up id: incident id
        :return: False when the time is over
        """
        if task == RETRY:
            self._retry_mails()
            return True
        seen = set()
        while found:
            done = self._do_batch(task, found)
            if not done:
                self._leave_for_later(task)
            seen.update(done or found)
            if not self.env["ir.cron"]._commit_progress(len(done)):
                return False
            if len(done) == len(found) < BATCH * LOOKAHEAD:
                # What has become due since then wakes the scheduled action again.
                return True
            found = self._find(task, seen=seen).get(task)
        return True

    @api.model
    def _leave_for_later(self, task):
        """Come back in a minute to what somebody else holds, or what lost a race."""
        name = "close" if task == "close" else "remind"
        later = fields.Datetime.now() + timedelta(minutes=1)
        self.env["ir.cron"]._wake(f"ir_cron_followup_{name}", later)

    # Searching, locking and doing

    @api.model
    def _find(self, *tasks, seen=()):
        """Return what there is to do, by one query, in a transaction that ends.

        :param tasks: names of tasks
        :param seen: ids of follow-ups to leave alone in this run
        :return: dict of task: dict of follow-up id: incident id, in the given order
        """
        found = {}
        if tasks:
            searches = [self._search_task(task, seen) for task in tasks]
            rows = self.env.execute_query(SQL(" UNION ALL ").join(searches))
            for task, record_id, ticket_id in sorted(
                rows, key=lambda row: tasks.index(row[0])
            ):
                found.setdefault(task, {})[record_id] = ticket_id
        count = sum(map(len, found.values()))
        self.env["ir.cron"]._commit_progress(0, remaining=count)
        return found

    @api.model
    def _search_task(self, task, seen):
        """Return the SQL that finds what a task is to be done with, most urgent first.

        Each has an index of its own: sorted and limited by itself, it uses that.
        """
        model = self.env["incident.notice" if task == RETRY else "incident.followup"]
        domain, order = self._get_domain(task), ORDERS[model._name]
        if seen:
            domain &= Domain("id", "not in", list(seen))
        # The retries look again for themselves.
        limit = 1 if task == RETRY else BATCH * LOOKAHEAD
        query = model._search(domain, limit=limit, order=order)
        names = [model._field_to_sql(query.table, name, query) for name in SEARCHED]
        return SQL("(%s)", query.select(SQL("%s AS task", task), *names))

    @api.model
    def _do_batch(self, task, found):
        """Lock, read again, do; return the ids of the follow-ups that were taken.

        :param found: dict of follow-up id: incident id
        """
        try:
            followups, taken = self._lock(task, found)
            if not self._do_together(task, followups):
                # Nothing of it has happened, and the lock comes first again.
                self.env.cr.rollback()
                followups, taken = self._lock(task, {key: found[key] for key in taken})
                for followup in followups:
                    self._do_alone(task, followup)
                self.env.cr.flush()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            _logger.info("A batch of follow-ups (%s) lost a race, left for later", task)
            return []
        return taken

    @api.model
    def _lock(self, task, found):
        """Lock a batch of what was found, then read what is still to be done.

        :param found: dict of follow-up id: incident id
        :return: follow-ups, and the ids of those that nobody else holds
        """
        # First statement of the transaction: the snapshot is as old as the lock.
        tickets = self.env["helpdesk.ticket"].browse(found.values())
        tickets = tickets.try_lock_for_update(
            allow_referencing=True, limit=BATCHES.get(task, BATCH)
        )
        tickets._get_incident_locks().update(tickets.ids)
        held = set(tickets.ids)
        taken = [key for key, value in found.items() if value in held]
        # Whoever let go of an incident between this snapshot and its lock has
        # changed the follow-up: that must be a lost race, not a failed step.
        followups = self.env["incident.followup"].browse(taken)
        locked = followups.try_lock_for_update(allow_referencing=True)
        if locked != followups:
            self._leave_for_later(task)
        # With all fields: each batch begins with an empty cache.
        domain = self._get_domain(task) & Domain("id", "in", locked.ids)
        return locked.search_fetch(domain), taken

    @api.model
    def _do_together(self, task, followups):
        """Do a task for all at once; return False where that fails (G7)."""
        try:
            self._do(task, followups)
            # With what is done at the end of a transaction: it fails here, too.
            self.env.cr.flush()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Follow-ups (%s) failed together, now one by one", task)
            return False
        return True

    @api.model
    def _do_alone(self, task, followup):
        try:
            with self.env.cr.savepoint():
                self._do(task, followup)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.exception("Follow-up %s (%s) failed", followup.id, task)
            followup._record_error(error)

    @api.model
    def _do(self, task, followups):
        tickets = self.env["helpdesk.ticket"]
        try:
            if followups:
                getattr(followups, f"_do_{task}")()
            tickets._incident_flush_collected()
        except Exception:
            # What the rules collected from facts that are rolled back now.
            tickets._incident_drop_collected()
            raise

    # Mails that were refused

    @api.model
    def _retry_mails(self):
        """Send refused mails again, one batch per run; the others wait their turn."""
        notices = self.env["incident.notice"]
        domain = self._get_domain(RETRY)
        # Those first that were looked at longest ago: none keeps the others waiting.
        found = notices.search(
            domain, limit=BATCH * LOOKAHEAD, order=ORDERS[notices._name]
        )
        self.env["ir.cron"]._commit_progress(0)
        try:
            # As in a batch of follow-ups, the lock comes first.
            locked = found.try_lock_for_update(allow_referencing=True)
            self._retry_isolated(locked.filtered_domain(domain))
            self.env["ir.cron"]._commit_progress(0)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            self._leave_for_later("remind")
        if len(found) == BATCH * LOOKAHEAD:
            self._leave_for_later("remind")

    @api.model
    def _retry_isolated(self, notices):
        """Try mails again, one by one where that fails for all (G7)."""
        if not notices:
            return
        try:
            with self.env.cr.savepoint():
                notices._retry()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("Mails of incidents failed together, now one by one")
            for notice in notices:
                self._retry_alone(notice)

    @api.model
    def _retry_alone(self, notice):
        try:
            with self.env.cr.savepoint():
                notice._retry()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.exception("The mail of notice %s waits", notice.id)
            notice._put_off(str(error))

    @api.model
    def _get_domain(self, task):
        return getattr(self, f"_get_{task}_domain")()

    # What is to be done: each domain has its partial index

    @api.model
    def _get_retry_domain(self):
        return self.env["incident.notice"]._get_retry_domain()

    @api.model
    def _get_running_domain(self):
        return Domain([("state", "=", "running"), ("error", "=", False)])

    @api.model
    def _get_due_domain(self, *actions):
        return self._get_running_domain() & Domain(
            [
                ("next_action", "in", actions),
                ("due_date", "<=", fields.Datetime.now()),
                ("review_hold", "=", False),
            ]
        )

    @api.model
    def _get_remind_domain(self):
        return self._get_due_domain("remind", "announce")

    @api.model
    def _get_close_domain(self):
        return self._get_due_domain("close")

    @api.model
    def _get_release_domain(self):
        """Follow-ups whose hold is over."""
        return Domain(
            [("state", "=", "held"), ("hold_until", "<=", fields.Datetime.now())]
        )

    @api.model
    def _get_flight_domain(self):
        return Domain(
            [
                ("state", "in", ["running", "held"]),
                ("error", "=", False),
                ("due_date", "=", False),
                ("event_id", "!=", False),
            ]
        )

    @api.model
    def _get_settle_domain(self):
        """Follow-ups whose mail has been accepted, held ones included."""
        return self._get_flight_domain() & Domain(
            "event_id.notice_ids", "any", [("status", "=", "sent")]
        )

    @api.model
    def _get_miss_domain(self):
        """Follow-ups of which a mail has failed, or which no awaited party was sent.

        What is still in flight after the settling, though all its mails are decided,
        reached others at most.
        """
        return (
            self._get_flight_domain()
            & Domain("undelivered", "=", False)
            & (
                ~Domain("event_id.notice_ids", "any", [("status", "=", "queued")])
                | Domain(
                    "event_id.notice_ids",
                    "any",
                    [("status", "in", ["failed", "bounced", "cancelled"])],
                )
            )
        )

    @api.model
    def _get_renew_domain(self):
        """Follow-ups whose mail has been on its way for too long."""
        return (
            self._get_flight_domain()
            & Domain("state", "=", "running")
            & Domain("event_id.renew_date", "<=", fields.Datetime.now())
        )

    @api.model
    def _get_bounce_domain(self):
        """Follow-ups that count a mail which bounced, those that closed included."""
        return Domain("state", "in", ["running", "held", "expired"]) & Domain(
            "event_ids.notice_ids",
            "any",
            [("status", "=", "bounced"), ("bounce_settled", "=", False)],
        )
