# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..row_lock import note_locked

_logger = logging.getLogger(__name__)

# A worker looks further than it locks, so that two workers find different work.
LOOKAHEAD = 4


class IncidentEngine(models.AbstractModel):
    """Works off what is due, in batches, each in a transaction of its own.

    Odoo runs REPEATABLE READ: what was read before a lock may be outdated, and writing
    it fails the whole transaction. So each transaction begins with the lock, of the
    parents first, and only then reads. A batch that loses a race is rolled back and
    left for the next pass; a row that fails for any other reason is put aside with its
    error, and the others go on.
    """

    _name = "incident.engine"
    _description = "Engine of Due Work"

    @api.model
    def _run_tasks(self, action, tasks):
        """Do what there is to do, one task after the other, until the time is over.

        :param action: what waits on a copy of the database, for the log
        :param tasks: sequence of :class:`~.task.Task`, in the order of their execution
        :return: False when the time was over before the work
        """
        if self.env["incident.identity"]._pauses(action):
            return False
        tasks = list(tasks)
        found = self._find(*tasks)
        while found:
            task = next(iter(found))
            if not self._work_off(task, found[task]):
                # Odoo comes back for what is left, also of the tasks behind this one.
                self._find(*tasks[tasks.index(task) :])
                # The wake-ups of what is left are used up by this run.
                self._leave_for_later(task)
                self._go_on()
                return False
            # A task makes others due; none is begun twice.
            tasks = tasks[tasks.index(task) + 1 :]
            found = self._find(*tasks)
        return True

    @api.model
    def _work_off(self, task, found):
        """Do a task batch by batch until nothing is left or the time is over.

        :param found: dict of row id: id of its parent
        :return: False when the time is over
        """
        seen, stuck = set(), set()
        while found and self._has_room(task):
            chosen = self._choose(task, found)
            if not chosen:
                return True
            done = self._do_batch(task, chosen)
            if not done:
                self._leave_for_later(task)
            seen.update(done or chosen)
            if not self.env["ir.cron"]._commit_progress(len(done)):
                return False
            if len(found) < self._get_limit(task) and found.keys() <= set(done):
                # What has become due since then wakes the scheduled action again.
                return True
            if task.once:
                self._leave_for_later(task)
                return True
            found = self._find_more(task, seen, stuck)
        return True

    @api.model
    def _find_more(self, task, seen, stuck):
        """Return what else there is to do, besides what this run has taken already.

        What was done is due no more: to name all of it would cost more with each batch.

        :param seen: ids of rows that were taken
        :param stuck: set of those of them that are due all the same, which grows
        """
        found = self._find(task, seen=stuck).get(task, {})
        while not seen.isdisjoint(found):
            stuck.update(seen & found.keys())
            found = self._find(task, seen=stuck).get(task, {})
        return found

    @api.model
    def _choose(self, task, found):
        """Return what shares the next transaction, by a query in one that ends."""
        if not task.choose:
            return found
        limit = self._get_batch(task)
        chosen = task.choose(self.env[task.model], found, limit)
        self.env["ir.cron"]._commit_progress(0)
        return chosen

    @api.model
    def _has_room(self, task):
        """Tell whether another batch may be begun, in a transaction that ends."""
        if not task.has_room:
            return True
        has_room = task.has_room(self.env[task.model])
        self.env["ir.cron"]._commit_progress(0)
        return has_room

    @api.model
    def _go_on(self):
        """Come back as soon as other scheduled actions had their turn.

        Odoo plans that itself for an action whose time is over, but wakes nobody: its
        servers look once a minute. That is soon enough for a run that got nothing done.
        """
        run = self.env.context.get("ir_cron_progress_id")
        # SUDO: what this very run has counted of itself.
        if self.env["ir.cron.progress"].sudo().browse(run).done:
            self.env.cr.postcommit.add(self.env["ir.cron"]._notifydb)

    @api.model
    def _leave_for_later(self, task):
        """Come back in a minute to what somebody else holds, or what lost a race."""
        crons = self.env["ir.cron"]
        later = fields.Datetime.now() + timedelta(minutes=1)
        crons._add_trigger(task.cron, crons._get_minute(later))

    # Searching

    @api.model
    def _find(self, *tasks, seen=()):
        """Return what there is to do, by one query, in a transaction that ends.

        :param tasks: :class:`~.task.Task`, with different names
        :param seen: ids of rows to leave alone in this run
        :return: dict of task: dict of row id: id of its parent, in the given order
        """
        found = {}
        if tasks:
            searches = [self._search_task(task, seen) for task in tasks]
            rows = self.env.execute_query(SQL(" UNION ALL ").join(searches))
            names = {task.name: index for index, task in enumerate(tasks)}
            for name, record_id, parent_id in sorted(
                rows, key=lambda row: names[row[0]]
            ):
                found.setdefault(tasks[names[name]], {})[record_id] = parent_id
        count = sum(map(len, found.values()))
        self.env["ir.cron"]._commit_progress(0, remaining=count)
        return found

    @api.model
    def _search_task(self, task, seen):
        """Return the SQL that finds what a task is to be done with, most urgent first.

        Each has an index of its own: sorted and limited by itself, it uses that.
        """
        domain = task.due(self.env[task.model])
        if seen:
            domain &= Domain("id", "not in", list(seen))
        return self._select_task(task, domain, self._get_limit(task))

    @api.model
    def _select_task(self, task, domain, limit):
        """Return the SQL of a search for the rows of a task, and for their parents."""
        model = self.env[task.model]
        query = model._search(domain, limit=limit, order=task.order)
        names = [
            model._field_to_sql(query.table, name, query)
            for name in ("id", task.parent or "id")
        ]
        return SQL("(%s)", query.select(SQL("%s AS task", task.name), *names))

    @api.model
    def _get_limit(self, task):
        return self._get_batch(task) * LOOKAHEAD

    @api.model
    def _get_batch(self, task):
        """Return how many rows of a task share a transaction."""
        return task.batch

    # Locking and doing

    @api.model
    def _do_batch(self, task, found):
        """Lock, read again, do; return the ids of the rows that were taken.

        :param found: dict of row id: id of its parent
        """
        try:
            records, taken = self._lock(task, found)
            if not self._do_together(task, records):
                # Nothing of it has happened, and the lock comes first again.
                self.env.cr.rollback()
                records, taken = self._lock(task, {key: found[key] for key in taken})
                for record in records:
                    self._do_alone(task, record)
                self.env.cr.flush()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            self.env.cr.rollback()
            _logger.info("A batch (%s) lost a race, left for later", task.name)
            return []
        return taken

    @api.model
    def _lock(self, task, found):
        """Lock a batch of what was found, then read what is still to be done.

        :param found: dict of row id: id of its parent
        :return: rows, and the ids of those whose parents nobody else holds
        """
        model = self.env[task.model]
        if not task.locks:
            taken = list(found)[: self._get_batch(task)]
            domain = task.due(model) & Domain("id", "in", taken)
            return model.search_fetch(domain, order=task.order), taken
        # First statement of the transaction: the snapshot is as old as the lock.
        parents = model[task.parent] if task.parent else model
        parents = parents.browse(found.values()).try_lock_for_update(
            allow_referencing=True,
            limit=len(found) if task.choose else self._get_batch(task),
        )
        note_locked(parents)
        held = set(parents.ids)
        taken = [key for key, value in found.items() if value in held]
        locked = model.browse(taken)
        if task.parent:
            # Whoever let go of a parent between this snapshot and its lock has
            # changed the row: that must be a lost race, not a failed step.
            locked = locked.try_lock_for_update(allow_referencing=True)
        if len(locked) < len(taken):
            self._leave_for_later(task)
        # With all fields: each batch begins with an empty cache.
        domain = (task.still or task.due)(model) & Domain("id", "in", locked.ids)
        return locked.search_fetch(domain, order=task.order), taken

    @api.model
    def _do_together(self, task, records):
        """Do a task for all at once; return False where that fails (G7)."""
        try:
            self._do(task, records)
            # With what is done at the end of a transaction: it fails here, too.
            self.env.cr.flush()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("A batch (%s) failed together, now one by one", task.name)
            return False
        return True

    @api.model
    def _do_alone(self, task, record):
        try:
            with self.env.cr.savepoint():
                self._do(task, record)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            _logger.exception("%s (%s) failed", record, task.name)
            self._put_aside(task, record, error)

    @api.model
    def _put_aside(self, task, record, error):
        """Note on a row that it has failed; what fails even there stops no other."""
        if not task.fail:
            return
        try:
            with self.env.cr.savepoint():
                task.fail(record, error)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            _logger.exception("%s (%s) cannot be put aside", record, task.name)

    @api.model
    def _do(self, task, records):
        """Do a task with rows that are locked: to be extended."""
        if records:
            task.do(records)
        return True
