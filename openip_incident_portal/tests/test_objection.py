# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import (
    CLOSED,
    CLOSURE,
    IN_PROGRESS,
    WAITING,
)

from .page_common import PageCommon

CLOSINGS = ("confirmed", "support", "no_answer", "not_confirmed")


@tagged("post_install", "-at_install")
class TestObjection(PageCommon):
    """What somebody means by a choice is done, whatever was decided meanwhile."""

    def _close(self, reason="support", days=0):
        start = WAITING if reason == "no_answer" else CLOSURE
        incident = self._create_incident_in(start)
        with self.mock_mail_gateway():
            incident.action_incident_close(reason)
        if days:
            incident.sudo().closed_date = fields.Datetime.now() - timedelta(days=days)
        return incident

    def _open_closure(self, incident, party):
        return self.get_form(self.visit(self.get_path(incident, party, "closure")))

    def _get_successor(self, incident):
        return self.incidents.search([("predecessor_id", "=", incident.id)])

    # Overtaken

    def test_refusal_reopens_whoever_has_closed_meanwhile(self):
        for name, close in (
            ("other party", lambda one: self.decide(one, decision="confirmed")),
            *(
                (reason, lambda one, why=reason: one.action_incident_close(why))
                for reason in ("confirmed", "support", "not_confirmed")
            ),
        ):
            with self.subTest(closed_by=name):
                incident = self._create_incident_in(CLOSURE)
                form = self._open_closure(incident, self.integrator)
                with self.mock_mail_gateway():
                    close(incident)
                self.assertEqual(incident.incident_phase, CLOSED)
                with self.capture_letters() as letters:
                    response = self.send(form, decision="refused", text="Line 2.")
                self.assertEqual(response.status_code, 303)
                self.assertIn("done=refused", response.headers["Location"])
                self.assertEqual(incident.incident_phase, IN_PROGRESS)
                self.assertEqual(incident.sudo().reopen_count, 1)
                self.assertFalse(incident.close_reason)
                answer = self.get_answers(incident, self.integrator)
                self.assertIn("Line 2.", answer.body)
                self.assertPartiesGot(letters, self.customer.email)
                self.assertEqual(incident.sudo().closure_decision, "refused")
                self.assertIn(
                    "Telintegra has told us on", self.view(incident, self.integrator)
                )

    def test_each_reads_in_its_language_that_it_still_does_not_work(self):
        self.customer.lang, self.integrator.lang = "fr_FR", "en_US"
        for author, other, words, foreign in (
            (
                self.customer,
                self.integrator,
                "It still does not work: Line 2 <b>",
                "toujours",
            ),
            (
                self.integrator,
                self.customer,
                "Cela ne fonctionne toujours pas : Line 2 <b>",
                "still",
            ),
        ):
            with self.subTest(author=author.name):
                incident = self._close("not_confirmed")
                page = incident.sudo().with_context(lang=author.lang)
                with self.capture_letters() as letters:
                    page._incident_object(author, "Line 2 <b>", [])
                said = self._read_words(self._letter_to(letters, other.email))
                self.assertIn(words, said)
                self.assertNotIn(foreign, said)
                page = " ".join(self.view(incident, other).split())
                self.assertIn(words, page)
                self.assertNotIn(f"{foreign} ", page)

    def test_who_types_what_we_would_say_is_quoted_as_it_is(self):
        self.customer.lang, self.integrator.lang = "fr_FR", "en_US"
        for author, other, words in (
            (
                self.customer,
                self.integrator,
                "Cela ne fonctionne toujours pas\u00a0: la ligne 2",
            ),
            (
                self.customer,
                self.integrator,
                "Par téléphone, noté par personne\u00a0: la ligne 2",
            ),
            (self.integrator, self.customer, "It still does not work: line 2"),
            (self.integrator, self.customer, "By phone, noted by nobody: line 2"),
        ):
            with self.subTest(words=words):
                incident = self._create_incident_in(WAITING)
                page = incident.sudo().with_context(lang=author.lang)
                with self.capture_letters() as letters:
                    page._incident_answer_on_page(author, words, [], "n")
                letter = self._read_words(self._letter_to(letters, other.email))
                words = " ".join(words.split())
                self.assertIn(words, " ".join(letter.split()))
                self.assertIn(words, " ".join(self.view(incident, other).split()))

    def test_refusal_sent_twice_reopens_and_is_heard_once(self):
        incident = self._create_incident_in(CLOSURE)
        form = self._open_closure(incident, self.integrator)
        self.decide(incident, decision="confirmed")
        for _time in range(3):
            self.send(form, decision="refused", text="Line 2 is silent.")
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertEqual(incident.sudo().reopen_count, 1)
        self.assertEqual(len(self.get_answers(incident, self.integrator)), 1)

    def test_objection_sent_twice_is_given_back_where_others_have_decided_since(self):
        for purpose, start, decision in (
            ("answer", CLOSED, "reopened"),
            ("closure", CLOSURE, "refused"),
        ):
            for again in ("resolved", "closed"):
                with self.subTest(decision=decision, again=again):
                    incident = (
                        self._close()
                        if start == CLOSED
                        else self._create_incident_in(CLOSURE)
                    )
                    path = self.get_path(incident, self.integrator, purpose)
                    form = self.get_form(self.visit(path))
                    for _time in range(2):
                        response = self.send(form, decision=decision, text="Mute.")
                        self.assertIn(f"done={decision}", response.headers["Location"])
                    with self.mock_mail_gateway():
                        incident.action_incident_resolve()
                        if again == "closed":
                            incident.action_incident_close("support")
                    phase = incident.incident_phase
                    response = self.send(form, decision=decision, text="Mute.")
                    page = self.assertRefused(response, "sent this text before")
                    self.assertEqual(incident.incident_phase, phase)
                    answers = self.get_answers(incident, self.integrator)
                    self.assertEqual(len(answers), 1)
                    back = self.get_form(page)
                    self.assertEqual(back.fields["text"].strip(), "Mute.")
                    self.assertNotEqual(back.fields["nonce"], form.fields["nonce"])
                    choices = back.xpath(".//input[@name='decision']/@value")
                    values = {"decision": decision} if decision in choices else {}
                    if again == "closed":
                        values = {"decision": "reopened"}
                    self.assertEqual(self.send(back, **values).status_code, 303)
                    answers = self.get_answers(incident, self.integrator)
                    self.assertEqual(len(answers), 2)
                    if values:
                        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_link_to_answer_decides_nothing_while_closure_is_asked_for(self):
        for decision in ("reopened", "message"):
            with self.subTest(decision=decision):
                incident = self._create_incident_in(CLOSURE)
                with self.capture_letters():
                    response = self.answer(
                        incident, self.integrator, decision=decision, text="Mute."
                    )
                self.assertIn("done=answer", response.headers["Location"])
                self.assertEqual(incident.incident_phase, CLOSURE)
                self.assertFalse(incident.sudo().closure_decision)
                answer = self.get_answers(incident, self.integrator)
                self.assertIn("Mute.", answer.body)

    def test_second_refusal_is_kept_as_it_is(self):
        incident = self._create_incident_in(CLOSURE)
        form = self._open_closure(incident, self.integrator)
        self.decide(incident, decision="refused", text="First")
        response = self.send(form, decision="refused", text="Second")
        self.assertEqual(response.status_code, 303)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertIn("Second", self.get_answers(incident, self.integrator).body)

    def test_refusal_after_the_window_registers_a_new_incident(self):
        incident = self._create_incident_in(CLOSURE)
        form = self._open_closure(incident, self.integrator)
        with self.mock_mail_gateway():
            incident.action_incident_close("confirmed")
        incident.sudo().closed_date = fields.Datetime.now() - timedelta(days=6)
        for _time in range(2):
            self.send(form, decision="refused", text="Line 2 is silent.")
        self.assertEqual(incident.incident_phase, CLOSED)
        successor = self._get_successor(incident)
        self.assertEqual(len(successor), 1)
        self.assertIn("Line 2 is silent.", successor.description)
        self.assertIn(successor.number, self.view(incident, self.integrator))

    def test_answer_to_what_was_closed_meanwhile_is_given_back_with_a_choice(self):
        for reason in ("confirmed", "support"):
            with self.subTest(reason=reason):
                incident = self._create_incident_in(WAITING)
                path = self.get_path(incident, self.integrator, "answer")
                form = self.get_form(self.visit(path))
                with self.mock_mail_gateway():
                    incident.action_incident_close(reason)
                response = self.send(form, text="Still no tone.")
                page = self.assertRefused(response, "please choose")
                again = self.get_form(page)
                self.assertEqual(again.fields["text"].strip(), "Still no tone.")
                self.assertFalse(again.fields.get("decision"))
                self.send(again, decision="reopened")
                self.assertEqual(incident.incident_phase, IN_PROGRESS)

    # The page of a closed incident

    def test_closed_page_offers_both_and_chooses_nothing(self):
        for reason in CLOSINGS:
            for purpose in ("answer", "closure"):
                with self.subTest(reason=reason, purpose=purpose):
                    incident = self._close(reason)
                    page = self.visit(self.get_path(incident, self.integrator, purpose))
                    text = self.read_page(page)
                    self.assertIn("The problem persists or has come back", text)
                    self.assertIn("The incident is reopened at once", text)
                    self.assertIn("Just a message", text)
                    self.assertFalse(page.xpath("//input[@checked]"))
                    radios = page.xpath("//input[@type='radio'][@required]/@value")
                    self.assertEqual(radios, ["reopened", "message"])

    def test_choice_decides_and_not_the_words(self):
        for reason in CLOSINGS:
            for decision, text, phase in (
                ("message", "Merci !", CLOSED),
                ("message", "It does not work at all", CLOSED),
                ("reopened", "Thank you", IN_PROGRESS),
            ):
                with self.subTest(reason=reason, decision=decision, text=text):
                    incident = self._close(reason)
                    with self.capture_letters() as letters:
                        response = self.answer(
                            incident, self.integrator, decision=decision, text=text
                        )
                    self.assertEqual(response.status_code, 303)
                    self.assertEqual(incident.incident_phase, phase)
                    answer = self.get_answers(incident, self.integrator)
                    self.assertIn(text, answer.body)
                    self.assertPartiesGot(letters, self.customer.email)
                    self.assertTrue(incident.sudo().answer_unread)
                    self.assertFalse(self._get_successor(incident))

    def test_reason_for_support_alone_stays_there(self):
        for decision, phase in (("reopened", IN_PROGRESS), ("message", CLOSED)):
            with self.subTest(decision=decision):
                incident = self._close()
                values = {"decision": decision, "text": "Only for you", "private": "1"}
                with self.capture_letters() as letters:
                    self.answer(incident, self.integrator, **values)
                self.assertEqual(incident.incident_phase, phase)
                self.assertPartiesGot(letters)
                answer = self.get_answers(incident, self.integrator)
                self.assertEqual(
                    answer.sudo().incident_private_party_id, self.integrator
                )
                self.assertNotIn("Only for you", self.view(incident, self.customer))

    def test_reader_is_told_what_was_done(self):
        incident = self._close()
        form = self.get_form(
            self.visit(self.get_path(incident, self.integrator, "answer"))
        )
        page = self.parse(
            self.send(form, decision="reopened", text="Again", redirects=True)
        )
        self.assertIn("The incident has been reopened.", self.read_page(page))

    def test_after_the_window_the_page_says_that_a_new_incident_is_registered(self):
        incident = self._close("confirmed", days=6)
        page = self.visit(self.get_path(incident, self.integrator, "answer"))
        text = self.read_page(page)
        self.assertIn("A new incident is registered at once", text)
        self.assertNotIn("The incident is reopened at once", text)
        form = self.get_form(page)
        self.send(form, decision="message", text="Thanks a lot")
        self.assertFalse(self._get_successor(incident))
        self.answer(incident, self.integrator, decision="reopened", text="Dead again")
        self.answer(incident, self.integrator, decision="reopened", text="Really")
        successor = self._get_successor(incident)
        self.assertEqual(len(successor), 1)
        self.assertEqual(successor.integrator_id, self.integrator)
        self.assertEqual(incident.incident_phase, CLOSED)

    def test_number_of_a_new_incident_is_told_to_its_own_parties_only(self):
        incident = self._close("confirmed", days=6)
        self.answer(incident, self.integrator, decision="reopened", text="Dead again")
        successor = self._get_successor(incident)
        self.assertIn(successor.number, self.view(incident, self.integrator))
        successor.write({"partner_id": self.stranger.id, "integrator_id": False})
        self.assertNotIn(successor.number, self.view(incident, self.integrator))

    # Who reads

    def test_page_says_for_whom_one_acts(self):
        incident = self._create_incident_in(CLOSURE)
        for purpose in ("view", "answer", "closure"):
            with self.subTest(purpose=purpose):
                page = self.visit(self.get_path(incident, self.integrator, purpose))
                self.assertIn(
                    "You are viewing this incident as: Telintegra",
                    self.read_page(page),
                )

    def test_reader_is_not_named_among_who_reads(self):
        incident = self._create_incident_in(WAITING)
        page = self.visit(self.get_path(incident, self.integrator, "answer"))
        (hint,) = page.xpath("//*[@id='text_hint']")
        self.assertEqual(
            " ".join(hint.text_content().split()),
            "Read by Boulangerie Martin and our support.",
        )
        alone = self._create_incident_in(WAITING, partner_id=self.stranger.id)
        page = self.visit(self.get_path(alone, self.stranger, "answer"))
        self.assertIn("Read by our support.", self.read_page(page))
