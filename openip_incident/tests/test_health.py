# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from .followup_common import START, FollowupCommon


@tagged("post_install", "-at_install")
class TestHealth(FollowupCommon):
    """Silence is visible (G12)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            login="health_manager",
            email="manager@openip.example.com",
            groups="helpdesk_mgmt.group_helpdesk_manager",
            notification_type="email",
        )
        group = cls.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        group.user_ids = [Command.set(cls.manager.ids)]
        cls.health = cls.env["incident.health"]
        cls._beat(START)

    @classmethod
    def _beat(cls, date):
        crons = cls.remind_cron | cls.close_cron
        crons |= cls.env.ref("mail.ir_cron_mail_scheduler_action")
        crons.write(
            {
                "active": True,
                "failure_count": 0,
                "lastcall": date,
                "nextcall": date + timedelta(minutes=15),
            }
        )

    def _get_problems(self):
        return [
            text for healthy, text, _link in self.health._get_findings() if not healthy
        ]

    def _alert(self, date):
        with self.at(date), self.capture_letters() as letters:
            self.health._cron_alert()
        return self._recipients(letters)

    def test_all_is_well(self):
        with self.at(START):
            self.assertEqual(self._get_problems(), [])
        self.assertFalse(self._alert(START))

    def test_stopped_action_is_told_within_an_hour(self):
        """Last run at nine, so the alert of a quarter to ten only sees it late."""
        self.assertFalse(self._alert(START + timedelta(minutes=44)))
        late = START + timedelta(minutes=60)
        self.assertIn("manager@openip.example.com", self._alert(late))

    def test_deactivated_and_failing_actions_are_told(self):
        for vals in ({"active": False}, {"failure_count": 2}):
            with self.subTest(**vals):
                self._beat(START)
                self.close_cron.write(vals)
                with self.at(START):
                    [problem] = self._get_problems()
                self.assertIn(self.close_cron.cron_name, problem)

    def test_alert_is_not_repeated_every_quarter(self):
        self.remind_cron.active = False
        self.assertTrue(self._alert(START))
        self.assertFalse(self._alert(START + timedelta(minutes=15)))
        self.assertTrue(self._alert(START + timedelta(days=1)))

    def test_overdue_follow_up_is_told_to_agents_and_managers(self):
        with self.at(START):
            incident = self._create_incident_in("waiting")
            incident.sudo().followup_id.due_date = START + timedelta(hours=24)
        with self.at(START + timedelta(hours=26)):
            self._beat(fields.Datetime.now())
            [problem] = self._get_problems()[:1]
            self.assertIn("more than an hour: 1", problem)
            incident.invalidate_recordset()
            self.assertIn("do not run", incident.incident_banner)

    def test_only_managers_open_the_page(self):
        self.assertFalse(self.health.with_user(self.agent).has_access("create"))
        report = self.health.with_user(self.manager).create({}).report
        self.assertIn(self.remind_cron.cron_name, report)
