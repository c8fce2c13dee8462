# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What has happened to a clock is added up, and nobody edits it (G17)."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.openip_incident.hooks import uninstall_hook

from .clock_common import ClockCommon
from .followup_common import HOUR, START

ACTIVITY = "openip_incident.mail_activity_type_clock"


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
