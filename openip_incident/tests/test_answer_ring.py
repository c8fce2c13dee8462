# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two desks that acknowledge each mail: we are no third machine in their ring."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.mail_signs import DOUBTFUL
from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL, OPENED, WAITING
from .followup_common import START, FollowupCommon

ENGINE = "odoo.addons.openip_incident.models.engine.incident_engine"
MINUTE = timedelta(minutes=1)
# Nothing in these words is a sign, and none are the same as the last ones.
WORDS = ("Bien noté", "Merci bien", "Vu avec Paul", "On regarde", "Entendu", "D'accord")


class RingCommon(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.incident = self.request(wait_for="integrator", user_id=self.agent.id)
        self._tick()

    def _tick(self, **time):
        """Let time pass, with all that is due in it, and the queue at its end."""
        start = self.clock
        self.clock += timedelta(**time)
        self.run_until(self.clock, start=start)

    def _answer(self, party, html, **options):
        with self.at(self.clock), self.mail_server():
            self._reply(self.incident, party, html=html, **options)
            self.flush_tracking()
        self.env.invalidate_all()
        mails = self.incident.sudo().message_ids.filtered(
            lambda message: message.message_type == "email"
        )
        return mails.sorted("id")[-1:]

    def _get_addresses(self, known=0):
        return [letter.address for letter in self.get_party_letters(known)]


@tagged("post_install", "-at_install")
class TestRing(RingCommon):
    def test_first_answer_is_passed_on_at_once(self):
        self._tick(minutes=20)
        known = len(self.letters)
        self._answer(self.integrator, "<p>Since nine.</p>")
        self._tick()
        self.assertEqual(self._get_addresses(known), [CUSTOMER_MAIL])

    def test_what_follows_is_one_mail_after_ten_minutes(self):
        self._tick(minutes=20)
        known = len(self.letters)
        for number in range(4):
            answer = self._answer(self.integrator, f"<p>Fact {number}</p>")
            self.assertFalse(answer.incident_disregard)
            self._tick(minutes=2)
        self.assertEqual(self._get_addresses(known), [CUSTOMER_MAIL])
        self._tick(minutes=10)
        letters = self.get_party_letters(known)
        self.assertEqual([item.address for item in letters], [CUSTOMER_MAIL] * 2)
        for number in range(1, 4):
            # Before the words stands what an inbox shows of them.
            words = letters[1].body.partition('class="oi-words"')[2]
            self.assertEqual(words.count(f"Fact {number}"), 1)
        self.assertNotIn("Fact 0", letters[1].body)
        self._tick(hours=2)
        self.assertEqual(len(self.get_party_letters(known)), 2)
        self.assertTrue(self.incident.sudo().answer_unread)

    def test_files_of_all_collected_answers_go_with_it(self):
        self._tick(minutes=20)
        for _number in range(3):
            answer = self._answer(self.integrator, f"<p>See {self.clock}</p>")
            file = self.env["ir.attachment"].create(
                {"name": f"{answer.id}.txt", "raw": b"x"}
            )
            answer.sudo().attachment_ids = file
            self._tick(minutes=1)
        self._tick(minutes=15)
        hidden = self._hidden_message(self.incident, self.customer).sudo()
        self.assertEqual(len(hidden.attachment_ids), 2)

    def test_an_agent_who_looks_passes_it_on(self):
        self._tick(minutes=20)
        for number in range(3):
            self._answer(self.integrator, f"<p>Fact {number}</p>")
            self._tick(minutes=1)
        known = len(self.letters)
        with self.at(self.clock), self.mail_server():
            self.incident.with_user(self.agent).action_incident_set_read()
            self.flush_tracking()
        self._tick(minutes=30)
        letters = self.get_party_letters(known)
        self.assertEqual([item.address for item in letters], [CUSTOMER_MAIL])
        self.assertIn("Fact 1", letters[0].body)
        self.assertIn("Fact 2", letters[0].body)

    def test_one_that_cannot_be_passed_on_waits_and_stops_no_other(self):
        good, second = self.incident, []
        bad = self.request(wait_for="integrator", user_id=self.agent.id)
        for self.incident in (bad, good):
            self._answer(self.integrator, f"<p>{WORDS[len(second)]}</p>")
            self._tick(minutes=2)
            second.append(self._answer(self.integrator, "<p>Since nine.</p>").sudo())
        known, model = len(self.letters), type(good)
        forward = model._incident_forward_collected

        def fail(tickets, *arguments):
            if bad.id in tickets.ids:
                raise ValueError("This template is broken")
            return forward(tickets, *arguments)

        with (
            patch.object(model, "_incident_forward_collected", fail),
            mute_logger(ENGINE),
        ):
            self._tick(minutes=12)
        self.assertEqual(self._get_addresses(known), [CUSTOMER_MAIL])
        self.assertTrue(second[0].incident_forward_date)
        self.assertFalse(second[1].incident_forward_date)
        self._tick(hours=2)
        self.assertEqual(self._get_addresses(known), [CUSTOMER_MAIL] * 2)
        self.assertFalse(second[0].incident_forward_date)

    def test_later_answers_are_passed_on_at_once_again(self):
        self._tick(minutes=20)
        for _number in range(3):
            known = len(self.letters)
            self._answer(self.integrator, f"<p>Fact {self.clock}</p>")
            self._tick()
            self.assertEqual(self._get_addresses(known), [CUSTOMER_MAIL])
            self._tick(minutes=11)

    def test_each_reader_has_a_brake_of_its_own(self):
        self._tick(minutes=20)
        known = len(self.letters)
        self._answer(self.integrator, "<p>Since nine.</p>")
        self._answer(self.customer, "<p>Since ten.</p>")
        self._tick()
        self.assertCountEqual(
            self._get_addresses(known), [CUSTOMER_MAIL, INTEGRATOR_MAIL]
        )

    def test_a_copy_of_the_database_passes_nothing_on(self):
        self._tick(minutes=20)
        self._answer(self.integrator, "<p>Fact 0</p>")
        self._tick()
        answer = self._answer(self.integrator, "<p>Fact 1</p>")
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "another")
        known = len(self.letters)
        self._tick(minutes=15)
        self.assertFalse(self.get_party_letters(known))
        self.assertTrue(answer.sudo().incident_forward_date)

    def test_two_desks_that_acknowledge_at_once(self):
        """Every mail of ours is answered in seconds, by other words each time."""
        desks = {INTEGRATOR_MAIL: self.integrator, CUSTOMER_MAIL: self.customer}
        words, done = iter(WORDS * 9), 0
        for _round in range(40):
            letters = self.get_party_letters()
            for letter in letters[done:]:
                self.clock += timedelta(seconds=20)
                self._answer(desks[letter.address], f"<p>{next(words)}</p>")
            done = len(letters)
            self._tick(minutes=1)
        # The question to both, and one answer of each to the other.
        self.assertLessEqual(len(self.get_party_letters()), 4)
        reasons = set(self.incident.sudo().message_ids.mapped("incident_disregard"))
        self.assertIn("too_fast", reasons)

    def test_two_desks_that_number_their_words(self):
        desks = {INTEGRATOR_MAIL: self.integrator, CUSTOMER_MAIL: self.customer}
        number = done = 0
        for _round in range(40):
            letters = self.get_party_letters()
            for letter in letters[done:]:
                number += 1
                self.clock += timedelta(minutes=4)
                text = f"<p>Nous suivons votre affaire, dossier {number} chez nous</p>"
                self._answer(desks[letter.address], text)
            done = len(letters)
            self._tick(minutes=11)
        self.assertLessEqual(len(self.get_party_letters()), 4)
        reasons = set(self.incident.sudo().message_ids.mapped("incident_disregard"))
        self.assertIn("repeated", reasons)


@tagged("post_install", "-at_install")
class TestHabit(RingCommon):
    def test_a_quick_answer_counts(self):
        """The tour of the README: ten seconds after the question."""
        known = len(self.letters)
        self.clock += timedelta(seconds=10)
        answer = self._answer(self.integrator, "<p>Since this morning.</p>")
        self._tick()
        self.assertFalse(answer.incident_disregard)
        self.assertEqual(self.incident.incident_phase, OPENED)
        self.assertEqual(self._get_addresses(known), [CUSTOMER_MAIL])

    def test_two_mails_after_one_question_count(self):
        for words in ("oui", "et depuis 8 h"):
            self.clock += timedelta(seconds=20)
            answer = self._answer(self.integrator, f"<p>{words}</p>")
            self.assertFalse(answer.incident_disregard)

    def _answer_two_questions(self, **options):
        self.clock += timedelta(seconds=20)
        self._answer(self.integrator, "<p>oui</p>", **options)
        self._tick(minutes=30)
        with self.at(self.clock), self.mail_server():
            self.incident.incident_request("information", "<p>Which line?</p>")
            self.flush_tracking()
        self._tick()
        self.clock += timedelta(seconds=20)
        return self._answer(self.integrator, "<p>la 2</p>", **options)

    def test_the_second_at_once_in_a_row_is_doubtful(self):
        answer = self._answer_two_questions()
        self.assertEqual(answer.incident_disregard, "too_fast")
        self.assertEqual(self.incident.incident_phase, WAITING)
        review = "openip_incident.mail_activity_type_review"
        self.assertTrue(self.get_activities(self.incident, review))
        self.assertTrue(self.incident.sudo().review_pending)

    def test_a_telephone_is_quick_twice(self):
        answer = self._answer_two_questions(headers={"X-Mailer": "iPhone Mail (22A)"})
        self.assertFalse(answer.incident_disregard)
        self.assertEqual(self.incident.incident_phase, OPENED)

    def test_the_same_words_but_for_numbers_are_doubtful(self):
        text = "<p>Nous suivons votre affaire, dossier %s chez nous</p>"
        self._tick(minutes=20)
        self.assertFalse(self._answer(self.integrator, text % 1).incident_disregard)
        self._tick(hours=5)
        answer = self._answer(self.integrator, text % 2)
        self.assertEqual(answer.incident_disregard, "repeated")
        self._tick(hours=5)
        self.assertFalse(self._answer(self.integrator, "<p>9 h</p>").incident_disregard)

    def test_a_flood_is_doubtful_until_we_write_again(self):
        self._tick(minutes=20)
        for number in range(20):
            answer = self._answer(self.integrator, f"<p>Fact {number}</p>")
            self.assertFalse(answer.incident_disregard, number)
        answer = self._answer(self.integrator, "<p>One more</p>")
        self.assertEqual(answer.incident_disregard, "flood")
        self.assertIn("flood", DOUBTFUL)
        with self.at(self.clock), self.mail_server():
            self.incident.incident_request("information", "<p>And now?</p>")
            self.flush_tracking()
        self._tick(minutes=5)
        answer = self._answer(self.integrator, "<p>Still broken</p>")
        self.assertFalse(answer.incident_disregard)
        self.assertGreater(self.clock, START)
