# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A clock that begins late begins with what has been until then (G17)."""

from odoo.tests import tagged

from .clock_common import ClockCommon
from .followup_common import HOUR, START


@tagged("post_install", "-at_install")
class TestClockBeginning(ClockCommon):
    def open_without(self, **values):
        """Open an incident whose customer gets a contract later."""
        self.customer.incident_contract_id = False
        return self.open(**values)

    def sign(self):
        self.customer.incident_contract_id = self.contract

    def test_a_move_counts_no_time_in_which_it_was_solved(self):
        incident = self.open_without()
        with self.moment(1):
            incident.action_incident_start()
        with self.moment(2):
            incident.action_incident_resolve()
        with self.moment(3):
            incident.action_incident_close("confirmed")
        self.sign()
        with self.moment(6):
            incident.action_incident_reopen("<p>Again</p>")
        with self.moment(7):
            self.assertClock(incident, "running", 3, 4)
        self.assertEqual(self.find_dates(incident, "work"), [1])
        self.assertEqual(self.find_dates(incident, "restored"), [2])
        self.assertEqual(self.find_dates(incident, "refused"), [6])

    def find_dates(self, incident, kind):
        return [hours for one, hours in self.get_kinds(incident) if one == kind]

    def test_it_may_begin_with_the_restoration(self):
        incident = self.open_without()
        self.sign()
        with self.moment(3):
            incident.action_incident_resolve(restored=START + 2 * HOUR)
        self.assertClock(incident, "kept", 2)
        self.assertEqual(
            self.get_kinds(incident),
            [("start", 0), ("work", 3), ("restored", 2), ("stop", 3)],
        )

    def test_waits_from_before_stop_it(self):
        self.contract.version_ids.waiting_start = "delivered"
        self.customer.incident_contract_id = False
        incident = self.request("customer")
        self.run_to(1)
        self.sign()
        with self.moment(2):
            incident.incident_record_answer(self.customer, "<p>Since noon</p>")
        with self.moment(3):
            self.assertClock(incident, "running", 1, 2)

    def test_what_was_archived_was_not_taken_up_again(self):
        incident = self.open_without()
        with self.moment(1):
            incident.action_incident_resolve()
        with self.moment(2):
            incident.action_incident_close("confirmed")
            incident.action_archive()
        with self.moment(4):
            incident.action_unarchive()
            incident.incident_change_contract(self.contract, "Signed before")
        self.assertClock(incident, "kept", 1)
        self.assertFalse(self.find_dates(incident, "refused"))

    def test_what_is_not_known_is_said(self):
        incident = self.open_without()
        self.env["incident.phase.log"].sudo().search(
            [("ticket_id", "=", incident.id)]
        ).unlink()
        self.sign()
        with self.moment(2):
            incident.action_incident_start()
        begin = self.get_entries(incident)[:1]
        self.assertIn("not complete", begin.reason)
        self.assertFalse(self.get_entries(self.open())[:1].reason)

    def test_several_begin_by_as_many_queries_as_one(self):
        counts = []
        for number in (1, 1, 4):
            incidents = self.env["helpdesk.ticket"].union(
                *(self.open_without() for _one in range(number))
            )
            with self.moment(1):
                incidents.action_incident_resolve()
            self.clock = START
            tickets = incidents.sudo()
            for ticket in tickets:
                ticket._incident_set_version(self.contract.version_ids)
            self.env.flush_all()
            tickets.mapped("restored_date")
            before = self.cr.sql_log_count
            tickets._incident_begin_clocks()
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
