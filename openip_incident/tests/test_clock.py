# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The clock of a contract follows from what happens to an incident (G17)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.hooks import uninstall_hook

from .clock_common import ClockCommon
from .followup_common import HOUR, START

ACTIVITY = "openip_incident.mail_activity_type_clock"


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


@tagged("post_install", "-at_install")
class TestClockLedger(ClockCommon):
    def test_nobody_edits_it(self):
        entry = self.get_entries(self.open())[:1]
        for user in (self.agent, self.manager):
            with self.assertRaises(AccessError):
                entry.with_user(user).write({"date": START})
            with self.assertRaises(AccessError):
                entry.with_user(user).copy()
            with self.assertRaises(AccessError):
                entry.with_user(user).unlink()
        with self.assertRaises(UserError):
            entry.write({"date": START})
        with self.assertRaises(UserError):
            entry.write({"reason": "Something else"})
        with self.assertRaises(UserError):
            entry.unlink()
        entry.write({"reason": False})

    def test_an_incident_with_entries_is_archived(self):
        incident = self.open()
        with self.mock_mail_gateway():
            incident.sudo().unlink()
        self.assertTrue(incident.exists())
        self.assertFalse(incident.active)

    def test_tampering_is_visible(self):
        incident = self.open()
        with self.moment(1):
            incident.action_incident_start()
        entries = self.get_entries(incident)
        self.assertFalse(entries._find_broken())
        for column, value in (
            ("date", "2026-11-23 09:30:00"),
            ("kind", "stop"),
            ("sequence", 7),
        ):
            with self.subTest(column), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(
                    f"UPDATE incident_clock_entry SET {column} = %s WHERE id = %s",
                    [value, entries[-1:].id],
                )
                self.env.invalidate_all()
                incident.sudo()._incident_check_clocks()
                self.assertTrue(incident.sudo().incident_clock_broken)
                check = self.env.ref("openip_incident.health_clock")
                check.invalidate_recordset()
                self.assertEqual((check.state, check.count), ("alarm", 1))
                savepoint.rollback()
                self.env.invalidate_all()
        incident.sudo()._incident_check_clocks()
        self.assertFalse(incident.sudo().incident_clock_broken)

    def test_what_is_missing_is_visible(self):
        incident = self.open()
        with self.moment(1):
            incident.action_incident_start()
        self.open()
        tickets = self.env["helpdesk.ticket"].sudo()
        for deleted, count in (("sequence > 1", 1), ("TRUE", 2)):
            with self.subTest(deleted), self.env.cr.savepoint() as savepoint:
                self.env.flush_all()
                self.env.cr.execute(f"DELETE FROM incident_clock_entry WHERE {deleted}")
                self.env.invalidate_all()
                tickets._gc_check_clocks()
                broken = tickets.search([("incident_clock_broken", "=", True)])
                self.assertEqual(len(broken), count)
                self.assertIn(incident, broken)
                savepoint.rollback()
                self.env.invalidate_all()
        tickets._gc_check_clocks()
        self.assertFalse(tickets.search([("incident_clock_broken", "=", True)]))

    def test_every_entry_touches_its_incident(self):
        incident = self.open()
        acts = (
            lambda: incident.with_user(self.agent).incident_clock_dispute("No"),
            lambda: (
                self.get_entries(incident)[-1:]
                .with_user(self.manager)
                .action_refuse_dispute("Yes")
            ),
        )
        for act in acts:
            self.env.flush_all()
            with self.subTest():
                before = incident.sudo().incident_clock_seal
                act()
                self.env.flush_all()
                self.env.cr.execute(
                    "SELECT incident_clock_seal FROM helpdesk_ticket WHERE id = %s",
                    [incident.id],
                )
                [seal] = self.env.cr.fetchone()
                self.assertNotEqual(seal, before)
                self.assertEqual(seal, self.get_entries(incident)[-1:].checksum)

    def test_thresholds_are_told_once(self):
        self.contract.version_ids.gti_hours = 0
        incident = self.open()
        self.run_to(3)
        self.assertFalse(self.get_activities(incident, ACTIVITY))
        self.run_to(4)
        self.assertEqual(len(self.get_activities(incident, ACTIVITY)), 1)
        self.run_to(9)
        told = self.get_entries(incident).filtered(lambda one: one.kind == "alert")
        percents = [(one.clock, one.percent) for one in told]
        self.assertEqual(len(percents), len(set(percents)))
        self.assertEqual(
            [one for one in percents if one[0] == "gtr"],
            [("gtr", 50), ("gtr", 75), ("gtr", 90), ("gtr", 100)],
        )
        self.assertFalse(incident.sudo().incident_clock_date)

    def test_other_terms_are_another_version(self):
        version = self.contract.version_ids
        incident = self.open()
        with self.assertRaises(UserError):
            version.gtr_hours = 8
        self.contract.version_ids = [
            Command.create({"date_from": START.date(), "gtr_hours": 8})
        ]
        self.assertEqual(incident.sudo().gtr_deadline, START + 4 * HOUR)

    def test_another_contract_is_an_act_with_a_reason(self):
        incident = self.open()
        other = self._create_contract("GTR 8 h", around_the_clock=True, gtr_hours=8)
        with self.assertRaises(ValidationError):
            incident.sudo().contract_id = other
        with self.assertRaises(UserError):
            incident.with_user(self.agent).incident_change_contract(other, " ")
        with self.at(START + HOUR):
            incident.with_user(self.agent).incident_change_contract(other.id, "Wrong")
        self.assertEqual(incident.sudo().gtr_deadline, START + 8 * HOUR)
        self.assertEqual(incident.sudo().contract_id, other)

    def test_a_clock_that_begins_late_reads_the_history(self):
        self.customer.incident_contract_id = False
        incident = self.open()
        with self.moment(1):
            incident.action_incident_start()
        with self.moment(2):
            incident.action_incident_resolve()
        with self.moment(5):
            incident.action_incident_start()
        with self.moment(6):
            incident.with_user(self.agent).incident_change_contract(
                self.contract, "Signed before"
            )
            self.assertClock(incident, "running", 3, 3)
        self.assertIn("Signed before", self.get_entries(incident)[:1].reason)

    def test_agents_stop_it_with_a_proof(self):
        incident = self.open()
        agent, cause = incident.with_user(self.agent), self.causes["no_access"]
        with self.at(START + 2 * HOUR):
            with self.assertRaises(UserError):
                agent.incident_clock_stop(cause)
            with self.assertRaises(UserError):
                agent.incident_clock_stop(cause, START + 3 * HOUR, "Closed")
            agent.incident_clock_stop(cause.id, START + HOUR, "Nobody on site")
            self.assertClock(incident, "stopped", 1, 1)
        with self.at(START + 3 * HOUR):
            agent.incident_clock_resume()
            self.assertClock(incident, "running", 1, 2)
            with self.assertRaises(UserError):
                agent.incident_clock_resume()

    def test_managers_correct_and_the_former_stays(self):
        incident = self.open()
        with self.at(START + 3 * HOUR):
            incident.with_user(self.agent).incident_clock_stop(
                self.causes["no_access"], START + HOUR, "Nobody on site"
            )
            incident.with_user(self.agent).incident_clock_resume(START + 2 * HOUR)
            stop = self.get_entries(incident).filtered(lambda one: one.kind == "stop")
            with self.assertRaises(UserError):
                stop.with_user(self.agent).action_correct("No", START)
            stop.with_user(self.manager).action_correct("It was sooner", START)
            self.assertClock(incident, "running", 1, 2)
            kinds = self.get_kinds(incident)
            self.assertEqual(kinds[-3:], [("void", 3), ("stop", 0), ("resume", 2)])
            self.assertFalse(self.get_entries(incident)._find_broken())

    def test_a_dispute_is_judged_once(self):
        incident = self.open()
        incident.with_user(self.agent).incident_clock_dispute("We did answer")
        dispute = self.get_entries(incident)[-1:]
        dispute.with_user(self.manager).action_refuse_dispute("Not before noon")
        with self.assertRaises(UserError):
            dispute.with_user(self.manager).action_accept_dispute("Well")

    def test_how_it_was_counted_is_explained(self):
        incident = self.open()
        with self.at(START + 3 * HOUR):
            incident.with_user(self.agent).incident_clock_stop(
                self.causes["no_access"], START + HOUR, "Nobody on site"
            )
            incident.invalidate_recordset()
            text = incident.with_user(self.agent).incident_clock_explained
        self.assertIn("No access to the site", text)
        self.assertIn("1:00:00", text)

    def test_people_outside_read_nothing_of_it(self):
        incident = self.open()
        entry = self.get_entries(incident)[:1]
        portal = self._create_portal_user(self.customer, "clock-portal")
        for records in (entry, self.contract, self.contract.version_ids):
            with self.assertRaises(AccessError):
                records.with_user(portal).read(["id"])
        with self.assertRaises(AccessError):
            incident.with_user(portal).read(["gtr_deadline"])
        with self.assertRaises(AccessError):
            incident.with_user(portal).incident_clock_dispute("Mine")

    def test_uninstalling_leaves_nothing_in_the_way(self):
        incident = self.request("customer")
        self.run_to(25)
        with self.capture_letters():
            uninstall_hook(self.env)
            self.env.flush_all()
        self.assertFalse(incident.is_incident)

    def test_it_is_printed_with_its_last_checksum(self):
        incident = self.open()
        reports = self.env["ir.actions.report"].with_user(self.agent)
        page, _kind = reports._render_qweb_html(
            "openip_incident.report_incident_clock", incident.ids
        )
        text = page.decode()
        self.assertIn(self.get_entries(incident)[-1:].checksum, text)
        self.assertIn(incident.number, text)


@tagged("post_install", "-at_install")
class TestClockCalendar(ClockCommon):
    def test_counted_hours_are_those_agreed(self):
        calendar = self.env["resource.calendar"].create(
            {
                "name": "HO",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "Day",
                            "dayofweek": "0",
                            "hour_from": 8,
                            "hour_to": 11.5,
                        }
                    )
                ],
            }
        )
        contract = self._create_contract("HO", resource_calendar_id=calendar.id)
        self.customer.incident_contract_id = contract
        calendar.attendance_ids.hour_to = 18
        # Monday, 10:00 in Paris: an hour and a half, the rest a week later.
        incident = self.open()
        self.assertEqual(
            incident.sudo().gtr_deadline, START + timedelta(days=7, hours=0.5)
        )
        self.assertIn("08:00–11:30", contract.version_ids.hours_text)

    def test_holidays_are_filled_once_and_the_past_is_kept(self):
        holidays = self.env["incident.holiday"]
        self.assertFalse(holidays._fill(2026, 2026))
        christmas = holidays.search([("date", "=", "2026-12-25")], limit=1)
        christmas.unlink()
        self.assertFalse(holidays._fill(2026, 2026), "Whoever took it away meant it")
        past = holidays.search([("date", "=", "2026-05-01")], limit=1)
        with self.assertRaises(UserError):
            past.unlink()

    def test_years_to_come_are_filled_by_themselves(self):
        holidays = self.env["incident.holiday"]
        recount = patch.object(type(self.env["helpdesk.ticket"]), "_incident_recount")
        with self.at(START + timedelta(days=60)), recount as counted:
            last = Domain("date", ">=", "2042-01-01")
            self.assertFalse(holidays.search(last))
            holidays._fill_yearly()
            found = holidays.search(last)
            self.assertEqual(len(found), 11 + 13)
            self.assertEqual({day.date.year for day in found}, {2042})
            counted.reset_mock()
            holidays._fill_yearly()
            counted.assert_not_called()

    def test_a_new_holiday_moves_what_is_to_come(self):
        self.customer.incident_contract_id = self._create_contract(
            "HO",
            resource_calendar_id=self.company.resource_calendar_id.id,
            gtr_hours=9,
        )
        incident = self.open()
        before = incident.sudo().gtr_deadline
        self.env["incident.holiday"].create(
            {"name": "Works", "date": "2026-11-24", "subdivision": "metropolitan"}
        )
        self.assertEqual(incident.sudo().gtr_deadline, before + timedelta(days=1))
