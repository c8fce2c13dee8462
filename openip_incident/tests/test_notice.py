# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The evidence of delivery: one notice per mail to a party."""

import smtplib
from datetime import datetime
from unittest.mock import patch

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.base.tests.test_ir_cron import CronMixinCase
from odoo.addons.mail.tools.discuss import Store

from .common import CUSTOMER_MAIL, OPENED, IncidentCommon
from .data import MAIL_BOUNCE

NOW = datetime(2026, 11, 16, 10, 0)


@tagged("post_install", "-at_install")
class TestNotice(IncidentCommon, CronMixinCase):
    def _open(self):
        incident = self._create_incident()
        incident.action_incident_open()
        return incident.sudo()

    def _notice(self, incident, party):
        notice = incident.notice_ids.filtered(lambda item: item.partner_id == party)
        self.assertEqual(len(notice), 1)
        return notice

    def test_notice_per_party_is_queued_first(self):
        with self.mock_mail_gateway():
            incident = self._open()
        self.assertEqual(
            incident.notice_ids.partner_id, self.customer | self.integrator
        )
        for notice in incident.notice_ids:
            self.assertEqual(notice.status, "queued")
            self.assertFalse(notice.sent_date)
            self.assertEqual(notice.email, notice.partner_id.email)
        self.assertEqual(len(incident.notice_ids.message_id), 2)
        self.assertEqual(incident.notice_ids.entry_id, self._entries(incident)[:1])

    def test_hidden_messages_stay_hidden(self):
        """The parties' own messages are no second and third chatter entry."""
        incident = self._open()
        hidden = incident.notice_ids.message_id
        self.assertEqual(set(hidden.mapped("message_type")), {"user_notification"})
        self.assertEqual(set(hidden.mapped("model")), {"helpdesk.ticket"})
        self.assertEqual(set(hidden.mapped("res_id")), set(incident.ids))
        self.assertFalse(hidden & incident.message_ids)
        self.assertEqual(len(self._entries(incident)), 1)

    def test_sent_is_dated(self):
        with self.capture_letters(), freeze_time(NOW):
            incident = self._open()
            self.flush_tracking()
            self.env["mail.mail"].sudo().process_email_queue(self._new_mails.ids)
        for notice in incident.notice_ids:
            self.assertEqual(notice.status, "sent")
            self.assertEqual(notice.sent_date, NOW)
            self.assertFalse(notice.failure)

    def test_sent_survives_the_deletion_of_the_mail(self):
        with self.mock_mail_gateway(mail_unlink_sent=True):
            incident = self._open()
            mails = self._new_mails
            self.env["mail.mail"].sudo().process_email_queue(mails.ids)
        self.assertFalse(mails.exists())
        self.assertEqual(set(incident.notice_ids.mapped("status")), {"sent"})
        self.assertTrue(all(incident.notice_ids.mapped("message_id")))

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_refused_mail_is_failed_with_its_reason(self):
        """One address that the server refuses leaves the other party's alone."""
        original = IrMail_Server.send_email

        def refuse_customer(server, message, *args, **kwargs):
            if CUSTOMER_MAIL in message["To"]:
                raise smtplib.SMTPRecipientsRefused(
                    {CUSTOMER_MAIL: (550, b"No such mailbox")}
                )
            return original(server, message, *args, **kwargs)

        with self.mock_mail_gateway():
            incident = self._open()
            with patch.object(IrMail_Server, "send_email", refuse_customer):
                self.env["mail.mail"].sudo().process_email_queue(self._new_mails.ids)
        failed = self._notice(incident, self.customer)
        self.assertEqual(failed.status, "failed")
        self.assertIn("No such mailbox", failed.failure)
        self.assertFalse(failed.sent_date)
        self.assertEqual(self._notice(incident, self.integrator).status, "sent")

    def test_address_that_nobody_can_use_names_the_real_reason(self):
        """Core marks each mail with a reason of its own before it tries to send."""
        reason = IrMail_Server.NO_VALID_RECIPIENT
        with self.mock_mail_gateway():
            incident = self._open()
            with patch.object(
                IrMail_Server, "send_email", side_effect=AssertionError(reason)
            ):
                self.env["mail.mail"].sudo().process_email_queue(self._new_mails.ids)
        for notice in incident.notice_ids:
            self.assertEqual(notice.status, "failed")
            self.assertIn(reason, notice.failure)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_server_that_is_down_fails_all(self):
        with self.mock_mail_gateway():
            incident = self._open()
            with patch.object(
                type(self.env["ir.mail_server"]),
                "_connect__",
                side_effect=ConnectionRefusedError("Connection refused"),
            ):
                self.env["mail.mail"].sudo().process_email_queue(self._new_mails.ids)
        for notice in incident.notice_ids:
            self.assertEqual(notice.status, "failed")
            self.assertIn("Connection refused", notice.failure)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_retry_that_is_accepted_is_sent(self):
        with self.mock_mail_gateway():
            incident = self._open()
            with patch.object(
                type(self.env["ir.mail_server"]),
                "_connect__",
                side_effect=ConnectionRefusedError("Connection refused"),
            ):
                self.env["mail.mail"].sudo().process_email_queue(self._new_mails.ids)
            self.assertEqual(set(incident.notice_ids.mapped("status")), {"failed"})
            self._new_mails.state = "outgoing"
            self.env["mail.mail"].sudo().process_email_queue(self._new_mails.ids)
        for notice in incident.notice_ids:
            self.assertEqual(notice.status, "sent")
            self.assertFalse(notice.failure)

    def _bounce(self, message, recipient):
        bounce = MAIL_BOUNCE.format(
            to=f"{self.alias_bounce}@{self.alias_domain}",
            recipient=recipient.email,
            message_id=message.message_id,
            subject=message.subject,
            bounce_id=f"bounce-{message.id}",
        )
        self.env["mail.thread"].message_process("helpdesk.ticket", bounce)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_bounce_marks_the_notice_of_its_party(self):
        with self.capture_letters():
            incident = self._open()
        tickets = self.env["helpdesk.ticket"].search_count([])
        entries = self._entries(incident)
        self._bounce(self._hidden_message(incident, self.customer), self.customer)
        bounced = self._notice(incident, self.customer)
        self.assertEqual(bounced.status, "bounced")
        self.assertIn("550 No such person", bounced.failure)
        self.assertEqual(self._notice(incident, self.integrator).status, "sent")
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), tickets)
        self.assertEqual(self._entries(incident), entries)

    @mute_logger("odoo.addons.mail.models.mail_thread")
    def test_bounce_is_no_answer(self):
        with self.capture_letters():
            incident = self._create_incident_in(OPENED)
            incident.incident_request("information", "<p>When?</p>")
        self._bounce(self._hidden_message(incident, self.customer), self.customer)
        self.assertEqual(incident.incident_phase, "waiting")
        self.assertFalse(incident.last_answer_date)
        self.assertFalse(incident.answer_unread)

    def test_queue_is_woken_once(self):
        """Its own interval is an hour: nobody waits that long to be told."""
        incidents = self._create_incident() | self._create_incident()
        self.flush_tracking()
        cron = "mail.ir_cron_mail_scheduler_action"
        with self.capture_triggers(cron) as captured:
            incidents.action_incident_open()
            incidents.incident_update("<p>News</p>")
            self.assertFalse(captured.records, "not before the transaction ends")
            self.flush_tracking()
        self.assertEqual(len(captured.records), 1)

    def test_queue_is_not_woken_without_mail(self):
        incident = self._create_incident_in(OPENED)
        with self.capture_triggers("mail.ir_cron_mail_scheduler_action") as captured:
            incident.action_incident_start()
            self.flush_tracking()
        self.assertFalse(captured.records)

    def test_queue_is_woken_after_a_part_was_rolled_back(self):
        """A savepoint that fails behind the mails does not put the queue to sleep."""
        incident = self._create_incident()
        self.flush_tracking()
        with self.capture_triggers("mail.ir_cron_mail_scheduler_action") as captured:
            incident.action_incident_open()
            with self.assertRaises(ZeroDivisionError):
                with self.env.cr.savepoint():
                    raise ZeroDivisionError
            self.flush_tracking()
        self.assertEqual(len(captured.records), 1)

    def test_queue_that_is_paused_is_not_woken(self):
        incident, name = self._create_incident(), "mail.ir_cron_mail_scheduler_action"
        for active in (True, False, True):
            self.env.ref(name).active = active
            with self.subTest(active=active), self.capture_triggers(name) as captured:
                incident.incident_update("<p>News</p>")
                self.flush_tracking()
                self.assertEqual(len(captured.records), int(active))

    def test_waking_costs_one_query(self):
        self._create_incident().action_incident_open()
        self.flush_tracking()
        crons = self.env["ir.cron"]
        crons._wake_mail_queue()
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            crons._write_triggers()

    def test_delivery_is_shown_on_the_entry_to_colleagues_only(self):
        with self.capture_letters():
            incident = self._open()
        entry = self._entries(incident)[:1]
        self.assertEqual(entry.incident_notice_ids, incident.notice_ids)
        shown = self._store(entry, self.agent)["incident_deliveries"]
        self.assertEqual(
            {(item["party"], item["status"]) for item in shown},
            {(self.customer.display_name, "sent"), (self.integrator.name, "sent")},
        )
        portal = self._create_portal_user(self.customer, "portal_delivery")
        self.assertNotIn("incident_deliveries", self._store(entry, portal))

    def _store(self, message, user):
        """Return what the web client of a user reads of a message."""
        store = Store().add(message.with_user(user).sudo())
        return next(
            item
            for item in store.get_result()["mail.message"]
            if item["id"] == message.id
        )
