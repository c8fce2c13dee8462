# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import inspect
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.privacy.personal_data_keeping import KEEPING_DAYS, PARAMETER
from .common import CLOSED, CUSTOMER_MAIL, OPENED, IncidentCommon


@tagged("post_install", "-at_install")
class TestKeeping(IncidentCommon):
    """Personal data ends, each kind after its time, and never what is still open."""

    def _set_days(self, kind, days):
        self.env["ir.config_parameter"].set_param(PARAMETER % kind, str(days))

    def _age(self, records, days, *columns):
        """Let records be older than they are."""
        self.env.flush_all()
        date = fields.Datetime.now() - timedelta(days=days)
        for column in columns:
            self.env.execute_query(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id IN %s",
                    SQL.identifier(records._table),
                    SQL.identifier(column),
                    date,
                    tuple(records.ids),
                )
            )
        self.env.invalidate_all()

    # Settings

    def test_every_kind_has_a_setting_with_its_default(self):
        settings = self.env["res.config.settings"].create({})
        for kind, days in KEEPING_DAYS.items():
            self.assertEqual(settings[f"incident_keep_{kind}"], days)

    def test_zero_is_kept_as_zero(self):
        settings = self.env["res.config.settings"]
        settings.create({"incident_keep_notices": 0}).set_values()
        self.assertEqual(settings.create({}).incident_keep_notices, 0)
        settings.create({"incident_keep_notices": 30}).set_values()
        self.assertEqual(settings.create({}).incident_keep_notices, 30)

    def test_less_than_nothing_is_refused(self):
        settings = self.env["res.config.settings"].create({"incident_keep_notices": -1})
        with self.assertRaises(ValidationError):
            settings.set_values()

    # Mails to the parties

    def _close_long_ago(self, days=731):
        incident = self._create_incident_in(OPENED)
        with self.mock_mail_gateway():
            incident.stage_id = self.stages[CLOSED]
        notices = incident.sudo().notice_ids
        notices.write({"failure": f"550 no {CUSTOMER_MAIL}"})
        self._age(incident, days, "closed_date")
        self._age(notices, days + 1, "create_date")
        return incident

    def test_mails_of_an_old_incident_are_reduced(self):
        incident = self._close_long_ago()
        notices = incident.sudo().notice_ids
        before = [(one.partner_id, one.status, one.event_id) for one in notices]
        notices._gc_notices()
        self.assertTrue(all(notices.mapped("reduced")))
        after = [(one.partner_id, one.status, one.event_id) for one in notices]
        self.assertEqual(after, before)
        self.assertFalse(any(notices.mapped("email")) or any(notices.mapped("failure")))
        self.assertFalse(any(notices.message_id.mapped("subject")))
        self.assertFalse(any(str(one.body) for one in notices.message_id))
        self.assertTrue(all(notices.mapped("entry_id.body")))
        mails = self.env["mail.mail"].search(
            [("mail_message_id", "in", notices.message_id.ids)]
        )
        self.assertFalse(any(mail.body_html for mail in mails))

    def test_an_answer_to_a_reduced_mail_finds_its_incident(self):
        incident = self._close_long_ago()
        incident.sudo().notice_ids._gc_notices()
        message = self._hidden_message(incident, self.customer)
        self.assertTrue(message.message_id)
        count = len(incident.message_ids)
        with self.mock_mail_gateway():
            self._reply(incident, self.customer, html="<p>Two years later.</p>")
        self.assertGreater(len(incident.message_ids), count)
        self.assertIn("Two years later", str(incident.message_ids[:5].mapped("body")))

    def test_young_open_and_reopened_incidents_keep_theirs(self):
        young = self._close_long_ago(days=729)
        still_open = self._create_incident_in(OPENED)
        reopened = self._close_long_ago(days=1)
        with self.mock_mail_gateway():
            reopened.sudo()._incident_move_to("in_progress", silent=True)
        for incident in (young, still_open, reopened):
            self._age(incident.sudo().notice_ids, 1000, "create_date")
        self.env["incident.notice"]._gc_notices()
        for incident in (young, still_open, reopened):
            self.assertFalse(any(incident.sudo().notice_ids.mapped("reduced")))
            self.assertTrue(all(incident.sudo().notice_ids.mapped("email")))

    def test_mails_are_kept_for_ever_if_so_set(self):
        incident = self._close_long_ago(days=10_000)
        self._set_days("notices", 0)
        self.env["incident.notice"]._gc_notices()
        self.assertFalse(any(incident.sudo().notice_ids.mapped("reduced")))

    def test_what_is_reduced_is_not_looked_at_again(self):
        self._close_long_ago()
        notices = self.env["incident.notice"]
        done, _more = notices._gc_notices()
        self.assertTrue(done)
        self.assertEqual(notices._gc_notices(), (0, False))

    # Mails that arrived

    def _create_inbound(self, state, days, key="<old@example.com>"):
        inbound = self.env["incident.inbound"].create(
            {"key": key, "state": state, "raw": b"aGVsbG8=", "team_id": self.team.id}
        )
        self._age(inbound, days, "date")
        return inbound

    def test_each_state_has_its_time(self):
        inbounds = self.env["incident.inbound"]
        for state, kind in (
            ("done", "inbound_done"),
            ("aside", "inbound_aside"),
            ("discarded", "inbound_aside"),
        ):
            days = KEEPING_DAYS[kind]
            old = self._create_inbound(state, days + 1, f"<old-{state}@example.com>")
            young = self._create_inbound(state, days - 1, f"<new-{state}@example.com>")
            self._set_days(kind, 0)
            inbounds._gc_inbound()
            self.assertTrue(old.exists(), state)
            self._set_days(kind, days)
            inbounds._gc_inbound()
            self.assertFalse(old.exists(), state)
            self.assertTrue(young.exists(), state)

    def test_unjudged_mail_is_announced_before_it_is_deleted(self):
        inbounds = self.env["incident.inbound"]
        inbound = self._create_inbound("quarantined", 400)
        young = self._create_inbound("quarantined", 300, "<young@example.com>")
        check = self.env.ref("openip_incident.health_ending")
        self.assertEqual(check.state, "good")
        inbounds._gc_inbound()
        inbounds._gc_quarantine()
        self.assertTrue(inbound.end_warned_date)
        self.assertFalse(young.end_warned_date)
        self.assertEqual(len(inbound.activity_ids), 1)
        self.assertIn("deleted", inbound.activity_ids.summary)
        check.invalidate_recordset()
        self.assertEqual((check.state, check.count), ("alarm", 1))
        self._age(inbound, 29, "end_warned_date")
        inbounds._gc_quarantine()
        self.assertTrue(inbound.exists())
        self._age(inbound, 31, "end_warned_date")
        inbounds._gc_quarantine()
        self.assertFalse(inbound.exists())
        self.assertTrue(young.exists())

    def test_unjudged_mail_stays_for_ever_if_so_set(self):
        inbound = self._create_inbound("quarantined", 4000)
        self._age(inbound, 4000, "end_warned_date")
        self._set_days("quarantine", 0)
        self.env["incident.inbound"]._gc_quarantine()
        self.assertTrue(inbound.exists())

    def test_a_run_is_bounded(self):
        """Each clean-up works in batches and says whether there is more."""
        for model, name in (
            ("incident.notice", "_gc_notices"),
            ("incident.inbound", "_gc_inbound"),
            ("incident.inbound", "_gc_quarantine"),
        ):
            method = getattr(self.env[model], name)
            self.assertTrue(getattr(method, "_autovacuum", False), name)
            self.assertIn("VACUUM_BATCH", inspect.getsource(method), name)
