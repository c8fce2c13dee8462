# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What waits for a human is judged once, and what follows follows from that."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.reviews import TICKET_SYSTEM_REASONS
from ..tools.mail_classifier import DOUBTFUL
from .common import CLOSED, IN_PROGRESS
from .followup_common import START
from .review_common import GATEWAY_LOG, UNKNOWN, ReviewCommon


@tagged("post_install", "-at_install")
class TestReviewJudging(ReviewCommon):
    def test_strangers_mail_counts_for_the_party_that_was_asked(self):
        incident = self.request()
        self.write_as(incident, f"Claire <{UNKNOWN}>", self.integrator)
        [review] = incident.review_ids
        with self.capture_letters() as letters:
            review.with_user(self.agent).action_count()
        self.assertFree(incident)
        self.assertTrue(incident.last_answer_date)
        self.assertEqual(incident.incident_phase, "opened")
        entry = self._entries(incident)[:1]
        self.assertEqual(entry.author_id, self.integrator)
        self.assertIn(UNKNOWN, entry.email_from)
        self.assertIn(self.customer.email, self._recipients(letters))

    def test_contact_that_speaks_for_nobody_is_refused(self):
        incident = self.request()
        self.write_as(incident, UNKNOWN)
        with self.assertRaises(UserError):
            incident.review_ids.with_user(self.agent).action_count(self.stranger.id)
        self.assertHeld(incident)

    def test_address_that_is_remembered_answers_by_itself(self):
        incident = self.request()
        self.write_as(incident, f"Claire <{UNKNOWN}>")
        incident.review_ids.with_user(self.agent).action_count(
            self.baker, remember=True
        )
        self.assertEqual(self.baker.incident_address_ids.mapped("email"), [UNKNOWN])
        again = self.request()
        self.write_as(again, UNKNOWN)
        self.assertFree(again)
        self.assertTrue(again.last_answer_date)
        self.assertEqual(self._entries(again)[:1].author_id, self.baker)

    def test_addresses_behind_the_first_are_known(self):
        self.baker.email = f"claire@boulangerie.example.com; Claire <{UNKNOWN}>"
        incident = self.request()
        self.write_as(incident, UNKNOWN)
        self.assertFree(incident)
        self.assertEqual(self._entries(incident)[:1].author_id, self.baker)
        self.baker.email = "claire@boulangerie.example.com"
        again = self.request()
        self.write_as(again, UNKNOWN)
        self.assertHeld(again)

    def test_mail_is_handed_to_the_incident_that_it_is_about(self):
        asked, other = self.request(), self.request()
        self.write_as(asked, UNKNOWN, html="<p>Of the other one</p>")
        [review] = asked.review_ids
        review.with_user(self.agent).action_hand_over(other.id)
        self.assertFree(asked)
        self.assertHeld(other)
        message = other.sudo().review_ids.message_id
        self.assertEqual((message.model, message.res_id), (other._name, other.id))
        self.assertIn("Of the other one", message.body)
        self.assertIn(other.number, asked.sudo().message_ids[:1].body)

    def test_partys_mail_answers_where_it_is_handed_to(self):
        asked, other = self.request(), self.request()
        with self.judged_as("unauthenticated"):
            self.write_as(asked, self.customer.email_formatted)
        asked.review_ids.message_id.sudo().incident_disregard = False
        asked.review_ids.with_user(self.agent).action_hand_over(other)
        self.assertTrue(other.last_answer_date)
        self.assertFree(other)
        self.assertFalse(asked.last_answer_date)

    @mute_logger(GATEWAY_LOG)
    def test_unread_mail_counts_by_what_an_agent_reads_in_it(self):
        incident = self.request()
        self.set_limit()
        self.write_as(incident, self.customer.email_formatted, html=self.unread())
        [review] = incident.review_ids
        self.assertEqual(review.partner_id, self.customer)
        with self.assertRaises(UserError):
            review.with_user(self.agent).action_count()
        review.with_user(self.agent).action_count(body="<p>Since Monday</p>")
        self.assertFree(incident)
        self.assertTrue(incident.last_answer_date)
        self.assertIn("Since Monday", self._entries(incident)[:1].body)
        self.assertEqual(review.sudo().inbound_id.state, "discarded")

    @mute_logger(GATEWAY_LOG)
    def test_unread_mail_that_is_read_later_releases(self):
        for act in ("action_process_again", "action_discard", "unlink"):
            with self.subTest(act=act):
                incident = self.request()
                self.set_limit()
                self.write_as(
                    incident, self.customer.email_formatted, html=self.unread()
                )
                self.assertHeld(incident)
                self.set_limit(1000)
                getattr(incident.sudo().review_ids.inbound_id, act)()
                self.assertFree(incident)
                again = act == "action_process_again"
                self.assertEqual(bool(incident.last_answer_date), again)

    def test_mail_that_is_deleted_holds_no_more(self):
        incident = self.request()
        self.write_as(incident, UNKNOWN)
        incident.sudo().review_ids.message_id.unlink()
        self.assertFree(incident)

    def test_mail_that_holds_is_not_forgotten(self):
        incident = self.request()
        mails = self.env["incident.inbound"].sudo()
        kept, old = mails.create(
            [
                {"key": f"<{name}@old>", "state": "aside", "date": "2020-01-01"}
                for name in ("kept", "old")
            ]
        )
        reviews = self.env["incident.review"].sudo()
        review = reviews.create(
            {"ticket_id": incident.id, "inbound_id": kept.id, "reason": "unread"}
        )
        mails._gc_inbound()
        self.assertTrue(kept.exists())
        self.assertFalse(old.exists())
        review.action_dismiss()
        mails._gc_inbound()
        self.assertFalse(kept.exists())

    @mute_logger("odoo.addons.openip_incident.models.inbound.incident_inbound")
    def test_mail_that_cannot_be_looked_at_stops_no_other(self):
        incident = self.request()
        self.set_limit()
        self.write_as(incident, self.customer.email_formatted, html=self.unread())
        good = incident.review_ids.sudo().inbound_id
        incident.review_ids.with_user(self.agent).action_dismiss()
        incident.review_ids.sudo().search([("inbound_id", "=", good.id)]).unlink()
        bad = good.copy({"key": "<bad@raw>", "raw": b"not base64!"})
        (bad | good).write({"hold_due": True})
        cron = self.registry["ir.cron"]
        self.patch(cron, "_commit_progress", lambda *_args, **_options: 1)
        good._hold_later()
        self.assertFalse((bad | good).filtered("hold_due"))
        self.assertTrue(incident.review_pending)

    def test_nobody_judges_twice(self):
        incident = self.request()
        self.write_as(incident, UNKNOWN)
        [review] = incident.review_ids.with_user(self.agent)
        review.action_dismiss()
        self.assertEqual(review.judged_by_id, self.agent)
        for act in ("action_dismiss", "action_count"):
            with self.assertRaises(UserError):
                getattr(review, act)()

    def test_judging_is_for_agents(self):
        incident = self.request()
        self.write_as(incident, UNKNOWN)
        portal = self._create_portal_user(self.baker, "portal_judge")
        [review] = incident.review_ids
        for act in ("action_dismiss", "action_count", "action_hand_over"):
            with self.subTest(act=act), self.assertRaises(AccessError):
                getattr(review.with_user(portal), act)()
        self.assertHeld(incident)

    # Afterwards

    def test_answer_on_a_closed_incident_is_taken_up_when_it_counts(self):
        incident = self.request()
        self.run_to(130)
        self.assertEqual(incident.incident_phase, CLOSED)
        with self.moment(131):
            self.write_as(incident, UNKNOWN)
            self.assertHeld(incident)
            self.assertEqual(incident.incident_phase, CLOSED)
            incident.review_ids.with_user(self.agent).action_count()
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    # Screens

    def test_dialogs_ask_only_where_something_is_to_be_said(self):
        incident = self.request()
        self.write_as(incident, UNKNOWN)
        [review] = incident.review_ids.with_user(self.agent)
        asked = review.action_count_dialog()
        self.assertEqual(asked["context"]["default_act"], "count")
        wizard = self.env["incident.act.wizard"].with_user(self.agent)
        wizard = wizard.with_context(**asked["context"]).create({})
        self.assertTrue(wizard.asks_speaker)
        self.assertEqual(wizard.partner_id, self.customer)
        self.assertIn("1 mail to 1 recipient", wizard.summary)
        self.assertIn(UNKNOWN, wizard.review_sender)
        wizard.partner_id = self.baker
        wizard.remember_address = True
        wizard.action_confirm()
        self.assertFree(incident)
        self.assertEqual(self._entries(incident)[:1].author_id, self.baker)
        self.assertEqual(self.baker.incident_address_ids.email, UNKNOWN)

    def test_dismissing_asks_where_closure_is_overdue(self):
        for hours, asks in ((10, False), (130, True)):
            with self.subTest(hours=hours):
                self.clock, self.letters = START, []
                incident = self.request()
                with self.moment(2):
                    self.write_as(incident, UNKNOWN)
                self.run_to(hours)
                with self.at(self.clock):
                    result = incident.review_ids.with_user(
                        self.agent
                    ).action_dismiss_dialog()
                self.assertEqual(result is not True, asks)
                self.assertEqual(incident.sudo().review_pending, asks)

    def test_company_that_answers_through_a_ticket_system_is_heard(self):
        """One click, and never again."""
        for reason in TICKET_SYSTEM_REASONS:
            if reason not in DOUBTFUL:
                continue
            with self.subTest(reason=reason), self.judged_as(reason):
                self.integrator.incident_ticket_system = False
                incident = self.request()
                self.write_as(
                    incident, self.technician.email_formatted, self.integrator
                )
                self.assertHeld(incident)
                asked = incident.review_ids.with_user(self.agent).action_count_dialog()
                wizard = self.env["incident.act.wizard"].with_user(self.agent)
                wizard = wizard.with_context(**asked["context"]).create({})
                self.assertTrue(wizard.offers_ticket_system)
                wizard.remember_ticket_system = True
                wizard.action_confirm()
                self.assertTrue(incident.last_answer_date)
                again = self.request()
                self.write_as(again, self.technician.email_formatted, self.integrator)
                self.assertFree(again)
                self.assertTrue(again.last_answer_date)
                other = self.request()
                self.write_as(other, self.customer.email_formatted)
                self.assertHeld(other)
