# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Another contract counts what it knows, from when on it counts (G17)."""

from odoo import Command
from odoo.tests import tagged

from .clock_common import ClockCommon
from .followup_common import HOUR, START


@tagged("post_install", "-at_install")
class TestClockContract(ClockCommon):
    def create_other(self, **version):
        values = {"around_the_clock": True, "gtr_hours": 8, **version}
        return self._create_contract("Other", **values)

    def exclude(self, *names):
        ids = [self.env.ref(f"openip_incident.clock_cause_{name}").id for name in names]
        return {"excluded_cause_ids": [Command.set(ids)]}

    def change(self, incident, contract, hours=None):
        """Change the contract, from an hour after the start on or from the start."""
        date = None if hours is None else START + hours * HOUR
        incident.with_user(self.agent).incident_change_contract(contract, "Why", date)

    def wait(self):
        incident = self.request("customer")
        self.run_to(1)
        with self.moment(2):
            incident.incident_record_answer(self.customer, "<p>Since noon</p>")
        return incident

    # How a wait stops the clock

    def test_a_wait_follows_a_contract_that_counts_from_the_beginning(self):
        incident = self.wait()
        with self.moment(3):
            self.assertClock(incident, "running", 3)
            self.change(incident, self.create_other(waiting_start="delivered"))
            self.assertClock(incident, "running", 1, 2)
            self.change(incident, self.create_other())
            self.assertClock(incident, "running", 3)

    def test_a_wait_keeps_the_terms_under_which_it_was_begun(self):
        incident = self.wait()
        other = self.create_other(waiting_start="delivered")
        with self.moment(3):
            self.change(incident, other, 1)
            self.assertClock(incident, "running", 3)
            incident.incident_request("information", "<p>And why?</p>", "customer")
        self.run_to(4)
        with self.at(START + 4 * HOUR):
            self.assertClock(incident, "stopped", 3, 1)

    def test_a_wait_that_goes_on_follows_it_too(self):
        incident = self.request("customer")
        self.run_to(1)
        with self.moment(2):
            self.change(incident, self.create_other(waiting_start="delivered"))
            self.assertClock(incident, "stopped", 0, 2)
        with self.moment(3):
            incident.incident_record_answer(self.customer, "<p>Since noon</p>")
        with self.moment(4):
            self.assertClock(incident, "running", 1, 3)

    # Which causes stop it

    def test_causes_that_the_other_does_not_know_stop_nothing(self):
        self.contract.version_ids.waiting_start = "delivered"
        incident = self.wait()
        other = self.create_other(
            waiting_start="delivered", **self.exclude("waiting_customer")
        )
        with self.moment(3):
            self.assertClock(incident, "running", 1, 2)
            self.change(incident, other)
            self.assertClock(incident, "running", 3)
            again = self.get_entries(incident)._get_alive("stop")
            self.assertEqual(again.followup_id, incident.sudo().followup_ids)
            known = self.get_entries(incident)
            incident.sudo().followup_ids._incident_reconcile()
            self.assertEqual(self.get_entries(incident), known, "Once")
            self.change(incident, self.contract)
            self.assertClock(incident, "running", 1, 2)
        self.assertFalse(self.get_entries(incident)._find_broken())

    def test_it_knows_what_stopped_from_its_date_on(self):
        incident = self.open()
        agent = incident.with_user(self.agent)
        with self.at(START + 4 * HOUR):
            for first in (1, 3):
                agent.incident_clock_stop(
                    self.causes["no_access"], START + first * HOUR, "Nobody on site"
                )
                agent.incident_clock_resume(START + (first + 0.5) * HOUR)
            self.assertClock(incident, "running", 3, 1)
            self.change(incident, self.create_other(**self.exclude("no_access")), 2)
            self.assertClock(incident, "running", 3.5, 0.5)

    def test_a_stop_is_entered_by_what_counted_then(self):
        incident = self.open()
        with self.at(START + 4 * HOUR):
            self.change(incident, self.create_other(**self.exclude("no_access")), 3)
            for first in (1, 3):
                incident.with_user(self.agent).incident_clock_stop(
                    self.causes["no_access"], START + first * HOUR, "Nobody on site"
                )
            stops = self.get_entries(incident)._get_alive("stop")
        self.assertEqual(stops.mapped("stops_gtr"), [True, False])

    def test_a_corrected_wait_follows_it_and_still_ends(self):
        self.contract.version_ids.waiting_start = "delivered"
        incident = self.request("customer")
        self.run_to(2)
        with self.moment(2):
            stop = self.get_entries(incident)._get_alive("stop")
            stop.with_user(self.manager).action_correct("It was so", START + HOUR)
            other = self.create_other(**self.exclude("waiting_customer"))
            self.change(incident, other)
            self.change(incident, self.contract)
        with self.moment(3):
            incident.incident_record_answer(self.customer, "<p>Since noon</p>")
        with self.moment(4):
            self.assertClock(incident, "running", 2, 2)
