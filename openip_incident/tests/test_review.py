# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What may be an answer and was not counted waits for a human, and holds closure."""

from base64 import b64encode
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.reviews import TICKET_SYSTEM_REASONS
from ..tools.mail_classifier import DOUBTFUL, REASONS
from .common import CLOSED, FROZEN, IN_PROGRESS, WAITING
from .followup_common import ANSWER_TYPE, HOUR, START, FollowupCommon

REVIEW_TYPE = "openip_incident.mail_activity_type_review"
REPLY_TYPE = "openip_incident.mail_activity_type_reply"
GATEWAY_LOG = "odoo.addons.openip_incident.models.inbound.incident_mail_gateway"
UNKNOWN = "claire.home@freemail.example.com"


class ReviewCommon(FollowupCommon):
    # Mails that arrive

    def write_as(self, incident, address, party=None, **options):
        """Have somebody answer the latest mail to a party, from whatever address."""
        message = self._hidden_message(incident, party or self.customer)
        self._receive(address, message.reply_to, reply_to=message, **options)
        incident.invalidate_recordset()

    def write_new(self, address, **options):
        """Have somebody write to the team without naming what is answered."""
        self._receive(address, self.team.alias_full_name, **options)
        self.env.invalidate_all()

    def judged_as(self, reason):
        """Take every mail for one of a kind."""
        thread = type(self.env["mail.thread"])
        return patch.object(thread, "_get_disregard", lambda *_args, **_options: reason)

    def set_limit(self, text=1):
        """Let no mail in whose text has more than some kilobytes."""
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("openip_incident.inbound_text", str(text))

    def unread(self):
        """Return a text that exceeds the limit."""
        return "<p>Red</p>" * 400

    # What is asserted

    def assertHeld(self, incident, count=1):
        incident.invalidate_recordset()
        incident = incident.sudo()
        self.assertTrue(incident.review_pending)
        self.assertEqual(
            (incident.review_count, len(incident.review_ids)), (count,) * 2
        )
        self.assertTrue(incident.our_turn)
        self.assertIn(incident, incident.search([("our_turn", "=", True)]))
        self.assertFalse(incident.answer_unread)

    def assertFree(self, incident):
        incident.invalidate_recordset()
        incident = incident.sudo()
        self.assertFalse(incident.review_pending)
        self.assertFalse(incident.review_ids)
        self.assertFalse(self.get_activities(incident, REVIEW_TYPE))


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

    # Judging

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
