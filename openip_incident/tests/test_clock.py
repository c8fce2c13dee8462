# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The clock of a contract follows from what happens to an incident (G17)."""

from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from .clock_common import ClockCommon
from .followup_common import HOUR, START


@tagged("post_install", "-at_install")
class TestClockFacts(ClockCommon):
    def test_it_runs_from_the_report_to_the_restoration(self):
        with self.at(START), self.mock_mail_gateway():
            incident = self._create_incident()
        self.assertFalse(self.get_entries(incident), "Not validated yet")
        with self.moment(1):
            incident.action_incident_open()
        self.assertEqual(self.get_kinds(incident), [("start", 0)])
        ticket = incident.sudo()
        self.assertEqual(ticket.gtr_deadline, START + 4 * HOUR)
        self.assertEqual(ticket.gti_deadline, START + HOUR)
        with self.moment(2):
            incident.action_incident_start()
        self.assertEqual(ticket.gti_state, "missed")
        with self.moment(3):
            self.assertClock(incident, "running", 3)
            incident.action_incident_resolve()
        with self.moment(9):
            self.assertClock(incident, "kept", 3)

    def test_time_alone_misses_it(self):
        incident = self.open()
        with self.at(START + 4 * HOUR):
            self.assertClock(incident, "running", 4)
        late = START + 4 * HOUR + timedelta(seconds=1)
        with self.at(late):
            incident.invalidate_recordset()
            self.assertEqual(incident.sudo().gtr_state, "missed")
            missed = self.env["helpdesk.ticket"].search([("gtr_state", "=", "missed")])
            self.assertIn(incident, missed)

    def test_nothing_is_counted_without_a_contract(self):
        self.customer.incident_contract_id = False
        incident = self.open()
        self.assertFalse(self.get_entries(incident))
        self.assertEqual(incident.sudo().gtr_state, "none")

    def test_the_nearest_contract_counts(self):
        mine, theirs = (self._create_contract(name) for name in ("Mine", "Theirs"))
        self.team.incident_contract_id = self._create_contract("Team")
        self.integrator.incident_contract_id = theirs
        service = self.env["incident.service"].create(
            {"name": "TS-1", "partner_id": self.customer.id, "contract_id": mine.id}
        )
        self.assertEqual(self.open(service_id=service.id).sudo().contract_id, mine)
        self.assertEqual(self.open().sudo().contract_id, self.contract)
        self.customer.incident_contract_id = False
        self.assertEqual(self.open().sudo().contract_id, theirs)
        self.integrator.incident_contract_id = False
        self.assertEqual(self.open().sudo().contract_id, self.team.incident_contract_id)

    def test_a_refused_restoration_goes_on_where_it_stopped(self):
        incident = self.open()
        with self.moment(2):
            incident.action_incident_resolve()
        with self.moment(7):
            incident.action_incident_start()
        with self.moment(8):
            self.assertClock(incident, "running", 3, 5)
            self.assertEqual(incident.sudo().gtr_deadline, START + 9 * HOUR)
            incident.action_incident_resolve(restored=START + 7.5 * HOUR)
        self.assertClock(incident, "kept", 2.5, 5)
        with self.moment(9):
            incident.action_incident_close("confirmed")
        with self.moment(10):
            incident.action_incident_reopen("<p>Again</p>")
        with self.moment(11):
            # From 8 to 10 the parties were asked, from 7.5 on it had counted.
            self.assertClock(incident, "running", 4, 7)

    def test_a_corrected_date_of_restoration_voids_the_former(self):
        incident = self.open()
        with self.moment(3):
            incident.action_incident_resolve()
        with self.moment(4):
            incident.restored_date = START + 2 * HOUR
        self.assertClock(incident, "kept", 2)
        self.assertEqual(
            [kind for kind, _hours in self.get_kinds(incident)][-2:],
            ["void", "restored"],
        )

    def test_rejected_has_no_clock(self):
        with self.at(START), self.mock_mail_gateway():
            incident = self._create_incident()
            incident.action_incident_reject("<p>No</p>")
        self.assertFalse(self.get_entries(incident))


@tagged("post_install", "-at_install")
class TestClockWaits(ClockCommon):
    def test_the_freeze_stops_it_until_the_answer(self):
        incident = self.request()
        self.run_to(26)
        self.assertEqual(incident.incident_phase, "frozen")
        entries = self.get_entries(incident)
        self.assertEqual(self.get_kinds(incident)[-1], ("stop", 24))
        self.assertEqual(entries[-1:].party, "both")
        self.assertEqual(incident.sudo().gtr_state, "missed")
        with self.moment(30):
            incident.incident_record_answer(self.customer, "<p>Since noon</p>")
        self.assertEqual(self.get_kinds(incident)[-1], ("resume", 30))
        with self.moment(31):
            self.assertClock(incident, "missed", 25, 6)

    def test_from_delivery_if_the_contract_says_so(self):
        self.contract.version_ids.waiting_start = "delivered"
        incident = self.request("customer")
        self.run_to(2)
        ticket = incident.sudo()
        self.assertEqual(self.get_kinds(incident)[-1], ("stop", 0))
        self.assertEqual(self.get_entries(incident)[-1:].party, "customer")
        self.assertEqual((ticket.gtr_state, ticket.gtr_deadline), ("stopped", False))
        with self.moment(3):
            incident.incident_record_answer(self.customer, "<p>Since noon</p>")
        with self.moment(4):
            self.assertClock(incident, "running", 1, 3)
            self.assertEqual(ticket.gtr_deadline, START + 7 * HOUR)

    def test_an_undelivered_request_stops_nothing(self):
        self.contract.version_ids.waiting_start = "delivered"
        self.refused = {self.customer.email, self.integrator.email}
        incident = self.open()
        with self.moment(1):
            incident.incident_request("information", "<p>Since when?</p>")
        self.run_to(3)
        self.assertNotIn("stop", [kind for kind, _h in self.get_kinds(incident)])

    def test_a_bounce_voids_the_stop(self):
        self.contract.version_ids.waiting_start = "delivered"
        incident = self.request("customer")
        self.run_to(1)
        self.assertClock(incident, "stopped", 0)
        with self.moment(2):
            self.bounce(incident, self.customer)
        self.run_to(3)
        told = [kind for kind, _hours in self.get_kinds(incident) if kind != "alert"]
        self.assertEqual(told[-2:], ["stop", "void"])
        with self.at(START + 3 * HOUR):
            self.assertClock(incident, "running", 3)

    def test_an_answer_before_the_delivery_report_counts_the_same(self):
        self.contract.version_ids.waiting_start = "delivered"
        incident = self.request("customer")
        event = incident.sudo().followup_id.event_id
        with self.at(START + 2 * HOUR), self.mock_mail_gateway():
            incident.incident_record_answer(self.customer, "<p>Since noon</p>")
            self.flush_tracking()
        self.assertNotIn("stop", [kind for kind, _h in self.get_kinds(incident)])
        event.write({"outcome": "sent", "sent_date": START + HOUR})
        with self.at(START + 3 * HOUR):
            event.followup_id._incident_reconcile()
            self.assertEqual(
                self.get_kinds(incident)[-2:], [("stop", 1), ("resume", 2)]
            )
            self.assertClock(incident, "running", 2, 1)
            event.followup_id._incident_reconcile()
            self.assertEqual(len(self.get_entries(incident)), 4, "Once")

    def test_an_answer_counted_later_ends_it_when_it_arrived(self):
        self.contract.version_ids.waiting_start = "delivered"
        incident = self.request("customer")
        with self.moment(2), mute_logger("odoo.addons.mail.models.mail_thread"):
            self._reply(
                incident,
                self.customer,
                headers={"Auto-Submitted": "auto-replied"},
            )
        message = incident.message_ids.filtered(
            lambda one: one.message_type == "email"
        )[:1]
        self.assertTrue(message.incident_disregard)
        with self.moment(3):
            incident.action_incident_escalate(self.level, "<p>Far</p>")
        self.assertEqual(self.get_kinds(incident)[-1], ("resume", 3))
        with self.moment(20):
            message.with_user(self.agent).action_count_as_answer()
        self.assertEqual(self.get_kinds(incident)[-2:], [("void", 20), ("resume", 2)])

    def test_our_own_fault_ends_what_waits(self):
        self.contract.version_ids.waiting_start = "delivered"
        incident = self.request("customer")
        self.run_to(2)
        with self.moment(3):
            incident._incident_end_waits(START + HOUR)
            self.assertClock(incident, "running", 2, 1)

    def test_a_request_for_confirmation_is_no_waiting(self):
        self.contract.version_ids.waiting_start = "delivered"
        incident = self.resolve()
        self.run_to(3)
        causes = self.get_entries(incident).cause_id
        self.assertEqual(causes.mapped("key"), ["validation"])
