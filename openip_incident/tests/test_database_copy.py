# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A copy of the database writes to nobody before a person has looked (G18)."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.service.model import call_kw
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.models.health.incident_health_database import ACTIVITY
from odoo.addons.openip_incident.models.identity.incident_identity import (
    CONFIRMED,
    UUID,
)
from odoo.addons.openip_incident.tools.database_identity import Identity

from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL
from .followup_common import HOUR, START, FollowupCommon

BOTH = [CUSTOMER_MAIL, INTEGRATOR_MAIL]
LOGGER = "odoo.addons.openip_incident.models.identity.incident_identity"
# What a copy differs in, one thing at a time.
OTHERS = {"system": "1", "oid": 1, "name": "other", "uuid": "0-0-0"}


class CopyCommon(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.identity = cls.env["incident.identity"]
        cls.health = cls.env["incident.health"]
        cls.parameters = cls.env["ir.config_parameter"].sudo()
        group = "helpdesk_mgmt.group_helpdesk_manager"
        cls.manager = new_test_user(
            cls.env,
            "copy_manager",
            groups=group,
            notification_type="email",
            email="copy.manager@operator.example.com",
        )
        cls.env.ref(group).user_ids = [Command.set(cls.manager.ids)]
        cls.check = cls.env.ref("openip_incident.health_database")
        logger = mute_logger(LOGGER)
        logger.__enter__()
        cls.addClassCleanup(logger.__exit__)

    @classmethod
    def become_copy(cls, **others):
        """Have another database be the confirmed one."""
        actual = cls.identity._get_actual()
        confirmed = replace(actual, **(others or {"oid": 1, "name": "real"}))
        cls.parameters.set_param(CONFIRMED, confirmed.dump())

    def confirm(self):
        self.health.with_user(self.manager).action_confirm_database()


@tagged("post_install", "-at_install")
class TestIdentity(CopyCommon):
    def test_the_installed_database_is_confirmed(self):
        self.assertTrue(self.identity._is_confirmed())

    def test_the_identity_is_what_postgresql_and_odoo_say(self):
        self.env.cr.execute(
            "SELECT system_identifier::text, oid::bigint, current_database() "
            "FROM pg_control_system(), pg_database "
            "WHERE datname = current_database()"
        )
        place = self.env.cr.fetchone()
        expected = Identity(*place, self.parameters.get_param(UUID))
        self.assertEqual(self.identity._get_actual(), expected)

    def test_each_part_of_the_identity_tells_a_copy(self):
        fields_of_identity = set(Identity.__dataclass_fields__)
        self.assertEqual(set(OTHERS), fields_of_identity)
        for name, value in OTHERS.items():
            with self.subTest(name):
                self.become_copy(**{name: value})
                self.assertFalse(self.identity._is_confirmed())
                self.confirm()
                self.assertTrue(self.identity._is_confirmed())

    def test_a_uuid_that_odoo_draws_for_a_duplicate_tells_a_copy(self):
        self.parameters.init(force=True)
        self.assertFalse(self.identity._is_confirmed())

    def test_what_cannot_be_read_is_not_confirmed(self):
        for text in ("", "{}", "[]", "1", "null", '{"system": "1"}', "\x7f"):
            with self.subTest(text):
                self.parameters.set_param(CONFIRMED, text)
                self.assertFalse(self.identity._is_confirmed())
        self.parameters.set_param(CONFIRMED, False)
        self.assertFalse(self.identity._is_confirmed())

    def test_a_system_identifier_that_is_not_told_is_no_alarm(self):
        """A managed PostgreSQL may hide it, and may begin to."""
        self.become_copy(system="")
        self.assertTrue(self.identity._is_confirmed())
        self.become_copy()
        self.confirm()
        _system, *place = self.identity._read_place()
        hidden = {self.env.cr._cnx: ("", *place)}
        with patch(f"{LOGGER}.PLACES", hidden):
            self.assertTrue(self.identity._is_confirmed())
            self.become_copy(oid=1)
            self.assertFalse(self.identity._is_confirmed())

    def test_an_update_leaves_a_copy_a_copy(self):
        self.become_copy()
        self.identity._confirm_new()
        self.assertFalse(self.identity._is_confirmed())
        # The first update that knows of it.
        self.parameters.set_param(CONFIRMED, False)
        self.identity._confirm_new()
        self.assertTrue(self.identity._is_confirmed())

    def test_looking_costs_no_query(self):
        self.identity._is_confirmed()
        with self.assertQueryCount(0):
            self.assertTrue(self.identity._is_confirmed())

    def test_who_may_confirm(self):
        self.become_copy()
        for user in (self.agent, self._create_portal_user(self.customer, "copy_p")):
            with self.assertRaises(AccessError):
                self.health.with_user(user).action_confirm_database()
        self.assertFalse(self.identity._is_confirmed())
        health = self.health.with_user(self.manager)
        self.assertTrue(call_kw(health, "action_confirm_database", [], {}))
        self.assertTrue(self.identity._is_confirmed())


@tagged("post_install", "-at_install")
class TestCopyWaits(CopyCommon):
    def wait_as_copy(self, hours):
        """Run everything by the hour on a copy, and assert that nothing leaves."""
        self.become_copy()
        self.env.flush_all()
        before = self.read_state()
        with self.enter_registry_test_mode():
            for hour in hours:
                with self.at(START + hour * HOUR), self.mail_server():
                    self.run_crons()
                    self.env["mail.mail"].process_email_queue()
        self.clock = START + hours[-1] * HOUR
        self.assertEqual(self.letters, [])
        self.assertEqual(self.read_state(), before)

    def read_state(self):
        """Return what must not change while a copy waits."""
        self.env.invalidate_all()
        followups = self.env["incident.followup"].sudo().search([])
        names = ["state", "due_date", "event_id", "next_step_id", "error"]
        notices = self.env["incident.notice"].sudo().search([])
        mails = self.env["mail.mail"].sudo().search([("model", "=", "helpdesk.ticket")])
        return [
            followups.read([*names, "reminder_count", "undelivered"]),
            notices.read(["status", "retry_date", "attempts"]),
            mails.read(["state", "scheduled_date", "failure_reason"]),
        ]

    def test_queued_mails_wait_and_leave_once(self):
        self.request()
        self.wait_as_copy(range(3))
        with self.at(self.clock):
            self.confirm()
        letters = self.run_to(20)
        self.assertEqual(sorted(item.address for item in letters), sorted(BOTH))

    def test_after_a_week_one_step_is_due_and_not_five(self):
        incident = self.request()
        self.assertEqual(len(self.run_to(1)), 2)
        self.letters.clear()
        self.wait_as_copy(range(2, 24 * 7, 6))
        with self.at(self.clock):
            self.confirm()
        hours = (self.clock - START) // HOUR
        self.assertEqual(len(self.run_to(hours + 23)), 2)
        self.assertWaiting(incident, "frozen", "running", 1)
        self.assertEqual(len(self.run_to(hours + 25)), 2)
        self.assertWaiting(incident, "frozen", "running", 2)

    def test_a_copy_closes_nothing(self):
        incident = self.resolve()
        self.run_to(24 * 2 + 1)
        self.letters.clear()
        self.wait_as_copy(range(24 * 3, 24 * 5, 3))
        self.assertEqual(incident.incident_phase, "closure")
        with self.at(self.clock):
            self.confirm()
        self.run_to((self.clock - START) // HOUR + 1)
        self.assertEqual(incident.incident_phase, "closed")

    def test_an_announcement_that_has_waited_names_no_date_in_the_past(self):
        incident = self.resolve()
        self.run_to(47)
        self.letters.clear()
        # Announced, not yet sent when the copy was made.
        with self.at(START + 48 * HOUR), self.enter_registry_test_mode():
            self.remind_cron.method_direct_trigger()
        self.assertTrue(incident.followup_id.event_id.announced_date)
        self.wait_as_copy(range(48, 24 * 6, 6))
        with self.at(self.clock):
            self.confirm()
            # Whichever of the two runs first.
            with self.enter_registry_test_mode(), self.mail_server():
                self.env["mail.mail"].process_email_queue()
        self.assertEqual(self.letters, [])
        hours = (self.clock - START) // HOUR
        letters = self.run_to(hours + 23)
        self.assertEqual(sorted(item.address for item in letters), sorted(BOTH))
        self.assertEqual({item.date for item in letters}, {START + hours * HOUR})
        event = incident.followup_id.event_ids[-1]
        self.assertGreaterEqual(event.announced_date, START + (hours + 24) * HOUR)
        self.assertEqual(incident.incident_phase, "closure")
        self.run_to(hours + 26)
        self.assertEqual(incident.incident_phase, "closed")

    def test_every_way_of_sending_keeps_ours(self):
        incident = self.request()
        mails = self.env["mail.mail"].sudo().search([("state", "=", "outgoing")])
        ours = mails.filtered(lambda mail: mail.res_id == incident.id)
        self.assertEqual(len(ours), 2)
        self.become_copy()
        for send in (
            lambda: ours.send(),
            lambda: ours.send(raise_exception=True),
            lambda: ours._send(),
            lambda: ours.action_send_and_close(),
            lambda: self.env["mail.mail"].process_email_queue(),
            lambda: self.env["mail.mail"].process_email_queue(ours.ids),
        ):
            with self.mail_server():
                send()
            self.assertEqual(set(ours.mapped("state")), {"outgoing"})
        # A mail server that cannot be reached fails none of them, either.
        self.server_down = True
        with self.mail_server():
            ours.send()
        self.assertEqual(set(ours.mapped("state")), {"outgoing"})
        self.assertEqual(self.letters, [])

    def test_ours_do_not_stop_the_mails_of_others(self):
        plain = self._create_plain_ticket()
        mails = self.env["mail.mail"].sudo()
        mails.search([]).unlink()
        address = "somebody@example.com"
        values = {"subject": "Hi", "body_html": "<p>Hi</p>", "email_to": address}
        about = {"model": plain._name, "res_id": plain.id}
        others = mails.create([values, {**values, **about}])
        # The queue begins with the latest.
        self.request()
        others.mark_outgoing()
        self.become_copy()
        with self.mail_server():
            self.env["mail.mail"].process_email_queue(batch_size=2)
        self.assertEqual([item.address for item in self.letters], [address] * 2)

    def test_everything_that_our_modules_write_waits(self):
        """Templates of all our modules, colleagues' mails, alerts, own notices."""
        incident = self.request()
        data = self.env["ir.model.data"].search(
            Domain("model", "=", "mail.template")
            & Domain("module", "=like", "openip_incident%")
        )
        models = set(
            self.env["mail.template"].browse(data.mapped("res_id")).mapped("model")
        )
        self.assertIn("helpdesk.ticket", models)
        ours = {
            name
            for name in self.env.registry
            if name.startswith("incident.") and not self.env[name]._abstract
        }
        mails = self.env["mail.mail"].sudo()
        self.become_copy()
        for model in sorted(models | ours):
            mail = mails.create({"subject": model})
            mail.mail_message_id.write({"model": model, "res_id": incident.id})
            self.assertFalse(mail._without_paused(), model)
        # Of an incident that has left the process its notices are known.
        notice = incident.sudo().notice_ids[-1:]
        notice.message_id.write({"model": False, "res_id": False})
        self.assertFalse(notice._get_mails()._without_paused())
        alert = self.health._alert(self.manager.partner_id)
        self.check.sudo().alert_message_ids = alert
        mail = mails.search([("mail_message_id", "=", alert.id)])
        self.assertTrue(mail)
        self.assertFalse(mail._without_paused())

    def test_every_scheduled_action_of_ours_looks_first(self):
        data = self.env["ir.model.data"].search(
            Domain("model", "=", "ir.cron")
            & Domain("module", "=like", "openip_incident%")
        )
        identity = type(self.identity)
        self.assertGreaterEqual(len(data), 4)
        for cron in self.env["ir.cron"].browse(data.mapped("res_id")):
            with (
                self.subTest(cron.name),
                self.enter_registry_test_mode(),
                patch.object(identity, "_pauses", return_value=True) as pauses,
            ):
                cron.method_direct_trigger()
                pauses.assert_called()

    def test_every_scheduled_action_of_ours_is_woken_again(self):
        data = self.env["ir.model.data"].search(
            Domain("model", "=", "ir.cron")
            & Domain("module", "=like", "openip_incident%")
        )
        names = {f"{row.module}.{row.name}" for row in data}
        woken = set(self.identity._get_paused_crons())
        alert = "openip_incident.ir_cron_health_alert"
        self.assertEqual(
            woken | {alert}, names | {"mail.ir_cron_mail_scheduler_action"}
        )
        self.env["ir.cron.trigger"].search([]).unlink()
        self.become_copy()
        self.confirm()
        triggers = self.env["ir.cron.trigger"].search([])
        crons = self.env["ir.cron"].union(*(self.env.ref(name) for name in woken))
        self.assertLessEqual(set(crons), set(triggers.cron_id))

    def test_mail_is_not_fetched_from_the_mailbox_of_the_real_database(self):
        server = self.env["fetchmail.server"].create(
            {"name": "Box", "server_type": "imap", "server": "localhost", "user": "u"}
        )
        server.state = "done"
        self.become_copy()
        with patch.object(type(server), "_connect__") as connect:
            self.assertIsInstance(server._fetch_mail(), UserError)
            with self.assertRaisesRegex(UserError, "not the confirmed one"):
                server.fetch_mail()
        connect.assert_not_called()
        self.assertFalse(server.date)
        self.assertFalse(server.error_date)


@tagged("post_install", "-at_install")
class TestCopyIsTold(CopyCommon, HttpCase):
    def get_activities(self):
        kind = self.env.ref(ACTIVITY)
        return self.env["mail.activity"].search([("activity_type_id", "=", kind.id)])

    def test_managers_are_told_once_and_not_by_mail(self):
        self.request()
        self.env["mail.mail"].sudo().search([]).unlink()
        self.become_copy()
        # Much else is late on a copy.
        with self.at(START + timedelta(days=9)), self.capture_letters() as letters:
            self.health._cron_alert()
            self.health._cron_alert()
        self.assertNoLetters(letters)
        self.assertFalse(self._new_mails)
        activity = self.get_activities()
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("is not the confirmed one", activity.note)
        self.assertEqual(self.check.state, "alarm")
        self.confirm()
        self.assertFalse(self.get_activities())
        self.env.invalidate_all()
        self.assertEqual(self.check.state, "good")
        self.become_copy()
        self.health._cron_alert()
        self.assertTrue(self.get_activities())

    def test_the_button_confirms_and_reloads(self):
        self.become_copy()
        self.assertEqual(
            self.check.with_user(self.manager).action_confirm()["tag"], "reload"
        )
        self.assertTrue(self.identity._is_confirmed())

    def test_the_banner_is_seen_by_agents_and_managers_only(self):
        member = new_test_user(self.env, "copy_member", groups="base.group_user")
        users = (self.agent, self.manager, member)

        def read():
            return [self.health.with_user(user)._get_copy_banner() for user in users]

        self.assertEqual(read(), [False] * 3)
        self.become_copy(name="real")
        agent, manager, other = read()
        self.assertIn("the name of the database", agent["text"])
        self.assertFalse(agent["link"])
        self.assertTrue(manager["link"])
        self.assertFalse(other)

    def test_the_banner_is_on_every_page_of_the_backend(self):
        self.authenticate("copy_manager", "copy_manager")
        banner = 'id="o_incident_copy_banner"'
        self.assertNotIn(banner, self.url_open("/odoo").text)
        self.become_copy()
        self.assertIn(banner, self.url_open("/odoo").text)

    def test_a_mail_that_waits_says_why(self):
        incident = self.request()
        notices = incident.sudo().notice_ids.filtered(
            lambda notice: notice.status == "queued"
        )
        self.assertEqual({row["failure"] for row in notices._format_delivery()}, {""})
        self.become_copy()
        [reason] = {row["failure"] for row in notices._format_delivery()}
        self.assertIn("not the confirmed one", reason)
