# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whoever writes on an incident does not wait for a mail server (G1)."""

from contextlib import suppress
from smtplib import SMTPServerDisconnected
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .common import IN_PROGRESS, IncidentCommon


@tagged("post_install", "-at_install")
class TestAnswerQueue(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.queue = cls.env.ref("mail.ir_cron_mail_scheduler_action")
        cls.queue.active = True
        cls.prepare_once()

    def prepare(self):
        self.incident = self._create_incident_in(IN_PROGRESS, user_id=self.agent.id)
        self.incident.sudo().message_subscribe(self.agent.partner_id.ids)
        with self.capture_letters():
            self.incident.incident_request("information", "<p>When?</p>")
        self._get_triggers().unlink()

    def _get_triggers(self):
        triggers = self.env["ir.cron.trigger"].sudo()
        return triggers.search([("cron_id", "=", self.queue.id)])

    def _get_mails_to(self, partner):
        mails = self._new_mails.filtered(lambda mail: partner in mail.recipient_ids)
        return mails.exists()

    def test_colleagues_mail_leaves_by_the_queue(self):
        with self.mock_mail_gateway():
            self._reply(self.incident, self.customer)
            self.flush_tracking()
            mails = self._get_mails_to(self.agent.partner_id)
            self.assertEqual(mails.mapped("state"), ["outgoing"])
            self.assertFalse(self._mails)
        self.assertEqual(len(self._get_triggers()), 1)

    def test_colleagues_mail_prepares_no_customer_for_signing_up(self):
        """Core makes a link for the customer, whom it does not write to."""
        settings = self.env["ir.config_parameter"].sudo()
        settings.set_param("auth_signup.invitation_scope", "b2c")
        customer = self.customer.sudo()
        self.assertFalse(customer.user_ids)
        ticket = self._create_plain_ticket(user_id=self.agent.id)
        with self.mock_mail_gateway():
            self._reply(self.incident, self.customer)
            self.assertTrue(self._get_mails_to(self.agent.partner_id))
        groups = self._get_groups(self.incident)
        self.assertFalse(customer.signup_type)
        self.assertIn("portal_customer", self._get_groups(ticket))
        self.assertEqual(customer.signup_type, "signup")
        self.assertLess({"portal", "user"}, set(groups))

    def _get_groups(self, record):
        """Return the names of the groups of readers to whom core writes alike."""
        message = record.sudo().message_ids[:1]
        groups = record.sudo()._notify_get_recipients_groups(message, "Ticket")
        return [name for name, _filter, _values in groups]

    def test_note_to_a_colleague_leaves_by_the_queue_at_once(self):
        self.incident.sudo().message_unsubscribe(self.agent.partner_id.ids)
        with self.mock_mail_gateway():
            self.incident.sudo().message_post(
                body="Have a look", partner_ids=self.leader.partner_id.ids
            )
            self.flush_tracking()
            mails = self._get_mails_to(self.leader.partner_id)
            self.assertEqual(mails.mapped("state"), ["outgoing"])
        self.assertEqual(len(self._get_triggers()), 1)

    def test_mail_behind_a_lost_connection_is_sent_soon(self):
        self.incident.sudo().message_unsubscribe(self.agent.partner_id.ids)
        with self.mock_mail_gateway():
            for body in ("First", "Second"):
                self.incident.sudo().message_post(
                    body=body, partner_ids=self.leader.partner_id.ids
                )
            self.flush_tracking()
            mails = self._get_mails_to(self.leader.partner_id)
            self.assertEqual(len(mails), 2)
        self._get_triggers().unlink()
        lost = SMTPServerDisconnected("Connection unexpectedly closed")
        with (
            self.mock_mail_gateway(),
            patch.object(IrMail_Server, "send_email", side_effect=lost),
            mute_logger("odoo.addons.mail.models.mail_mail"),
            suppress(SMTPServerDisconnected),
        ):
            mails.send()
        self.flush_tracking()
        self.assertEqual(len(self._get_triggers()), 1)

    def test_note_to_nobody_wakes_no_queue(self):
        self.incident.sudo().message_unsubscribe(self.agent.partner_id.ids)
        self.incident.sudo().message_post(body="For the record")
        self.flush_tracking()
        self.assertFalse(self._get_triggers())

    def test_mail_on_a_plain_ticket_is_cores(self):
        ticket = self._create_plain_ticket()
        with self.mock_mail_gateway():
            ticket.message_post(
                body="Have a look", partner_ids=self.leader.partner_id.ids
            )
            self.flush_tracking()
            self.assertEqual(len(self._mails), 1)

    def test_answer_names_only_colleagues_as_recipients(self):
        """Core adds who wrote what is answered: our company, where it is automatic."""
        root = self.env.ref("base.user_root")
        with self.capture_letters():
            self.incident.with_user(root).incident_update("<p>Still on it.</p>")
        question = self._hidden_message(self.incident, self.customer)
        self.assertEqual(question.author_id, self.company.partner_id)
        self._reply(self.incident, self.customer)
        answer = self._entries(self.incident).sorted("id")[-1:]
        self.assertEqual(answer.author_id, self.customer)
        self.assertFalse(answer.partner_ids)
