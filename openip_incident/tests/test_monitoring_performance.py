# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What posts cost, however many alerts they have."""

from freezegun import freeze_time

from odoo.tests import tagged

from .monitoring_common import (
    CAPTURED_DATE,
    MonitoringCommon,
    write_alert,
    write_post,
)

ALERTS = 1000


@tagged("post_install", "-at_install")
@freeze_time(CAPTURED_DATE)
class TestMonitoringPerformance(MonitoringCommon):
    def _count(self, post):
        """Return how many queries a post costs."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        outage = self._post(post)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before, outage

    def test_a_post_of_a_thousand_alerts(self):
        names = [f"SIP-{number}" for number in range(ALERTS)]
        self.env["incident.service"].create(
            [
                {"name": name, "partner_id": self.customer.id}
                for name in names
                if name not in self.services.mapped("name")
            ]
        )
        alerts = [write_alert(name, CAPTURED_DATE) for name in names]
        few, _outage = self._count(write_post(alerts[:1], group="few"))
        many, outage = self._count(write_post(alerts))
        self.assertEqual(len(outage.alert_ids), ALERTS)
        self.assertEqual(len(outage.service_ids), ALERTS)
        again, _outage = self._count(write_post(alerts))
        ended = [write_alert(name, CAPTURED_DATE, CAPTURED_DATE) for name in names]
        over, _outage = self._count(write_post(ended))
        self.assertLess(many - few, 60)
        self.assertLess(again, 12)
        self.assertLess(over, 90)
