# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Workers and browsers hear of what was woken and said, over one connection."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields, sql_db
from odoo.tests import TransactionCase, tagged

from odoo.addons.base.models.ir_cron import CompletionStatus, IrCron
from odoo.addons.bus.models.bus import json_dump
from odoo.addons.openip_incident.models.ir_cron import LISTENING

from .elsewhere import write_elsewhere


@tagged("post_install", "-at_install")
class TestCronNotify(TransactionCase):
    def setUp(self):
        super().setUp()
        self.worker = sql_db.db_connect(LISTENING).cursor()
        self.addCleanup(self.worker.close)
        self.worker.execute("LISTEN cron_trigger")
        self.worker.commit()

    def _hear(self):
        """Return the processes that have woken the workers of this database."""
        return [one.pid for one in self._notified()]

    def _notified(self):
        """Return what was said of this database; servers of others may run beside."""
        # A listener hears of nothing while its transaction lasts.
        self.worker.commit()
        self.worker.execute("SELECT 1")
        self.worker.commit()
        said = self.worker._cnx.notifies
        own, quoted = self.cr.dbname, json_dump(self.cr.dbname)
        heard = [one for one in said if one.payload == own or quoted in one.payload]
        said.clear()
        return heard

    def test_workers_are_woken_over_the_same_connection(self):
        self.assertFalse(self._hear())
        for _time in range(3):
            self.env["ir.cron"]._notifydb()
        pids = self._hear()
        self.assertEqual(len(pids), 3)
        self.assertEqual(len(set(pids)), 1)

    def test_a_connection_that_was_lost_is_opened_anew(self):
        if self.cr._cnx.server_version < 140000:
            self.skipTest("PostgreSQL 13 cannot wait for the end of a connection")
        self.env["ir.cron"]._notifydb()
        [lost] = self._hear()
        self.worker.execute("SELECT pg_terminate_backend(%s, 5000)", (lost,))
        self.worker.commit()
        self.env["ir.cron"]._notifydb()
        [found] = self._hear()
        self.assertNotEqual(found, lost)

    def test_browsers_are_told_over_the_same_connection(self):
        self.worker.execute("LISTEN imbus")
        self.worker.commit()
        for _time in range(2):
            for channel in ("one", "one", "two"):
                self.env["bus.bus"]._sendone(channel, "said", {})
            self.cr.precommit.run()
            self.cr.postcommit.run()
            self.env["ir.cron"]._notifydb()
        self.worker.execute("""NOTIFY imbus, '[["another","one"]]'""")
        self.worker.execute("NOTIFY cron_trigger, 'another'")
        told = json_dump([[self.cr.dbname, "one"], [self.cr.dbname, "two"]])
        heard = self._notified()
        self.assertEqual(
            [(one.channel, one.payload) for one in heard],
            2 * [("imbus", told), ("cron_trigger", self.cr.dbname)],
        )
        self.assertEqual(len({one.pid for one in heard}), 1)
        self.assertEqual(
            self.env["bus.bus"].search_count([("channel", "like", '"two"')]), 2
        )

    def test_what_core_has_given_up_is_woken_no_more(self):
        cron = self.env.ref("openip_incident.ir_cron_followup_remind").sudo()
        now = fields.Datetime.now()
        self.assertTrue(self._wake(cron, now))
        job = {
            "id": cron.id,
            "active": True,
            "cron_name": cron.name,
            "failure_count": 99,
            "first_failure_date": now - timedelta(days=30),
        }
        with patch.object(type(cron), "_notify_admin"):
            cron._update_failure_count(job, CompletionStatus.FAILED)
        cron.invalidate_recordset()
        self.assertFalse(self._wake(cron, now))

    def test_a_failure_alone_is_no_reason_to_forget(self):
        cron = self.env.ref("openip_incident.ir_cron_followup_remind").sudo()
        self.assertTrue(cron._is_known_active(cron.id))
        job = {
            "id": cron.id,
            "active": True,
            "failure_count": 0,
            "first_failure_date": None,
        }
        cron._update_failure_count(job, CompletionStatus.FAILED)
        self.env.invalidate_all()
        with self.assertQueryCount(0):
            self.assertTrue(cron._is_known_active(cron.id))

    def test_another_way_of_waking_is_heard(self):
        """Also of an addon that is loaded for another database, after the first use."""
        cron = self.env.ref("openip_incident.ir_cron_followup_remind").sudo()
        now, woken = fields.Datetime.now(), []
        self.assertTrue(self._wake(cron, now))

        @write_elsewhere
        def wake(cron, at_list, core=IrCron._trigger_list):
            woken.append(at_list)
            return core(cron, at_list)

        with patch.object(IrCron, "_trigger_list", wake):
            self.assertTrue(self._wake(cron, now))
        self.assertTrue(self._wake(cron, now))
        self.assertEqual(woken, [[now]])

    def _wake(self, cron, date):
        """Return what a scheduled action is woken by."""
        before = self.env["ir.cron.trigger"].search([])
        cron._add_wakeups([date])
        return self.env["ir.cron.trigger"].search([]) - before
