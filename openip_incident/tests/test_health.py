# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Silence is visible (G12): on the page, and by mail to the managers."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import Form, new_test_user, tagged

from .common import CUSTOMER_MAIL
from .followup_common import START, FollowupCommon

MANAGER_MAIL = "manager@openip.example.com"
CHEF_MAIL = "chef@openip.example.com"


@tagged("post_install", "-at_install")
class TestHealth(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "helpdesk_mgmt.group_helpdesk_manager"
        options = {"groups": group, "notification_type": "email"}
        cls.manager = new_test_user(
            cls.env, "health_manager", email=MANAGER_MAIL, lang="en_US", **options
        )
        cls.chef = new_test_user(
            cls.env, "health_chef", email=CHEF_MAIL, lang="fr_FR", **options
        )
        cls.env.ref(group).user_ids = [Command.set((cls.manager | cls.chef).ids)]
        cls.health = cls.env["incident.health"]
        cls.env["fetchmail.server"].search(Domain.TRUE).active = False
        cls.env["incident.inbound"].search(Domain.TRUE).unlink()
        cls.env["incident.notice"].search(
            [("status", "in", ("queued", "failed"))]
        ).status = "cancelled"
        # What runs in here is rolled back, and leaves no mark in the file store.
        marks = type(cls.env["incident.mark"])
        cls.classPatch(marks, "_advance", lambda _self: None)
        cls._beat(START)

    @classmethod
    def _beat(cls, date):
        """Let all scheduled actions have run at a date."""
        cls.health.search([]).cron_id.write(
            {
                "active": True,
                "failure_count": 0,
                "lastcall": date,
                "nextcall": date + timedelta(minutes=15),
            }
        )

    def _get_check(self, name):
        return self.env.ref(f"openip_incident.health_{name}")

    def _get_alarms(self, date):
        """Return the names of the checks that are in alarm at a date."""
        with self.at(date):
            self.env.invalidate_all()
            alarms = self.health.search([]).filtered(lambda row: row.state == "alarm")
        names = alarms.get_external_id().values()
        return {name.partition(".health_")[2] for name in names}

    def _alert(self, date):
        """Run the scheduled check at a date; return the letters to the managers."""
        with self.at(date), self.capture_letters() as letters:
            self.env.invalidate_all()
            self.health._cron_alert()
        return letters

    def assertAlarm(self, name, date):
        """Assert that one thing alone shows and is told, to each manager once."""
        self.assertEqual(self._get_alarms(date), {name})
        letters = self._alert(date)
        self.assertLettersTo(letters, MANAGER_MAIL, CHEF_MAIL)
        check = self._get_check(name)
        for address, lang in ((MANAGER_MAIL, "en_US"), (CHEF_MAIL, "fr_FR")):
            title = check.with_context(lang=lang).name
            self.assertIn(title, self._letter_to(letters, address)["subject"])
        self.assertNoLetters(self._alert(date + timedelta(minutes=1)))

    # All is well

    def test_nothing_is_told_when_all_is_well(self):
        self.request()
        self.run_to(1)
        date = START + timedelta(hours=1)
        self._beat(date)
        self.assertEqual(self._get_alarms(date), set())
        self.assertNoLetters(self._alert(date))

    # Scheduled actions

    def test_a_stopped_action_is_told_within_an_hour(self):
        self.assertNoLetters(self._alert(START + timedelta(minutes=44)))
        late = START + timedelta(minutes=60)
        letters = self._alert(late)
        self.assertLettersTo(letters, MANAGER_MAIL, CHEF_MAIL)

    def test_deactivated_failing_and_late_actions_show_and_are_told(self):
        for values in (
            {"active": False},
            {"failure_count": 2, "first_failure_date": START},
            {"nextcall": START - timedelta(hours=1)},
        ):
            with self.subTest(**values):
                self._beat(START)
                self._alert(START)
                self.close_cron.write(values)
                self.assertAlarm("close", START)

    def test_the_page_says_when_an_action_last_succeeded(self):
        self.remind_cron.lastcall = START - timedelta(minutes=3)
        check = self._get_check("remind")
        self.assertEqual(check.oldest_date, START - timedelta(minutes=3))
        self.remind_cron.write(
            {"failure_count": 2, "first_failure_date": START - timedelta(hours=4)}
        )
        check.invalidate_recordset()
        self.assertEqual(check.oldest_date, START - timedelta(hours=4))

    def test_an_action_that_was_given_up_is_started_by_one_click(self):
        check = self._get_check("remind")
        self.assertFalse(check.can_run)
        with self.assertRaises(AccessError):
            check.with_user(self.agent).action_run()
        values = {"active": False, "failure_count": 5, "first_failure_date": START}
        self.remind_cron.write(values)
        self.env["ir.cron.trigger"].search([]).unlink()
        with self.at(START):
            check.invalidate_recordset()
            self.assertTrue(check.can_run)
            check.with_user(self.manager).action_run()
            check.invalidate_recordset()
            self.assertFalse(check.can_run)
            self.assertEqual(self._get_alarms(START), set())
        self.assertTrue(self.remind_cron.active)
        self.assertEqual(self.remind_cron.failure_count, 0)
        woken = self.env["ir.cron.trigger"].search([]).cron_id
        self.assertEqual(woken, self.remind_cron)

    # Once per alarm

    def test_an_alarm_is_told_once_and_again_when_it_comes_back(self):
        self.remind_cron.active = False
        self.assertTrue(self._alert(START))
        for minutes in (15, 60, 60 * 48):
            date = START + timedelta(minutes=minutes)
            self._beat(date)
            self.remind_cron.active = False
            self.assertNoLetters(self._alert(date))
        later = START + timedelta(days=3)
        self._beat(later)
        self.assertNoLetters(self._alert(later))
        self.remind_cron.active = False
        self.assertTrue(self._alert(later))

    def test_an_alert_that_no_mail_server_takes_is_sent_again(self):
        self.remind_cron.active = False
        self.server_down = True
        with self.at(START), self.mail_server():
            self.health._cron_alert()
            self.send_queue()
        self.assertFalse(self.letters)
        self.server_down = False
        for _run in range(2):
            with self.at(START), self.mail_server():
                self.health._cron_alert()
                self.send_queue()
        addresses = sorted(letter.address for letter in self.letters)
        self.assertEqual(addresses, [CHEF_MAIL, MANAGER_MAIL])

    def test_an_alert_that_is_given_up_is_written_anew(self):
        self.remind_cron.active = False
        self.server_down = True
        with self.at(START), self.mail_server():
            self.health._cron_alert()
            self.send_queue()
        alerts = self.health.search([]).alert_message_ids
        notices = self.env["incident.notice"].sudo()
        notices = notices.search([("message_id", "in", alerts.ids)])
        self.assertEqual(set(notices.mapped("status")), {"failed"})
        notices.write({"attempts": 99})
        later = START + timedelta(days=3)
        self._beat(later)
        self.remind_cron.active = False
        self.server_down = False
        with self.at(later), self.mail_server():
            self.health._cron_alert()
            self.send_queue()
        self.assertEqual(set(notices.mapped("status")), {"cancelled"})
        addresses = sorted(letter.address for letter in self.letters)
        self.assertEqual(addresses, [CHEF_MAIL, MANAGER_MAIL])

    def test_a_second_alarm_is_told_while_the_first_lasts(self):
        self.remind_cron.active = False
        first = self._alert(START)
        self.close_cron.active = False
        second = self._alert(START)
        titles = [self._get_check(name).name for name in ("remind", "close")]
        for letters, title, other in ((first, *titles), (second, *reversed(titles))):
            subject = self._letter_to(letters, MANAGER_MAIL)["subject"]
            self.assertIn(title, subject)
            self.assertNotIn(other, subject)

    def test_an_alarm_that_nobody_wants_to_hear_of_only_shows(self):
        self._get_check("remind").alerts = False
        self.remind_cron.active = False
        self.assertEqual(self._get_alarms(START), {"remind"})
        self.assertNoLetters(self._alert(START))

    # What waits

    def test_overdue_follow_ups_show_and_are_told(self):
        with self.at(START):
            incident = self._create_incident_in("waiting")
            incident.sudo().followup_id.due_date = START
        incident.sudo().notice_ids.status = "sent"
        soon, late = START + timedelta(minutes=30), START + timedelta(hours=2)
        self._beat(soon)
        self.assertEqual(self._get_alarms(soon), set())
        self.assertEqual(self._get_check("due").count, 1)
        self._beat(late)
        self.assertAlarm("due", late)
        with self.at(late):
            incident.invalidate_recordset()
            self.assertIn("do not run", incident.incident_banner)

    def test_follow_ups_that_reached_nobody_show_and_are_told(self):
        with self.at(START):
            incident = self._create_incident_in("waiting")
            incident.sudo().followup_id.write({"undelivered": True, "due_date": False})
            self.env.flush_all()
        incident.sudo().notice_ids.status = "cancelled"
        late = START + timedelta(hours=25)
        self._beat(late)
        self.assertAlarm("stuck", late)

    def test_mail_that_stays_in_the_queue_shows_and_is_told(self):
        with self.at(START):
            self._create_incident_in("opened")
        soon, late = START + timedelta(minutes=30), START + timedelta(hours=2)
        self._beat(soon)
        self.assertEqual(self._get_alarms(soon), set())
        self._beat(late)
        self.assertAlarm("queued_mail", late)

    def test_mail_that_no_server_accepts_shows_and_is_told(self):
        with self.at(START):
            self._create_incident_in("opened")
        self.server_down = True
        with self.at(START), self.mail_server():
            self.send_queue()
        late = START + timedelta(minutes=59)
        self._beat(late)
        self.assertAlarm("failed_mail", late)
        self.assertEqual(self._get_check("failed_mail").count, 2)
        self.assertEqual(self._get_check("failed_mail").oldest_date, START)

    def test_parties_that_no_mail_reaches_show_and_are_told(self):
        with self.at(START):
            incident = self._create_incident_in("opened")
            incident.sudo().notice_ids.status = "sent"
            marked = self.customer | self.stranger
            for partner in marked:
                partner._mark_unreachable(partner.email, "550 No such person")
        late = START + timedelta(days=2)
        self._beat(late)
        self.assertAlarm("unreachable", late)
        check = self._get_check("unreachable")
        self.assertEqual(check.count, 1)
        action = check.with_user(self.manager).action_show()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found.mapped("email"), [CUSTOMER_MAIL])

    def test_incoming_mail_servers_that_fail_or_stand_still_show_and_are_told(self):
        server = self.env["fetchmail.server"].create(
            {"name": "Support", "server_type": "imap", "server": "imap.example.com"}
        )
        for values in (
            {"state": "done", "date": START - timedelta(hours=2)},
            {"state": "done", "date": False},
            {"state": "done", "date": START, "error_date": START - timedelta(hours=1)},
            {"state": "draft", "date": START, "error_date": START - timedelta(days=6)},
        ):
            with self.subTest(**values):
                server.write({"state": "done", "date": START, "error_date": False})
                self.assertNoLetters(self._alert(START))
                server.write(values)
                self.assertAlarm("fetch", START)

    def test_incoming_mails_in_quarantine_show_and_are_told_at_once(self):
        inbound = self.env["incident.inbound"].create(
            [
                {"key": f"<{state}@example.com>", "state": state, "date": START}
                for state in ("quarantined", "done", "discarded")
            ]
        )
        self.assertAlarm("quarantine", START)
        action = self._get_check("quarantine").with_user(self.manager).action_show()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, inbound[:1])

    # Who sees it

    def test_managers_open_the_page_and_set_the_limits(self):
        checks = self.health.with_user(self.manager).search([])
        self.assertEqual(checks, self.health.search([]))
        self.assertTrue(all(checks.mapped("state")))
        due = checks.filtered(lambda check: check.kind == "due")
        due.limit_hours = 5
        self.assertEqual(self._get_check("due").limit_hours, 5)
        with self.assertRaises(AccessError):
            due.unlink()
        with self.assertRaises(AccessError):
            self.health.with_user(self.agent).search([])

    def test_limit_is_changed_in_the_list(self):
        """What is being edited is looked at anew before it is saved."""
        for name in ("due", "queued_mail", "quarantine", "remind"):
            with self.subTest(name):
                check = self._get_check(name).with_user(self.manager)
                with Form(check, "openip_incident.incident_health_view_list") as line:
                    line.limit_hours = 7
                    self.assertIn(line.state, ("good", "alarm"))
                self.assertEqual(check.limit_hours, 7)

    def test_each_line_opens_what_it_counts(self):
        with self.at(START):
            incident = self._create_incident_in("opened")
        check = self._get_check("queued_mail").with_user(self.manager)
        self.assertTrue(check.can_show)
        action = check.action_show()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, incident.sudo().notice_ids)
        self.assertEqual(check.count, len(found))
        self.assertFalse(self._get_check("fetch").with_user(self.manager).can_show)

    # Cost

    def test_old_data_costs_no_query(self):
        def count_queries():
            with self.at(START):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                self.health.search([]).mapped("state")
                return self.cr.sql_log_count - before

        with self.at(START):
            # What the first incident of a year makes is forgotten by nobody later.
            self._prepare_numbers()
        count_queries()
        few = count_queries()
        with self.at(START - timedelta(days=30)):
            incidents = self._create_incidents(20)
            incidents.action_incident_open()
            incidents.sudo().notice_ids.status = "bounced"
            incidents.partner_id._mark_unreachable(CUSTOMER_MAIL, "550")
        self.assertLessEqual(count_queries(), few)
