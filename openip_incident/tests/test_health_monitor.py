# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a monitor outside is told, and who is told nothing (G12)."""

import re
from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError
from odoo.fields import Datetime, Domain
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.health.incident_health_monitor import SCOPE
from ..models.identity.incident_identity import UUID
from ..tools.open_metrics import write_gauges
from .common import IncidentCommon

JSON = "/incident/health"
METRICS = "/incident/health/metrics"
LOGGER = "odoo.addons.openip_incident.controllers.health"
SAMPLE = re.compile(r'(\w+)\{check="(\w+)",kind="(\w+)"\} (\d+)')


@tagged("post_install", "-at_install")
class TestHealthMonitor(IncidentCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.watcher = new_test_user(
            cls.env, "health_watcher", groups="helpdesk_mgmt.group_helpdesk_manager"
        )
        cls.health = cls.env["incident.health"]
        cls.env["fetchmail.server"].search(Domain.TRUE).active = False
        cls.env["incident.inbound"].search(Domain.TRUE).unlink()
        cls.env["incident.notice"].search(
            [("status", "in", ("queued", "failed"))]
        ).status = "cancelled"
        # No clock is frozen here: the answer comes from another thread.
        cls.now = Datetime.now()
        cls.health.search([]).cron_id.write(
            {
                "active": True,
                "failure_count": 0,
                "lastcall": cls.now - timedelta(minutes=5),
                "nextcall": cls.now + timedelta(minutes=15),
            }
        )
        # What other tests and the demonstration data left is not this test's matter.
        standing = cls.health.search([]).filtered(lambda row: row.state == "alarm")
        standing.alerts = False
        # Tests run on a database that nobody has confirmed, or on one that is.
        cls.env["incident.identity"]._confirm()

    def _make_key(self, user=None):
        # The password dialog is core's; without a request it refuses.
        make = type(self.health).action_make_monitor_key.__wrapped__
        action = make(self.health.with_user(user or self.watcher))
        return action["context"]["default_key"]

    def _ask(self, path=JSON, key=None, **headers):
        if key:
            headers["Authorization"] = f"Bearer {key}"
        return self.url_open(path, headers=headers)

    def _silence(self, name="remind"):
        check = self.env.ref(f"openip_incident.health_{name}")
        check.cron_id.nextcall = self.now - timedelta(hours=2)
        return check

    # Who is told

    def test_without_a_key_nothing_is_told(self):
        key = self._make_key()
        with mute_logger(LOGGER):
            for path in (JSON, f"{JSON}?format=prometheus", METRICS):
                for headers in (
                    {},
                    {"Authorization": ""},
                    {"Authorization": "Bearer"},
                    {"Authorization": "Bearer "},
                    {"Authorization": key},
                    {"Authorization": f"Basic {key}"},
                    {"Authorization": f"Bearer {key[:-1]}"},
                    {"Authorization": f"Bearer {key}0"},
                    {"Authorization": "Bearer " + "0" * 4000},
                    {"Authorization": "Bearer 'é\xff"},
                ):
                    with self.subTest(path=path, headers=headers):
                        answer = self.url_open(path, headers=headers)
                        self.assertEqual(answer.status_code, 401)
                        self.assertEqual(answer.text, "401 Unauthorized\n")
            # Addresses are written into logs: a key in one opens nothing.
            self.assertEqual(self._ask(f"{JSON}?key={key}").status_code, 401)

    def test_a_key_that_sql_cannot_hold_is_none(self):
        for key in ("", "\0", "a\0b", "a'b", "a b"):
            with self.subTest(key=key):
                self.assertFalse(self.health._find_monitor_user(key))

    def test_a_session_is_no_key(self):
        self.authenticate("health_watcher", "health_watcher")
        self.assertEqual(self._ask().status_code, 401)

    def test_a_key_ends_with_its_user(self):
        key = self._make_key()
        self.assertEqual(self._ask(key=key).status_code, 200)
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        with mute_logger(LOGGER):
            self.watcher.group_ids = [Command.unlink(group.id)]
            self.assertEqual(self._ask(key=key).status_code, 401)
            self.watcher.group_ids = [Command.link(group.id)]
            self.assertEqual(self._ask(key=key).status_code, 200)
            self.watcher.active = False
            self.assertEqual(self._ask(key=key).status_code, 401)

    def test_a_key_that_was_removed_opens_nothing(self):
        key = self._make_key()
        self.watcher.api_key_ids.with_user(self.watcher)._remove()
        with mute_logger(LOGGER):
            self.assertEqual(self._ask(key=key).status_code, 401)

    def test_the_key_opens_nothing_else(self):
        key = self._make_key()
        keys = self.env["res.users.apikeys"]
        self.assertFalse(keys._check_credentials(scope="rpc", key=key))
        self.assertEqual(keys._check_credentials(scope=SCOPE, key=key), self.watcher.id)

    def test_a_key_of_anybody_else_is_none(self):
        keys = self.env["res.users.apikeys"].with_user(self.agent).sudo()
        with mute_logger(LOGGER):
            for scope in (None, SCOPE):
                with self.subTest(scope=scope):
                    key = keys._generate(scope, "any", None)
                    self.assertEqual(self._ask(key=key).status_code, 401)

    def test_only_managers_make_a_key(self):
        portal = self._create_portal_user(self.baker, "portal_health")
        for user in (self.agent, self.leader, portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._make_key(user)
        self.assertFalse(self.env["res.users.apikeys"].search([("scope", "=", SCOPE)]))

    # What is told

    def test_all_is_well(self):
        answer = self._ask(key=self._make_key())
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(
            answer.headers["Content-Type"], "application/json; charset=utf-8"
        )
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertNotIn("Set-Cookie", answer.headers)
        report = answer.json()
        self.assertEqual(report["state"], "good")
        self.assertEqual(len(report["checks"]), self.health.search_count([]))
        [remind] = [row for row in report["checks"] if row["check"] == "remind"]
        self.assertEqual(remind["kind"], "action")
        self.assertEqual(remind["limit_seconds"], 1800)
        self.assertGreaterEqual(remind["age_seconds"], 300)
        self.assertLess(remind["age_seconds"], 600)

    def test_an_alarm_has_a_status_of_its_own(self):
        self._silence()
        answer = self._ask(key=self._make_key())
        self.assertEqual(answer.status_code, 503)
        report = answer.json()
        self.assertEqual(report["state"], "alarm")
        alarms = {row["check"] for row in report["checks"] if row["state"] == "alarm"}
        self.assertIn("remind", alarms)

    def test_what_managers_do_not_want_to_hear_of_is_shown_without_alarm(self):
        self._silence().alerts = False
        answer = self._ask(key=self._make_key())
        self.assertEqual(answer.status_code, 200)
        [row] = [row for row in answer.json()["checks"] if row["check"] == "remind"]
        self.assertEqual((row["state"], row["told"]), ("alarm", False))

    def test_what_no_mail_can_tell_is_an_alarm_outside(self):
        key = self._make_key()
        cron = self.env.ref("openip_incident.ir_cron_health_alert")
        cron.active = False
        self.assertEqual(self._ask(key=key).status_code, 503)
        cron.active = True
        self.assertEqual(self._ask(key=key).status_code, 200)
        self.env["ir.config_parameter"].set_param(UUID, "another")
        self.assertEqual(self._ask(key=key).status_code, 503)

    def test_address_tells_what_is_asked_for(self):
        key, scrape = self._make_key(), "X-Prometheus-Scrape-Timeout-Seconds"
        prometheus = (
            "application/openmetrics-text;version=1.0.0;q=0.6,"
            "text/plain;version=0.0.4;q=0.4,*/*;q=0.1"
        )
        text, openly = "text/plain; version=0.0.4", "application/openmetrics-text"
        for alarm in (False, True):
            if alarm:
                self._silence()
            status = 503 if alarm else 200
            for path, headers, kind, expected in (
                (JSON, {}, "application/json", status),
                (JSON, {"Accept": "application/json"}, "application/json", status),
                (JSON, {"Accept": "text/html,*/*;q=0.8"}, "application/json", status),
                (JSON, {"Accept": "nonsense"}, "application/json", status),
                (JSON, {"Accept": "text/plain"}, text, status),
                (JSON, {"Accept": "text/plain;version=0.0.4"}, text, status),
                (JSON, {"Accept": "application/openmetrics-text"}, openly, status),
                (JSON, {"Accept": prometheus}, openly, status),
                (JSON, {"Accept": prometheus, scrape: "10"}, openly, 200),
                (JSON, {"Accept": "text/plain", scrape: "10"}, text, 200),
                (f"{JSON}?format=prometheus", {}, text, status),
                (f"{JSON}?format=prometheus", {scrape: "10"}, text, 200),
                (
                    f"{JSON}?format=json",
                    {"Accept": "text/plain"},
                    "application/j",
                    status,
                ),
                (f"{JSON}?format=other", {}, "application/json", status),
                (METRICS, {}, text, 200),
                (METRICS, {"Accept": prometheus}, openly, 200),
            ):
                with self.subTest(path=path, headers=headers, alarm=alarm):
                    answer = self._ask(path, key=key, **headers)
                    self.assertEqual(answer.status_code, expected)
                    self.assertTrue(answer.headers["Content-Type"].startswith(kind))
                    self.assertEqual(
                        answer.text.endswith("# EOF\n"), kind == openly, answer.text
                    )
                    told = "openip_incident_health_alarm" in answer.text
                    self.assertEqual(told, not kind.startswith("application/j"))

    def test_the_same_as_numbers_also_in_an_alarm(self):
        self._silence()
        key = self._make_key()
        answer = self._ask(METRICS, key=key)
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))
        lines = answer.text.splitlines()
        told = [line for line in lines if not line.startswith("#")]
        samples = [SAMPLE.fullmatch(line).groups() for line in told]
        numbers = {(name, check): int(value) for name, check, _k, value in samples}
        self.assertEqual(len(numbers), len(samples))
        for row in self._ask(key=key).json()["checks"]:
            alarm = numbers["openip_incident_health_alarm", row["check"]]
            self.assertEqual(alarm, int(row["state"] == "alarm"))
            count = numbers["openip_incident_health_count", row["check"]]
            self.assertEqual(count, row["count"])
        self.assertEqual(numbers["openip_incident_health_alarm", "remind"], 1)

    def test_nothing_personal_is_told(self):
        self._create_incident()
        key = self._make_key()
        for path in (JSON, METRICS):
            text = self._ask(path, key=key).text
            self.assertNotIn("@", text)
            self.assertNotIn(self.baker.name, text)

    def test_the_name_of_a_check_is_not_its_translation(self):
        check = self.env.ref("openip_incident.health_remind")
        check.name = 'Any "name"\n'
        self.assertEqual(check._get_monitor_name(), "remind")
        self.env["ir.model.data"].search(
            [("model", "=", check._name), ("res_id", "=", check.id)]
        ).unlink()
        self.assertEqual(check._get_monitor_name(), f"action_{check.id}")

    def test_a_label_cannot_end_early(self):
        text = write_gauges([("n", "a\nb", [({"check": 'x"} 1\n\\'}, 2), ({}, 3)])])
        self.assertEqual(
            text, '# HELP n a\\nb\n# TYPE n gauge\nn{check="x\\"} 1\\n\\\\"} 2\nn 3\n'
        )

    def test_a_report_that_fails_is_no_good_news(self):
        key = self._make_key()
        broken = patch.object(type(self.health), "_find", side_effect=ValueError)
        with broken, mute_logger("odoo.http", LOGGER):
            self.assertEqual(self._ask(key=key).status_code, 500)
