# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Another channel than mail, for one of two parties: the promises are the same."""

from datetime import timedelta

from odoo.orm.model_classes import add_to_registry
from odoo.tests import tagged

from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL
from .followup_common import START, FollowupCommon
from .models_channel import TEXT, FakeText, FakeTextNotice, FakeTextTicket

NUMBER = "+33612345678"
EXTENDED = ("incident.notice", "helpdesk.ticket")
MINUTE = timedelta(minutes=1)
DAY = 24


@tagged("post_install", "-at_install")
class TestChannel(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._load_channel()
        cls.customer.phone = NUMBER
        cls.integrator.phone = False

    @classmethod
    def _load_channel(cls):
        """Add the channel to the registry for as long as this class runs."""
        bases = {name: cls.registry[name]._base_classes__ for name in EXTENDED}
        cls.addClassCleanup(cls._unload_channel, bases)
        for model in (FakeText, FakeTextNotice, FakeTextTicket):
            add_to_registry(cls.registry, model)
        cls.registry._setup_models__(cls.env.cr, [FakeText._name, *EXTENDED])
        cls.registry.init_models(cls.env.cr, [FakeText._name], {})

    @classmethod
    def _unload_channel(cls, bases):
        del cls.registry[FakeText._name]
        for name, classes in bases.items():
            cls.registry[name]._base_classes__ = classes
            cls.registry[name]._setup_done__ = False
        cls.registry._setup_models__(cls.env.cr, list(EXTENDED))

    def setUp(self):
        super().setUp()
        self.texts_wait = False
        self.refused_numbers = set()

    def send_queue(self):
        res = super().send_queue()
        if not self.texts_wait:
            self._get_texts()._send(self.refused_numbers)
            self.flush_tracking()
        return res

    def _get_texts(self):
        return self.env["fake.text"].sudo().search([], order="id")

    def _get_last_notice(self, incident, party):
        notices = incident.sudo().notice_ids.sorted("id")
        return notices.filtered(lambda notice: notice.partner_id == party)[-1:]

    # Delivery

    def test_request_and_reminder_travel_by_the_channel_of_each_party(self):
        incident = self.request("customer")
        letters = self.run_to(DAY)
        notices = incident.sudo().notice_ids
        self.assertEqual(
            {(notice.partner_id, notice.channel) for notice in notices},
            {(self.customer, TEXT), (self.integrator, "mail")},
        )
        self.assertEqual({letter.address for letter in letters}, {INTEGRATOR_MAIL})
        # The opening, the request, the reminder.
        texts = self._get_texts()
        self.assertEqual(texts.mapped("state"), ["sent"] * 3)
        self.assertEqual(set(texts.mapped("number")), {NUMBER})
        self.assertIn("Since when?", texts[1].body)
        mails = notices.filtered(lambda notice: notice.channel == TEXT)
        self.assertFalse(mails._get_mails())
        self.assertEqual(self._get_last_notice(incident, self.customer).email, NUMBER)

    def test_text_that_is_accepted_starts_the_clock_for_who_is_awaited(self):
        incident = self.request("customer")
        self.run_to(DAY)
        followup = incident.sudo().followup_id
        self.assertEqual(incident.sudo().reminder_count, 1)
        self.assertTrue(followup.due_date)
        event = followup.event_ids.sorted("id")[-1]
        self.assertEqual(event.outcome, "sent")
        notice = self._get_last_notice(incident, self.customer)
        self.assertEqual((notice.event_id, notice.status), (event, "sent"))
        self.assertEqual(event.sent_date, notice.sent_date)

    def test_who_has_a_number_is_written_to_without_an_address(self):
        self.customer.email = False
        self.request("customer")
        self.assertEqual(self._get_texts().mapped("number"), [NUMBER] * 2)

    def test_entry_of_the_chatter_shows_both_deliveries(self):
        incident = self.request("customer")
        self.run_to(1)
        notice = self._get_last_notice(incident, self.customer)
        shown = notice.entry_id.sudo().incident_notice_ids._format_delivery()
        self.assertEqual({row["email"] for row in shown}, {NUMBER, INTEGRATOR_MAIL})
        self.assertEqual({row["status"] for row in shown}, {"sent"})

    # Failure

    def test_refused_text_is_the_same_text_when_it_is_sent_again(self):
        self.refused_numbers = {NUMBER}
        incident = self.request("customer")
        self.run_to(0)
        notice = self._get_last_notice(incident, self.customer)
        text = notice._get_texts()
        self.assertEqual((notice.status, notice.attempts), ("failed", 1))
        self.assertEqual(notice.failure, "No such number")
        self.assertEqual(notice.retry_date, START + 2 * MINUTE)
        self.refused_numbers = set()
        with self.at(START + 3 * MINUTE), self.mail_server():
            with self.enter_registry_test_mode():
                self.run_crons()
        self.env.invalidate_all()
        self.assertEqual(notice.status, "sent")
        self.assertEqual(notice.sent_date, START + 3 * MINUTE)
        self.assertEqual((notice._get_texts(), text.state), (text, "sent"))

    def test_text_that_is_refused_says_nothing_of_the_mailbox(self):
        self.refused_numbers = {NUMBER}
        incident = self.request("customer")
        self.run_to(1)
        notice = self._get_last_notice(incident, self.customer)
        notice._set_bounced("550 5.1.1 No such user")
        self.assertFalse(self.customer.incident_unreachable_date)
        self.assertEqual(notice.status, "bounced")

    def test_text_that_is_late_is_written_anew_to_that_party_alone(self):
        self.texts_wait = True
        incident = self.request("customer")
        self.run_to(2)
        notices = incident.sudo().followup_id.event_ids.notice_ids.sorted("id")
        by_text = notices.filtered(lambda notice: notice.channel == TEXT)
        self.assertEqual(by_text[:2].mapped("status"), ["cancelled", "queued"])
        self.assertEqual(by_text[0]._get_texts().state, "cancelled")
        self.assertEqual((notices - by_text).mapped("status"), ["sent"])

    # Cancelling

    def test_reminder_that_has_not_left_is_withdrawn_by_an_answer(self):
        incident = self.request("customer")
        self.run_to(DAY - 1)
        self.texts_wait = True
        self.run_to(DAY)
        notice = self._get_last_notice(incident, self.customer)
        self.assertEqual(notice.event_id.action, "remind")
        self.assertEqual(notice.status, "queued")
        with self.moment(DAY):
            incident.incident_record_answer(self.customer, "<p>Since noon.</p>")
        self.assertEqual(notice.status, "cancelled")
        self.texts_wait = False
        self.run_to(DAY + 2)
        self.assertEqual(notice._get_texts().state, "cancelled")

    def test_text_that_is_being_handed_over_is_not_written_anew(self):
        self.texts_wait = True
        incident = self.request("customer")
        notice = self._get_last_notice(incident, self.customer)
        notice._get_texts().state = "sending"
        self.run_to(2)
        self.assertEqual(self._get_last_notice(incident, self.customer), notice)
        self.assertEqual(notice.status, "queued")

    def test_text_that_is_being_handed_over_is_alone_not_given_up(self):
        """What is given up with it does not wait for its fate."""
        self.texts_wait = True
        incidents = self.request(), self.request()
        notices = self.env["incident.notice"]
        for incident in incidents:
            incident.sudo().followup_id._finish("cancelled")
            notices |= self._get_last_notice(incident, self.customer)
        notices[0]._get_texts().state = "sending"
        notices._give_up()
        self.assertEqual(notices.mapped("status"), ["queued", "cancelled"])
        self.assertEqual(
            notices.mapped(lambda notice: notice._get_texts().state),
            ["sending", "cancelled"],
        )

    # Nothing follows from what was not delivered (G3)

    def test_nobody_is_reminded_of_what_never_arrived(self):
        self.refused_numbers = {NUMBER}
        incident = self.request("customer")
        self.run_to(5 * DAY)
        self.assertEqual(incident.incident_phase, "waiting")
        self.assertEqual(incident.sudo().reminder_count, 0)
        self.assertTrue(incident.sudo().followup_id.undelivered)
        events = incident.sudo().followup_id.event_ids
        self.assertFalse(events.filtered("step_id"))

    def test_nothing_closes_of_which_the_announcement_did_not_arrive(self):
        """Neither party has got it: one by text, the other by mail."""
        incident = self.resolve()
        self.run_to(1)
        self.refused_numbers, self.refused = {NUMBER}, {INTEGRATOR_MAIL, CUSTOMER_MAIL}
        self.run_to(5 * DAY)
        self.assertEqual(incident.incident_phase, "closure")
        self.refused_numbers = set()
        self.run_to(9 * DAY)
        self.assertEqual(incident.incident_phase, "closed")
        closing = incident.sudo().followup_ids.event_ids.filtered(
            lambda event: event.action == "announce"
        )
        delivered = closing.notice_ids.filtered(lambda notice: notice.status == "sent")
        self.assertEqual(set(delivered.mapped("channel")), {TEXT})
