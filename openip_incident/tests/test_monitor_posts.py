# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is read of what monitors post, and what is refused: pure functions."""

import json
from datetime import datetime

from odoo.tests import BaseCase, tagged

from ..tools.monitor_posts import (
    ALERTMANAGER,
    GENERIC,
    MAX_ALERTS,
    MAX_TITLE,
    Garbage,
    read_post,
)
from ..tools.rate_limit import MAX_CALLERS, RateLimit
from .monitoring_common import CAPTURED, write_alert, write_post

DATE = datetime(2026, 11, 28, 11, 22, 24)
DEEP = 100_000


def read(data, kind=ALERTMANAGER):
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return read_post(kind, body)


@tagged("post_install", "-at_install")
class TestMonitorPosts(BaseCase):
    def test_a_captured_post(self):
        post = read(CAPTURED[-1]["body"])
        self.assertEqual(post.group, '{}:{alertname="TrunkDown", site="paris"}')
        self.assertTrue(post.whole)
        alert = post.alerts[0]
        self.assertEqual(
            alert.key, ("b1e7bdddc3cea5d0", "2026-11-28T11:22:24.096316964Z")
        )
        self.assertEqual(alert.begin, DATE)
        self.assertEqual(alert.end, datetime(2026, 11, 28, 11, 22, 46))
        self.assertFalse(alert.firing)
        self.assertEqual(alert.labels["service"], "SIP-42")

    def test_dates_in_every_notation(self):
        for text in (
            "2026-11-28T11:22:24Z",
            "2026-11-28T11:22:24.999999999Z",
            "2026-11-28T12:22:24+01:00",
            "2026-11-28T12:22:24.5+01:00",
            "2026-11-28T06:22:24-05:00",
            "2026-11-28T11:22:24",
        ):
            with self.subTest(text=text):
                alert = {**write_alert("a", DATE), "startsAt": text}
                self.assertEqual(read(write_post([alert])).alerts[0].begin, DATE)

    def test_what_is_unknown_is_ignored(self):
        post = write_post([{**write_alert("a", DATE), "new": {"a": [1]}}])
        data = {**post, "notification_reason": "x", "routeLabels": {}}
        self.assertEqual(len(read(data).alerts), 1)

    def test_garbage_is_named(self):
        good = write_post([write_alert("a", DATE)])
        [alert] = good["alerts"]
        for wrong in (
            b"",
            b"\xff\xfe",
            b"{",
            b"[]",
            b"null",
            b"1e999",
            b"9" * 5000,
            b"[" * DEEP,
            b'{"a":' * DEEP,
            b"[" * DEEP + b"]" * DEEP,
            {},
            {**good, "version": "3"},
            {**good, "version": 4},
            {**good, "groupKey": ""},
            {**good, "groupKey": ["a"]},
            {**good, "groupKey": "a" * 10_000},
            {**good, "status": "broken"},
            {**good, "alerts": []},
            {**good, "alerts": {}},
            {**good, "alerts": [1]},
            {**good, "alerts": [[]]},
            {**good, "truncatedAlerts": -1},
            {**good, "truncatedAlerts": "1"},
            *(
                {**good, "alerts": [{**alert, **values}]}
                for values in (
                    {"status": None},
                    {"labels": [1]},
                    {"labels": {"a": {}}},
                    {"labels": {"a": None}},
                    {"annotations": "a"},
                    {"startsAt": "yesterday"},
                    {"startsAt": "0001-01-01T00:00:00Z"},
                    {"startsAt": 12},
                    {"fingerprint": None},
                )
            ),
        ):
            with self.subTest(wrong=str(wrong)[:80]), self.assertRaises(Garbage):
                read(wrong)

    def test_garbage_in_the_simple_form(self):
        good = {"key": "a", "status": "firing"}
        self.assertEqual(read(good, GENERIC).title, "a")
        for wrong in (
            {},
            {"key": "a"},
            {"key": 1, "status": "firing"},
            {**good, "status": "DOWN"},
            {**good, "title": 1},
            {**good, "labels": []},
            {**good, "group": 1},
            {**good, "start": "now"},
        ):
            with self.subTest(wrong=wrong), self.assertRaises(Garbage):
                read(wrong, GENERIC)

    def test_what_postgresql_cannot_hold_is_replaced(self):
        alert = write_alert("a", DATE, **{"k\0": "v\0", "half": "\ud800"})
        alert["annotations"] = {"summary": "down\0 \ud800" + "x" * 500}
        post = read(write_post([alert], group="nul\0"))
        [read_alert] = post.alerts
        self.assertEqual(read_alert.labels["k\ufffd"], "v\ufffd")
        self.assertEqual(read_alert.labels["half"], "?")
        self.assertEqual(len(post.title), MAX_TITLE)
        for text in (post.group, post.title, read_alert.title):
            self.assertNotIn("\0", text)
            text.encode()

    def test_a_list_that_is_too_long_is_one_that_is_cut(self):
        alerts = [write_alert("a", DATE)] * (MAX_ALERTS + 1)
        post = read(write_post(alerts))
        self.assertEqual(len(post.alerts), MAX_ALERTS)
        self.assertTrue(post.truncated)
        self.assertFalse(post.whole)
        self.assertFalse(read(write_post(alerts[:1], truncatedAlerts=7)).whole)


@tagged("post_install", "-at_install")
class TestRateLimit(BaseCase):
    def test_so_many_a_minute_and_caller(self):
        now = [1000.0]
        limit = RateLimit(clock=lambda: now[0])
        self.assertEqual([limit.count("a", 2) for _call in range(3)], [0, 0, 60])
        self.assertEqual(limit.count("b", 2), 0)
        now[0] += 45
        self.assertEqual(limit.count("a", 2), 15)
        now[0] += 15
        self.assertEqual(limit.count("a", 2), 0)

    def test_many_callers_fill_no_memory(self):
        limit = RateLimit()
        for caller in range(MAX_CALLERS + 100):
            limit.count(caller, 1)
        self.assertEqual(len(limit._windows), MAX_CALLERS)
