# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the addon leaves behind: a working helpdesk."""

from datetime import datetime

from odoo.tests import tagged

from odoo.addons.openip_incident.hooks import uninstall_hook

from .common import CLOSED, PHASES, IncidentCommon

LONG_AGO = datetime(2026, 1, 5, 9, 0)


@tagged("post_install", "-at_install")
class TestUninstall(IncidentCommon):
    def setUp(self):
        super().setUp()
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
