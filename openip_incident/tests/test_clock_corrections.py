# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people correct in the ledger of a clock stays, and hangs together (G17)."""

from odoo.tests import tagged

from .clock_common import ClockCommon
from .followup_common import HOUR, START


@tagged("post_install", "-at_install")
class TestClockCorrections(ClockCommon):
    def correct(self, entry, hours=None):
        """Let a manager correct an entry, an hour being given after the start."""
        date = None if hours is None else START + hours * HOUR
        entry.with_user(self.manager).action_correct("It was so", date)

    def find(self, incident, kind):
        """Return the last entry of a kind that was not voided."""
        return self.get_entries(incident)._get_alive(kind)[-1:]

    def wait(self, hours=2):
        """Ask the customer, by a contract whose clock stops on delivery."""
        self.contract.version_ids.waiting_start = "delivered"
        incident = self.request("customer")
        self.run_to(hours)
        return incident

    # A wait whose stop was corrected

    def test_a_corrected_stop_of_a_wait_ends_with_the_answer(self):
        incident = self.wait()
        with self.at(START + 2 * HOUR):
            self.correct(self.find(incident, "stop"), 1)
        with self.moment(3):
            incident.incident_record_answer(self.customer, "<p>Since noon</p>")
        self.assertEqual(self.get_kinds(incident)[-2:], [("stop", 1), ("resume", 3)])
        with self.moment(4):
            self.assertClock(incident, "running", 2, 2)
        followup = incident.sudo().followup_ids
        known = self.get_entries(incident)
        followup._incident_reconcile()
        self.assertEqual(self.get_entries(incident), known, "Once")

    def test_it_ends_where_the_answer_is_found_to_have_arrived(self):
        incident = self.wait()
        with self.moment(3):
            incident.incident_record_answer(self.customer, "<p>Since noon</p>")
        with self.at(START + 4 * HOUR):
            self.correct(self.find(incident, "stop"), 1)
        with self.moment(5):
            incident._incident_end_waits(START + 2 * HOUR)
            self.assertClock(incident, "running", 4, 1)
        with self.moment(6):
            # Not before it began, as the person said.
            incident._incident_end_waits(START + 0.5 * HOUR)
            self.assertEqual(self.get_kinds(incident)[-1], ("resume", 1))
            self.assertClock(incident, "missed", 6)

    def test_a_stop_that_was_taken_away_stays_away(self):
        incident = self.wait()
        with self.at(START + 2 * HOUR):
            self.correct(self.find(incident, "stop"))
        with self.moment(3):
            incident.incident_record_answer(self.customer, "<p>Since noon</p>")
        with self.moment(3.5):
            self.assertClock(incident, "running", 3.5)

    def test_an_end_that_was_corrected_stays(self):
        incident = self.wait()
        with self.moment(3):
            incident.incident_record_answer(self.customer, "<p>Since noon</p>")
            self.correct(self.find(incident, "resume"), 2)
            incident._incident_end_waits(START + HOUR)
            self.assertClock(incident, "running", 1, 2)

    # What hangs on what is corrected

    def test_a_refused_restoration_stays_refused_when_it_is_corrected(self):
        incident = self.open()
        with self.moment(2):
            incident.action_incident_resolve()
        with self.moment(3):
            incident.action_incident_start()
            self.correct(self.find(incident, "restored"), 1)
            self.assertEqual(
                self.get_kinds(incident)[-3:],
                [("void", 3), ("restored", 1), ("refused", 3)],
            )
        with self.moment(4):
            self.assertClock(incident, "running", 3, 1)

    def test_what_counted_from_the_beginning_moves_with_it(self):
        incident = self.open()
        other = self._create_contract("GTR 8 h", around_the_clock=True, gtr_hours=8)
        with self.moment(2):
            incident.incident_change_contract(other, "Wrong")
            self.correct(self.find(incident, "start"), 1)
        contract = self.find(incident, "contract")
        self.assertEqual(contract.date, START + HOUR)
        self.assertEqual(contract.version_id.contract_id, other)
        self.assertEqual(incident.sudo().gtr_deadline, START + 9 * HOUR)
        with self.moment(3):
            self.correct(self.find(incident, "start"), 0)
        self.assertEqual(incident.sudo().gtr_deadline, START + 8 * HOUR)
        self.assertEqual(incident.sudo().contract_id, other)

    def test_a_contract_of_a_later_date_stays_where_it_was(self):
        incident = self.open()
        other = self._create_contract("GTR 8 h", around_the_clock=True, gtr_hours=8)
        with self.moment(3):
            incident.incident_change_contract(other, "New", START + 2 * HOUR)
            self.correct(self.find(incident, "start"), 1)
        self.assertEqual(self.find(incident, "contract").date, START + 2 * HOUR)

    def test_work_goes_on_though_the_restoration_was_taken_away(self):
        incident = self.open()
        with self.moment(1):
            incident.action_incident_resolve()
            self.correct(self.find(incident, "restored"))
        with self.moment(3):
            incident.action_incident_start()
        self.assertEqual(self.get_kinds(incident)[-1], ("resume", 3))
        with self.moment(4):
            self.assertClock(incident, "running", 2, 2)
