# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What machines write is kept and answers nothing; what humans write counts.

Raw mails through the real gateway, as the mail servers of the parties write them.
"""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import INTEGRATOR_MAIL, OPENED, WAITING
from .followup_common import START, FollowupCommon
from .mail_corpus import (
    DELIVERY,
    HUMAN_MAILS,
    MACHINE_MAILS,
    PLAIN_BOUNCE,
    RECEIPT,
    REPORT,
)

REVIEW_TYPE = "openip_incident.mail_activity_type_review"
VACATION = "<p>I am away until Monday.</p>"


class ClassifierCommon(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.incident = self.request(user_id=self.agent.id)
        self.run_to(31)
        self.followup = self.incident.sudo().followup_id
        self.ours = self._hidden_message(self.incident, self.customer)
        self.bounce_address = f"{self.alias_bounce}@{self.alias_domain}"
        self.facts = self._get_facts()

    def _get_facts(self):
        """Return everything that an answer would change."""
        self.env.invalidate_all()
        incident = self.incident.sudo()
        return {
            "phase": incident.incident_phase,
            "answered": incident.last_answer_date,
            "unread": incident.answer_unread,
            "state": self.followup.state,
            "due": self.followup.due_date,
            "reminders": incident.reminder_count,
            "party": incident.answered_party_id,
            "tickets": self.env["helpdesk.ticket"].search_count([]),
        }

    def _receive_machine_mail(self, subject, headers):
        """Receive a mail; return the new messages and the mails that left."""
        known = self.incident.sudo().message_ids
        headers = dict(headers)
        return_path = headers.pop("Return-Path", None)
        with self.moment(31), self._return_path(return_path):
            letters = len(self.letters)
            self._reply(
                self.incident,
                self.customer,
                subject=subject.format(subject=self.ours.subject),
                headers=headers,
                html=VACATION,
            )
        self.run_until(self.clock, start=self.clock)
        messages = self.incident.sudo().message_ids - known
        return messages, self.get_party_letters(letters)

    def _return_path(self, return_path):
        """Have the mails of a block arrive with another return path."""
        threads = type(self.env["mail.thread"])
        process = threads.message_process

        def with_return_path(thread, model, mail, *args, **kwargs):
            if return_path:
                mail = f"Return-Path: {return_path}\n{mail.split(chr(10), 1)[1]}"
            return process(thread, model, mail, *args, **kwargs)

        return patch.object(threads, "message_process", with_return_path)

    def _receive_report(self, kind, fields, **values):
        """Receive a report on our latest mail to the customer."""
        known = self.incident.sudo().message_ids
        mail = REPORT.format(
            **{
                "kind": kind,
                "fields": fields,
                "to": self.bounce_address,
                "return_path": "",
                "sender": "MAILER-DAEMON@mx.boulangerie.example.com",
                "subject": "Report",
                "headers": "",
                "text": "This is a report.",
                "message_id": self.ours.message_id,
                "report_id": f"report-{self.id()}",
                **values,
            }
        )
        return self._process(mail, known)

    def _process(self, mail, known):
        with self.moment(31), mute_logger("odoo.addons.mail.models.mail_thread"):
            letters = len(self.letters)
            self.env["mail.thread"].message_process("helpdesk.ticket", mail)
        self.run_until(self.clock, start=self.clock)
        messages = self.incident.sudo().message_ids - known
        return messages, self.get_party_letters(letters)

    def _get_notice(self):
        notices = self.incident.sudo().notice_ids
        return notices.filtered(lambda notice: notice.message_id == self.ours)


@tagged("post_install", "-at_install")
class TestMachineMail(ClassifierCommon):
    def test_machine_mail_is_kept_and_answers_nothing(self):
        for kind, subject, headers, reason in MACHINE_MAILS:
            with self.subTest(kind=kind, subject=subject), self.undone():
                messages, letters = self._receive_machine_mail(subject, headers)
                kept = messages.filtered(lambda m: m.message_type == "email")
                self.assertEqual(len(kept), 1, "kept on the incident, once")
                self.assertEqual(kept.incident_disregard, reason)
                self.assertIn("I am away", kept.body)
                self.assertEqual(kept.author_id, self.customer)
                self.assertFalse(letters, "neither answered nor forwarded")
                self.assertEqual(self._get_facts(), self.facts)

    def test_machine_mail_stays_inside(self):
        """When somebody is away is not the other party's business."""
        portal = self._create_portal_user(self.technician, "portal_machine")
        messages, _letters = self._receive_machine_mail(
            "Automatic reply", {"Auto-Submitted": "auto-replied"}
        )
        readable = self.env["mail.message"].with_user(portal)
        self.assertFalse(readable.search([("id", "in", messages.ids)]))

    def test_doubtful_mail_is_brought_to_an_agent(self):
        """A subject alone may be wrong, and the incident would close unheard."""
        self.assertFalse(self.get_activities(self.incident, REVIEW_TYPE))
        self._receive_machine_mail("Out of office: {subject}", {})
        activity = self.get_activities(self.incident, REVIEW_TYPE)
        self.assertEqual(len(activity), 1)
        self.assertIn(self.customer.name, activity.summary)

    def test_certain_machine_mail_bothers_nobody(self):
        self._receive_machine_mail("Re: x", {"Auto-Submitted": "auto-replied"})
        self.assertFalse(self.get_activities(self.incident, REVIEW_TYPE))

    def test_countdown_goes_on_to_the_end(self):
        self._receive_machine_mail("Re: x", {"Auto-Submitted": "auto-replied"})
        self.run_to(24 * 7)
        self.assertEqual(self.incident.incident_phase, "closed")
        self.assertEqual(self.incident.close_reason, "no_answer")

    def test_machine_mail_to_the_alias_is_marked_on_its_ticket(self):
        """A machine may also begin: nothing is lost, and the mark is there."""
        tickets = self.env["helpdesk.ticket"].search([])
        self._receive(
            self.customer.email_formatted,
            f"{self.team.alias_name}@{self.alias_domain}",
            subject="Alarm on trunk 4",
            headers={"Auto-Submitted": "auto-generated"},
        )
        ticket = self.env["helpdesk.ticket"].search([]) - tickets
        self.assertEqual(len(ticket), 1)
        self.assertTrue(ticket.is_incident)
        mails = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(mails.incident_disregard, "generated")
        self.assertFalse(ticket.answer_unread)

    def test_mail_of_plain_teams_is_as_before(self):
        ticket = self._create_plain_ticket()
        message = ticket.message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self._receive(
            self.customer.email_formatted,
            f"{self.plain_team.alias_name}@{self.alias_domain}",
            reply_to=message,
            headers={"Auto-Submitted": "auto-replied"},
        )
        self.assertEqual(
            ticket.message_ids[:1].subtype_id, self.env.ref("mail.mt_comment")
        )


@tagged("post_install", "-at_install")
class TestHumanMail(ClassifierCommon):
    def test_human_mail_counts(self):
        for kind, subject, headers in HUMAN_MAILS:
            with self.subTest(kind=kind, subject=subject), self.undone():
                messages, letters = self._receive_machine_mail(subject, headers)
                mails = messages.filtered(lambda m: m.message_type == "email")
                self.assertEqual(len(mails), 1)
                self.assertFalse(mails.incident_disregard)
                self.assertEqual(self.incident.incident_phase, OPENED)
                self.assertEqual(self.incident.last_answer_date, self.clock)
                self.assertEqual(self.followup.state, "answered")
                self.assertEqual([item.address for item in letters], [INTEGRATOR_MAIL])


@tagged("post_install", "-at_install")
class TestReports(ClassifierCommon):
    def assertReported(self, messages, reason):
        """Assert that a report that is no bounce is kept, and changes nothing."""
        kept = messages.filtered(lambda m: m.message_type == "email")
        self.assertEqual(kept.incident_disregard, reason)
        self.assertEqual(self._get_notice().status, "sent")
        self.assertEqual(self._get_facts(), self.facts)

    def assertBounced(self):
        notice = self._get_notice()
        self.assertEqual(notice.status, "bounced")
        self.assertTrue(notice.failure)
        self.assertTrue(
            self.get_activities(
                self.incident, "openip_incident.mail_activity_type_unreachable"
            )
        )

    def test_failure_is_a_bounce(self):
        fields = DELIVERY.format(action="failed", status="5.1.1")
        _messages, letters = self._receive_report("delivery-status", fields)
        self.assertBounced()
        self.assertFalse(letters)
        self.assertEqual(self.followup.state, "running")

    def test_failure_without_its_action_is_a_bounce(self):
        fields = "Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@example.com\n"
        self._receive_report("delivery-status", fields)
        self.assertBounced()

    def test_failure_in_mere_text_is_a_bounce(self):
        mail = PLAIN_BOUNCE.format(
            to=self.bounce_address,
            message_id=self.ours.message_id,
            report_id="plain-bounce",
        )
        self._process(mail, self.incident.sudo().message_ids)
        self.assertBounced()

    def test_failure_of_a_mail_that_we_do_not_know_harms_nobody(self):
        fields = DELIVERY.format(action="failed", status="5.1.1")
        self._receive_report(
            "delivery-status", fields, message_id="<unknown@elsewhere.example.com>"
        )
        self.assertEqual(self._get_notice().status, "sent")
        self.assertEqual(self._get_facts(), self.facts)

    def test_delay_is_no_bounce(self):
        """The mail server goes on trying for days."""
        fields = DELIVERY.format(action="delayed", status="4.4.1")
        messages, letters = self._receive_report("delivery-status", fields)
        self.assertReported(messages, "bounce")
        self.assertFalse(letters)

    def test_delivery_is_no_bounce(self):
        for action in ("delivered", "relayed"):
            with self.subTest(action=action), self.undone():
                fields = DELIVERY.format(action=action, status="2.0.0")
                messages, _letters = self._receive_report(
                    "delivery-status", fields, report_id=action
                )
                self.assertReported(messages, "bounce")

    def test_read_receipt_is_neither_bounce_nor_answer(self):
        messages, letters = self._receive_report(
            "disposition-notification",
            RECEIPT.format(message_id=self.ours.message_id),
            sender=self.customer.email_formatted,
            return_path=self.customer.email,
            to=self.ours.reply_to,
            message_id="<unknown@elsewhere.example.com>",
        )
        self.assertReported(messages, "auto_reply")
        self.assertFalse(letters)

    def test_vacation_reply_to_the_return_path_is_no_bounce(self):
        """RFC 3834: that is where automatic replies go, and core takes it for one."""
        known = self.incident.sudo().message_ids
        with self.moment(31):
            letters = len(self.letters)
            self._receive(
                self.customer.email_formatted,
                self.bounce_address,
                reply_to=self.ours,
                subject="Out of office",
                headers={"Auto-Submitted": "auto-replied"},
                html=VACATION,
            )
        self.env.invalidate_all()
        messages = self.incident.sudo().message_ids - known
        self.assertReported(messages, "auto_reply")
        self.assertFalse(self.get_party_letters(letters))

    def test_human_answer_to_the_return_path_counts(self):
        """Some mail clients answer there whatever the mail says."""
        with self.moment(31):
            self._receive(
                self.customer.email_formatted, self.bounce_address, reply_to=self.ours
            )
        self.env.invalidate_all()
        self.assertEqual(self.incident.incident_phase, OPENED)
        self.assertEqual(self._get_notice().status, "sent")


@tagged("post_install", "-at_install")
class TestCountAfterAll(ClassifierCommon):
    def prepare(self):
        res = super().prepare()
        messages, _letters = self._receive_machine_mail("Out of office", {})
        self.message = messages.filtered("incident_disregard")
        return res

    def _count(self, user):
        letters = len(self.letters)
        with self.at(self.clock), self.mail_server():
            self.message.with_user(user).action_count_as_answer()
            self.flush_tracking()
        self.run_until(self.clock, start=self.clock)
        return self.get_party_letters(letters)

    def test_one_click_counts_it(self):
        letters = self._count(self.agent)
        self.assertEqual(self.incident.incident_phase, OPENED)
        self.assertEqual(self.incident.last_answer_date, self.clock)
        self.assertTrue(self.incident.answer_unread)
        self.assertEqual(self.followup.state, "answered")
        self.assertEqual(self.followup.ended_by_id, self.customer)
        self.assertFalse(self.message.incident_disregard)
        self.assertEqual([item.address for item in letters], [INTEGRATOR_MAIL])
        self.assertIn("I am away", letters[0].body)

    def test_what_counts_is_read_by_the_parties(self):
        portal = self._create_portal_user(self.technician, "portal_counted")
        readable = self.env["mail.message"].with_user(portal)
        self.assertFalse(readable.search([("id", "=", self.message.id)]))
        self._count(self.agent)
        self.assertTrue(readable.search([("id", "=", self.message.id)]))

    def test_second_click_counts_nothing(self):
        self._count(self.agent)
        self.assertFalse(self._count(self.agent))
        self.assertEqual(self.incident.incident_phase, OPENED)

    def test_only_who_may_write_the_incident_counts_it(self):
        personal = new_test_user(
            self.env,
            login="agent_own_count",
            groups="helpdesk_mgmt.group_helpdesk_user_own",
            company_id=self.company.id,
        )
        portal = self._create_portal_user(self.baker, "portal_count")
        for user in (personal, portal, self.user_employee):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.message.with_user(user).action_count_as_answer()
        self.assertEqual(self._get_facts(), self.facts)


@tagged("post_install", "-at_install")
class TestOutOfOfficeOfAgents(ClassifierCommon):
    """Odoo answers for colleagues who are away."""

    def test_it_is_no_answer_and_reaches_no_party(self):
        """Even of a colleague who is stored below the customer's company."""
        self.agent.partner_id.parent_id = self.customer
        with self.moment(31):
            letters = len(self.letters)
            self.incident.sudo().message_post(
                author_id=self.agent.partner_id.id,
                body="I am away",
                message_type="out_of_office",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.customer.ids,
            )
        self.run_until(self.clock, start=self.clock)
        self.assertFalse(self.get_party_letters(letters))
        self.assertEqual(self._get_facts(), self.facts)

    def test_answer_to_an_absent_agent_counts_and_is_not_answered(self):
        self.agent.write(
            {
                "out_of_office_from": START,
                "out_of_office_to": START + timedelta(days=20),
                "out_of_office_message": "<p>I am in the mountains</p>",
            }
        )
        with self.moment(31):
            letters = len(self.letters)
            self._reply(self.incident, self.customer)
        self.run_until(self.clock, start=self.clock)
        self.assertEqual(self.incident.incident_phase, OPENED)
        away = self.incident.sudo().message_ids.filtered(
            lambda message: message.message_type == "out_of_office"
        )
        self.assertTrue(away, "Odoo did write that the agent is away")
        self.assertEqual(
            [item.address for item in self.get_party_letters(letters)],
            [INTEGRATOR_MAIL],
        )

    def test_machine_mail_gets_no_out_of_office(self):
        self.agent.write(
            {
                "out_of_office_from": START,
                "out_of_office_to": START + timedelta(days=20),
                "out_of_office_message": "<p>I am in the mountains</p>",
            }
        )
        _messages, letters = self._receive_machine_mail(
            "Re: x", {"Auto-Submitted": "auto-replied"}
        )
        self.assertFalse(letters)
        self.assertEqual(self.incident.incident_phase, self.facts["phase"])
        self.assertNotEqual(self.facts["phase"], WAITING)
