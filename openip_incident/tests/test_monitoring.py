# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What monitors post, and the outages that come of it."""

import json
import shlex
from contextlib import contextmanager
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Datetime
from odoo.tests import new_test_user, tagged

from ..models.monitoring.incident_outage import ACTIVITY, RECOVERY
from .monitoring_common import (
    CAPTURED,
    CAPTURED_DATE,
    MonitoringCommon,
    write_alert,
    write_post,
)

NOW = CAPTURED_DATE
MINUTE = timedelta(minutes=1)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestMonitoring(MonitoringCommon):
    # The posts of a real Alertmanager

    def test_captured_posts_open_one_outage_and_see_its_recovery(self):
        for item in CAPTURED:
            # What was answered 503 or 400 was not taken in.
            if item["answered"] == 200:
                outage = self._post(item["body"])
        self.assertEqual(self._find_outages(), outage)
        self.assertEqual(outage.name, "SIP trunk down")
        self.assertEqual(str(outage.begin_date), "2026-11-28 11:22:24")
        self.assertEqual(outage.service_ids, self.services)
        self.assertEqual(outage.company_id, self.company)
        self.assertEqual(outage.team_id, self.team)
        self.assertEqual(len(outage.alert_ids), 2)
        self.assertTrue(all(outage.alert_ids.mapped("end_date")))
        # Seen by the monitor, decided by nobody.
        self.assertTrue(outage.recovery_date)
        self.assertEqual(outage.state, "investigating")
        self.assertFalse(outage.end_date)

    def test_a_repeated_post_writes_nothing(self):
        post = write_post([write_alert("SIP-42", NOW), write_alert("SIP-43", NOW)])
        outage = self._post(post)
        self.env.flush_all()
        self.env.invalidate_all()
        with freeze_time(NOW + MINUTE), self.assertNoWrites():
            self.assertEqual(self._post(post), outage)

    def test_the_form_shows_what_a_monitor_posts(self):
        """Whoever copies the line opens an outage."""
        monitoring = self._create_monitoring("Any", kind="generic")
        words = shlex.split(monitoring.sample)
        self.assertEqual(words[-1], monitoring.address)
        self.assertIn("Authorization: Bearer TOKEN", words)
        outage = self._post(json.loads(words[words.index("-d") + 1]), monitoring)
        self.assertEqual(outage.name, "Test")
        self.monitoring.kind = "alertmanager"
        self.assertIn(f"- url: {self.monitoring.address}\n", self.monitoring.sample)

    @contextmanager
    def assertNoWrites(self):
        """Have the database refuse every statement that changes or locks a row."""
        self.env.cr.execute("SAVEPOINT readonly")
        self.env.cr.execute("SET TRANSACTION READ ONLY")
        yield
        self.env.cr.execute("ROLLBACK TO SAVEPOINT readonly")

    def test_a_new_alert_of_the_group_joins_its_outage(self):
        outage = self._post(write_post([write_alert("SIP-42", NOW)]))
        self.assertEqual(outage.service_ids, self.services[0])
        again = self._post(
            write_post([write_alert("SIP-42", NOW), write_alert("SIP-43", NOW)])
        )
        self.assertEqual(again, outage)
        self.assertEqual(outage.service_ids, self.services)
        self.assertEqual(len(outage.alert_ids), 2)

    def test_groups_and_monitors_have_outages_of_their_own(self):
        other = self._create_monitoring("Other")
        post = write_post([write_alert("SIP-42", NOW)])
        outages = self._post(post)
        outages |= self._post({**post, "groupKey": '{}:{site="lyon"}'})
        outages |= self._post(post, other)
        self.assertEqual(len(outages), 3)

    def test_an_outage_of_nobody_asks_an_agent(self):
        outage = self._post(write_post([write_alert("unheard of", NOW)]))
        self.assertFalse(outage.service_ids)
        [activity] = outage.activity_search([ACTIVITY])
        self.assertEqual(activity.user_id, self.leader)
        self.assertIn("Which services", activity.summary)

    # Confirmation

    def test_nobody_hears_of_it_before_an_agent_confirms_it(self):
        outage = self._post(write_post([write_alert("SIP-42", NOW)]))
        self.assertFalse(outage.confirmed)
        self.assertFalse(outage._is_public())
        [activity] = outage.activity_search([ACTIVITY])
        self.assertEqual(activity.user_id, self.leader)
        outage.with_user(self.agent).action_confirm()
        self.assertTrue(outage.confirmed)
        self.assertTrue(outage._is_public())
        self.assertFalse(outage.activity_search([ACTIVITY]))

    def test_who_tells_it_has_confirmed_it(self):
        outage = self._post(write_post([write_alert("SIP-42", NOW)]))
        with self.mock_mail_gateway():
            outage.with_user(self.agent).publish("<p>Calls fail.</p>")
        self.assertTrue(outage.confirmed)

    def test_who_asks_to_confirm_closure_has_confirmed_it(self):
        outage = self._post(write_post([write_alert("SIP-42", NOW)]))
        with self.mock_mail_gateway():
            outage.with_user(self.agent).action_resolve()
        self.assertTrue(outage.confirmed)

    def test_the_rule_may_say_that_it_is_confirmed_by_itself(self):
        self.monitoring.mode = "automatic"
        outage = self._post(write_post([write_alert("SIP-42", NOW)]))
        self.assertTrue(outage.confirmed)
        self.assertFalse(outage.activity_search([ACTIVITY]))

    def test_no_mail_leaves_by_a_post(self):
        with self.mock_mail_gateway():
            self._post(write_post([write_alert("SIP-42", NOW)]))
            self._post(write_post([write_alert("SIP-42", NOW, NOW)]))
        outside = self.customer | self.stranger | self.integrator
        for mail in self._new_mails:
            self.assertFalse(mail.recipient_ids & outside)

    # Recovery

    def _fail_and_recover(self):
        outage = self._post(write_post([write_alert("SIP-42", NOW)]))
        end = NOW + 10 * MINUTE
        with freeze_time(end):
            self._post(write_post([write_alert("SIP-42", NOW, end)]))
        return outage, end

    def test_recovery_is_proposed_to_people(self):
        outage, end = self._fail_and_recover()
        self.assertEqual(outage.recovery_date, end)
        self.assertEqual(outage.state, "investigating")
        [activity] = outage.activity_search([RECOVERY])
        self.assertEqual(activity.user_id, self.leader)
        outage.with_user(self.agent).action_resolve()
        self.assertFalse(outage.activity_search([RECOVERY, ACTIVITY]))

    def test_what_comes_back_soon_is_the_same_outage(self):
        outage, end = self._fail_and_recover()
        back = end + 29 * MINUTE
        with freeze_time(back):
            self.assertEqual(
                self._post(write_post([write_alert("SIP-42", back)])), outage
            )
        self.assertFalse(outage.recovery_date)
        self.assertFalse(outage.activity_search([RECOVERY]))
        self.assertEqual(len(outage.alert_ids), 2)

    def test_what_comes_back_late_is_another_outage(self):
        outage, end = self._fail_and_recover()
        back = end + 31 * MINUTE
        with freeze_time(back):
            other = self._post(write_post([write_alert("SIP-42", back)]))
        self.assertNotEqual(other, outage)
        self.assertEqual(other.previous_id, outage)
        self.assertTrue(outage.recovery_date)
        self.assertEqual(other.begin_date, back)
        # The next repeat belongs to the new one.
        with freeze_time(back + MINUTE):
            self.assertEqual(
                self._post(write_post([write_alert("SIP-42", back)])), other
            )

    def test_what_people_resolved_comes_back_as_the_same_within_the_quiet_time(self):
        outage, end = self._fail_and_recover()
        back = end + 20 * MINUTE
        with freeze_time(end + MINUTE):
            outage.with_user(self.agent).action_resolve()
        with freeze_time(back):
            self.assertEqual(
                self._post(write_post([write_alert("SIP-42", back)])), outage
            )
        self.assertEqual(outage.state, "investigating")

    def test_what_is_over_stays_over(self):
        """Repeats of what people have ended say nothing new; a new alert does."""
        post = write_post([write_alert("SIP-42", NOW)])
        outage = self._post(post)
        outage.with_user(self.agent).action_cancel()
        self.assertEqual(self._post(post), outage)
        self.assertEqual(outage.state, "cancelled")
        other = self._post(write_post([write_alert("SIP-42", NOW + MINUTE)]))
        self.assertEqual(other.previous_id, outage)
        self.assertEqual(outage.state, "cancelled")
        self.assertEqual(len(self._find_outages()), 2)

    def test_a_cut_list_ends_nothing(self):
        alerts = [write_alert("SIP-42", NOW), write_alert("SIP-43", NOW)]
        outage = self._post(write_post(alerts))
        ended = [write_alert("SIP-42", NOW, NOW)]
        self._post(write_post(ended, truncatedAlerts=1))
        self.assertEqual(set(self._get_lines(outage).values()), {False})
        self.assertFalse(outage.recovery_date)

    def test_an_alert_that_a_whole_list_lacks_is_over(self):
        """Its resolution was posted while nobody answered, and is never repeated."""
        alerts = [write_alert("SIP-42", NOW), write_alert("SIP-43", NOW)]
        outage = self._post(write_post(alerts))
        self._post(write_post(alerts[:1]))
        self.assertEqual(
            self._get_lines(outage), {"SIP-42 is down": False, "SIP-43 is down": True}
        )
        self.assertFalse(outage.recovery_date)

    def test_what_nobody_has_seen_fail_opens_nothing(self):
        self.assertFalse(self._post(write_post([write_alert("SIP-42", NOW, NOW)])))
        self.assertFalse(self._find_outages())

    # Any other monitor

    def test_the_simple_form(self):
        other = self._create_monitoring(
            "Icinga", kind="generic", rule_ids=[(0, 0, {"label": "service"})]
        )
        down = {
            "key": "router-7!ping",
            "status": "firing",
            "title": "router-7 is down",
            "labels": {"service": "SIP-42"},
        }
        outage = self._post(down, other)
        self.assertEqual(outage.name, "router-7 is down")
        self.assertEqual(outage.service_ids, self.services[0])
        self.assertEqual(self._post(down, other), outage)
        self.assertEqual(len(outage.alert_ids), 1)
        up = {"key": "router-7!ping", "status": "resolved"}
        self.assertEqual(self._post(up, other), outage)
        self.assertTrue(outage.recovery_date)
        self.assertEqual(self._post(down, other), outage)
        self.assertFalse(outage.recovery_date)
        self.assertEqual(len(outage.alert_ids), 2)

    # Rules

    def test_rules_by_value_and_pattern(self):
        first, second = self.services
        self.monitoring.rule_ids = [
            Command.clear(),
            Command.create(
                {
                    "label": "site",
                    "operator": "equal",
                    "value": "paris",
                    "service_ids": first.ids,
                }
            ),
            Command.create(
                {
                    "label": "instance",
                    "operator": "regex",
                    "value": "core-[0-9]+",
                    "service_ids": second.ids,
                }
            ),
        ]
        find = self.monitoring.rule_ids._find_services
        none = first.browse()
        self.assertEqual(
            find(
                [
                    {"site": "paris", "instance": "core-12"},
                    {"site": "Paris", "instance": "core-12b"},
                    {"instance": "core-1"},
                    {},
                ]
            ),
            [first | second, none, second, none],
        )

    def test_a_reference_that_two_customers_have_is_left_to_an_agent(self):
        self.services[1].copy({"partner_id": self.customer.id, "name": "SIP-43"})
        rule = self.monitoring.rule_ids
        self.assertFalse(rule._find_services([{"service": "SIP-43"}])[0])
        rule.customer_label = "customer"
        labels = {"service": "SIP-43", "customer": self.stranger.name.upper()}
        self.assertEqual(rule._find_services([labels]), [self.services[1]])
        self.assertFalse(rule._find_services([{**labels, "customer": "?"}])[0])

    def test_services_of_another_company_are_not_found(self):
        self.services[0].company_id = self.env["res.company"].create({"name": "Other"})
        outage = self._post(write_post([write_alert("SIP-42", NOW)]))
        self.assertFalse(outage.service_ids)

    def test_rules_that_cannot_match_are_refused(self):
        for values in (
            {"operator": "equal"},
            {"operator": "regex", "value": "(", "service_ids": self.services.ids},
            {"operator": "regex", "value": "a"},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.monitoring.rule_ids = [Command.create({"label": "site", **values})]

    # Who may what

    def test_agents_read_and_managers_manage(self):
        outage = self._post(write_post([write_alert("SIP-42", NOW)]))
        own = outage.with_user(self.agent)
        self.assertEqual(
            own.alert_ids.labels_text, "alertname=TrunkDown, service=SIP-42"
        )
        agent_view = self.monitoring.with_user(self.agent)
        with self.assertRaises(AccessError):
            agent_view.name = "Mine"
        with self.assertRaises(AccessError):
            own.alert_ids.write({"end_date": Datetime.now()})
        manager_view = self.monitoring.with_user(self.manager)
        manager_view.name = "Ours"
        with self.assertRaises(AccessError):
            manager_view.read(["token_hash"])

    def test_a_stranger_reads_nothing_of_it(self):
        outage = self._post(write_post([write_alert("SIP-42", NOW)]))
        user = new_test_user(self.env, "monitoring_user", groups="base.group_user")
        for records in (self.monitoring, outage.alert_ids):
            with self.assertRaises(AccessError):
                records.with_user(user).read(["name"])

    def test_a_token_is_shown_once_and_ends_the_former(self):
        make = type(self.monitoring).action_make_token.__wrapped__
        with self.assertRaises(AccessError):
            make(self.monitoring.with_user(self.agent))
        tokens = [
            make(self.monitoring.with_user(self.manager))["context"]["default_key"]
            for _time in range(2)
        ]
        monitors = self.env["incident.monitoring"].sudo()
        monitoring_id = self.monitoring.id
        found = [monitors._find_monitoring(monitoring_id, one)[1] for one in tokens]
        self.assertEqual([bool(one) for one in found], [False, True])
        stored = self.monitoring.sudo().token_hash
        self.assertNotIn(tokens[1], stored)
        for wrong in ("", stored, tokens[1] + "0", "é\udcff"):
            self.assertFalse(monitors._find_monitoring(monitoring_id, wrong)[1])
        for wrong_id in (0, 2**31, 2**70, self._create_monitoring("None").id):
            self.assertFalse(monitors._find_monitoring(wrong_id, tokens[1])[1])
