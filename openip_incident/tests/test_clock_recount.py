# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""All clocks are counted anew by few queries, and every contract counts something."""

from unittest.mock import patch

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.clock import helpdesk_ticket_clock_recount as recount
from .clock_common import ClockCommon
from .followup_common import HOUR, START

FIGURES = (
    "gti_deadline",
    "gtr_deadline",
    "incident_gtr_fact",
    "incident_clock_deadline",
    "incident_clock_date",
)


@tagged("post_install", "-at_install")
class TestClockRecount(ClockCommon):
    def look(self, incidents):
        self.env.invalidate_all()
        return [[ticket[name] for name in FIGURES] for ticket in incidents.sudo()]

    def test_what_is_stored_follows_from_the_ledger_again(self):
        incidents = self.open() | self.open()
        with self.at(START + 2 * HOUR):
            incidents[0].with_user(self.agent).incident_clock_stop(
                self.causes["no_access"], START + HOUR, "Nobody on site"
            )
            known = self.look(incidents)
            incidents.sudo().write({"gtr_deadline": START, "gti_deadline": False})
            incidents.sudo().incident_clock_date = False
            self.assertNotEqual(self.look(incidents), known)
            self.env["helpdesk.ticket"].sudo()._incident_recount()
            self.assertEqual(incidents.sudo()[1].gtr_deadline, START + 4 * HOUR)
            self.assertEqual(self.look(incidents), known)

    def test_another_clock_costs_no_query(self):
        counts = []
        for more in (2, 8):
            for _index in range(more):
                self.open()
            with self.at(START + HOUR):
                tickets = self.env["helpdesk.ticket"].sudo()
                tickets.search([]).write({"gtr_deadline": START})
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.cr.sql_log_count
                tickets._incident_recount()
                counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_many_are_counted_by_the_scheduled_action(self):
        incidents = self.open() | self.open() | self.open()
        cron = self.env.ref("openip_incident.ir_cron_clock_recount")
        queue = self.env["incident.clock.recount"]
        with self.at(START + HOUR), patch.object(recount, "AT_ONCE", 2):
            known = self.look(incidents)
            incidents.sudo().write({"gtr_deadline": START, "gti_deadline": False})
            wrong = self.look(incidents)
            self.env["incident.clock.threshold"].create({"percent": 99})
            self.assertEqual(queue.search([]).ticket_id, incidents)
            # Whoever has changed something does not wait for it.
            self.assertEqual(self.look(incidents), wrong)
            woken = self.env["ir.cron.trigger"].search_count
            before = woken([("cron_id", "=", cron.id)])
            self.env.cr.precommit.run()
            self.assertEqual(woken([("cron_id", "=", cron.id)]), before + 1)
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.assertEqual(self.look(incidents), known)
        self.assertFalse(queue.search([]))

    def test_what_was_queued_twice_is_counted_once(self):
        incidents = self.open() | self.open() | self.open()
        tickets = type(self.env["helpdesk.ticket"])
        queue = self.env["incident.clock.recount"]
        cron = self.env.ref("openip_incident.ir_cron_clock_recount")
        engine = type(self.env["incident.engine"])
        batches = []

        def count(batch):
            batches.append(batch.ids)

        with (
            self.at(START + HOUR),
            patch.object(recount, "AT_ONCE", 2),
            patch.object(engine, "_get_batch", return_value=1),
            patch.object(tickets, "_incident_recount_batch", count),
        ):
            for percent in (97, 98, 99):
                self.env["incident.clock.threshold"].create({"percent": percent})
            self.assertEqual(queue.search_count([]), 9)
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        # Though a run looks no further than at four rows at once.
        self.assertEqual(batches, [incident.ids for incident in incidents])
        self.assertFalse(queue.search([]))

    def test_one_that_fails_keeps_no_other(self):
        incidents = self.open() | self.open() | self.open()
        tickets = type(self.env["helpdesk.ticket"])
        queue = self.env["incident.clock.recount"]
        cron = self.env.ref("openip_incident.ir_cron_clock_recount")
        count = tickets._incident_recount_batch

        def fail(batch):
            if incidents[1] in batch:
                raise ValueError("It cannot be counted")
            return count(batch)

        with (
            self.at(START + HOUR),
            patch.object(recount, "AT_ONCE", 2),
            patch.object(tickets, "_incident_recount_batch", fail),
            mute_logger("odoo.addons.openip_incident.models.engine.incident_engine"),
        ):
            known = self.look(incidents)
            incidents.sudo().gtr_deadline = START
            incidents.sudo()._incident_recount()
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            found = self.look(incidents)
            self.assertEqual([found[0], found[2]], [known[0], known[2]])
            # It is tried again, and Health tells.
            self.assertEqual(queue.search([]).ticket_id, incidents[1])
        check = self.env.ref("openip_incident.health_recount_waiting")
        for hours, state in ((1.5, "good"), (2.5, "alarm")):
            with self.at(START + hours * HOUR):
                check.invalidate_recordset()
                self.assertEqual((check.state, check.count), (state, 1))

    def test_the_next_deadline_is_of_what_is_not_over(self):
        incident = self.open()
        agent, ticket = incident.with_user(self.agent), incident.sudo()
        known = [ticket.incident_clock_deadline]
        with self.at(START + HOUR / 2):
            agent.action_incident_start()
            known.append(ticket.incident_clock_deadline)
        with self.at(START + HOUR):
            agent.incident_clock_stop(self.causes["no_access"], None, "Nobody there")
            known.append(ticket.incident_clock_deadline)
        with self.at(START + 2 * HOUR):
            agent.incident_clock_resume()
        with self.at(START + 9 * HOUR):
            # Missed, and not over.
            agent.incident_clock_dispute("Well")
            self.assertEqual(ticket.incident_gtr_fact, "missed")
            ticket.incident_clock_deadline = START
            self.env["helpdesk.ticket"].sudo()._incident_recount()
            known.append(ticket.incident_clock_deadline)
            agent.action_incident_resolve()
            known.append(ticket.incident_clock_deadline)
        hours = [date and (date - START) / HOUR for date in known]
        self.assertEqual(hours, [1, 4, False, 5, False])

    # Hours

    def test_a_contract_counts_the_hours_of_the_company(self):
        version = self._create_contract("Default").version_ids
        calendar = self.company.resource_calendar_id
        self.assertEqual(version.resource_calendar_id, calendar)
        self.assertTrue(any(version.hours.values()))

    def test_a_contract_that_counts_nothing_is_refused(self):
        empty = self.env["resource.calendar"].create(
            {"name": "Never", "attendance_ids": [Command.clear()]}
        )
        for values in (
            {"resource_calendar_id": False},
            {"resource_calendar_id": empty.id},
        ):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                self._create_contract("Never", **values)
        version = self._create_contract("Both", around_the_clock=True).version_ids
        version.resource_calendar_id = False
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            version.around_the_clock = False
