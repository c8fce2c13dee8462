# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The SQL that is known of earlier searches is the SQL of this one."""

from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons.openip_incident.models.engine.incident_engine import IncidentEngine
from odoo.addons.openip_incident.models.speed.incident_engine import (
    UnsteadyError,
    freeze,
)

START = datetime(2026, 3, 2, 9)


@tagged("post_install", "-at_install")
class TestEngineSearch(TransactionCase):
    def setUp(self):
        super().setUp()
        self.engine = self.env["incident.engine"]
        followups = self.env["incident.followup"]
        self.tasks = followups._get_remind_tasks() + followups._get_close_tasks()
        self.env.registry.clear_cache()

    def _search_by_domain(self, task):
        """Return the SQL as the engine itself makes it."""
        with patch.object(
            type(self.engine), "_select_task", IncidentEngine._select_task
        ):
            return self.engine._search_task(task, ())

    def test_known_searches_are_those_of_their_domains(self):
        for later in (timedelta(), timedelta(minutes=1), timedelta(days=40, hours=7)):
            with freeze_time(START + later):
                for task in self.tasks:
                    with self.subTest(task=task.name, later=later):
                        found = self.engine._search_task(task, ())
                        expected = self._search_by_domain(task)
                        self.assertEqual(found, expected)
                        self.assertEqual(set(found.to_flush), set(expected.to_flush))

    def test_a_minute_later_no_sql_is_made(self):
        with freeze_time(START):
            for task in self.tasks:
                self.engine._search_task(task, ())
        made = []
        search = type(self.env["incident.followup"])._search

        def note(model, *args, **kwargs):
            made.append(model._name)
            return search(model, *args, **kwargs)

        # All searches for these rows; a domain may make some of its own.
        followups = [task for task in self.tasks if task.model == "incident.followup"]
        with (
            freeze_time(START + timedelta(minutes=1)),
            patch.object(type(self.env["incident.followup"]), "_search", note),
        ):
            for task in followups:
                self.engine._search_task(task, ())
        self.assertFalse(made)

    def test_another_domain_is_another_search(self):
        [task] = [task for task in self.tasks if task.name == "remind"]
        before = self.engine._search_task(task, ())
        domain = type(self.env["incident.followup"])._get_remind_domain

        def narrow(followups):
            return domain(followups) & Domain("plan_id", "=", 4)

        with patch.object(
            type(self.env["incident.followup"]), "_get_remind_domain", narrow
        ):
            after = self.engine._search_task(task, ())
        self.assertNotEqual(after.code, before.code)
        self.assertIn((4,), after.params)
        self.assertEqual(self.engine._search_task(task, ()).code, before.code)

    def test_rows_that_were_seen_are_left_out(self):
        [task] = [task for task in self.tasks if task.name == "remind"]
        self.engine._search_task(task, ())
        self.assertIn((41, 42), self.engine._search_task(task, {41, 42}).params)

    def test_values_of_another_type_are_others(self):
        now = START
        self.assertNotEqual(
            freeze(Domain("state", "=", 0), now),
            freeze(Domain("state", "=", False), now),
        )
        later = timedelta(hours=1)
        self.assertEqual(
            freeze(Domain("due_date", "<=", now), now),
            freeze(Domain("due_date", "<=", now + later), now + later),
        )

    def test_what_depends_on_the_day_or_is_code_is_made_anew(self):
        steady = Domain("state", "=", "running")
        dates = Domain("due_date", "<=", "today")
        code = Domain.custom(to_sql=lambda model, alias, query: SQL("TRUE"))
        freeze(steady, START)
        for unsteady in (dates, code):
            with self.subTest(unsteady=unsteady), self.assertRaises(UnsteadyError):
                freeze(steady & unsteady, START)
            task = self.tasks[-1]
            known = self.engine._select_task(task, steady & dates, 3)
            self.assertEqual(
                known, IncidentEngine._select_task(self.engine, task, steady & dates, 3)
            )
