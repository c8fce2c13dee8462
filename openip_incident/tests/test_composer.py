# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an agent writes in the chatter, and who follows an incident."""

import base64

from odoo import Command
from odoo.tests import tagged

from .common import (
    CUSTOMER_MAIL,
    IDENTITY_MARKS,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    OPENED,
    REGISTERED,
    IncidentCommon,
)


@tagged("post_install", "-at_install")
class TestComposer(IncidentCommon):
    def _comment(self, incident, **values):
        """Post a comment as an agent, to both parties unless values say otherwise."""
        with self.capture_letters() as letters:
            message = incident.message_post(
                **{
                    "body": "We are on our way.",
                    "message_type": "comment",
                    "subtype_xmlid": "mail.mt_comment",
                    "partner_ids": (self.customer | self.integrator).ids,
                    **values,
                }
            )
        return message, letters

    def test_comment_goes_to_both(self):
        incident = self._create_incident_in(IN_PROGRESS)
        message, letters = self._comment(incident)
        self.assertBothInformed(letters)
        for letter in letters:
            self.assertIn("We are on our way.", letter["body"])
            self.assertTrue(letter["subject"].startswith(incident.number))
        notices = message.sudo().incident_notice_ids
        self.assertEqual(notices.partner_id, self.customer | self.integrator)
        self.assertEqual(set(notices.mapped("status")), {"sent"})

    def test_comment_is_one_entry_without_core_notifications(self):
        incident = self._create_incident_in(IN_PROGRESS)
        before = self._entries(incident)
        message, _letters = self._comment(incident)
        self.assertEqual(self._entries(incident) - before, message.sudo())
        parties = self.customer | self.integrator
        self.assertFalse(message.sudo().notified_partner_ids & parties)

    def test_comment_to_a_mentioned_party_is_still_one_mail(self):
        incident = self._create_incident_in(IN_PROGRESS)
        _message, letters = self._comment(
            incident, partner_ids=(self.customer | self.integrator).ids
        )
        self.assertBothInformed(letters)

    def test_comment_is_not_automatic_mail(self):
        """A human typed it: vacation replies to it are in order."""
        incident = self._create_incident_in(IN_PROGRESS)
        _message, letters = self._comment(incident)
        for letter in letters:
            self.assertNotIn("Auto-Submitted", letter["headers"])
            self.assertNotIn("X-Auto-Response-Suppress", letter["headers"])

    def test_comment_settles_the_answers(self):
        incident = self._create_incident_in(IN_PROGRESS)
        incident.sudo().answer_unread = True
        self._comment(incident)
        self.assertFalse(incident.answer_unread)

    def test_comment_moves_nothing(self):
        incident = self._create_incident_in(IN_PROGRESS)
        incident.incident_request("information", "<p>When?</p>")
        self._comment(incident)
        self.assertEqual(incident.incident_phase, "waiting")
        self.assertFalse(incident.last_answer_date)

    def test_comment_carries_its_attachments_to_both(self):
        incident = self._create_incident_in(IN_PROGRESS)
        attachment = (
            self.env["ir.attachment"]
            .with_user(self.agent)
            .create(
                {
                    "name": "plan.txt",
                    "datas": base64.b64encode(b"the plan"),
                    "res_model": "mail.compose.message",
                }
            )
        )
        _message, letters = self._comment(incident, attachment_ids=attachment.ids)
        self.assertBothInformed(letters)
        for letter in letters:
            files = [(name, content) for name, content, _type in letter["attachments"]]
            self.assertEqual(files, [("plan.txt", b"the plan")])

    def test_comment_of_a_robot_reaches_nobody(self):
        """Scripts log; who wants the parties informed calls ``incident_update``."""
        incident = self._create_incident_in(IN_PROGRESS).sudo()
        incident = incident.with_user(self.env.ref("base.user_root"))
        with self.capture_letters() as letters:
            incident.message_post(body="Synchronised", message_type="notification")
        self.assertNoLetters(letters)

    # Notes

    def test_note_reaches_nobody_outside(self):
        incident = self._create_incident_in(IN_PROGRESS)
        message, letters = self._comment(incident, subtype_xmlid="mail.mt_note")
        self.assertNoLetters(letters)
        self.assertFalse(message.sudo().incident_notice_ids)

    def test_note_that_mentions_a_party_reaches_nobody_outside(self):
        incident = self._create_incident_in(IN_PROGRESS)
        outsiders = self.customer | self.integrator | self.baker | self.stranger
        _message, letters = self._comment(
            incident, subtype_xmlid="mail.mt_note", partner_ids=outsiders.ids
        )
        self.assertNoLetters(letters)

    def test_internal_comment_reaches_nobody_outside(self):
        incident = self._create_incident_in(IN_PROGRESS)
        _message, letters = self._comment(
            incident, is_internal=True, partner_ids=self.customer.ids
        )
        self.assertNoLetters(letters)

    def test_note_reaches_the_mentioned_colleague(self):
        incident = self._create_incident_in(IN_PROGRESS)
        colleague = self.leader.partner_id
        _message, letters = self._comment(
            incident, subtype_xmlid="mail.mt_note", partner_ids=colleague.ids
        )
        self.assertLettersTo(letters, self.leader.email)

    # Colleagues and third persons

    def test_colleague_who_follows_is_notified(self):
        incident = self._create_incident_in(IN_PROGRESS)
        incident.message_subscribe(self.leader.partner_id.ids)
        _message, letters = self._comment(incident)
        self.assertLettersTo(letters, CUSTOMER_MAIL, INTEGRATOR_MAIL, self.leader.email)

    def test_third_person_gets_mail_without_a_door(self):
        """The carrier's technician reads what is said, and opens nothing."""
        incident = self._create_incident_in(IN_PROGRESS)
        everybody = self.customer | self.integrator | self.stranger
        _message, letters = self._comment(incident, partner_ids=everybody.ids)
        self.assertLettersTo(
            letters, CUSTOMER_MAIL, INTEGRATOR_MAIL, self.stranger.email
        )
        letter = self._letter_to(letters, self.stranger.email)
        self.assertIn("We are on our way.", letter["body"])
        for mark in (*IDENTITY_MARKS, "/my/ticket", "/odoo/"):
            self.assertNotIn(mark, letter["body"])
        for secret in (CUSTOMER_MAIL, INTEGRATOR_MAIL):
            self.assertNotIn(secret, letter["EmailMessage"].as_string())

    def test_colleague_of_a_party_gets_no_core_mail(self):
        """Who speaks for a party gets a letter like the party's."""
        incident = self._create_incident_in(IN_PROGRESS)
        message, letters = self._comment(incident, partner_ids=self.baker.ids)
        self.assertLettersTo(letters, self.baker.email)
        self.assertFalse(message.sudo().notified_partner_ids & self.baker)
        self.assertEqual(message.sudo().incident_notice_ids.partner_id, self.baker)

    # Followers

    def test_outsiders_never_follow(self):
        incident = self._create_incident_in(OPENED)
        portal = self._create_portal_user(self.stranger, "portal_follower")
        outsiders = self.customer | self.integrator | self.baker | portal.partner_id
        incident.message_subscribe(outsiders.ids)
        incident._message_subscribe(outsiders.ids)
        incident.sudo().message_subscribe(
            (outsiders | self.leader.partner_id).ids, subtype_ids=[1]
        )
        self.assertFalse(incident.message_partner_ids & outsiders)
        self.assertIn(self.leader.partner_id, incident.message_partner_ids)

    def test_addresses_of_a_mail_never_follow(self):
        """The base subscribes whomever To and Cc name."""
        self._receive(
            self.baker.email_formatted,
            self.team.alias_full_name,
            cc=f"{self.technician.email}, {self.stranger.email}",
            subject="Dead line",
        )
        incident = self.env["helpdesk.ticket"].search([("name", "=", "Dead line")])
        self.assertEqual(incident.incident_phase, REGISTERED)
        self.assertFalse(incident.message_partner_ids.filtered("partner_share"))

    def test_addresses_of_a_reply_never_follow(self):
        with self.capture_letters():
            incident = self._create_incident_in(OPENED)
        self._reply(
            incident, self.customer, cc=f"{self.technician.email}, stan@x.example.com"
        )
        self.assertFalse(incident.message_partner_ids.filtered("partner_share"))

    def test_author_never_follows(self):
        """Core subscribes who posts."""
        portal = self._create_portal_user(self.baker, "portal_author")
        incident = self._create_incident_in(OPENED)
        incident.with_user(portal).message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertNotIn(self.baker, incident.sudo().message_partner_ids)

    def test_outsiders_of_a_plain_ticket_stop_following(self):
        ticket = self._create_plain_ticket()
        ticket.message_subscribe((self.customer | self.leader.partner_id).ids)
        token = ticket._portal_ensure_token()
        self.assertTrue(token)
        ticket.team_id = self.team
        self.assertNotIn(self.customer, ticket.message_partner_ids)
        self.assertIn(self.leader.partner_id, ticket.message_partner_ids)
        self.assertFalse(ticket.sudo().access_token)

    def test_core_token_opens_no_incident(self):
        incident = self._create_incident_in(OPENED)
        self.assertFalse(incident._portal_ensure_token())
        self.assertFalse(incident.sudo().access_token)
        self.assertNotRegex(incident.get_portal_url(), r"access_token=\w")
        pid = self.customer.id
        self.assertNotEqual(incident._sign_token(pid), incident._sign_token(pid))

    def test_follower_row_of_a_party_sends_nothing(self):
        """Whatever wrote it behind our back, the party's own mail is the only one."""
        incident = self._create_incident_in(OPENED)
        self._write_follower(incident, self.customer)
        _message, letters = self._comment(incident)
        self.assertBothInformed(letters)

    def test_former_colleague_hears_nothing_more(self):
        """A share user is no follower, even one who was a colleague when it began."""
        incident = self._create_incident_in(OPENED)
        incident.message_subscribe(self.leader.partner_id.ids)
        self.leader.active = False
        self.assertTrue(self.leader.partner_id.partner_share)
        _message, letters = self._comment(incident)
        self.assertBothInformed(letters)

    def _write_follower(self, incident, partner):
        self.env["mail.followers"].sudo().create(
            {
                "res_model": "helpdesk.ticket",
                "res_id": incident.id,
                "partner_id": partner.id,
                "subtype_ids": [Command.link(self.env.ref("mail.mt_comment").id)],
            }
        )
