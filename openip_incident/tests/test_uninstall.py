# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the addon leaves behind: a working helpdesk."""

from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from odoo.addons.openip_incident.hooks import (
    NEXT_NUMBERS,
    post_init_hook,
    uninstall_hook,
)
from odoo.addons.openip_incident.houses import keep_dates

from .common import CLOSED, FROZEN, PHASES, IncidentCommon
from .followup_common import FollowupCommon

LONG_AGO = datetime(2026, 1, 5, 9, 0)


@tagged("post_install", "-at_install")
class TestUninstall(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        with self.capture_letters():
            self.incidents = {
                phase: self._create_incident_in(phase) for phase in PHASES
            }
            self.archived = self._create_incident_in("escalated")
            self.archived.action_archive()
        self.incidents[CLOSED].closed_date = LONG_AGO
        self.plain = self._create_plain_ticket()
        self.plain.stage_id = self.plain_progress
        self.flush_tracking()

    def _uninstall(self):
        with self.capture_letters() as letters:
            uninstall_hook(self.env)
            self.env.flush_all()
            self.env.invalidate_all()
        return letters

    def test_no_mail_leaves(self):
        self.assertNoLetters(self._uninstall())

    def test_nothing_of_the_process_is_left(self):
        self._uninstall()
        stages = self.env["helpdesk.ticket.stage"].with_context(active_test=False)
        self.assertFalse(stages.search([("incident_phase", "!=", False)]))
        self.assertFalse(
            self.env.ref("openip_incident.stage_opened", raise_if_not_found=False)
        )
        teams = self.env["helpdesk.ticket.team"].with_context(active_test=False)
        self.assertFalse(teams.search([("incident_process", "=", True)]))

    def test_tickets_are_in_plain_stages(self):
        self._uninstall()
        for phase, ticket in self.incidents.items():
            with self.subTest(phase=phase):
                expected = self.plain_done if phase == CLOSED else self.plain_progress
                self.assertEqual(ticket.stage_id, expected)
        self.assertEqual(self.archived.stage_id, self.plain_progress)
        self.assertFalse(self.archived.active)

    def test_dates_of_closure_stay(self):
        self._uninstall()
        for phase, ticket in self.incidents.items():
            with self.subTest(phase=phase):
                expected = LONG_AGO if phase == CLOSED else False
                self.assertEqual(ticket.closed_date, expected)

    def test_other_tickets_are_left_alone(self):
        self._uninstall()
        self.assertEqual(self.plain.stage_id, self.plain_progress)
        self.assertEqual(self.plain.team_id, self.plain_team)

    def test_teams_of_the_operator_stay_with_their_tickets(self):
        """Only the shipped team goes; what the operator made is its own."""
        self._uninstall()
        self.assertTrue(self.team.exists())
        self.assertEqual(self.incidents["opened"].team_id, self.team)

    def test_messages_and_numbers_stay(self):
        """An answer to an old mail still finds its ticket."""
        ticket = self.incidents["opened"]
        number = ticket.number
        messages = ticket.sudo().notice_ids.message_id
        self.assertTrue(messages)
        self._uninstall()
        self.assertEqual(ticket.number, number)
        self.assertEqual(set(messages.exists().mapped("res_id")), set(ticket.ids))

    def test_a_former_number_comes_back(self):
        """The number as an incident, which is in the mails, stays in the chatter."""
        number = self.plain.number
        with self.capture_letters():
            self.plain.team_id = self.team
        incident_number = self.plain.number
        self.assertNotEqual(incident_number, number)
        messages = self.plain.message_ids
        self._uninstall()
        self.assertEqual(self.plain.number, number)
        [told] = (self.plain.message_ids - messages).filtered(
            lambda message: incident_number in (message.body or "")
        )
        self.assertTrue(told.is_internal or told.message_type == "notification")

    def test_numbers_of_an_earlier_installation_are_not_drawn_again(self):
        last = self.incidents["opened"].copy({"stage_id": False}).number
        self._uninstall()
        self.env.ref("openip_incident.sequence_incident").date_range_ids.unlink()
        keep_dates(self.env)
        post_init_hook(self.env)
        tickets = self.env["helpdesk.ticket"]
        drawn = tickets._draw_incident_number(self.company)
        self.assertEqual(
            int(drawn.rpartition("-")[2]), int(last.rpartition("-")[2]) + 1
        )
        self.assertFalse(self.env["ir.config_parameter"].get_param(NEXT_NUMBERS))

    def test_tickets_move_freely_afterwards(self):
        self._uninstall()
        ticket = self.incidents["waiting"]
        ticket.stage_id = self.plain_done
        self.assertTrue(ticket.closed)

    def test_it_works_without_the_shipped_records(self):
        """An admin may have deleted what was shipped."""
        self.env.ref("openip_incident.team_incident").unlink()
        self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_in_progress").active = False
        self._uninstall()
        self.assertFalse(self.incidents["opened"].stage_id.incident_phase)
        self.assertFalse(self.incidents["opened"].stage_id.closed)


@tagged("post_install", "-at_install")
class TestUninstallFollowups(FollowupCommon):
    """Incidents with a countdown running: it ends, and nothing comes after it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.incidents = self.request() | self.resolve()
        self.run_to(30)
        self.frozen, self.solved = self.incidents
        self.held = self.request()
        self.run_to(30)
        self.held.followup_id.action_hold()
        self.followups = (self.incidents | self.held).sudo().followup_id
        self.assertEqual(self.frozen.incident_phase, FROZEN)
        self.assertEqual(len(self.followups), 3)

    def _uninstall(self):
        with self.at(self.clock), self.mail_server():
            uninstall_hook(self.env)
            self.env.flush_all()
            self.cr.precommit.run()
        self.env.invalidate_all()

    def test_nothing_is_left_that_holds_plans_and_mails(self):
        """A follow-up or a step would keep Odoo from deleting what they refer to."""
        template = self.env.ref("openip_incident.mail_template_reminder")
        self.env["incident.followup.plan"].create(
            {
                "name": "Of the operator, archived",
                "active": False,
                "step_ids": [Command.create({"mail_template_id": template.id})],
            }
        )
        self.plain_progress.followup_plan_id = self.env.ref(
            "openip_incident.plan_request"
        )
        self._uninstall()
        self.assertFalse(self.followups.exists())
        for model in ("followup", "followup.event", "followup.step", "followup.plan"):
            records = self.env[f"incident.{model}"].with_context(active_test=False)
            self.assertFalse(records.search([]), model)
        template.unlink()

    def test_incidents_are_plain_tickets(self):
        self._uninstall()
        for ticket in self.incidents | self.held:
            self.assertEqual(ticket.stage_id, self.plain_progress)
            self.assertFalse(ticket.sudo().followup_id)

    def test_nothing_leaves_afterwards(self):
        known = len(self.letters)
        self._uninstall()
        self.run_to(24 * 14)
        self.assertFalse(self.get_party_letters(known))
        for ticket in self.incidents | self.held:
            self.assertEqual(ticket.stage_id, self.plain_progress)
