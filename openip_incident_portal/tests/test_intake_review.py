# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A mail that names no incident may be the answer on one: it holds, to be judged."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CUSTOMER_MAIL, WAITING
from odoo.addons.openip_incident.tools.mail_classifier import DOUBTFUL, REASONS

from .form_common import FormCommon
from .intake_common import UNKNOWN


@tagged("post_install", "-at_install")
class TestIntakeReview(FormCommon):
    def setUp(self):
        super().setUp()
        self.incident = self._ask()

    def _ask(self):
        with self.capture_letters():
            incident = self._create_incident_in(WAITING)
        return incident.sudo()

    def _is_held(self, incident=None):
        incident = incident or self.incident
        incident.invalidate_recordset()
        self.assertEqual(bool(incident.review_ids), incident.review_pending)
        return incident.review_pending

    def _judged_as(self, reason):
        thread = type(self.env["mail.thread"])
        return patch.object(thread, "_get_disregard", lambda *_args, **_options: reason)

    def test_mail_of_a_party_holds_what_waits_for_it(self):
        for sender, held in (
            (self.customer.email_formatted, True),
            (self.technician.email_formatted, True),
            (UNKNOWN, False),
            (self.stranger.email_formatted, False),
            (self.agent.email_formatted, False),
        ):
            with self.subTest(sender=sender):
                intake, _letters = self._write_in(sender)
                self.assertTrue(intake)
                self.assertEqual(self._is_held(), held)
                self.incident.review_ids.action_dismiss()

    def test_only_what_may_be_a_humans_holds(self):
        for reason, _label in REASONS:
            with self.subTest(reason=reason), self._judged_as(reason):
                self._write_in(self.customer.email_formatted)
                self.assertEqual(self._is_held(), reason in DOUBTFUL)
                self.incident.review_ids.action_dismiss()

    def test_incident_that_waits_for_nobody_is_not_held(self):
        self.incident.with_user(self.agent).action_incident_resume()
        self._write_in(self.customer.email_formatted)
        self.assertFalse(self._is_held())

    def test_what_is_named_alone_is_held(self):
        other = self._ask()
        self._write_in(
            self.customer.email_formatted,
            html=f"<p>It concerns {other.number}.</p>",
        )
        self.assertEqual((self._is_held(), self._is_held(other)), (False, True))
        self.assertTrue(other.review_ids.named)

    def test_sent_form_releases_what_the_mail_does_not_name(self):
        other = self._ask()
        path = self._get_form_path(self.customer.email_formatted)
        self.assertTrue(self._is_held())
        self.assertTrue(self._is_held(other))
        ticket, _letters = self._report(path=path)
        self.assertTrue(ticket)
        self.assertFalse(self._is_held())
        self.assertFalse(self._is_held(other))

    def test_agents_decisions_about_the_intake_release(self):
        for act in ("action_discard", "action_convert", "unlink"):
            with self.subTest(act=act):
                intake, _letters = self._write_in(self.customer.email_formatted)
                self.assertTrue(self._is_held())
                user = self.env.user if act == "unlink" else self.agent
                getattr(intake.with_user(user), act)()
                self.assertFalse(self._is_held())

    def test_counted_mail_answers_here_and_frees_the_others(self):
        other = self._ask()
        intake, _letters = self._write_in(
            self.customer.email_formatted, html="<p>Since Monday.</p>"
        )
        with self.capture_letters() as letters:
            self.incident.review_ids.with_user(self.agent).action_count()
        self.assertFalse(self._is_held())
        self.assertFalse(self._is_held(other))
        self.assertTrue(self.incident.last_answer_date)
        self.assertFalse(other.last_answer_date)
        entry = self._entries(self.incident)[:1]
        self.assertEqual(entry.author_id, self.customer)
        self.assertIn("Since Monday.", entry.body)
        self.assertIn(self.integrator.email, self._recipients(letters))
        self.assertNotIn(CUSTOMER_MAIL, self._recipients(letters))
        self.assertEqual((intake.state, intake.ticket_id), ("submitted", self.incident))

    def test_conversation_that_goes_on_is_judged_anew(self):
        intake, _letters = self._write_in(self.customer.email_formatted)
        self.incident.review_ids.action_dismiss()
        self._receive(
            self.customer.email_formatted,
            self.address,
            reply_to=intake.original_id,
            html="<p>Well?</p>",
        )
        self.assertTrue(self._is_held())
        self.assertEqual(self.incident.review_count, 1)

    def test_handed_mail_answers_where_it_belongs(self):
        self._write_in(self.customer.email_formatted)
        with self.capture_letters():
            other = self._create_incident_in(WAITING).sudo()
        self.incident.review_ids.with_user(self.agent).action_hand_over(other.id)
        self.assertFalse(self._is_held())
        self.assertFalse(self._is_held(other))
        self.assertTrue(other.last_answer_date)
