# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What may be an answer and was not counted waits for a human, and holds closure."""

from base64 import b64encode
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.mail_classifier import DOUBTFUL, REASONS
from .common import FROZEN, WAITING
from .followup_common import ANSWER_TYPE, HOUR, START
from .review_common import GATEWAY_LOG, REVIEW_TYPE, UNKNOWN, ReviewCommon

REPLY_TYPE = "openip_incident.mail_activity_type_reply"


@tagged("post_install", "-at_install")
class TestReview(ReviewCommon):
    # Which mails hold which incidents

    def test_every_doubtful_mail_of_a_party_holds(self):
        for reason in sorted(DOUBTFUL):
            with self.subTest(reason=reason), self.judged_as(reason):
                incident = self.request()
                self.write_as(incident, self.customer.email_formatted)
                self.assertHeld(incident)
                self.assertFalse(incident.last_answer_date)
                self.assertEqual(incident.incident_phase, WAITING)
                self.assertEqual(len(self.get_activities(incident, REVIEW_TYPE)), 1)

    def test_no_certain_machine_holds(self):
        for reason, _label in REASONS:
            if reason not in DOUBTFUL:
                with self.subTest(reason=reason), self.judged_as(reason):
                    incident = self.request()
                    self.write_as(incident, self.customer.email_formatted)
                    self.assertFree(incident)

    def test_every_sender_that_has_to_be_verified_holds(self):
        for address, reason in (
            (f"Claire <{UNKNOWN}>", "stranger"),
            (self.stranger.email_formatted, "stranger"),
            ("Claire via List <list@groups.example.com>", "stranger"),
            (self.agent.email_formatted, "colleague"),
        ):
            with self.subTest(address=address):
                incident = self.request()
                self.write_as(incident, address)
                self.assertHeld(incident)
                self.assertEqual(incident.sudo().review_ids.reason, reason)
                activity = self.get_activities(incident, REVIEW_TYPE)
                self.assertEqual(activity.user_id, self.leader)

    def test_counted_answer_holds_nothing(self):
        incident = self.request()
        self._reply(incident, self.customer)
        self.assertFree(incident)
        self.assertTrue(incident.last_answer_date)

    @mute_logger(GATEWAY_LOG)
    def test_unread_mail_holds_what_it_is_about(self):
        """By reference, by number of a party, by whom we have asked."""
        self.set_limit()
        customer = self.customer.email_formatted
        for case, reference, subject, sender, held in (
            ("reference", True, "Re: ?", customer, True),
            ("reference, unknown sender", True, "Re: ?", UNKNOWN, True),
            ("number", False, "About {number}", customer, True),
            ("encoded number", False, "=?utf-8?b?{b64}?=", customer, True),
            ("nothing, asked here", False, "Line dead", customer, True),
            ("nothing, staff", False, "Dead", self.technician.email_formatted, True),
            ("number, unknown sender", False, "About {number}", UNKNOWN, False),
            ("nothing, unknown sender", False, "Line dead", UNKNOWN, False),
            ("nothing, stranger", False, "?", self.stranger.email_formatted, False),
        ):
            with self.subTest(case=case):
                incident = self.request()
                number = incident.number
                b64 = b64encode(f"Détail {number}".encode()).decode()
                message = self._hidden_message(incident, self.customer)
                self._receive(
                    sender,
                    message.reply_to,
                    reply_to=message if reference else None,
                    subject=subject.format(number=number, b64=b64),
                    html=self.unread(),
                )
                if held:
                    self.assertHeld(incident)
                else:
                    self.assertFree(incident)
                incident.sudo().review_ids.sudo().action_dismiss()

    @mute_logger(GATEWAY_LOG)
    def test_at_most_the_latest_twenty_are_held_and_judged_at_once(self):
        incidents = self._create_incidents(23)
        self.integrator.sudo()
        with self.mock_mail_gateway():
            incidents.action_incident_open()
            incidents.incident_request("information", "<p>Since when?</p>")
            self.send_queue()
        self.set_limit()
        self.write_new(self.technician.email_formatted, html=self.unread())
        held = incidents.sudo().filtered("review_pending")
        self.assertEqual(len(held), 20)
        activities = held.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(REVIEW_TYPE)
        )
        self.assertEqual(len(activities), 1, "one for each colleague in charge")
        held[5].review_ids.with_user(self.agent).action_dismiss()
        incidents.invalidate_recordset()
        self.assertFalse(incidents.sudo().filtered("review_pending"))
        self.assertFalse(activities.exists())

    def test_another_incident_that_the_own_words_name_is_held_too(self):
        for where, held in (("subject", True), ("words", True), ("quote", False)):
            with self.subTest(where=where):
                asked, other = self.request(), self.request()
                with self.mock_mail_gateway():
                    asked.with_user(self.agent).incident_request(
                        "information", f"<p>Is it like {other.number}?</p>"
                    )
                    self.send_queue()
                quoted = self._hidden_message(asked, self.customer).body
                html = {
                    "subject": "<p>Yes</p>",
                    "words": f"<p>See {other.number}, too.</p>",
                    "quote": '<div>Yes</div><div class="gmail_quote">'
                    f"<blockquote>{quoted}</blockquote></div>",
                }[where]
                subject = f"Re: {other.number}" if where == "subject" else "Re: it"
                self._reply(asked, self.customer, subject=subject, html=html)
                self.assertTrue(asked.last_answer_date)
                other.invalidate_recordset()
                self.assertEqual(other.sudo().review_pending, held)

    def test_a_stranger_names_other_incidents_in_vain(self):
        asked, other = self.request(), self.request()
        self.write_as(asked, UNKNOWN, html=f"<p>And {other.number}</p>")
        self.assertHeld(asked)
        self.assertFree(other)

    # Third persons

    def test_third_persons_reply_holds_nothing(self):
        incident = self.request()
        carrier = self.env["res.partner"].create(
            {"name": "Carrier", "is_company": True, "email": "noc@carrier.example.com"}
        )
        expert = self.env["res.partner"].create(
            {"name": "Eva", "parent_id": carrier.id, "email": "eva@carrier.example.com"}
        )
        with self.mock_mail_gateway():
            comment = incident.with_user(self.agent).message_post(
                body="Please measure",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=carrier.ids,
            )
        for sender in (carrier, expert):
            self._receive(
                sender.email_formatted, self.team.alias_full_name, reply_to=comment
            )
        incident.invalidate_recordset()
        self.assertFree(incident)
        self.assertFalse(incident.last_answer_date)
        [activity] = self.get_activities(incident, REPLY_TYPE)
        self.assertIn("Carrier", activity.summary)
        mails = incident.sudo().message_ids.filtered(
            lambda message: message.message_type == "email"
        )
        self.assertEqual(len(mails), 2)
        self.assertTrue(all(mail.subtype_id.internal for mail in mails))

    def test_carrier_that_it_was_escalated_to_is_a_third_person(self):
        incident = self.request()
        incident.sudo().escalation_partner_id = self.stranger
        self.write_as(incident, self.stranger.email_formatted)
        self.assertFree(incident)
        self.assertEqual(len(self.get_activities(incident, REPLY_TYPE)), 1)

    # Whom it is shown to

    def test_activities_hide_and_replace_no_answer(self):
        incident = self.request()
        self.write_as(incident, UNKNOWN)
        self._reply(incident, self.customer)
        self.assertEqual(len(self.get_activities(incident, REVIEW_TYPE)), 1)
        [answer] = self.get_activities(incident, ANSWER_TYPE)
        self.assertIn(self.customer.name, answer.summary)
        incident.sudo().review_ids.action_dismiss()
        self.assertTrue(answer.exists())

    def test_who_has_left_is_told_nothing(self):
        incident = self.request()
        incident.sudo().user_id = self.agent
        self.agent.active = False
        self.write_as(incident, UNKNOWN)
        self.assertEqual(
            self.get_activities(incident, REVIEW_TYPE).user_id, self.leader
        )

    def test_summary_is_in_the_language_of_its_reader(self):
        self.leader.lang = "fr_FR"
        with patch.object(
            type(self.env["helpdesk.ticket"]), "_incident_alert_support", autospec=True
        ) as alert:
            self.write_as(self.request(), UNKNOWN)
        self.assertEqual(alert.call_args[0][0].env.lang, "fr_FR")

    # Time stands still for announcing and closing only

    def test_reminders_go_on_closure_is_not_announced(self):
        incident = self.request()
        with self.moment(2):
            self.write_as(incident, UNKNOWN)
        both = self.customer | self.integrator
        self.assertSteps(
            self.run_to(300),
            *((hours, "reminder", incident, both) for hours in (24, 48, 72)),
        )
        self.assertWaiting(incident, FROZEN, "running", 3)
        with self.moment(300):
            incident.review_ids.with_user(self.agent).action_dismiss()
        self.assertSteps(
            self.run_to(400),
            (300, "announce", incident, both),
            (324, "auto_closed", incident, both),
        )
        self.assertEqual(incident.close_reason, "no_answer")

    def test_chain_of_an_unanswered_request_is_unchanged(self):
        incident = self.request()
        self.run_to(1)
        both = self.customer | self.integrator
        self.assertSteps(
            self.run_to(130),
            *((hours, "reminder", incident, both) for hours in (24, 48, 72)),
            (96, "announce", incident, both),
            (120, "auto_closed", incident, both),
        )

    def test_closure_that_was_announced_waits_for_the_judgement(self):
        """The date that the mail named stands: nobody is closed before it."""
        both = self.customer | self.integrator
        for released, closed in ((100, 120), (119, 120), (121, 121), (500, 500)):
            with self.subTest(released=released):
                self.clock, self.letters = START, []
                incident = self.request()
                with self.moment(97):
                    self.write_as(incident, UNKNOWN)
                before = self.run_to(released)
                self.assertFalse(incident.closed_date)
                self.assertFalse([one for one in before if "clos" in one.subject])
                with self.moment(released):
                    incident.review_ids.action_dismiss()
                    self.assertEqual(incident.next_step_date, START + closed * HOUR)
                self.assertSteps(
                    self.run_to(600), (closed, "auto_closed", incident, both)
                )
                announced = incident.sudo().followup_ids.event_ids.filtered(
                    lambda event: event.action == "announce"
                )
                self.assertEqual(announced.announced_date, START + 120 * HOUR)

    def test_the_last_of_several_judgements_releases(self):
        incident = self.request()
        self.write_as(incident, UNKNOWN)
        self.write_as(incident, self.stranger.email_formatted)
        self.assertHeld(incident, 2)
        incident.sudo().review_ids[0].action_dismiss()
        self.assertHeld(incident)
        self.assertEqual(len(self.get_activities(incident, REVIEW_TYPE)), 1)
        incident.sudo().review_ids.action_dismiss()
        self.assertFree(incident)

    def test_held_follow_ups_are_not_late(self):
        incident = self.request()
        with self.moment(97):
            self.write_as(incident, UNKNOWN)
        self.run_to(200)
        check = self.env.ref("openip_incident.health_due")
        review = self.env.ref("openip_incident.health_review")
        with self.at(self.clock):
            self.assertEqual((check.count, check.state), (0, "good"))
            self.assertEqual((review.count, review.state), (1, "alarm"))
        with self.at(START + 98 * HOUR):
            self.env.invalidate_all()
            self.assertEqual((review.count, review.state), (1, "good"))

    def test_agent_is_told_why_nothing_is_sent_now(self):
        incident = self.request()
        with self.moment(80):
            self.write_as(incident, UNKNOWN)
            with self.assertRaises(UserError):
                incident.with_user(self.agent).action_followup_send_now()
        self.assertIn("judged", incident.next_step)
