# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the clock of a contract costs: three queries at most, none without one."""

from odoo.tests import tagged
from odoo.tools import SQL

from .clock_common import ClockCommon
from .followup_common import HOUR, START

MORE = 3


@tagged("post_install", "-at_install")
class TestClockPerformance(ClockCommon):
    def _count(self, incident, act):
        """Return how many queries an act takes, everything it needs read before."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        act(incident)
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def _compare(self, act, hours):
        """Return how many queries more an act takes with a contract than without."""
        counts = []
        for contract in (None, self.contract, None, self.contract):
            self.customer.incident_contract_id = contract
            incident = self.request("customer")
            self.clock = START
            self.run_to(hours)
            with self.at(self.clock + HOUR), self.mock_mail_gateway():
                counts.append(self._count(incident, act))
        self.assertEqual(bool(self.get_entries(incident)), True)
        return counts[3] - counts[2]

    def test_an_answer_costs_three_queries_more_at_most(self):
        for waiting_start, hours in (("delivered", 1), ("freeze", 25)):
            with self.subTest(waiting_start):
                self.contract = self._create_contract(
                    "Other", around_the_clock=True, waiting_start=waiting_start
                )
                more = self._compare(
                    lambda incident: incident.incident_record_answer(
                        self.customer, "<p>Since noon</p>"
                    ),
                    hours,
                )
                self.assertLessEqual(more, MORE)

    def test_a_reminder_costs_none_until_it_freezes(self):
        more = self._compare(
            lambda incident: incident.sudo().followup_id._do_remind(), 1
        )
        self.assertLessEqual(more, 0)

    def test_thresholds_are_found_by_one_indexed_query(self):
        domain = self.env["helpdesk.ticket"]._get_clock_due_domain()
        query = self.env["helpdesk.ticket"].sudo()._search(domain)
        self.env.flush_all()
        self.cr.execute("SET LOCAL enable_seqscan = off")
        plan = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        self.assertIn("helpdesk_ticket_clock_idx", str(plan))
