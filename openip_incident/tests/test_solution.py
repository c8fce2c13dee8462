# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Solved with words: what was done, the cause, since when; told, kept, taken back."""

from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .common import (
    CLOSED,
    CLOSURE,
    CUSTOMER_MAIL,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    OPENED,
    WAITING,
    IncidentCommon,
)

NOW = datetime(2026, 11, 16, 10, 0)
SINCE = NOW - timedelta(hours=3, minutes=20)
RESTORED = NOW - timedelta(minutes=20)
WORDS = "<p>We have replaced the line card.</p>"


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSolution(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cause = cls.env["incident.cause"].create({"name": "Line card defective"})
        cls.cause.with_context(lang="fr_FR").name = "Carte défectueuse"

    def _solve(self, incident, *args, **kwargs):
        with self.capture_letters() as letters:
            self.assertIs(incident.action_incident_resolve(*args, **kwargs), True)
        return letters

    def test_solution_is_told_to_both_in_their_language(self):
        incident = self._create_incident_in(IN_PROGRESS, incident_since=SINCE)
        letters = self._solve(incident, WORDS, self.cause.id, RESTORED)
        self.assertBothInformed(letters)
        self.assertEqual(incident.incident_phase, CLOSURE)
        self.assertEqual(incident.resolution_cause_id, self.cause)
        self.assertEqual(incident.resolution_text, WORDS)
        self.assertEqual(incident.restored_date, RESTORED)
        self.assertAlmostEqual(incident.incident_interruption_hours, 3)
        english = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        for words in (
            "We have replaced the line card.",
            "Line card defective",
            "16 November at",
            "3 h 0 min",
        ):
            self.assertIn(words, english)
        french = self._letter_to(letters, CUSTOMER_MAIL)["body"]
        self.assertIn("We have replaced the line card.", french)
        self.assertIn("Carte défectueuse", french)
        self.assertIn("16 novembre à", french)

    def test_moves_at_once_without_arguments_from_every_phase(self):
        for phase in (OPENED, IN_PROGRESS, ESCALATED, WAITING, FROZEN):
            incident = self._create_incident_in(phase)
            with self.subTest(phase=phase):
                self.assertBothInformed(self._solve(incident))
                self.assertEqual(incident.incident_phase, CLOSURE)
                self.assertEqual(incident.restored_date, NOW)
                self.assertFalse(incident.resolution_text)
                self.assertFalse(incident.resolution_cause_id)
                self.assertEqual(incident.incident_interruption_hours, 0)

    def test_closed_mail_repeats_it(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._solve(incident, WORDS, self.cause, "2026-11-16 09:40:00")
        self.assertEqual(incident.restored_date, RESTORED)
        with self.capture_letters() as letters:
            incident.action_incident_close("confirmed", "<p>Thanks to Claire.</p>")
        for address in (CUSTOMER_MAIL, INTEGRATOR_MAIL):
            body = self._letter_to(letters, address)["body"]
            self.assertIn("We have replaced the line card.", body)
            self.assertIn("Thanks to Claire.", body)
            self.assertIn("2026", body)

    def test_dates_that_cannot_be_are_refused(self):
        refused = {
            "future": (NOW + timedelta(minutes=1), "future"),
            "before": (SINCE - timedelta(minutes=1), "began"),
            "no date": ("yesterday", "no date"),
        }
        incident = self._create_incident_in(IN_PROGRESS, incident_since=SINCE)
        for name, (date, words) in refused.items():
            with self.subTest(name), self.capture_letters() as letters:
                with self.assertRaisesRegex(UserError, words):
                    incident.action_incident_resolve(WORDS, restored=date)
                self.assertEqual(incident.incident_phase, IN_PROGRESS)
            self.assertNoLetters(letters)
        for date in (SINCE, NOW):
            again = self._create_incident_in(IN_PROGRESS, incident_since=SINCE)
            self._solve(again, restored=date)
            self.assertEqual(again.restored_date, date)

    def test_begins_later_than_now(self):
        """What was typed wrong about the beginning keeps nobody from solving."""
        later = NOW + timedelta(days=1)
        incident = self._create_incident_in(IN_PROGRESS, incident_since=later)
        self._solve(incident)
        self.assertFalse(incident.restored_date)
        self.assertEqual(incident.incident_interruption_hours, 0)

    def test_cause_of_another_team_is_refused(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self.cause.team_ids = self.other_team
        with self.assertRaisesRegex(UserError, self.cause.name):
            incident.action_incident_resolve(cause=self.cause)
        self.cause.team_ids |= self.team
        self._solve(incident, cause=self.cause)
        self.assertEqual(incident.resolution_cause_id, self.cause)

    def test_back_to_work_takes_the_solution_back(self):
        ways = {
            "not solved": (CLOSURE, lambda i: i.action_incident_start()),
            "escalated": (CLOSURE, lambda i: i.action_incident_escalate(self.level)),
            "asked": (CLOSURE, lambda i: i.incident_request("information", "<p>?</p>")),
            "reopened": (CLOSED, lambda i: i.action_incident_reopen("")),
        }
        for name, (phase, act) in ways.items():
            incident = self._create_incident_in(IN_PROGRESS, incident_since=SINCE)
            self._solve(incident, WORDS, self.cause, RESTORED)
            if phase == CLOSED:
                incident.action_incident_close("confirmed")
            self.assertTrue(incident.resolution_text)
            with self.subTest(name):
                act(incident)
                self.assertFalse(incident.resolution_text)
                self.assertFalse(incident.resolution_cause_id)
                self.assertFalse(incident.restored_date)
                self.assertEqual(incident.incident_interruption_hours, 0)
                self.assertTrue(
                    any("line card" in entry.body for entry in incident.message_ids),
                    "the chatter remembers it",
                )

    def test_script_and_distant_pictures_do_not_reach_the_parties(self):
        body = WORDS + '<script>alert(1)</script><img src="https://spy.example.com/p">'
        incident = self._create_incident_in(IN_PROGRESS)
        letters = self._solve(incident, body)
        for text in (*(letter["body"] for letter in letters), incident.resolution_text):
            self.assertNotIn("<script", text)
            self.assertNotIn('src="https://spy', text)
            self.assertIn("line card", text)

    # The dialog

    def _open(self, action):
        wizards = self.env["incident.act.wizard"].with_user(self.agent)
        return Form(wizards.with_context(**action["context"]))

    def test_dialog_of_solved(self):
        incident = self._create_incident_in(IN_PROGRESS)
        form = self._open(incident.action_incident_resolve_dialog())
        self.assertEqual(form.restored_date, NOW)
        self.assertIn(self.customer.name, form.readers)
        form.body = WORDS
        form.cause_id = self.cause
        form.restored_date = RESTORED
        with self.capture_letters() as letters:
            form.save().action_confirm()
        self.assertBothInformed(letters)
        self.assertEqual(incident.resolution_cause_id, self.cause)
        self.assertEqual(incident.restored_date, RESTORED)
        self.assertIn("line card", incident.resolution_text)

    def test_dialog_offers_causes_of_all_teams_concerned(self):
        other = self.env["incident.cause"].create(
            {"name": "Theirs", "team_ids": self.other_team.ids}
        )
        archived = self.env["incident.cause"].create({"name": "Old", "active": False})
        incident = self._create_incident_in(IN_PROGRESS)
        wizard = self.env["incident.act.wizard"].create(
            {"act": "resolve", "ticket_ids": incident.ids}
        )
        self.assertIn(self.cause, wizard.cause_ids)
        self.assertFalse((other | archived) & wizard.cause_ids)

    def test_people_give_reasons_of_people(self):
        incident = self._create_incident_in(CLOSURE)
        field = self.env["incident.act.wizard"]._fields["close_reason"]
        keys = [key for key, _label in field._description_selection(self.env)]
        self.assertEqual(keys, ["confirmed", "support", "duplicate", "other"])
        for machine in ("no_answer", "not_confirmed"):
            with self.subTest(machine):
                with self.assertRaises(UserError):
                    incident.action_incident_close_dialog(machine)
                with self.assertRaises(ValueError):
                    self.env["incident.act.wizard"].create(
                        {
                            "act": "close",
                            "ticket_ids": incident.ids,
                            "close_reason": machine,
                        }
                    )
        incident.action_incident_close("no_answer")
        self.assertEqual(incident.close_reason, "no_answer", "programs may say so")

    def test_dialog_of_close(self):
        incident = self._create_incident_in(IN_PROGRESS)
        form = self._open(incident.action_incident_close_dialog())
        self.assertFalse(form.restored_date)
        form.close_reason = "duplicate"
        form.cause_id = self.cause
        form.body = "<p>See the other one.</p>"
        with self.capture_letters() as letters:
            form.save().action_confirm()
        self.assertBothInformed(letters)
        self.assertEqual(incident.close_reason, "duplicate")
        self.assertEqual(incident.resolution_cause_id, self.cause)
        self.assertFalse(incident.restored_date)
        self.assertIn("See the other one.", letters[0]["body"])

    def test_several_at_once_each_with_its_own_pictures(self):
        incidents = self._create_incident_in(IN_PROGRESS)
        incidents |= self._create_incident_in(IN_PROGRESS)
        file = (
            self.env["ir.attachment"]
            .with_user(self.agent)
            .create(
                {
                    "name": "card.png",
                    "raw": b"\x89PNG\r\n\x1a\n",
                    "mimetype": "image/png",
                }
            )
        )
        picture = f'<p>Card</p><img src="/web/image/{file.id}">'
        self._solve(incidents, picture)
        texts = set(incidents.mapped("resolution_text"))
        self.assertEqual(len(texts), 2, "each shows a file of its own")

    def test_managers_keep_the_list_agents_read_it(self):
        causes = self.env["incident.cause"]
        self.assertTrue(causes.with_user(self.manager).create({"name": "New"}))
        self.assertTrue(causes.with_user(self.agent).search([]))
        self.assertFalse(causes.with_user(self.agent).has_access("create"))
