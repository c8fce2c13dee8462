# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged
from odoo.tools import html2plaintext

from odoo.addons.openip_incident.tests.common import (
    CLOSED,
    CLOSURE,
    IN_PROGRESS,
    OPENED,
    WAITING,
)

from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestClosurePage(PageCommon):
    def _resolve(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.mock_mail_gateway():
            incident.action_incident_resolve()
        return incident

    def _read_closure(self, incident, party=None):
        path = self.get_path(incident, party or self.integrator, "closure")
        return self.visit(path)

    def assertDecision(self, incident, decision, party):
        ticket = incident.sudo()
        self.assertEqual(
            (ticket.closure_decision, ticket.closure_decided_by_id), (decision, party)
        )
        self.assertTrue(ticket.closure_decision_date)

    def test_page_says_what_was_solved_and_chooses_nothing(self):
        page = self._read_closure(self._resolve())
        self.assertIn("Busy tone on every call.", self.read_page(page))
        self.assertIn("Does everything work again?", self.read_page(page))
        self.assertEqual(len(page.xpath("//input[@type='radio']")), 2)
        self.assertFalse(page.xpath("//input[@checked]"))

    # Confirm

    def test_confirmation_closes_the_incident(self):
        incident = self._resolve()
        with self.capture_letters() as letters:
            response = self.decide(incident, decision="confirmed")
        self.assertEqual(response.status_code, 303)
        self.assertEqual(incident.incident_phase, CLOSED)
        self.assertEqual(incident.close_reason, "confirmed")
        self.assertDecision(incident, "confirmed", self.customer)
        self.assertPartiesGot(letters, self.customer.email, self.integrator.email)
        followup = incident.sudo().followup_ids
        self.assertEqual(
            (followup.state, followup.ended_by_id), ("answered", self.customer)
        )

    def test_visitor_is_thanked(self):
        form = self.get_form(self._read_closure(self._resolve()))
        page = self.parse(self.send(form, decision="confirmed", redirects=True))
        self.assertIn("Thank you for your confirmation.", self.read_page(page))

    def test_second_click_changes_nothing_and_says_who_decided(self):
        incident = self._resolve()
        form = self.get_form(self._read_closure(incident))
        self.send(form, decision="confirmed")
        date = incident.sudo().closure_decision_date
        with self.capture_letters() as letters:
            page = self.parse(self.send(form, decision="confirmed", redirects=True))
        self.assertNoLetters(letters)
        self.assertIn("Telintegra has confirmed on", self.read_page(page))
        self.assertEqual(incident.sudo().closure_decision_date, date)

    def test_refusal_stands_against_a_later_confirmation(self):
        for name in ("Boulangerie Martin", 'Martin & "Fils" <L\'Étoile>'):
            with self.subTest(name=name):
                self.customer.name = name
                self._confirm_after_a_refusal(name)

    def _confirm_after_a_refusal(self, name):
        incident = self._resolve()
        mine = self.get_form(self._read_closure(incident, self.integrator))
        self.decide(incident, self.customer, decision="refused", text="Why")
        for _time in range(2):
            response = self.send(mine, decision="confirmed")
            self.assertEqual(response.status_code, 200)
            self.assertIn("the incident stays open", response.text)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertDecision(incident, "refused", self.customer)
        notes = incident.sudo().message_ids.filtered(
            lambda message: f"after {name} had told us" in html2plaintext(message.body)
        )
        # Support reads of it once, the parties do not.
        self.assertEqual(len(notes), 1)
        self.assertTrue(notes.is_internal or notes.subtype_id.internal)
        page = self._read_closure(incident)
        self.assertIn(f"{name} has", self.read_page(page))
        self.assertFalse(page.xpath("//input[@type='radio']"))

    def test_automatic_closure_cannot_be_confirmed_any_more(self):
        incident = self._resolve()
        form = self.get_form(self._read_closure(incident))
        incident.action_incident_close("not_confirmed")
        self.send(form, decision="confirmed")
        self.assertEqual(incident.close_reason, "not_confirmed")
        self.assertFalse(incident.sudo().closure_decision)

    # Refuse

    def test_refusal_puts_the_incident_back_to_work(self):
        incident = self._resolve()
        with self.capture_letters() as letters:
            self.decide(incident, decision="refused", text="Line 2 is silent.")
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertFalse(incident.solved_date)
        self.assertDecision(incident, "refused", self.customer)
        self.assertIn("Line 2 is silent.", self.get_answers(incident).body)
        self.assertTrue(incident.sudo().answer_unread)
        self.assertPartiesGot(letters, self.integrator.email)
        self.assertEqual(incident.sudo().followup_ids.state, "answered")

    def test_refusal_may_carry_files(self):
        incident = self._resolve()
        self.decide(
            incident, decision="refused", text="See", files=[("trace.log", b"x")]
        )
        self.assertEqual(self.get_answers(incident).attachment_ids.name, "trace.log")

    def test_refusal_needs_a_reason(self):
        incident = self._resolve()
        response = self.decide(incident, self.integrator, decision="refused", text=" ")
        page = self.assertRefused(response, "Please tell us what does not work.")
        (checked,) = page.xpath("//input[@checked]")
        self.assertEqual(checked.get("value"), "refused")
        self.assertEqual(incident.incident_phase, CLOSURE)

    def test_refused_page_says_by_whom_and_when(self):
        incident = self._resolve()
        self.decide(incident, decision="refused", text="No")
        for text in (
            self.view(incident, self.integrator),
            self.read_page(self._read_closure(incident)),
        ):
            self.assertIn("Boulangerie Martin has told us on", text)

    def test_nothing_is_decided_without_a_choice(self):
        incident = self._resolve()
        for decision in (None, "", "x", "yes"):
            with self.subTest(decision=decision):
                response = self.decide(incident, self.integrator, decision=decision)
                self.assertRefused(response, "Please choose one of the two answers.")
        self.assertEqual(incident.incident_phase, CLOSURE)
        self.assertFalse(incident.sudo().closure_decision)

    def test_new_closure_is_asked_anew(self):
        incident = self._resolve()
        self.decide(incident, decision="refused", text="No")
        with self.mock_mail_gateway():
            incident.action_incident_resolve()
        self.assertFalse(incident.sudo().closure_decision)
        self.decide(incident, self.integrator, decision="confirmed")
        self.assertDecision(incident, "confirmed", self.integrator)

    def test_reopened_incident_carries_no_old_decision(self):
        incident = self._resolve()
        self.decide(incident, decision="confirmed")
        incident.action_incident_reopen("<p>Again</p>")
        self.assertFalse(incident.sudo().closure_decision)

    def test_nothing_to_confirm_in_other_phases(self):
        for phase in (OPENED, WAITING, CLOSED):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                page = self._read_closure(incident)
                if phase != CLOSED:
                    self.assertIn("There is nothing to confirm", self.read_page(page))
                decisions = page.xpath("//input[@name='decision']/@value")
                self.assertNotIn("confirmed", decisions)

    # Take back

    def test_confirmation_can_be_taken_back(self):
        incident = self._resolve()
        self.decide(incident, decision="confirmed")
        with self.capture_letters() as letters:
            response = self.decide(incident, text="It broke again.")
        self.assertEqual(response.status_code, 303)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertFalse(incident.close_reason)
        self.assertEqual(incident.sudo().reopen_count, 1)
        self.assertDecision(incident, "withdrawn", self.customer)
        self.assertIn("It broke again.", self.get_answers(incident).body)
        self.assertPartiesGot(letters, self.integrator.email)
        self.assertIn(
            "Boulangerie Martin has withdrawn its confirmation",
            self.view(incident, self.integrator),
        )

    def test_page_offers_to_take_back(self):
        incident = self._resolve()
        self.decide(incident, self.integrator, decision="confirmed")
        page = self.visit(self.get_path(incident, self.integrator))
        (link,) = page.xpath("//a[contains(@href, '/closure')]/@href")
        self.assertIn("Withdraw confirmation", self.read_page(self.visit(link)))
        self.assertEqual(incident.incident_phase, CLOSED)

    def test_taking_back_needs_words(self):
        incident = self._resolve()
        self.decide(incident, self.integrator, decision="confirmed")
        response = self.decide(incident, self.integrator)
        self.assertRefused(response, "Please tell us what does not work.")
        self.assertEqual(incident.incident_phase, CLOSED)

    def test_only_who_has_confirmed_may_take_it_back(self):
        incident = self._resolve()
        self.decide(incident, decision="confirmed")
        form = self.get_form(self._read_closure(incident, self.integrator))
        self.assertNotIn("Withdraw confirmation", form.text_content())
        # Whatever it says, it means that something does not work.
        self.send(form, decision="withdrawn", text="No")
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertDecision(incident, "refused", self.integrator)

    def test_page_is_french_for_a_french_reader(self):
        incident = self._resolve()
        page = self._read_closure(incident, self.customer)
        self.assertEqual(page.get("lang"), "fr-FR")
