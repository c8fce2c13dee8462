# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A restored backup is known by the mark in its file store (G18)."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.models.identity import incident_mark
from odoo.addons.openip_incident.tools.database_mark import Mark

from .followup_common import HOUR, START
from .outage_common import create_outage
from .test_database_copy import CopyCommon

LOGGER = incident_mark.__name__


class RestoredCommon(CopyCommon):
    def setUp(self):
        super().setUp()
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "store"
        self.marks = self.env["incident.mark"].sudo()
        for mark in (
            patch.object(type(self.marks), "_get_folder", lambda _self: self.folder),
            patch.object(incident_mark, "SEEN", {}),
            patch.object(incident_mark, "TRIED", {}),
        ):
            mark.start()
            self.addCleanup(mark.stop)
        self.entered = False
        mode = self.enter_registry_test_mode()
        mode.__enter__()
        self.addCleanup(mode.__exit__, None, None, None)
        self.entered = True
        logger = mute_logger(LOGGER)
        logger.__enter__()
        self.addCleanup(logger.__exit__, None, None, None)
        self.row = self.env.ref("openip_incident.mark").sudo()

    def enter_registry_test_mode(self):
        """Enter it once: each of these tests is in it from its beginning."""
        return nullcontext() if self.entered else super().enter_registry_test_mode()

    def write_outside(self, counter, date=START):
        self.marks._write_outside(counter, date)

    def go_back(self, hours=5):
        """Be the database of some hours ago, of which the file store knows more."""
        self.row.write({"counter": 3, "date": START})
        self.env.flush_all()
        self.write_outside(9, START + hours * HOUR)


@tagged("post_install", "-at_install")
class TestMark(RestoredCommon):
    def test_a_mark_is_read_by_its_database_alone(self):
        mark = Mark("real", "0-1", 7, "2026-01-01 00:00:00")
        mark.save(self.folder)
        self.assertEqual(Mark.load(self.folder, "real", "0-1"), mark)
        self.assertIsNone(Mark.load(self.folder, "copy", "0-1"))
        self.assertIsNone(Mark.load(self.folder, "real", "0-2"))
        # Two databases that share a folder.
        replace(mark, uuid="0-2", counter=1).save(self.folder)
        self.assertEqual(Mark.load(self.folder, "real", "0-1"), mark)
        self.assertEqual(len(list(self.folder.iterdir())), 2)

    def test_nothing_went_back_while_the_addon_comes_in(self):
        """Demo data are made before the table can be seen from outside."""
        elsewhere = "SELECT counter FROM incident_mark_of_tomorrow"
        with patch.object(incident_mark, "READ", elsewhere):
            self.assertFalse(self.marks._is_restored())

    def test_what_cannot_be_read_is_no_mark(self):
        mark = Mark("real", "0-1", 7, "")
        mark.save(self.folder)
        [place] = self.folder.iterdir()
        for text in ("", "{}", "[]", '"', '{"name": "real"}', "\x00"):
            with self.subTest(text):
                place.write_text(text)
                self.assertIsNone(Mark.load(self.folder, "real", "0-1"))
        self.assertIsNone(Mark.load(self.folder / "missing", "real", "0-1"))

    def test_a_file_store_that_takes_nothing_stops_nothing(self):
        self.folder.write_text("no folder")
        self.row.counter = 5
        check = self.env.ref("openip_incident.health_mark")
        self.write_outside(6)
        self.assertTrue(self.identity._is_confirmed())
        self.assertEqual(check.state, "alarm")
        self.folder.unlink()
        self.write_outside(5)
        check.invalidate_recordset()
        self.assertEqual(check.state, "good")
        self.assertEqual(len(list(self.folder.iterdir())), 1)

    def test_a_half_written_mark_is_none(self):
        mark = Mark("real", "0-1", 7, "")
        mark.save(self.folder)
        path = "odoo.addons.openip_incident.tools.database_mark.os.replace"
        with patch(path, side_effect=OSError), self.assertRaises(OSError):
            replace(mark, counter=8).save(self.folder)
        self.assertEqual(Mark.load(self.folder, "real", "0-1"), mark)
        self.assertEqual(len(list(self.folder.iterdir())), 1)

    def test_runs_leave_a_mark_once_a_minute(self):
        marks = self.marks.with_context(cron_id=1)
        counters = []
        for seconds in (0, 30, 61, 70, 130, 10):
            with self.at(START + timedelta(seconds=seconds)):
                incident_mark.TRIED.clear()
                marks._advance()
            self.row.invalidate_recordset()
            counters.append(self.row.counter)
        # A clock that was set back by two minutes marks, too.
        self.assertEqual(counters, [1, 1, 2, 2, 3, 4])

    def test_only_scheduled_actions_leave_a_mark(self):
        self.marks._advance()
        self.row.invalidate_recordset()
        self.assertFalse(self.row.counter)
        self.remind_cron.method_direct_trigger()
        self.row.invalidate_recordset()
        self.assertEqual(self.row.counter, 1)

    def test_a_copy_leaves_no_mark(self):
        self.become_copy()
        self.assertTrue(self.identity.with_context(cron_id=1)._pauses("Test"))
        self.row.invalidate_recordset()
        self.assertFalse(self.row.counter)

    def test_looking_costs_no_query(self):
        self.write_outside(0)
        self.identity._is_confirmed()
        with self.assertQueryCount(0):
            self.assertTrue(self.identity._is_confirmed())


@tagged("post_install", "-at_install")
class TestRestored(RestoredCommon):
    def settle(self, shift):
        health = self.health.with_user(self.manager)
        return health.action_settle_restored(shift=shift)

    def test_a_downtime_is_no_restore(self):
        self.row.write({"counter": 9, "date": START - timedelta(days=10)})
        self.env.flush_all()
        for counter in (8, 9):
            self.write_outside(counter)
            self.assertTrue(self.identity._is_confirmed())

    def test_without_a_mark_outside_there_is_no_alarm(self):
        self.row.write({"counter": 9, "date": START})
        self.env.flush_all()
        self.assertTrue(self.identity._is_confirmed())

    def test_a_database_behind_its_mark_waits(self):
        self.assertTrue(self.identity._is_confirmed())
        self.go_back()
        self.assertFalse(self.identity._is_confirmed())
        self.assertFalse(self.identity._is_copy())
        self.assertEqual(self.check.state, "alarm")
        self.assertTrue(self.check.is_restored)
        self.assertIn("went back in time", self.health._get_copy_text())
        # The file store may be lost: what was found out stays so.
        next(self.folder.iterdir()).unlink()
        self.assertFalse(self.identity._is_confirmed())

    def test_nothing_leaves_before_a_manager_has_looked(self):
        self.request()
        self.run_to(1)
        self.go_back()
        self.assertFalse(self.run_to(30))
        self.settle(shift=False)
        self.env.invalidate_all()
        with self.at(self.clock):
            self.assertEqual(len(self.run_to(30)), 2)
        self.assertFalse(self.run_to(31))

    def test_shifted_by_the_gap(self):
        incident = self.request()
        self.run_to(1)
        due = incident.followup_id.due_date
        self.go_back()
        self.assertFalse(self.run_to(30))
        with self.at(START + 30 * HOUR):
            self.settle(shift=True)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(incident.followup_id.due_date, due + 30 * HOUR)
        self.assertFalse(self.run_to(53))
        self.assertEqual(len(self.run_to(55)), 2)

    def test_the_decision_is_one_of_managers_and_taken_once(self):
        self.go_back()
        with self.assertRaises(AccessError):
            self.health.with_user(self.agent).action_settle_restored()
        self.settle(shift=True)
        self.assertTrue(self.identity._is_confirmed())
        self.row.invalidate_recordset()
        self.assertEqual(self.row.counter, 10)
        with self.assertRaisesRegex(UserError, "somebody has taken it"):
            self.settle(shift=True)

    def test_the_screen_says_what_waits(self):
        self.request()
        self.run_to(1)
        self.go_back(hours=25)
        wizards = self.env["incident.restored.wizard"].with_user(self.manager)
        with self.at(START + 30 * HOUR):
            wizard = wizards.create({})
            self.assertEqual(wizard.date, START)
            self.assertEqual(wizard.lost_date, START + 25 * HOUR)
            self.assertEqual(wizard.gap_hours, 30)
            # Among all that might wait, what does is set in bold.
            self.assertIn('<tr class="fw-bold"><td>Reminders</td>', wizard.works)
            self.assertEqual(wizard.works.count("fw-bold"), 1)
            [work] = [
                work
                for work in self.identity._get_restored_works()
                if work.label == "Reminders"
            ]
            count = self.env[work.model].sudo().search_count(work.domain)
            self.assertEqual(count, 1)
            self.assertEqual(wizard.action_shift()["tag"], "reload")
        self.assertFalse(
            self.env["incident.followup"]
            .sudo()
            .search([("due_date", "<=", fields.Datetime.now())])
        )

    def test_the_screen_lists_what_was_promised(self):
        incident = self.request()
        with self.at(START):
            create_outage(self).sudo().next_message_date = START + HOUR
            create_outage(self, kind="works", begin_date=START + HOUR)
            self.env["incident.intervention"].sudo().create(
                {
                    "ticket_id": incident.id,
                    "begin_date": START + HOUR,
                    "end_date": START + 2 * HOUR,
                }
            )
        self.go_back(hours=25)
        with self.at(START + 30 * HOUR):
            found = {
                work.label: self.env[work.model].sudo().search_count(work.domain)
                for work in self.identity._get_restored_works()
            }
        for label in (
            "Promised messages about outages",
            "Works that begin",
            "Planned interventions",
        ):
            self.assertEqual(found[label], 1, label)
        self.assertEqual(found["First messages of monitors"], 0)

    def test_of_a_version_without_marks_the_last_message_says_when(self):
        self.go_back()
        self.row.date = False
        self.env.flush_all()
        date, lost_date = self.marks._get_loss()
        newest = self.env["mail.message"].sudo().search([], order="id desc", limit=1)
        self.assertEqual(date, newest.create_date)
        self.assertEqual(lost_date, START + 5 * HOUR)

    def test_a_copy_that_is_behind_is_confirmed_first(self):
        self.go_back()
        self.become_copy()
        self.assertFalse(self.check.is_restored)
        self.confirm()
        self.check.invalidate_recordset()
        self.assertTrue(self.check.is_restored)
        self.assertFalse(self.identity._is_confirmed())
