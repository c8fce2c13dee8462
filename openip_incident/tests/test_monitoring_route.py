# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What monitors are answered, and what becomes of what cannot be used."""

import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..controllers import monitoring as route
from ..models.monitoring.incident_monitoring import Busy, IncidentMonitoring
from ..tools.monitor_posts import MAX_BYTES
from ..tools.rate_limit import RateLimit
from .monitoring_common import CAPTURED, MonitoringCommon, write_alert, write_post

LOGGER = "odoo.addons.openip_incident.controllers.monitoring"


@tagged("post_install", "-at_install")
class TestMonitoringRoute(MonitoringCommon, HttpCase):
    def setUp(self):
        super().setUp()
        make = type(self.monitoring).action_make_token.__wrapped__
        action = make(self.monitoring.with_user(self.manager))
        self.token = action["context"]["default_key"]
        # Whatever other tests have posted is not this test's matter.
        self.env["incident.monitoring.post"].search([]).unlink()
        for name in ("posts", "refusals"):
            self.patch(route, name, RateLimit())
        self.health = self.env.ref("openip_incident.health_monitoring")
        self.good = write_post([write_alert("SIP-42", Datetime.now())])

    def _call(self, data=None, token=None, path=None, **headers):
        body = data if isinstance(data, bytes) else json.dumps(data or self.good)
        headers.setdefault("Authorization", f"Bearer {token or self.token}")
        headers.setdefault("Content-Type", "application/json")
        path = path or f"/incident/monitoring/{self.monitoring.id}"
        with mute_logger(LOGGER):
            return self.url_open(path, data=body, headers=headers)

    def _get_refused(self):
        refused = self.env["incident.monitoring.post"].search([])
        return {post.reason: post.count for post in refused}

    def test_a_post_is_answered_with_its_outage(self):
        answer = self._call()
        self.assertEqual(answer.status_code, 200, answer.text)
        outage = self._find_outages()
        self.assertEqual(
            answer.json(),
            {
                "status": "ok",
                "id": outage.id,
                "number": outage.number,
                "href": f"{outage.get_base_url()}/odoo/incident-outages/{outage.id}",
                "state": "investigating",
            },
        )
        self.assertEqual(self._call().json(), answer.json())
        self.assertEqual(self._find_outages(), outage)
        self.assertNotIn("Set-Cookie", answer.headers)

    def test_captured_posts(self):
        for item in CAPTURED:
            self.assertEqual(self._call(item["body"]).status_code, 200)
        outage = self._find_outages()
        self.assertEqual(len(outage), 1)
        self.assertTrue(outage.recovery_date)

    def test_without_the_token_nothing_is_taken(self):
        for headers in (
            {"Authorization": ""},
            {"Authorization": "Bearer "},
            {"Authorization": self.token},
            {"Authorization": f"Basic {self.token}"},
            {"Authorization": f"Bearer {self.token}0"},
            {"Authorization": "Bearer \xe9"},
        ):
            with self.subTest(headers=headers):
                answer = self._call(**headers)
                self.assertEqual(answer.status_code, 401)
                self.assertEqual(answer.json(), {"error": "not the token"})
        token_in_address = f"/incident/monitoring/{self.monitoring.id}?token="
        answer = self._call(path=token_in_address + self.token, Authorization="")
        self.assertEqual(answer.status_code, 401)
        self.assertEqual(self._get_refused(), {"token": 7})
        self.assertFalse(self._find_outages())
        self.monitoring.active = False
        self.assertEqual(self._call().status_code, 401)
        other = self._create_monitoring("Other")
        for number in (0, other.id, other.id + 999, 2**40):
            answer = self._call(path=f"/incident/monitoring/{number}")
            self.assertEqual(answer.status_code, 401)

    def test_a_look_changes_nothing(self):
        answer = self.url_open(
            f"/incident/monitoring/{self.monitoring.id}",
            headers={"Authorization": f"Bearer {self.token}"},
        )
        self.assertIn(answer.status_code, (404, 405))

    def test_garbage_is_refused_counted_and_shown(self):
        self.assertEqual(self.health.state, "good")
        for body in (b"\0\1", b"{", b"[" * 100_000, b'{"version": "4"}'):
            answer = self._call(body)
            self.assertEqual(answer.status_code, 400)
            self.assertTrue(answer.json()["error"])
        self.assertEqual(self._get_refused(), {"garbage": 4})
        self.health.invalidate_recordset()
        self.assertEqual((self.health.state, self.health.count), ("alarm", 1))
        post = self.env["incident.monitoring.post"].search([])
        self.assertEqual(post.body, '{"version": "4"}')
        post.with_user(self.agent).action_done()
        self.health.invalidate_recordset()
        self.assertEqual(self.health.state, "good")

    def test_a_form_is_named_as_such(self):
        answer = self._call(**{"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.status_code, 415)
        self.assertIn("application/json", answer.json()["error"])
        self.assertEqual(self._call(**{"Content-Type": "text/plain"}).status_code, 200)

    def test_too_much_is_refused(self):
        alerts = [write_alert("SIP-42", Datetime.now())] * 100_000
        for body in (b" " * (MAX_BYTES + 1), json.dumps(write_post(alerts)).encode()):
            answer = self._call(body)
            self.assertEqual(answer.status_code, 413)
        self.assertEqual(self._get_refused(), {"large": 2})

    def test_what_comes_in_chunks_has_the_same_limit(self):
        good = json.dumps(self.good).encode()
        for padding, status in ((10, 200), (MAX_BYTES + 10, 413), (3 * MAX_BYTES, 413)):
            blank = b" " * 1000
            chunks = [good, *[blank] * (padding // len(blank) + 1)]

            with self.subTest(padding=padding), mute_logger(LOGGER):
                answer = self.opener.post(
                    f"{self.base_url()}/incident/monitoring/{self.monitoring.id}",
                    data=iter(chunks),
                    headers={
                        "Authorization": f"Bearer {self.token}",
                        "Content-Type": "application/json",
                    },
                    timeout=30,
                )
                self.assertEqual(answer.status_code, status, answer.text)
        self.assertEqual(self._get_refused(), {"large": 2})

    def test_whoever_finds_somebody_working_comes_again(self):
        with patch.object(IncidentMonitoring, "_receive_post", side_effect=Busy):
            answer = self._call()
        self.assertEqual(answer.status_code, 503)
        self.assertEqual(answer.headers["Retry-After"], "1")
        self.assertFalse(self._get_refused())

    def test_what_would_fail_for_ever_is_kept_once(self):
        error = UserError("It cannot be")
        with patch.object(IncidentMonitoring, "_receive_post", side_effect=error):
            for _time in range(3):
                answer = self._call()
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(answer.json(), {"status": "kept"})
        post = self.env["incident.monitoring.post"].search([])
        self.assertEqual(post.detail, "UserError: It cannot be")
        self.assertEqual(json.loads(post.body), self.good)
        self.health.invalidate_recordset()
        self.assertEqual(self.health.state, "alarm")
        # An agent has it processed when the reason is gone.
        post.with_user(self.agent).action_process()
        self.assertEqual(post.state, "done")
        self.assertEqual(len(self._find_outages()), 1)

    def test_what_fails_again_says_so_in_words(self):
        fails = patch.object(IncidentMonitoring, "_receive_post", side_effect=Busy)
        post = self.env["incident.monitoring.post"].create(
            {
                "monitoring_id": self.monitoring.id,
                "reason": "error",
                "body": json.dumps(self.good),
            }
        )
        path = "odoo.addons.openip_incident.models.monitoring.incident_monitoring_post"
        with fails, self.assertLogs(path, "WARNING"), self.assertRaises(UserError):
            post.with_user(self.agent).action_process()
        post.body = "[]"
        with self.assertLogs(path, "WARNING"), self.assertRaises(UserError):
            post.with_user(self.agent).action_process()
        self.assertEqual(post.state, "open")

    def test_so_many_are_kept_and_no_more(self):
        path = "odoo.addons.openip_incident.models.monitoring.incident_monitoring_post"
        with (
            patch.object(IncidentMonitoring, "_receive_post", side_effect=ValueError),
            patch(f"{path}.MAX_KEPT", 1),
        ):
            statuses = [
                self._call({**self.good, "receiver": name}).status_code
                for name in ("a", "b", "a")
            ]
        self.assertEqual(statuses, [200, 503, 200])

    def test_what_was_refused_is_not_processed(self):
        self._call(b"{")
        post = self.env["incident.monitoring.post"].search([])
        with self.assertRaises(UserError):
            post.with_user(self.agent).action_process()
        user = new_test_user(self.env, "monitoring_user", groups="base.group_user")
        with self.assertRaises(AccessError):
            post.with_user(user).action_done()

    def test_a_monitor_that_posts_too_often_waits(self):
        self.monitoring.rate = 2
        statuses = [self._call().status_code for _time in range(3)]
        self.assertEqual(statuses, [200, 200, 503])

    def test_refused_posts_above_a_rate_are_counted_no_more(self):
        self.patch(route, "REFUSALS", 2)
        statuses = [self._call(b"{").status_code for _time in range(4)]
        self.assertEqual(statuses, [400, 400, 429, 429])
        self.assertEqual(self._get_refused(), {"garbage": 2})
        self.assertEqual(self._call(token="wrong").status_code, 429)
        # Whoever floods it stops no post of the monitor.
        self.assertEqual(self._call().status_code, 200)
