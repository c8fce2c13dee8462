# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A step that writes to one party first, as an addon makes it by one method."""

from unittest.mock import patch

from odoo.tests import tagged

from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL
from .followup_common import FollowupCommon

DAY = 24


@tagged("post_install", "-at_install")
class TestStepReaders(FollowupCommon):
    def setUp(self):
        super().setUp()
        tickets = type(self.env["helpdesk.ticket"])
        everybody = tickets._get_step_parties

        def get_step_parties(ticket, event):
            parties = everybody(ticket, event)
            step = event.step_id if event else None
            first = step and step == step.plan_id._get_steps()[:1]
            return ticket.integrator_id & parties if first else parties

        self.startPatcher(patch.object(tickets, "_get_step_parties", get_step_parties))

    def _get_addresses(self, letters):
        return [letter.address for letter in letters]

    def test_one_party_is_reminded_first_though_the_other_is_awaited(self):
        incident = self.request("customer")
        self.run_to(DAY - 1)
        self.assertEqual(self._get_addresses(self.run_to(DAY)), [INTEGRATOR_MAIL])
        self.assertEqual(incident.sudo().reminder_count, 1)
        self.assertFalse(incident.sudo().followup_id.undelivered)
        self.assertEqual(
            sorted(self._get_addresses(self.run_to(2 * DAY))),
            sorted([CUSTOMER_MAIL, INTEGRATOR_MAIL]),
        )

    def test_what_is_written_anew_goes_to_that_party_alone(self):
        incident = self.request("customer")
        self.run_to(DAY - 1)
        self.refused = {INTEGRATOR_MAIL}
        self.assertFalse(self.run_to(DAY + 4))
        self.assertTrue(incident.sudo().followup_id.undelivered)
        self.assertEqual(incident.sudo().reminder_count, 0)
        event = incident.sudo().followup_id.event_ids.sorted("id")[-1:]
        self.assertGreater(len(event.notice_ids), 1)
        self.assertEqual(event.notice_ids.partner_id, self.integrator)
