# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The demonstration in a database whose mail really leaves."""

import logging
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.openip_incident.models.health import incident_health_demo

from .followup_common import FollowupCommon

LOGGER = "odoo.addons.openip_incident.models.health.incident_health_demo"


@tagged("post_install", "-at_install")
class TestDemoMail(FollowupCommon):
    def setUp(self):
        super().setUp()
        self.env["ir.mail_server"].search([]).active = False
        with self.at(self.clock):
            self.incident = self._create_incident()
            self.incident.action_incident_open()
            self.incident.incident_request("information", "<p>Which lamps?</p>")
        self.env["ir.model.data"].create(
            {
                "module": "openip_incident",
                "name": "demo_incident_of_the_test",
                "model": "helpdesk.ticket",
                "res_id": self.incident.id,
            }
        )
        self.notices = self.incident.sudo().notice_ids
        self.mails = self.env["mail.mail"].search(
            [("mail_message_id", "in", self.notices.message_id.ids)]
        )

    def _silence(self, host="localhost"):
        with (
            patch.dict(incident_health_demo.config.options, {"smtp_server": host}),
            self.at(self.clock),
        ):
            self.env["incident.health"]._silence_demo()
        self.env.invalidate_all()

    def _assert_silent(self):
        self.assertEqual(len(self.mails), 4)
        self.assertEqual(set(self.mails.mapped("state")), {"cancel"})
        self.assertEqual(set(self.notices.mapped("status")), {"cancelled"})
        self.assertEqual(self.incident.sudo().followup_id.state, "held")

    def test_nothing_leaves_where_there_is_a_mail_server(self):
        self.env["ir.mail_server"].create({"name": "Out", "smtp_host": "mx.example"})
        with self.assertLogs(LOGGER, logging.WARNING) as logs:
            self._silence()
        self._assert_silent()
        self.assertIn("demonstration", logs.output[0])

    def test_nothing_leaves_by_a_server_of_the_configuration(self):
        for host in ("smtp.example.com", "192.0.2.25", "2001:db8::25"):
            with self.subTest(host=host), self.assertLogs(LOGGER, logging.WARNING):
                self._silence(host)
            self._assert_silent()

    def test_a_catcher_on_this_machine_gets_all_of_it(self):
        for host in ("localhost", "127.0.0.1", "::1", False):
            self._silence(host)
        self.assertEqual(set(self.mails.mapped("state")), {"outgoing"})
        self.assertEqual(self.incident.sudo().followup_id.state, "running")
