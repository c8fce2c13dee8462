# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The end of a wait points at what proves it: the answer, or the outage (G17)."""

from odoo.tests import tagged

from .clock_common import ClockCommon
from .outage_common import create_outage


@tagged("post_install", "-at_install")
class TestClockProof(ClockCommon):
    def wait(self):
        self.contract.version_ids.waiting_start = "delivered"
        incident = self.request("customer")
        self.run_to(2)
        return incident

    def get_end(self, incident):
        last = self.get_entries(incident)[-1:]
        self.assertEqual(last.kind, "resume")
        self.assertTrue(last.followup_id)
        self.assertFalse(self.get_entries(incident)._find_broken())
        return last

    def test_an_answer_proves_that_the_wait_is_over(self):
        incident = self.wait()
        with self.moment(3):
            incident.incident_record_answer(self.customer, "<p>Since noon</p>")
        end = self.get_end(incident)
        self.assertIn("Since noon", end.message_id.body)
        self.assertEqual(end.message_id.author_id, self.customer)
        self.assertFalse(end.outage_id)

    def test_an_outage_proves_that_it_was_not_the_parties(self):
        incident = self.wait()
        with self.moment(3):
            outage = create_outage(self)
            outage.action_attach(incident)
        end = self.get_end(incident)
        self.assertEqual(end.outage_id, outage)
        self.assertFalse(end.message_id)
