# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Configuration: stages of the process, and teams that run it."""

from datetime import datetime

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import (
    CLOSED,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    OPENED,
    REGISTERED,
    WAITING,
    IncidentCommon,
)

LONG_AGO = datetime(2026, 1, 5, 9, 0)

SHIPPED = {
    "stage_registered": (REGISTERED, False),
    "stage_opened": (OPENED, False),
    "stage_in_progress": (IN_PROGRESS, False),
    "stage_escalated": (ESCALATED, False),
    "stage_waiting_information": (WAITING, "information"),
    "stage_waiting_action": (WAITING, "action"),
    "stage_frozen": (FROZEN, False),
    "stage_closure": ("closure", False),
    "stage_closed": (CLOSED, False),
}


@tagged("post_install", "-at_install")
class TestStage(IncidentCommon):
    def _create_stage(self, **values):
        stages = self.env["helpdesk.ticket.stage"]
        return stages.create({"name": "Own", "company_id": False, **values})

    def test_shipped_stages(self):
        for name, key in SHIPPED.items():
            with self.subTest(stage=name):
                stage = self.env.ref(f"openip_incident.{name}")
                self.assertEqual(
                    (stage.incident_phase, stage.incident_request_kind), key
                )
                self.assertEqual(stage.closed, stage.incident_phase == CLOSED)
                self.assertFalse(stage.close_from_portal)
                self.assertFalse(stage.company_id)
                self.assertIn(self.team, stage.team_ids)

    def test_request_kind_belongs_to_waiting(self):
        with self.assertRaises(ValidationError):
            self._create_stage(incident_phase=WAITING)
        with self.assertRaises(ValidationError):
            self._create_stage(
                incident_phase=OPENED, incident_request_kind="information"
            )
        self._create_stage(incident_phase=WAITING, incident_request_kind="action")

    def test_closed_goes_with_the_phase(self):
        self.assertTrue(self._create_stage(incident_phase=CLOSED).closed)
        self.assertFalse(self._create_stage(incident_phase=OPENED).closed)
        with self.assertRaises(ValidationError):
            self._create_stage(incident_phase=OPENED, closed=True)
        with self.assertRaises(ValidationError):
            self._create_stage(incident_phase=CLOSED, closed=False)
        stage = self._create_stage(incident_phase=OPENED)
        with self.assertRaises(ValidationError):
            stage.closed = True
        stage.incident_phase = CLOSED
        self.assertTrue(stage.closed)

    def test_form_follows_the_phase(self):
        with Form(self.env["helpdesk.ticket.stage"]) as form:
            form.name = "Own"
            form.incident_phase = CLOSED
            self.assertTrue(form.closed)
            form.incident_phase = OPENED
            self.assertFalse(form.closed)

    def test_plain_stage_needs_nothing(self):
        stage = self._create_stage(closed=True)
        self.assertFalse(stage.incident_phase)

    def test_stage_under_an_open_incident_is_kept(self):
        self._create_incident_in(OPENED)
        stage = self.stages[OPENED]
        changes = {
            "phase": lambda: stage.write({"incident_phase": ESCALATED}),
            "no phase": lambda: stage.write({"incident_phase": False}),
            "archive": lambda: stage.action_archive(),
            "unlink": lambda: stage.unlink(),
            "unlink team": lambda: stage.write({"team_ids": [(3, self.team.id)]}),
            "unlink from the team": lambda: self.team.write(
                {"stage_ids": [(3, stage.id)]}
            ),
        }
        for name, change in changes.items():
            with self.subTest(change=name):
                with self.assertRaises(UserError) as refusal:
                    change()
                self.assertIn(stage.name, str(refusal.exception))

    def test_request_kind_under_an_open_incident_is_kept(self):
        self._create_incident_in(WAITING)
        with self.assertRaises(UserError):
            self.stages[WAITING].incident_request_kind = "action"

    def test_company_under_an_open_incident_is_kept(self):
        """A stage of another company is no stage of the team any more."""
        self._create_incident_in(OPENED)
        with self.assertRaises(UserError):
            self.stages[OPENED].company_id = self.company_2

    def test_refusal_does_not_depend_on_who_asks(self):
        """Incidents that an admin may not read are in the way just the same."""
        incident = self._create_incident_in(OPENED)
        self.env["ir.rule"].create(
            {
                "name": "Not this one",
                "model_id": self.env.ref("helpdesk_mgmt.model_helpdesk_ticket").id,
                "domain_force": f"[('id', '!=', {incident.id})]",
            }
        )
        with self.assertRaises(UserError):
            self.stages[OPENED].with_user(self.manager).incident_phase = ESCALATED

    def test_archived_incident_is_in_the_way_too(self):
        """It may come back from the archive, into a stage that means something."""
        incident = self._create_incident_in(OPENED)
        incident.action_archive()
        with self.assertRaises(UserError):
            self.stages[OPENED].incident_phase = ESCALATED

    def test_stage_of_closed_incidents_may_change_its_name_and_place(self):
        self._create_incident_in(OPENED)
        self.stages[OPENED].write({"name": "Accepted", "sequence": 99})
        self.assertEqual(self.stages[OPENED].name, "Accepted")

    def test_stage_without_open_incidents_is_free(self):
        stage = self.stages[ESCALATED].copy({"name": "Own"})
        self._create_incident_in(CLOSED)
        stage.action_archive()
        self.assertFalse(stage.active)
        stage.unlink()


@tagged("post_install", "-at_install")
class TestTeam(IncidentCommon):
    def test_switching_on_links_the_shipped_stages(self):
        self.plain_team.incident_process = True
        keys = {
            (stage.incident_phase, stage.incident_request_kind)
            for stage in self.plain_team._get_incident_stages()
        }
        self.assertEqual(keys, set(SHIPPED.values()))

    def test_switching_on_keeps_a_stage_of_ones_own(self):
        """The shipped stage is for the phases that a team has none for."""
        own = self.stages[OPENED].copy(
            {"name": "Own", "team_ids": [(6, 0, self.plain_team.ids)]}
        )
        self.plain_team.incident_process = True
        self.assertEqual(self.plain_team._get_incident_stage(OPENED), own)
        self.assertNotIn(self.stages[OPENED], self.plain_team.stage_ids)

    def test_switching_on_names_missing_phases(self):
        (self.stages[FROZEN] | self.stages[ESCALATED]).active = False
        with self.assertRaises(UserError) as refusal:
            self.plain_team.incident_process = True
        self.assertIn("Frozen", str(refusal.exception))
        self.assertIn("Escalated", str(refusal.exception))
        self.assertNotIn("Opened", str(refusal.exception))
        self.assertIn(self.plain_team.name, str(refusal.exception))

    def test_switching_on_takes_the_tickets_in(self):
        fresh = self._create_plain_ticket()
        working = self._create_plain_ticket()
        working.stage_id = self.plain_progress
        done = self._create_plain_ticket()
        done.stage_id = self.plain_done
        archived = self._create_plain_ticket()
        archived.action_archive()
        done.closed_date = LONG_AGO
        self.flush_tracking()
        former_number = fresh.number
        with self.capture_letters() as letters:
            self.plain_team.incident_process = True
        self.assertNoLetters(letters)
        tickets = fresh | working | done | archived
        self.assertTrue(all(tickets.mapped("is_incident")))
        self.assertEqual(
            tickets.mapped("incident_phase"),
            [REGISTERED, REGISTERED, CLOSED, REGISTERED],
        )
        self.assertEqual(done.closed_date, LONG_AGO)
        self.assertEqual(len(set(tickets.mapped("number"))), 4)
        for ticket in tickets:
            self.assertTrue(ticket.number.startswith("INC"))
        self.assertEqual(fresh.former_number, former_number)

    def test_incident_team_of_another_company(self):
        self.assertTrue(self.team_c2._get_incident_stage(REGISTERED))
        incident = self.env["helpdesk.ticket"].create(
            {
                "name": "Noise",
                "description": "<p>On the line</p>",
                "team_id": self.team_c2.id,
            }
        )
        self.assertEqual(incident.company_id, self.company_2)
        self.assertEqual(incident.incident_phase, REGISTERED)

    def test_stages_of_a_team_are_told_to_whom_the_team_is(self):
        self.assertTrue(self.team_c2._get_incident_stages())
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.team_c2.with_user(self.agent)._get_incident_stages()

    def test_switching_off_is_refused_with_open_incidents(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.assertRaises(UserError) as refusal:
            self.team.incident_process = False
        self.assertIn(self.team.name, str(refusal.exception))
        self.assertTrue(self.team.incident_process)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_switching_off_with_an_archived_open_incident(self):
        """Refused, or it ends in a stage of the plain helpdesk: never between."""
        incident = self._create_incident_in(IN_PROGRESS)
        incident.action_archive()
        try:
            self.team.incident_process = False
        except UserError:
            return
        self.assertFalse(incident.incident_phase)

    def test_switching_off_gives_closed_incidents_back(self):
        incident = self._create_incident_in(CLOSED)
        number = incident.number
        incident.closed_date = LONG_AGO
        self.flush_tracking()
        with self.capture_letters() as letters:
            self.team.incident_process = False
        self.assertNoLetters(letters)
        self.assertFalse(incident.is_incident)
        self.assertFalse(incident.incident_phase)
        self.assertTrue(incident.stage_id.closed)
        self.assertEqual(incident.number, number)
        self.assertEqual(incident.closed_date, LONG_AGO)
        self.assertFalse(self.team._get_incident_stages())

    def test_leaving_right_after_a_change_sends_no_mail(self):
        """The helpdesk's own stage mails look at what a whole transaction changed."""
        incident = self._create_incident_in(CLOSED)
        with self.capture_letters() as letters:
            incident.priority = "3"
            self.team.incident_process = False
        self.assertFalse(incident.is_incident)
        self.assertNoLetters(letters)

    def test_switching_off_and_on_keeps_the_number(self):
        incident = self._create_incident_in(CLOSED)
        number = incident.number
        self.team.incident_process = False
        self.team.incident_process = True
        self.assertEqual(incident.number, number)
        self.assertEqual(incident.incident_phase, CLOSED)

    def test_deleting_a_team_leaves_no_incident_without_process(self):
        """Refused, or its incidents end in the plain helpdesk: never between."""
        incident = self._create_incident_in(IN_PROGRESS)
        try:
            with self.env.cr.savepoint():
                self.team.unlink()
        except UserError:
            self.assertTrue(self.team.exists())
            return
        self.env.flush_all()
        incident.invalidate_recordset()
        self.assertFalse(incident.is_incident)
        self.assertFalse(incident.stage_id.incident_phase)

    def test_window_cannot_be_negative(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            with self.env.cr.savepoint():
                self.team.incident_reopen_days = -1
                self.env.flush_all()

    def test_template_of_another_model_is_refused(self):
        template = self.env["mail.template"].create(
            {
                "name": "Partner",
                "model_id": self.env.ref("base.model_res_partner").id,
            }
        )
        for field in ("update_template_id", "rejected_template_id"):
            with self.subTest(field=field), self.assertRaises(ValidationError):
                self.team[field] = template

    def test_new_team_has_templates(self):
        self.assertEqual(
            self.team.update_template_id,
            self.env.ref("openip_incident.mail_template_update"),
        )
        self.assertEqual(
            self.team.rejected_template_id,
            self.env.ref("openip_incident.mail_template_rejected"),
        )

    def test_check_names_what_is_missing(self):
        """One line per gap, none for what is in order, none for plain teams."""
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("web.base.url", "https://support.example.com")
        self.env["ir.mail_server"].create(
            {"name": "Out", "smtp_host": "smtp.example.com"}
        )
        calendar = self.company.resource_calendar_id
        calendar.tz = "Europe/Paris"
        self.assertFalse(self.team.incident_check)
        gaps = {
            "zone": lambda: calendar.write({"tz": "UTC"}),
            "localhost": lambda: parameters.set_param(
                "web.base.url", "http://localhost:8069"
            ),
            "member": lambda: self.team.write({"user_ids": [(5,)], "user_id": False}),
            "template": lambda: self.stages[OPENED].write({"mail_template_id": False}),
            "alias": lambda: self.team.write({"alias_name": False}),
        }
        for count, (name, make) in enumerate(gaps.items(), 1):
            with self.subTest(gap=name):
                make()
                self.team.invalidate_recordset()
                self.assertEqual(self.team.incident_check.count("<li"), count)
                self.assertEqual(self.team.incident_check.count("href="), count)
        self.assertIn(self.stages[OPENED].name, self.team.incident_check)
        self.assertFalse(self.plain_team.incident_check)
