# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where an incident starts, and what its moves leave behind."""

from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    OPENED,
    PHASES,
    REGISTERED,
    WAITING,
    IncidentCommon,
)

NOW = datetime(2026, 11, 16, 10, 0)


@tagged("post_install", "-at_install")
class TestStart(IncidentCommon):
    def setUp(self):
        super().setUp()
        # As an admin may drag it: plain helpdesk would start every ticket there.
        self.stages[FROZEN].sequence = -5

    def _create_without_team(self, **values):
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        return tickets.create(
            {"name": "Noise", "description": "<p>On the line</p>", **values}
        )

    def test_start_with_the_team(self):
        incident = self._create_incident()
        self.assertEqual(incident.incident_phase, REGISTERED)

    def test_start_with_the_team_of_the_context(self):
        incident = (
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .with_context(default_team_id=self.team.id)
            .create({"name": "Noise", "description": "<p>On the line</p>"})
        )
        self.assertEqual(incident.incident_phase, REGISTERED)

    def test_start_with_the_team_of_the_assignee(self):
        """The base computes the team from the assignee, after ``create``."""
        (self.team | self.other_team | self.plain_team).user_ids -= self.agent
        self.team.user_ids |= self.agent
        incident = self._create_without_team(user_id=self.agent.id)
        self.assertEqual(incident.team_id, self.team)
        self.assertEqual(incident.incident_phase, REGISTERED)
        self.assertTrue(incident.number.startswith("INC"))

    def test_start_by_assigning_a_ticket_without_team(self):
        self.plain_team.user_ids -= self.leader
        self.other_team.user_ids -= self.leader
        ticket = self._create_without_team()
        ticket.sudo().user_id = self.leader
        self.flush_tracking()
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.incident_phase, REGISTERED)
        self.assertTrue(ticket.number.startswith("INC"))

    def test_start_by_mail(self):
        self._receive(
            "Stan <stan@stranger.example.com>",
            self.team.alias_full_name,
            subject="The line is dead",
        )
        incident = self.env["helpdesk.ticket"].search(
            [("name", "=", "The line is dead")]
        )
        self.assertEqual(incident.team_id, self.team)
        self.assertEqual(incident.incident_phase, REGISTERED)

    def test_start_by_the_portal_form(self):
        """The base's form takes the first of the applicable stages."""
        first = self.team._get_applicable_stages()[:1]
        self.assertEqual(first, self.stages[REGISTERED])
        incident = self._create_incident(stage_id=first.id)
        self.assertEqual(incident.incident_phase, REGISTERED)

    def test_start_in_the_form(self):
        incidents = self.env["helpdesk.ticket"].with_user(self.agent)
        with Form(incidents.with_context(default_team_id=self.team.id)) as form:
            form.name = "Noise"
            form.description = "<p>On the line</p>"
        self.assertEqual(form.record.incident_phase, REGISTERED)

    def test_start_elsewhere_is_refused(self):
        for phase in PHASES[1:]:
            with self.subTest(phase=phase), self.assertRaises(UserError) as refusal:
                self._create_incident(stage_id=self.stages[phase].id)
            self.assertIn(self.stages[phase].name, str(refusal.exception))

    def test_start_in_a_plain_stage_is_refused_or_registered(self):
        """A stage that the process does not know never holds an incident."""
        try:
            incident = self._create_incident(stage_id=self.plain_progress.id)
        except UserError:
            return
        self.assertEqual(incident.incident_phase, REGISTERED)

    def test_copy_starts_registered(self):
        incident = self._create_incident_in(CLOSED)
        copy = incident.copy()
        self.assertEqual(copy.incident_phase, REGISTERED)
        self.assertFalse(copy.sudo().validated_date)
        self.assertFalse(copy.closed_date)
        self.assertFalse(copy.close_reason)

    def test_start_sends_nothing(self):
        with self.capture_letters() as letters:
            self._create_incident()
        self.assertNoLetters(letters)


@tagged("post_install", "-at_install")
class TestLifecycle(IncidentCommon):
    # Validation

    def test_open_records_who_validated_and_when(self):
        incident = self._create_incident()
        with freeze_time(NOW):
            incident.with_user(self.leader).action_incident_open()
        self.assertEqual(incident.validated_by_id, self.leader)
        self.assertEqual(incident.validated_date, NOW)

    def test_validation_is_recorded_once(self):
        incident = self._create_incident_in(OPENED)
        before = incident.validated_date
        incident.with_user(self.leader).action_incident_start()
        self.assertEqual(incident.validated_by_id, self.agent)
        self.assertEqual(incident.validated_date, before)

    def test_open_names_what_is_missing(self):
        incident = self._create_incident(partner_id=False, description="<p><br></p>")
        with self.assertRaises(UserError) as refusal:
            incident.action_incident_open()
        self.assertIn("customer", str(refusal.exception))
        self.assertIn("description", str(refusal.exception))
        incident.write({"partner_id": self.customer.id})
        with self.assertRaises(UserError) as refusal:
            incident.action_incident_open()
        self.assertNotIn("customer", str(refusal.exception))

    def test_opening_by_drop_needs_the_same(self):
        incident = self._create_incident(partner_id=False)
        with self.assertRaises(UserError):
            incident.stage_id = self.stages[OPENED]

    def test_question_before_validation_validates_nothing(self):
        incident = self._create_incident()
        incident.incident_request("information", "<p>Which number?</p>")
        self.assertFalse(incident.validated_date)
        incident._incident_resume()
        self.assertEqual(incident.incident_phase, REGISTERED)

    def test_opening_twice_is_refused_without_mail(self):
        incident = self._create_incident_in(OPENED)
        with self.capture_letters() as letters, self.assertRaises(UserError):
            incident.action_incident_open()
        self.assertNoLetters(letters)

    def test_acts_are_for_agents(self):
        incident = self._create_incident()
        for act in (
            lambda ticket: ticket.action_incident_open(),
            lambda ticket: ticket.incident_update("<p>News</p>"),
            lambda ticket: ticket.action_incident_close("support"),
            lambda ticket: ticket.incident_record_answer(self.baker.id, "<p>Yes</p>"),
        ):
            with self.assertRaises(AccessError):
                act(incident.with_user(self.user_employee))

    def test_acts_are_for_incidents(self):
        ticket = self._create_plain_ticket()
        with self.assertRaises(UserError):
            ticket.action_incident_open()
        with self.assertRaises(UserError):
            ticket.incident_update("<p>News</p>")

    # Stages

    def test_opened_incident_is_closed_not_rejected(self):
        incident = self._create_incident_in(OPENED)
        with self.capture_letters() as letters:
            with self.assertRaises(UserError):
                incident.action_incident_reject("<p>No</p>")
        self.assertEqual(incident.incident_phase, OPENED)
        self.assertNoLetters(letters)

    def test_question_before_validation_may_end_in_rejection(self):
        incident = self._create_incident()
        incident.incident_request("information", "<p>Which line?</p>")
        incident.action_incident_reject("<p>No such line</p>")
        self.assertEqual(incident.close_reason, "rejected")

    def test_first_stage_of_a_phase_is_entered(self):
        """Admins add stages; the process takes the first by sequence."""
        earlier = self.stages[OPENED].copy({"name": "Accepted", "sequence": 1})
        incident = self._create_incident()
        incident.action_incident_open()
        self.assertEqual(incident.stage_id, earlier)

    def test_archived_stage_is_not_entered(self):
        self.stages[OPENED].copy({"name": "Old", "sequence": 1, "active": False})
        incident = self._create_incident()
        incident.action_incident_open()
        self.assertEqual(incident.stage_id, self.stages[OPENED])

    def test_stages_of_one_phase_are_exchangeable(self):
        second = self.stages[IN_PROGRESS].copy({"name": "At the workshop"})
        incident = self._create_incident_in(IN_PROGRESS)
        incident.stage_id = second
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertEqual(incident.reopen_count, 0)

    # Waiting and back

    def test_answered_incident_goes_back_without_mail(self):
        for phase in (REGISTERED, OPENED, IN_PROGRESS, ESCALATED):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                incident.incident_request("information", "<p>Since when?</p>")
                self.flush_tracking()
                self.assertEqual(incident.return_stage_id, self.stages[phase])
                with self.capture_letters() as letters:
                    incident._incident_resume()
                self.assertEqual(incident.incident_phase, phase)
                self.assertFalse(incident.return_stage_id)
                self.assertNoLetters(letters)

    def test_drop_on_the_return_stage_sends_no_mail(self):
        """Dragging an incident back is resuming it: nobody is told twice."""
        for phase in (OPENED, IN_PROGRESS):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                incident.stage_id = self.stages[WAITING]
                self.flush_tracking()
                with self.capture_letters() as letters:
                    incident.stage_id = self.stages[phase]
                self.assertNoLetters(letters)

    def test_frozen_keeps_the_return_stage(self):
        incident = self._create_incident_in(ESCALATED)
        incident.stage_id = self.stages[WAITING]
        incident.stage_id = self.stages[FROZEN]
        self.assertEqual(incident.return_stage_id, self.stages[ESCALATED])
        self.assertTrue(incident.frozen)
        incident._incident_resume()
        self.assertEqual(incident.incident_phase, ESCALATED)
        self.assertFalse(incident.frozen)

    def test_archived_return_stage_means_in_progress(self):
        second = self.stages[ESCALATED].copy({"name": "At the lab"})
        incident = self._create_incident_in(ESCALATED)
        incident.stage_id = second
        incident.stage_id = self.stages[WAITING]
        second.active = False
        incident._incident_resume()
        self.assertEqual(incident.stage_id, self.stages[IN_PROGRESS])

    def test_question_during_closure_goes_back_to_work(self):
        incident = self._create_incident_in(CLOSURE)
        incident.incident_request("information", "<p>Does it work?</p>")
        self.assertFalse(incident.solved_date)
        incident._incident_resume()
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_waiting_since_is_kept_while_it_waits(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with freeze_time(NOW):
            incident.incident_request("information", "<p>Since when?</p>")
        self.assertEqual(incident.wait_start, NOW)
        incident.stage_id = self.stages[FROZEN]
        self.assertEqual(incident.wait_start, NOW)
        incident._incident_resume()
        self.assertFalse(incident.wait_start)

    # Escalation

    def test_escalation_is_recorded_and_taken_back(self):
        self.level.partner_id = self.stranger
        incident = self._create_incident_in(IN_PROGRESS)
        with freeze_time(NOW):
            incident.action_incident_escalate(self.level, "<p>Beyond us</p>")
        self.assertEqual(incident.escalation_level_id, self.level)
        self.assertEqual(incident.escalation_partner_id, self.stranger)
        self.assertEqual(incident.escalation_date, NOW)
        incident.action_incident_start()
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertFalse(incident.escalation_level_id)

    def test_escalation_to_the_next_level(self):
        carrier = self.env.ref("openip_incident.escalation_level_carrier")
        incident = self._create_incident_in(ESCALATED)
        with self.capture_letters() as letters:
            incident.action_incident_escalate(carrier.id, "<p>To the carrier</p>")
        self.assertEqual(incident.escalation_level_id, carrier)
        self.assertBothInformed(letters)

    # Closure

    def test_solved_date_lasts_until_it_proves_wrong(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with freeze_time(NOW):
            incident.action_incident_resolve()
        self.assertEqual(incident.solved_date, NOW)
        incident.action_incident_start()
        self.assertFalse(incident.solved_date)
        incident.action_incident_resolve()
        incident.action_incident_close("confirmed")
        self.assertTrue(incident.solved_date)

    def test_close_reasons(self):
        for reason in ("confirmed", "no_answer", "not_confirmed", "support"):
            with self.subTest(reason=reason), freeze_time(NOW):
                incident = self._create_incident_in(CLOSURE)
                incident.action_incident_close(reason)
                self.assertEqual(incident.close_reason, reason)
                self.assertEqual(incident.closed_date, NOW)
                self.assertTrue(incident.closed)

    def test_unknown_close_reason_is_refused(self):
        incident = self._create_incident_in(CLOSURE)
        with self.assertRaises(UserError) as refusal:
            incident.action_incident_close("tired")
        self.assertIn("tired", str(refusal.exception))

    def test_closing_twice_is_refused_without_mail(self):
        incident = self._create_incident_in(CLOSED)
        reason = incident.close_reason
        with self.capture_letters() as letters, self.assertRaises(UserError):
            incident.action_incident_close("confirmed")
        self.assertNoLetters(letters)
        incident.invalidate_recordset()
        self.assertEqual(incident.close_reason, reason)

    def test_registered_incident_is_rejected_not_closed(self):
        incident = self._create_incident()
        with self.assertRaises(UserError):
            incident.action_incident_close("support")
        incident.action_incident_reject("<p>Works as ordered</p>")
        self.assertEqual(incident.incident_phase, CLOSED)
        self.assertEqual(incident.close_reason, "rejected")

    def test_drop_of_a_registered_incident_on_closed_rejects_it(self):
        incident = self._create_incident()
        with self.capture_letters() as letters:
            incident.stage_id = self.stages[CLOSED]
        self.assertEqual(incident.close_reason, "rejected")
        letter = self._letter_to(letters, self.integrator.email)
        self.assertIn("Not opened", letter["subject"])

    def test_incident_is_rejected_after_a_question(self):
        """What was asked before validation does not make an incident valid."""
        incident = self._create_incident()
        incident.incident_request("information", "<p>Which number?</p>")
        incident.action_incident_reject("<p>Not one of our lines</p>")
        self.assertEqual(incident.close_reason, "rejected")
        self.assertFalse(incident.validated_date)


@tagged("post_install", "-at_install")
class TestReopen(IncidentCommon):
    def _close(self, incident, reason="confirmed"):
        with freeze_time(NOW):
            incident.action_incident_close(reason)
        self.flush_tracking()

    def test_reopen_within_the_window(self):
        incident = self._create_incident_in(CLOSURE)
        self._close(incident)
        with freeze_time(NOW + timedelta(days=5)), self.capture_letters() as letters:
            incident.action_incident_reopen("<p>It is back</p>")
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertFalse(incident.closed_date)
        self.assertFalse(incident.close_reason)
        self.assertFalse(incident.solved_date)
        self.assertEqual(incident.reopen_count, 1)
        self.assertNoLetters(letters)

    def test_reopen_counts_every_time(self):
        incident = self._create_incident_in(CLOSURE)
        for count in (1, 2):
            incident.action_incident_close("support")
            incident.action_incident_reopen("")
            self.assertEqual(incident.reopen_count, count)

    def test_reopen_after_the_window_registers_a_successor(self):
        incident = self._create_incident_in(CLOSURE)
        self._close(incident)
        with freeze_time(NOW + timedelta(days=5, seconds=1)):
            incident.action_incident_reopen("<p>It is back</p>")
        successor = incident.search([("predecessor_id", "=", incident.id)])
        self.assertEqual(len(successor), 1)
        self.assertEqual(successor.incident_phase, REGISTERED)
        self.assertEqual(successor.partner_id, self.customer)
        self.assertEqual(successor.integrator_id, self.integrator)
        self.assertNotEqual(successor.number, incident.number)
        self.assertEqual(incident.incident_phase, CLOSED)
        self.assertEqual(incident.closed_date, NOW)
        self.assertEqual(incident.reopen_count, 0)
        self.assertIn(successor.number, "".join(incident.message_ids.mapped("body")))

    def test_window_is_the_teams(self):
        self.team.incident_reopen_days = 1
        incident = self._create_incident_in(CLOSURE)
        self._close(incident)
        with freeze_time(NOW + timedelta(days=2)):
            with self.assertRaises(UserError):
                incident.stage_id = self.stages[IN_PROGRESS]
        with freeze_time(NOW + timedelta(hours=23)):
            incident.stage_id = self.stages[IN_PROGRESS]
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertEqual(incident.reopen_count, 1)

    def test_rejected_comes_back_registered(self):
        incident = self._create_incident()
        incident.action_incident_reject("<p>No</p>")
        with self.assertRaises(UserError):
            incident.stage_id = self.stages[IN_PROGRESS]
        incident.invalidate_recordset()
        with self.capture_letters() as letters:
            incident.action_incident_reopen("<p>After all</p>")
        self.assertEqual(incident.incident_phase, REGISTERED)
        self.assertFalse(incident.close_reason)
        self.assertNoLetters(letters)

    def test_drop_of_a_reopened_incident_sends_no_mail(self):
        incident = self._create_incident_in(CLOSED)
        with self.capture_letters() as letters:
            incident.stage_id = self.stages[IN_PROGRESS]
        self.assertFalse(incident.closed_date)
        self.assertNoLetters(letters)

    def test_open_incident_is_not_reopened(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.assertRaises(UserError):
            incident.action_incident_reopen("<p>Again</p>")
