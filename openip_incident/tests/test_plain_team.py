# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Teams without the process behave as if this addon were not installed."""

from datetime import datetime

from odoo.tests import freeze_time, tagged

from .common import CLOSED, OPENED, IncidentCommon

NOW = datetime(2026, 11, 16, 10, 0)


@tagged("post_install", "-at_install")
class TestPlainTeam(IncidentCommon):
    def test_stages_change_freely(self):
        ticket = self._create_plain_ticket()
        self.assertEqual(ticket.stage_id, self.plain_new)
        for stage in (self.plain_done, self.plain_new, self.plain_progress):
            ticket.stage_id = stage
            self.assertEqual(ticket.stage_id, stage)

    def test_ticket_may_start_in_any_plain_stage(self):
        ticket = self._create_plain_ticket(stage_id=self.plain_progress.id)
        self.assertEqual(ticket.stage_id, self.plain_progress)

    def test_closure_is_dated(self):
        ticket = self._create_plain_ticket()
        with freeze_time(NOW):
            ticket.stage_id = self.plain_done
        self.assertEqual(ticket.closed_date, NOW)
        self.assertEqual(ticket.last_stage_update, NOW)

    def test_stage_mail_is_still_sent(self):
        template = self.env["mail.template"].create(
            {
                "name": "Done",
                "model_id": self.env.ref("helpdesk_mgmt.model_helpdesk_ticket").id,
                "subject": "We are done",
                "body_html": "<p>Bye</p>",
                "use_default_to": False,
                "partner_to": "{{ object.partner_id.id }}",
            }
        )
        self.plain_done.mail_template_id = template
        ticket = self._create_plain_ticket()
        self.flush_tracking()
        with self.capture_letters() as letters:
            ticket.stage_id = self.plain_done
        self.assertLettersTo(letters, self.customer.email)
        self.assertEqual(letters[0]["subject"], "We are done")

    def test_number_is_the_helpdesks(self):
        ticket = self._create_plain_ticket()
        self.assertFalse(ticket.number.startswith("INC"))
        self.assertFalse(ticket.incident_number)

    def test_customer_may_follow(self):
        ticket = self._create_plain_ticket()
        ticket.message_subscribe(self.customer.ids)
        self.assertIn(self.customer, ticket.message_partner_ids)

    def test_comment_reaches_followers_only_once(self):
        ticket = self._create_plain_ticket()
        ticket.message_subscribe(self.customer.ids)
        self.flush_tracking()
        with self.capture_letters() as letters:
            ticket.message_post(
                body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertLettersTo(letters, self.customer.email)
        self.assertFalse(ticket.sudo().notice_ids)

    def test_portal_link_is_still_given(self):
        self.assertTrue(self._create_plain_ticket()._portal_ensure_token())

    def test_incident_stages_are_not_applicable(self):
        for team in (self.plain_team, self.plain_team.browse()):
            with self.subTest(team=team.name):
                stages = team._get_applicable_stages()
                self.assertTrue(stages)
                self.assertFalse(stages.filtered("incident_phase"))

    def test_incident_stage_without_team_is_not_applicable(self):
        """The base offers stages without a team to every team."""
        self.stages[OPENED].copy({"name": "Orphan", "sequence": 0, "team_ids": False})
        stages = self.plain_team._get_applicable_stages()
        self.assertFalse(stages.filtered("incident_phase"))
        ticket = self._create_plain_ticket()
        self.assertEqual(ticket.stage_id, self.plain_new)

    def test_incident_stages_are_no_columns(self):
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        stages = self.env["helpdesk.ticket.stage"].with_user(self.agent)
        for context in ({"default_team_id": self.plain_team.id}, {}):
            with self.subTest(context=context):
                columns = tickets.with_context(**context)._read_group_stage_ids(
                    stages.browse(), []
                )
                self.assertIn(self.plain_new, columns)
                self.assertFalse(columns.filtered("incident_phase"))

    def test_incident_team_has_its_columns_only(self):
        columns = (
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .with_context(default_team_id=self.team.id)
            ._read_group_stage_ids(self.env["helpdesk.ticket.stage"], [])
        )
        self.assertEqual(columns, self.team._get_incident_stages())
        self.assertEqual(columns[-1:].incident_phase, CLOSED)

    def test_plain_stages_are_not_applicable_to_incidents(self):
        stages = self.team._get_applicable_stages()
        self.assertEqual(stages, self.team._get_incident_stages())
        self.assertTrue(all(stages.mapped("incident_phase")))
