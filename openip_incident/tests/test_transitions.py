# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The table of moves, through every door by which a stage can change."""

from datetime import datetime

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

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

LONG_AGO = datetime(2026, 1, 5, 9, 0)

# Written out once more instead of taken from the code: this is the specification.
# Waiting and frozen incidents come from "in progress" here: their return stage.
LEGAL_MOVES = {
    REGISTERED: {OPENED, WAITING, CLOSED},
    OPENED: {IN_PROGRESS, ESCALATED, WAITING, CLOSURE, CLOSED},
    IN_PROGRESS: {ESCALATED, WAITING, CLOSURE, CLOSED},
    ESCALATED: {IN_PROGRESS, WAITING, CLOSURE, CLOSED},
    WAITING: {IN_PROGRESS, ESCALATED, FROZEN, CLOSURE, CLOSED},
    FROZEN: {IN_PROGRESS, ESCALATED, WAITING, CLOSURE, CLOSED},
    CLOSURE: {IN_PROGRESS, ESCALATED, WAITING, CLOSED},
    CLOSED: {IN_PROGRESS},
}


@tagged("post_install", "-at_install")
class TestTransitions(IncidentCommon):
    def _each_move(self):
        """Yield an incident, its phase and another one, for every move."""
        for origin in PHASES:
            incident = self._create_incident_in(origin)
            for target in PHASES:
                if origin != target:
                    yield incident, origin, target

    def _assert_matrix(self, change):
        """Assert that a way to change stages knows the legal moves and no other.

        :param change: called with an incident and the stage to enter
        """
        for incident, origin, target in self._each_move():
            with self.subTest(origin=origin, target=target), self.undone():
                stage = self.stages[target]
                if target in LEGAL_MOVES[origin]:
                    change(incident, stage)
                    self.flush_tracking()
                    self.assertEqual(incident.stage_id, stage)
                    continue
                with self.assertRaises(UserError) as refusal:
                    change(incident, stage)
                self.assertIn(self.stages[origin].name, str(refusal.exception))
                self.assertIn(stage.name, str(refusal.exception))
                incident.invalidate_recordset()
                self.assertEqual(incident.stage_id, self.stages[origin])

    def test_every_move_by_write(self):
        """The drop of a kanban card is this same write."""
        self._assert_matrix(
            lambda incident, stage: incident.write({"stage_id": stage.id})
        )

    def test_every_move_by_rpc(self):
        def write(incident, stage):
            call_kw(
                incident.browse(),
                "write",
                [incident.ids, {"stage_id": stage.id}],
                {},
            )
            incident.invalidate_recordset()

        self._assert_matrix(write)

    def test_every_move_by_act(self):
        """The public methods obey the same table, and name both stages, too."""
        acts = {
            OPENED: lambda incident: incident.action_incident_open(),
            IN_PROGRESS: lambda incident: incident.action_incident_start(),
            ESCALATED: lambda incident: incident.action_incident_escalate(
                self.level.id, "<p>No way on</p>"
            ),
            WAITING: lambda incident: incident.incident_request(
                "information", "<p>Since when?</p>"
            ),
            CLOSURE: lambda incident: incident.action_incident_resolve(),
            CLOSED: lambda incident: incident.action_incident_close("support"),
        }
        for incident, origin, target in self._each_move():
            if target not in acts or (origin, target) == (REGISTERED, CLOSED):
                continue
            with self.subTest(origin=origin, target=target), self.undone():
                if target in LEGAL_MOVES[origin]:
                    acts[target](incident)
                    self.assertEqual(incident.incident_phase, target)
                    continue
                with self.assertRaises(UserError) as refusal:
                    acts[target](incident)
                self.assertIn(self.stages[origin].name, str(refusal.exception))
                self.assertIn(self.stages[target].name, str(refusal.exception))

    def test_every_slipped_move_of_a_team_change_is_refused(self):
        """A change of team keeps the phase: no move hides in it."""
        stages = self.other_team._get_incident_stages()
        for origin in PHASES:
            incident = self._create_incident_in(origin)
            for stage in stages:
                if stage.incident_phase == origin:
                    continue
                with self.subTest(origin=origin, target=stage.name), self.undone():
                    with self.assertRaises(UserError):
                        incident.write(
                            {"team_id": self.other_team.id, "stage_id": stage.id}
                        )
                    incident.invalidate_recordset()
                    self.assertEqual(incident.team_id, self.team)
                    self.assertEqual(incident.incident_phase, origin)

    def test_team_change_keeps_every_phase_without_mail(self):
        for phase in PHASES:
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                with self.capture_letters() as letters:
                    incident.team_id = self.other_team
                self.assertEqual(incident.team_id, self.other_team)
                self.assertEqual(incident.incident_phase, phase)
                self.assertNoLetters(letters)

    def test_team_change_enters_the_stage_of_the_new_team(self):
        """Each team may know a phase by a stage of its own."""
        own = self.stages[OPENED].copy({"name": "Accepted", "team_ids": False})
        self.stages[OPENED].team_ids -= self.other_team
        own.team_ids = self.other_team
        incident = self._create_incident_in(OPENED)
        incident.team_id = self.other_team
        self.assertEqual(incident.stage_id, own)

    def test_team_change_keeps_the_date_of_closure(self):
        """The base dates the closure anew on every entry into a closing stage."""
        own = self.stages[CLOSED].copy({"name": "Done", "team_ids": False})
        self.stages[CLOSED].team_ids -= self.other_team
        own.team_ids = self.other_team
        incident = self._create_incident_in(CLOSED)
        incident.closed_date = LONG_AGO
        incident.team_id = self.other_team
        self.assertEqual(incident.stage_id, own)
        self.assertEqual(incident.closed_date, LONG_AGO)
        self.assertEqual(incident.close_reason, "support")

    def test_closed_ticket_keeps_its_date_in_the_process(self):
        ticket = self._create_plain_ticket()
        ticket.stage_id = self.plain_done
        ticket.closed_date = LONG_AGO
        ticket.team_id = self.team
        self.assertEqual(ticket.incident_phase, CLOSED)
        self.assertEqual(ticket.closed_date, LONG_AGO)

    def test_team_change_keeps_what_is_requested(self):
        incident = self._create_incident_in(OPENED)
        incident.incident_request("action", "<p>Restart it</p>")
        incident.team_id = self.other_team
        self.assertEqual(incident.stage_id, self.stage_action)

    def test_team_without_the_phase_is_named(self):
        self.stages[ESCALATED].team_ids -= self.other_team
        incident = self._create_incident_in(ESCALATED)
        with self.assertRaises(UserError) as refusal:
            incident.team_id = self.other_team
        self.assertIn(self.other_team.name, str(refusal.exception))
        self.assertIn("Escalated", str(refusal.exception))

    def test_team_change_in_the_form_keeps_the_phase(self):
        """The form computes the new stage before anything is written."""
        incident = self._create_incident_in(ESCALATED)
        with Form(incident) as form:
            form.team_id = self.other_team
        self.assertEqual(incident.team_id, self.other_team)
        self.assertEqual(incident.incident_phase, ESCALATED)

    def test_stage_of_a_plain_team_is_refused(self):
        incident = self._create_incident_in(OPENED)
        with self.assertRaises(UserError):
            incident.stage_id = self.plain_done
        incident.invalidate_recordset()
        self.assertEqual(incident.incident_phase, OPENED)

    def test_stage_of_another_incident_team_is_refused(self):
        own = self.stages[IN_PROGRESS].copy(
            {"name": "Network", "team_ids": [(6, 0, self.other_team.ids)]}
        )
        incident = self._create_incident_in(OPENED)
        with self.assertRaises(UserError):
            incident.stage_id = own

    def test_no_stage_at_all_is_refused(self):
        incident = self._create_incident_in(OPENED)
        with self.assertRaises(UserError):
            incident.stage_id = False

    def test_mass_move_takes_each_from_its_own_phase(self):
        opened = self._create_incident_in(OPENED)
        escalated = self._create_incident_in(ESCALATED)
        with self.capture_letters() as letters:
            (opened | escalated).stage_id = self.stages[CLOSURE]
        self.assertEqual(
            (opened | escalated).mapped("incident_phase"), [CLOSURE, CLOSURE]
        )
        self.assertEqual(len(letters), 4, "one mail per party and incident")

    def test_mass_move_is_refused_as_a_whole(self):
        """One incident that may not go keeps all the others where they are."""
        opened = self._create_incident_in(OPENED)
        registered = self._create_incident_in(REGISTERED)
        with self.assertRaises(UserError) as refusal:
            (opened | registered).stage_id = self.stages[CLOSURE]
        self.assertIn(registered.number, str(refusal.exception))
        (opened | registered).invalidate_recordset()
        self.assertEqual(opened.incident_phase, OPENED)
        self.assertEqual(registered.incident_phase, REGISTERED)

    def test_mass_write_on_mixed_tickets(self):
        """Plain tickets take their stages, incidents theirs, none the other's."""
        plain = self._create_plain_ticket()
        incident = self._create_incident_in(OPENED)
        for stage in (self.plain_done, self.stages[CLOSED]):
            with self.subTest(stage=stage.name), self.assertRaises(UserError):
                (plain | incident).stage_id = stage
        (plain | incident).invalidate_recordset()
        (plain | incident).write({"priority": "3"})
        self.assertEqual((plain | incident).mapped("priority"), ["3", "3"])
        self.assertEqual(incident.incident_phase, OPENED)

    def test_context_key_does_not_forge_a_move(self):
        """Whatever a client may put into its context opens no door."""
        for forged in (True, 1, "opened", [1], {"_ids": [1], "_target": [1, None]}):
            with self.subTest(forged=forged):
                incident = self._create_incident_in(REGISTERED)
                with self.assertRaises(UserError):
                    call_kw(
                        incident.browse(),
                        "write",
                        [incident.ids, {"stage_id": self.stages[CLOSURE].id}],
                        {"context": {"incident_move": forged}},
                    )

    def test_phase_follows_the_stage_only(self):
        """A phase or a process flag written from outside moves nothing."""
        for values in ({"incident_phase": CLOSED}, {"is_incident": False}):
            with self.subTest(values=values):
                incident = self._create_incident_in(OPENED)
                try:
                    call_kw(incident.browse(), "write", [incident.ids, values], {})
                except UserError:
                    continue
                incident.flush_recordset()
                incident.invalidate_recordset()
                self.assertEqual(incident.incident_phase, OPENED)
                self.assertTrue(incident.is_incident)

    def test_same_stage_again_changes_and_sends_nothing(self):
        for phase in PHASES:
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                facts = ["reopen_count", "closed_date", "solved_date", "close_reason"]
                before = incident.read(facts)
                with self.capture_letters() as letters:
                    incident.stage_id = self.stages[phase]
                self.assertNoLetters(letters)
                self.assertEqual(incident.read(facts), before)

    def test_leaving_the_process_needs_no_mail(self):
        """An incident may go to a plain team, and takes a plain stage there."""
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            incident.team_id = self.plain_team
        self.assertNoLetters(letters)
        self.assertFalse(incident.is_incident)
        self.assertFalse(incident.incident_phase)
        self.assertFalse(incident.stage_id.closed)

    def test_closed_incident_stays_closed_in_a_plain_team(self):
        incident = self._create_incident_in(CLOSED)
        incident.closed_date = LONG_AGO
        incident.team_id = self.plain_team
        self.assertTrue(incident.stage_id.closed)
        self.assertEqual(incident.closed_date, LONG_AGO)

    def test_plain_ticket_enters_the_process_registered(self):
        for stage, phase in (
            (self.plain_progress, REGISTERED),
            (self.plain_done, CLOSED),
        ):
            with self.subTest(stage=stage.name):
                ticket = self._create_plain_ticket()
                ticket.stage_id = stage
                self.flush_tracking()
                with self.capture_letters() as letters:
                    ticket.team_id = self.team
                self.assertEqual(ticket.incident_phase, phase)
                self.assertNoLetters(letters)

    def test_plain_ticket_cannot_enter_the_process_opened(self):
        ticket = self._create_plain_ticket()
        with self.assertRaises(UserError):
            ticket.write({"team_id": self.team.id, "stage_id": self.stages[OPENED].id})

    def test_waiting_goes_back_to_its_return_stage_only(self):
        """Opened is legal for an incident that waited from there, and only then."""
        incident = self._create_incident_in(OPENED)
        incident.stage_id = self.stages[WAITING]
        with self.assertRaises(UserError):
            incident.stage_id = self.stages[IN_PROGRESS]
        incident.invalidate_recordset()
        incident.stage_id = self.stages[OPENED]
        self.assertEqual(incident.incident_phase, OPENED)

    def test_second_request_replaces_the_first(self):
        incident = self._create_incident_in(WAITING)
        incident.incident_request("action", "<p>Restart it</p>", wait_for="customer")
        self.assertEqual(incident.stage_id, self.stage_action)
        self.assertEqual(incident.wait_for, "customer")
        self.assertEqual(incident.return_stage_id, self.stages[IN_PROGRESS])

    def test_second_request_of_the_same_kind_counts_anew(self):
        incident = self._create_incident_in(WAITING)
        incident.sudo().wait_start = "2026-01-01 00:00:00"
        with self.capture_letters() as letters:
            incident.incident_request("information", "<p>And who?</p>")
        self.assertBothInformed(letters)
        self.assertGreater(str(incident.wait_start), "2026-01-02")

    def test_request_to_a_frozen_incident_waits_again(self):
        incident = self._create_incident_in(FROZEN)
        incident.incident_request("information", "<p>And who?</p>")
        self.assertEqual(incident.incident_phase, WAITING)
        self.assertEqual(incident.return_stage_id, self.stages[IN_PROGRESS])

    # Locks

    def test_lock_is_taken_once_per_transaction(self):
        incident = self._create_incident_in(OPENED)
        self.flush_tracking()
        before = self.cr.sql_log_count
        incident._incident_lock()
        incident._incident_lock()
        self.assertEqual(self.cr.sql_log_count - before, 1)

    def test_lock_is_taken_again_after_a_rollback(self):
        """What was locked inside a savepoint is free again."""
        incident = self._create_incident_in(OPENED)
        self.flush_tracking()
        with self.assertRaises(ValueError), self.env.cr.savepoint():
            incident._incident_lock()
            raise ValueError
        before = self.cr.sql_log_count
        incident._incident_lock()
        self.assertEqual(self.cr.sql_log_count - before, 1)
