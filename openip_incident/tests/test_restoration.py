# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Expected restoration and interventions: told once, kept, over when they are over."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    OPENED,
    REGISTERED,
    WAITING,
)
from .restoration_common import BEGIN, END, LATER, NOW, SOON, WORDS, RestorationCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestExpectedRestoration(RestorationCommon):
    def test_each_party_is_told_once_in_its_language(self):
        incident = self._create_incident_in(IN_PROGRESS)
        customer, integrator = self._mails_of_both(self._expect(incident, SOON, WORDS))
        self.assertEqual(incident.expected_restoration_date, SOON)
        self.assertIn("lundi 16 novembre à 17 h 00", customer["body_alternative"])
        self.assertIn("Monday 16 November at 17:00", integrator["body"])
        self.assertIn("broken cable", customer["body"])
        self.assertIn(incident.number, integrator["subject"])

    def test_change_and_withdrawal_are_told(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._expect(incident, SOON)
        letters = self._expect(incident, LATER)
        self.assertBothInformed(letters)
        body = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        self.assertIn("Tuesday 17 November at 11:00", body)
        self.assertIn("no longer by", body)
        self.assertIn("Monday 16 November at 17:00", body)
        letters = self._expect(incident, False)
        self.assertBothInformed(letters)
        self.assertFalse(incident.expected_restoration_date)
        body = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        self.assertIn("no longer valid", body)
        self.assertNotIn("Expected restoration:</", body)

    def test_same_date_is_no_news_but_words_are(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._expect(incident, SOON)
        self.assertNoLetters(self._expect(incident, SOON))
        letters = self._expect(incident, SOON, WORDS)
        self.assertBothInformed(letters)
        # Nothing is withdrawn that is said in the same sentence.
        for letter in letters:
            self.assertNotRegex(letter["body"], "no longer|et non plus")

    def test_every_mail_says_it_as_long_as_it_is_promised(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._expect(incident, SOON)
        said = "Monday 16 November at 17:00"

        def tell():
            with self.capture_letters() as letters:
                incident.incident_update(WORDS)
            return self._letter_to(letters, INTEGRATOR_MAIL)["body"]

        self.assertIn("Expected restoration:", tell())
        self.assertIn(said, tell())
        with freeze_time(SOON + timedelta(minutes=1)):
            self.assertNotIn("Expected restoration:", tell())

    def test_solved_and_closed_incidents_promise_nothing(self):
        for phase in (CLOSURE, CLOSED):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(IN_PROGRESS)
                self._expect(incident, SOON)
                with self.capture_letters() as letters:
                    incident.write({"stage_id": self.stages[phase].id})
                body = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
                self.assertNotIn("Expected restoration:", body)

    def test_promise_does_not_come_to_life_again(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._expect(incident, LATER)
        with self.capture_letters():
            incident.action_incident_resolve()
            self.assertEqual(incident.expected_restoration_date, LATER)
            incident.action_incident_start()
        self.assertFalse(incident.expected_restoration_date)

    def test_changes_are_kept_in_the_language_of_the_company(self):
        self.company.partner_id.lang = "fr_FR"
        incident = self._create_incident_in(IN_PROGRESS)
        self._expect(incident, SOON)
        self._expect(incident, LATER)
        self.flush_tracking()
        values = incident.sudo().message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "expected_restoration_date"
        )
        self.assertEqual(
            values.sorted("id").mapped("new_value_datetime"), [SOON, LATER]
        )
        entries = self._entries(incident)
        self.assertTrue(
            any("lundi 16 novembre" in str(entry.body) for entry in entries)
        )

    def test_refused(self):
        at_work = self._create_incident_in(IN_PROGRESS)
        with self.assertRaisesRegex(UserError, "future"):
            at_work.incident_expect_restoration(NOW)
        with self.assertRaisesRegex(UserError, "no date"):
            at_work.incident_expect_restoration("soon")
        for phase in (REGISTERED, CLOSURE, CLOSED):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                with self.assertRaisesRegex(UserError, incident.number):
                    incident.incident_expect_restoration(SOON)
        for phase in (OPENED, ESCALATED, WAITING, FROZEN):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                self.assertBothInformed(self._expect(incident, SOON))

    def test_agent_without_rights(self):
        incident = self._create_incident_in(IN_PROGRESS)
        clerk = new_test_user(self.env, "incident_clerk", groups="base.group_user")
        for act in (
            "incident_expect_restoration",
            "incident_plan_intervention",
            "incident_change_intervention",
            "incident_cancel_intervention",
        ):
            with self.subTest(act=act), self.assertRaises(AccessError):
                getattr(incident.with_user(clerk), act)()

    def test_many_at_once(self):
        incidents = self._create_incidents(4)
        with self.capture_letters():
            incidents.action_incident_open()
        letters = self._expect(incidents, SOON)
        self.assertEqual(len(letters), 8)
        self.assertEqual(set(incidents.mapped("expected_restoration_date")), {SOON})


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRestorationDialog(RestorationCommon):
    def _open(self, action):
        self.assertEqual(action["res_model"], "incident.act.wizard")
        wizards = self.env["incident.act.wizard"].with_user(self.agent)
        return Form(wizards.with_context(**action["context"]))

    def test_plan_with_a_look_at_the_mails(self):
        self.customer.write({"street": "12 rue du Four", "city": "Rennes"})
        incident = self._create_incident_in(IN_PROGRESS)
        form = self._open(incident.incident_plan_intervention())
        self.assertIn("12 rue du Four", form.place)
        form.begin_date, form.end_date, form.visitor = BEGIN, END, "Théo"
        wizard = form.save()
        self.assertIn("2 mails", wizard.summary)
        self.assertIn("Telintegra", wizard.readers)
        mails = self.env["mail.mail"].sudo()
        before = mails.search_count([])
        wizard.action_preview()
        self.assertEqual(mails.search_count([]), before)
        self.assertIn("mardi 24 novembre", wizard.preview)
        self.assertIn(".ics", wizard.preview)
        self.assertFalse(self._interventions(incident))
        with self.capture_letters() as letters:
            wizard.action_confirm()
        self.assertBothInformed(letters)
        self.assertEqual(self._interventions(incident).begin_date, BEGIN)

    def test_change_and_cancel_know_the_intervention(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._plan(incident, place="Rennes", visitor="Théo")
        intervention = self._interventions(incident).with_user(self.agent)
        form = self._open(intervention.action_change_dialog())
        self.assertEqual((form.begin_date, form.place), (BEGIN, "Rennes"))
        form.place = "Vitré"
        with self.capture_letters() as letters:
            form.save().action_confirm()
        self.assertBothInformed(letters)
        self.assertEqual(intervention.place, "Vitré")
        form = self._open(intervention.action_cancel_dialog())
        with self.capture_letters() as letters:
            form.save().action_confirm()
        self.assertBothInformed(letters)
        self.assertEqual(intervention.state, "cancelled")

    def test_done_tells_nobody(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._plan(incident)
        intervention = self._interventions(incident).with_user(self.agent)
        with self.capture_letters() as letters:
            intervention.action_done()
        self.assertNoLetters(letters)
        self.assertEqual(intervention.state, "done")
        self.assertFalse(incident.sudo().incident_intervention_until)

    def test_withdraw_by_the_dialog(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._expect(incident, SOON)
        form = self._open(incident.incident_expect_restoration())
        self.assertEqual(form.expected_date, SOON)
        form.expected_date = False
        with self.capture_letters() as letters:
            form.save().action_confirm()
        self.assertBothInformed(letters)
        self.assertFalse(incident.expected_restoration_date)
