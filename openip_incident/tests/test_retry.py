# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails that fail for ever do not keep the others from leaving (G2, G7)."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .followup_common import START, FollowupCommon

LIMIT = 4


@tagged("post_install", "-at_install")
class TestRetry(FollowupCommon):
    def setUp(self):
        super().setUp()
        self.patch(
            type(self.env["incident.engine"]),
            "_get_batch",
            lambda _engine, _task: LIMIT,
        )
        notices = self.env["incident.notice"].sudo()
        notices.search(notices._get_retry_domain()).status = "cancelled"
        with self.at(START), self.mock_mail_gateway():
            first = self._create_incident_in("opened")
            rest = self._create_incidents(LIMIT)
            rest.action_incident_open()
            self.flush_tracking()
        self.refused_notices = first.sudo().notice_ids
        # Newer than those, and so many that they fill each pass.
        self.hopeless = rest.sudo().notice_ids
        self.assertGreaterEqual(len(self.hopeless), 2 * LIMIT)
        self.server_down = True
        with self.at(START), self.mail_server():
            self.refused_notices._get_mails().send()
        self.server_down = False

    def _pass(self, date):
        with self.at(date), self.enter_registry_test_mode():
            self.remind_cron.method_direct_trigger()
        self.env.invalidate_all()

    def assertRetriedWithin(self, passes):
        self.assertEqual(set(self.refused_notices.mapped("status")), {"failed"})
        for number in range(passes):
            self._pass(START + timedelta(hours=2, minutes=number))
        self.assertEqual(set(self.refused_notices.mapped("status")), {"queued"})
        mails = self.refused_notices._get_mails()
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})

    def test_mails_that_never_leave_the_queue_do_not_starve_refused_ones(self):
        """Looked at again and again, for they never cease to be late."""
        self.assertEqual(set(self.hopeless.mapped("status")), {"queued"})
        self.assertRetriedWithin(3)

    @mute_logger("odoo.addons.openip_incident.models.engine.incident_engine")
    def test_mails_that_cannot_even_be_tried_do_not_starve_the_others(self):
        self.hopeless.write({"status": "failed", "retry_date": START})
        retry = type(self.hopeless)._retry

        def fail(notices):
            if notices & self.hopeless:
                raise ValueError("This mail cannot be tried.")
            return retry(notices)

        with patch.object(type(self.hopeless), "_retry", fail):
            self.assertRetriedWithin(3)
