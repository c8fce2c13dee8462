# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What forms and Health look for is not looked for among all old incidents."""

from types import SimpleNamespace

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.followup_common import FollowupCommon
from odoo.addons.openip_incident.tests.plan_common import PlanMixin


@tagged("post_install", "-at_install")
class TestPlans(PlanMixin, FollowupCommon):
    def test_what_a_login_has_reported(self):
        self.request()
        self._forget(50_000)
        form = SimpleNamespace(key="user 1")
        query = self.env["incident.form"]._prepare_history_query(form)
        self.assertFalse(self._find_long_ways(query))

    def test_intakes_that_wait_for_support(self):
        self.cr.execute(
            "INSERT INTO incident_intake (state, received_date) "
            "VALUES ('submitted', now())"
        )
        self._forget(50_000, "incident_intake")
        intakes = self.env["incident.intake"]
        query = intakes._search([("to_review", "=", True)]).select()
        self.assertFalse(self._find_long_ways(query, "incident_intake"))
