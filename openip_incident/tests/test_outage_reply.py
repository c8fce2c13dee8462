# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the parties answer to a message about an outage: nobody's answer by itself."""

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CLOSURE, CUSTOMER_MAIL, INTEGRATOR_MAIL, OPENED
from .outage_common import OutageCommon

MAIL = """From: {sender}
To: {to}
Subject: Re: {subject}
In-Reply-To: {message_id}
References: {message_id}
Message-ID: <reply-{serial}@party.example.com>
Date: Thu, 26 Nov 2026 10:00:00 +0000
{headers}Content-Type: text/plain; charset=utf-8

{text}
"""


@tagged("post_install", "-at_install")
class TestOutageReply(OutageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.serial = 0
        self.first = self._create_incident_in(OPENED)
        self.second = self._create_incident_in(OPENED)
        self.outage = self._create_outage()
        self.outage.action_attach(self.first | self.second)
        with self.capture_letters():
            self.outage.publish("<p>Calls fail.</p>")

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def reply(self, sender=CUSTOMER_MAIL, text="It works again.", headers=""):
        self.serial += 1
        notices = self.outage.message_record_ids.sudo().notice_ids
        message = notices.filtered(lambda one: one.email == sender)[:1].message_id
        message = message or notices[:1].message_id
        mail = MAIL.format(
            sender=sender,
            to=self.team.alias_email or "voice@example.com",
            subject=message.subject,
            message_id=message.message_id,
            serial=self.serial,
            headers=headers,
            text=text,
        )
        with self.capture_letters() as letters:
            self.env["mail.thread"].message_process(False, mail)
        return letters

    def test_it_is_kept_and_told_and_counts_for_nothing(self):
        letters = self.reply()
        reply = self.outage.reply_ids
        self.assertEqual((reply.state, reply.partner_id), ("pending", self.customer))
        self.assertIn("It works again.", reply.text)
        self.assertEqual(reply.candidate_ids, self.first | self.second)
        self.assertFalse((self.first | self.second).filtered("last_answer_date"))
        outside = [
            address
            for address in self._recipients(letters)
            if not address.endswith("@operator.example.com")
        ]
        self.assertFalse(outside, "nobody else reads it")
        self.assertEqual(self.outage.sudo().activity_ids.user_id, self.agent)

    def test_handed_to_one_it_is_its_answer_alone(self):
        self.reply()
        reply = self.outage.reply_ids.with_user(self.agent)
        with self.capture_letters():
            reply.action_hand(self.first.ids)
        self.assertEqual(reply.state, "handed")
        self.assertTrue(self.first.last_answer_date)
        self.assertFalse(self.second.last_answer_date)
        self.assertFalse(self.outage.sudo().activity_ids)
        with self.assertRaises(UserError):
            reply.action_set_aside()

    def test_it_cannot_be_handed_where_its_sender_is_no_party(self):
        stranger = self._create_incident_in(OPENED, partner_id=self.stranger.id)
        self.outage.action_attach(stranger)
        self.reply()
        with self.assertRaises(UserError):
            self.outage.reply_ids.with_user(self.agent).action_hand(stranger)

    def test_machines_ask_nobody(self):
        self.reply(headers="Auto-Submitted: auto-replied\n", text="I am on leave.")
        self.assertEqual(self.outage.reply_ids.state, "machine")
        self.assertFalse(self.outage.sudo().activity_ids)

    def test_when_it_is_resolved_a_reply_holds_the_closure(self):
        with self.capture_letters():
            self.outage.action_resolve()
        self.assertEqual(self.first.incident_phase, CLOSURE)
        self.reply(text="Line two still fails.")
        self.assertTrue(self.first.review_pending and self.second.review_pending)
        with self.capture_letters():
            self.outage.reply_ids.with_user(self.agent).action_hand(self.second)
        self.assertFalse(self.first.review_pending or self.second.review_pending)
        self.assertFalse(self.first.last_answer_date)
        self.assertTrue(self.second.last_answer_date)

    def test_what_came_before_holds_when_it_is_resolved(self):
        self.reply(sender=INTEGRATOR_MAIL)
        self.assertFalse(self.first.review_pending)
        with self.capture_letters():
            self.outage.action_resolve()
        self.assertTrue(self.first.review_pending)
        self.outage.reply_ids.with_user(self.agent).action_set_aside()
        self.assertFalse(self.first.review_pending)

    def test_a_stranger_is_shown_all_the_same(self):
        self.reply(sender="someone@elsewhere.example.com")
        self.assertEqual(self.outage.reply_ids.state, "pending")

    def test_nobody_makes_one_by_mail_or_rpc(self):
        with self.assertRaises(UserError):
            self.env["incident.outage"].message_new({})
