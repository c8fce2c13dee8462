# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The window that asks an agent for what an act needs."""

from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    REGISTERED,
    WAITING,
    IncidentCommon,
)

NOW = datetime(2026, 11, 16, 10, 0)


@tagged("post_install", "-at_install")
class TestWizard(IncidentCommon):
    def _open_form(self, action):
        """Open the window of an action as the web client does."""
        self.assertEqual(action["type"], "ir.actions.act_window")
        self.assertEqual(action["res_model"], "incident.act.wizard")
        self.assertEqual(action["target"], "new")
        wizards = self.env["incident.act.wizard"].with_user(self.agent)
        return Form(wizards.with_context(**action["context"]))

    def _confirm(self, form):
        with self.capture_letters() as letters:
            self.result = form.save().action_confirm()
        return letters

    def test_acts_without_arguments_open_the_window(self):
        acts = {
            "request": lambda ticket: ticket.incident_request(),
            "update": lambda ticket: ticket.incident_update(),
            "answer": lambda ticket: ticket.incident_record_answer(),
            "escalate": lambda ticket: ticket.action_incident_escalate(),
            "reject": lambda ticket: ticket.action_incident_reject(),
            "close": lambda ticket: ticket.action_incident_close(),
            "reopen": lambda ticket: ticket.action_incident_reopen(),
        }
        incident = self._create_incident_in(IN_PROGRESS)
        for name, act in acts.items():
            with self.subTest(act=name), self.capture_letters() as letters:
                action = act(incident)
                self.assertEqual(action["context"]["default_act"], name)
                self.assertEqual(action["context"]["default_ticket_ids"], incident.ids)
                self.assertTrue(action["name"])
                self.assertEqual(incident.incident_phase, IN_PROGRESS)
            self.assertNoLetters(letters)

    def test_empty_body_opens_the_window(self):
        """A mail without a word is worse than none."""
        incident = self._create_incident_in(IN_PROGRESS)
        for empty in ("", "<p><br></p>", False):
            with self.subTest(body=empty):
                action = incident.incident_request("action", empty)
                self.assertEqual(action["context"]["default_act"], "request")
                self.assertEqual(action["context"]["default_kind"], "action")
                self.assertIsInstance(incident.incident_update(empty), dict)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_request(self):
        incident = self._create_incident_in(IN_PROGRESS)
        form = self._open_form(incident.incident_request())
        form.kind = "action"
        form.wait_for = "integrator"
        form.body = "<p>Please restart it</p>"
        letters = self._confirm(form)
        self.assertEqual(incident.stage_id, self.stage_action)
        self.assertEqual(incident.wait_for, "integrator")
        self.assertBothInformed(letters)
        for letter in letters:
            self.assertIn("Please restart it", letter["body"])

    def test_window_without_words_does_not_close_in_silence(self):
        """An editor that was cleared still holds an empty paragraph."""
        incident = self._create_incident_in(IN_PROGRESS)
        for act in ("request", "update", "answer"):
            with self.subTest(act=act), self.capture_letters() as letters:
                wizard = (
                    self.env["incident.act.wizard"]
                    .with_user(self.agent)
                    .create(
                        {
                            "act": act,
                            "ticket_ids": incident.ids,
                            "partner_id": self.baker.id,
                            "body": "<p><br></p>",
                        }
                    )
                )
                try:
                    answer = wizard.action_confirm()
                except UserError:
                    answer = "refused"
                self.assertTrue(answer, "the agent is told that nothing happened")
            self.assertNoLetters(letters)

    def test_update(self):
        incident = self._create_incident_in(IN_PROGRESS)
        form = self._open_form(incident.incident_update())
        form.body = "<p>The carrier is at it</p>"
        letters = self._confirm(form)
        self.assertBothInformed(letters)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_escalate(self):
        incident = self._create_incident_in(IN_PROGRESS)
        form = self._open_form(incident.action_incident_escalate())
        form.level_id = self.level
        form.body = "<p>Beyond us</p>"
        letters = self._confirm(form)
        self.assertEqual(incident.incident_phase, ESCALATED)
        self.assertEqual(incident.escalation_level_id, self.level)
        self.assertIn("Beyond us", letters[0]["body"])

    def test_escalate_without_words(self):
        incident = self._create_incident_in(IN_PROGRESS)
        form = self._open_form(incident.action_incident_escalate())
        form.level_id = self.level
        self.assertBothInformed(self._confirm(form))

    def test_reject(self):
        incident = self._create_incident()
        form = self._open_form(incident.action_incident_reject())
        form.body = "<p>Works as ordered</p>"
        letters = self._confirm(form)
        self.assertEqual(incident.close_reason, "rejected")
        self.assertIn(
            "Works as ordered", self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        )

    def test_close(self):
        incident = self._create_incident_in(CLOSURE)
        form = self._open_form(incident.action_incident_close())
        self.assertEqual(form.close_reason, "support")
        form.close_reason = "confirmed"
        letters = self._confirm(form)
        self.assertEqual(incident.incident_phase, CLOSED)
        self.assertEqual(incident.close_reason, "confirmed")
        self.assertBothInformed(letters)

    def test_close_does_not_offer_rejection(self):
        """Rejecting is another act: it tells why."""
        field = self.env["incident.act.wizard"]._fields["close_reason"]
        keys = [key for key, _label in field._description_selection(self.env)]
        self.assertNotIn("rejected", keys)
        self.assertNotIn("no_answer", keys)

    def test_answer(self):
        incident = self._create_incident_in(WAITING)
        form = self._open_form(incident.incident_record_answer())
        form.partner_id = self.baker
        form.body = "<p>Since Monday</p>"
        self._confirm(form)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertEqual(self._entries(incident)[:1].author_id, self.baker)

    def test_answer_offers_those_who_may_speak(self):
        self.agent.partner_id.parent_id = self.customer
        incident = self._create_incident_in(WAITING)
        wizard = self.env["incident.act.wizard"].create(
            {"act": "answer", "ticket_ids": incident.ids}
        )
        speakers = self.customer | self.baker | self.integrator | self.technician
        self.assertEqual(wizard.partner_ids, speakers)

    def test_reopen_within_the_window(self):
        incident = self._create_incident_in(CLOSED)
        form = self._open_form(incident.action_incident_reopen())
        self.assertFalse(form.successor)
        letters = self._confirm(form)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertNoLetters(letters)
        self.assertFalse(self.result)

    def test_reopen_after_the_window_shows_the_successor(self):
        with freeze_time(NOW):
            incident = self._create_incident_in(CLOSED)
        with freeze_time(NOW + timedelta(days=6)):
            form = self._open_form(incident.action_incident_reopen())
            self.assertTrue(form.successor)
            self._confirm(form)
        successor = incident.search([("predecessor_id", "=", incident.id)])
        self.assertEqual(self.result["res_id"], successor.id)
        self.assertEqual(self.result["res_model"], "helpdesk.ticket")
        self.assertEqual(successor.incident_phase, REGISTERED)

    def test_several_incidents_at_once(self):
        incidents = self._create_incident_in(IN_PROGRESS)
        incidents |= self._create_incident_in(IN_PROGRESS)
        form = self._open_form(incidents.incident_update())
        form.body = "<p>The carrier is at it</p>"
        self.assertEqual(len(self._confirm(form)), 4)

    def test_recipients_are_shown(self):
        incident = self._create_incident_in(IN_PROGRESS)
        form = self._open_form(incident.incident_update())
        self.assertIn(self.customer.name, form.recipients)
        self.assertIn(self.integrator.name, form.recipients)

    def test_script_in_the_window_is_inert(self):
        incident = self._create_incident_in(IN_PROGRESS)
        form = self._open_form(incident.incident_update())
        form.body = "<p>Hello</p><script>alert(1)</script>"
        for letter in self._confirm(form):
            self.assertNotIn("<script", letter["body"])

    def test_illegal_act_says_so(self):
        incident = self._create_incident_in(CLOSED)
        form = self._open_form(incident.action_incident_escalate())
        form.level_id = self.level
        with self.assertRaises(UserError) as refusal:
            form.save().action_confirm()
        self.assertIn(incident.number, str(refusal.exception))

    # Duplicates

    def test_duplicate_of_a_registered_incident_is_rejected(self):
        original = self._create_incident_in(IN_PROGRESS)
        duplicate = self._create_incident()
        letters = self._mark_duplicate(duplicate, original)
        self.assertEqual(duplicate.close_reason, "rejected")
        self.assertEqual(duplicate.duplicate_id, original)
        self.assertBothInformed(letters)
        self.assertIn(
            original.number, self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        )

    def test_duplicate_of_an_opened_incident_is_closed(self):
        original = self._create_incident_in(IN_PROGRESS)
        duplicate = self._create_incident_in(IN_PROGRESS)
        letters = self._mark_duplicate(duplicate, original)
        self.assertEqual(duplicate.incident_phase, CLOSED)
        self.assertBothInformed(letters)

    def _mark_duplicate(self, duplicate, original):
        self.company.helpdesk_mgmt_duplicate_ticket_stage_id = self.plain_done
        action = duplicate.action_open_duplicate_wizard()
        wizards = self.env["helpdesk.ticket.duplicate.wizard"].with_user(self.agent)
        with self.capture_letters() as letters:
            wizards.with_context(**action["context"]).create(
                {"duplicate_of_id": original.id}
            ).action_confirm()
        return letters
