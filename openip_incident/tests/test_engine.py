# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The engine takes the tasks of any model, here of contacts."""

from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..models.engine.task import Task

ENGINE = "odoo.addons.openip_incident.models.engine.incident_engine"
CRON = "openip_incident.ir_cron_followup_remind"

PartnerTask = partial(Task, model="res.partner", cron=CRON)


@tagged("post_install", "-at_install")
class TestEngine(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parent = cls.env["res.partner"].create({"name": "Parent"})
        cls.rows = cls.env["res.partner"].create(
            [
                {"name": f"Row {number}", "ref": "due", "parent_id": cls.parent.id}
                for number in range(5)
            ]
        )
        cls.due = Domain("ref", "=", "due") & Domain("id", "in", cls.rows.ids)

    def setUp(self):
        super().setUp()
        self.batches = []

    def _make(self, name="mark", do=None, due=None, **options):
        def mark(records):
            self.batches.append((name, [row.name[-1] for row in records]))
            if do:
                do(records)
            records.ref = "done"

        return PartnerTask(name, due=lambda _rows: due or self.due, do=mark, **options)

    @contextmanager
    def _engine(self):
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            yield self.env(cr=cr)["incident.engine"]
        self.env.invalidate_all()

    def _run(self, *tasks):
        with self._engine() as engine, mute_logger(ENGINE, "odoo.sql_db"):
            return engine._run_tasks("Contacts", tasks)

    def _fail_on(self, number, error=ValueError):
        def fail(records):
            if self.rows[number].id in records.ids:
                raise error("broken")

        return fail

    def assertRefs(self, *refs):
        self.assertEqual(self.rows.mapped("ref"), list(refs))

    def test_batch_after_batch_in_the_order_of_the_table(self):
        late = self._make(
            "late", due=Domain("id", "=", self.parent.id) & Domain("ref", "=", False)
        )
        self.assertTrue(self._run(self._make(batch=2, order="id desc"), late))
        self.assertEqual(
            self.batches,
            [
                ("mark", ["4", "3"]),
                ("mark", ["2", "1"]),
                ("mark", ["0"]),
                ("late", ["t"]),
            ],
        )
        self.assertTrue(self._run(self._make()))
        self.assertEqual(len(self.batches), 4)

    def test_rows_of_one_parent_wait_for_their_parent(self):
        self._run(self._make(parent="parent_id", batch=1))
        # All rows of one parent that were found, and four times as many are looked for.
        self.assertEqual(
            self.batches, [("mark", ["0", "1", "2", "3"]), ("mark", ["4"])]
        )
        self.rows.ref = "due"

        def lock(records, **_options):
            return records.browse()

        with patch.object(type(self.rows), "try_lock_for_update", lock):
            self._run(self._make(parent="parent_id"))
        self.assertRefs(*["due"] * 5)

    def test_row_that_fails_is_put_aside_and_stops_no_other(self):
        failed = []

        def put_aside(row, error):
            failed.append((row.id, str(error)))
            row.ref = "aside"

        self._run(self._make(do=self._fail_on(2), fail=put_aside))
        self.assertRefs("done", "done", "aside", "done", "done")
        self.assertEqual(failed, [(self.rows[2].id, "broken")])

    def test_row_that_fails_and_is_not_put_aside_stops_no_other(self):
        self.assertTrue(self._run(self._make(do=self._fail_on(0), batch=1)))
        self.assertRefs("due", "done", "done", "done", "done")

    def test_more_that_fail_than_one_search_finds_stop_no_other(self):
        def fail(records):
            if self.rows[:4] & records:
                raise ValueError("broken")

        self.assertTrue(self._run(self._make(do=fail, batch=1)))
        self.assertRefs("due", "due", "due", "due", "done")
        # Each was tried in this run once with others, and once alone.
        names = [name for _task, [name] in self.batches]
        self.assertEqual(names, [*"00112233", "4"])

    def test_what_was_done_is_not_named_again(self):
        """A search that names all of it costs more with each batch of a long run."""
        left = []
        search = type(self.env["incident.engine"])._search_task

        def note(engine, task, seen):
            left.append(set(seen))
            return search(engine, task, seen)

        with patch.object(type(self.env["incident.engine"]), "_search_task", note):
            self._run(self._make(batch=1))
            self.assertRefs(*["done"] * 5)
            self.assertFalse(set.union(*left))
            self.rows.ref = "due"
            self._run(self._make(do=self._fail_on(1), batch=1))
        self.assertEqual(set.union(*left), {self.rows[1].id})

    def test_lost_race_is_no_failure(self):
        failed = []
        lost = self._fail_on(1, SerializationFailure)
        self._run(self._make(do=lost, fail=lambda row, _error: failed.append(row)))
        self.assertRefs(*["due"] * 5)
        self.assertFalse(failed)

    def test_once_leaves_the_rest_and_lets_the_next_task_begin(self):
        late = self._make("late", due=self.due & Domain("id", "=", self.rows[4].id))
        self._run(self._make(batch=2, once=True), late)
        self.assertRefs("done", "done", "due", "due", "done")

    def test_no_batch_is_begun_without_room(self):
        room = iter([True, True, False])
        self._run(self._make(batch=1, has_room=lambda _rows: next(room)))
        self.assertRefs("done", "done", "due", "due", "due")

    def test_what_is_not_due_any_more_under_the_lock_is_left(self):
        with self._engine() as engine:
            task = self._make()
            found = engine._find(task)
            engine.env["res.partner"].browse(self.rows[1].id).ref = "other"
            engine.env.cr.flush()
            engine._work_off(task, found[task])
        self.assertRefs("done", "other", "done", "done", "done")

    def test_one_query_finds_the_work_of_all_tasks(self):
        tasks = [self._make(name) for name in ("a", "b", "c")]
        self.env.flush_all()
        with self._engine() as engine:
            before = engine.env.cr.sql_log_count
            found = engine._find(*tasks)
            self.assertEqual(engine.env.cr.sql_log_count - before, 1)
        self.assertEqual([list(rows) for rows in found.values()], [self.rows.ids] * 3)

    def test_nothing_is_done_on_a_copy_which_is_asked_once(self):
        asked = []

        def pauses(_identity, action):
            asked.append(action)
            return True

        with patch.object(type(self.env["incident.identity"]), "_pauses", pauses):
            self.assertFalse(self._run(self._make(), self._make("other")))
        self.assertEqual(asked, ["Contacts"])
        self.assertFalse(self.batches)
