# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Updates as their readers want them: at once, each morning, not by mail."""

import base64
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import BaseCase, Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..models.digest.helpdesk_ticket import HelpdeskTicket
from ..models.engine import incident_engine
from ..tools.morning import get_next_morning
from .common import (
    CLOSED,
    CLOSURE,
    CUSTOMER_MAIL,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    OPENED,
    WAITING,
)
from .digest_common import FOUND, MORNING, NOW, WORDS, DigestCommon


def prepare_without_preferences(ticket, draft):
    return super(HelpdeskTicket, ticket)._prepare_notice_vals(draft)


@tagged("-at_install", "post_install")
class TestMorning(BaseCase):
    def test_next_morning_by_the_clocks_of_the_place(self):
        for now, zone, expected in (
            (NOW, "Europe/Paris", MORNING),
            (MORNING - timedelta(seconds=1), "Europe/Paris", MORNING),
            (MORNING, "Europe/Paris", MORNING + timedelta(days=1)),
            (NOW, "UTC", datetime(2026, 11, 17, 7, 0)),
            # It is tomorrow there already.
            (datetime(2026, 11, 16, 20, 0), "Asia/Tokyo", datetime(2026, 11, 16, 22)),
            (NOW, "America/New_York", datetime(2026, 11, 16, 12, 0)),
            # In the nights in which clocks change.
            (datetime(2026, 10, 24, 20), "Europe/Paris", datetime(2026, 10, 25, 6)),
            (datetime(2026, 3, 28, 20), "Europe/Paris", datetime(2026, 3, 29, 5)),
        ):
            with self.subTest(now=now, zone=zone):
                self.assertEqual(get_next_morning(now, zone), expected)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestPreferences(DigestCommon):
    """Of all kinds of mail only updates are ever bundled or left out."""

    def _check_kinds(self, preference):
        self._choose(preference)
        template = self.env.ref("openip_incident.mail_template_update")
        self.stages[IN_PROGRESS].mail_template_id = template
        for kind, phase, act, is_news in (
            ("opening", None, lambda one: one.action_incident_open(), False),
            ("start", OPENED, lambda one: one.action_incident_start(), True),
            ("escalation", IN_PROGRESS, self._escalate, True),
            ("update", IN_PROGRESS, lambda one: one.incident_update(WORDS), True),
            ("opened update", OPENED, lambda one: one.incident_update(WORDS), True),
            ("question", IN_PROGRESS, self._ask, False),
            ("action", IN_PROGRESS, self._ask_action, False),
            ("news while asked", WAITING, lambda one: one.incident_update(WORDS), 0),
            ("news at closure", CLOSURE, lambda one: one.incident_update(WORDS), 0),
            ("file", IN_PROGRESS, self._send_file, False),
            ("picture", IN_PROGRESS, self._send_picture, False),
            ("message", IN_PROGRESS, self._post, False),
            ("frozen", WAITING, lambda one: self._enter(one, FROZEN), False),
            ("solved", IN_PROGRESS, lambda one: self._enter(one, CLOSURE), False),
            ("closed", IN_PROGRESS, lambda one: self._enter(one, CLOSED), False),
            ("restoration", IN_PROGRESS, self._expect, False),
        ):
            with self.subTest(kind=kind, preference=preference):
                incident = (
                    self._create_incident_in(phase)
                    if phase
                    else self._create_incident()
                )
                incident = incident.with_user(self.agent)
                aside = self._set_aside(incident)
                with self.capture_letters() as letters:
                    act(incident)
                if is_news and preference != "at_once":
                    self.assertNoLetters(letters)
                    new = self._set_aside(incident) - aside
                    status = {"digest": "bundled", "none": "omitted"}[preference]
                    self.assertEqual(new.mapped("status"), [status] * 2)
                elif kind != "frozen":
                    self.assertTrue(letters)
                    self.assertIn(CUSTOMER_MAIL, self._recipients(letters))
                    self.assertEqual(self._set_aside(incident), aside)
                else:
                    self.assertEqual(self._set_aside(incident), aside)

    def _set_aside(self, incident):
        return self._notices(incident, "bundled") | self._notices(incident, "omitted")

    def _enter(self, incident, phase):
        incident.stage_id = self.stages[phase]

    def _escalate(self, incident):
        incident.stage_id = self.stages[ESCALATED]

    def _ask(self, incident):
        incident.incident_request("information", "<p>Which light is on?</p>")

    def _ask_action(self, incident):
        incident.incident_request("action", "<p>Please restart the box.</p>")

    def _expect(self, incident):
        incident.incident_expect_restoration(NOW + timedelta(hours=3))

    def _post(self, incident):
        incident.message_post(
            body="Which light is on?",
            partner_ids=[self.customer.id],
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _send_file(self, incident):
        action = incident.incident_update()
        wizards = self.env[action["res_model"]].with_user(self.agent)
        form = Form(wizards.with_context(**action["context"]))
        form.body = WORDS
        file = self.env["ir.attachment"].with_user(self.agent)
        form.attachment_ids = file.create(
            {"name": "plan.txt", "raw": b"plan", "res_model": wizards._name}
        )
        form.save().action_confirm()

    def _send_picture(self, incident):
        dot = base64.b64encode(
            base64.b64decode(
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
                "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
            )
        ).decode()
        incident.incident_update(f'<p>Look<img src="data:image/png;base64,{dot}"/></p>')

    def test_at_once(self):
        self._check_kinds("at_once")

    def test_digest(self):
        self._check_kinds("digest")

    def test_none(self):
        self._check_kinds("none")

    def test_each_reader_as_it_wants(self):
        self._choose("digest", self.customer)
        incident = self._create_incident_in(IN_PROGRESS)
        self.assertLettersTo(self._update(incident), INTEGRATOR_MAIL)
        self._choose("none", self.integrator)
        self.assertNoLetters(self._update(incident))
        self.customer.incident_update_preference = False
        self.assertLettersTo(self._update(incident), CUSTOMER_MAIL)

    def test_one_party_alone(self):
        self._choose("digest")
        incident = self._create_incident_in(IN_PROGRESS)
        known = self._notices(incident, "bundled")
        self.assertNoLetters(self._update(incident, parties="customer"))
        new = self._notices(incident, "bundled") - known
        self.assertEqual(new.partner_id, self.customer)

    def test_reminders_and_announcements_are_never_bundled(self):
        self._choose("digest")
        with self.capture_letters():
            incident = self._create_incident_in(CLOSURE)
        told = incident.sudo().notice_ids
        for days in range(1, 8):
            self._run(NOW + timedelta(days=days))
        actions = (incident.sudo().notice_ids - told).event_id.mapped("action")
        self.assertLessEqual({"remind", "announce"}, set(actions))
        statuses = set((incident.sudo().notice_ids - told).mapped("status"))
        self.assertEqual(statuses, {"sent"})

    def test_what_is_no_preference_is_refused(self):
        for value in ("weekly", "", None, False, []):
            with self.subTest(value=value), self.assertRaises(UserError):
                self._choose(value)

    def test_no_reader_costs_a_query_more(self):
        incident = self._create_incident_in(IN_PROGRESS)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            incident.incident_update(WORDS)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count()
        with_preferences = count()
        name = "_prepare_notice_vals"
        with patch.object(HelpdeskTicket, name, prepare_without_preferences):
            without = count()
        self.assertEqual(with_preferences, without)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDigest(DigestCommon):
    def _bundle(self, *incidents):
        self._choose("digest")
        for incident in incidents:
            self._update(incident)

    def test_one_mail_per_person_each_morning_and_once(self):
        first = self._create_incident_in(IN_PROGRESS, name="No dial tone")
        second = self._create_incident_in(IN_PROGRESS, name="Silence on line 2")
        self._bundle(first, second)
        self._update(first, "<p>It is being repaired.</p>")
        self.assertNoLetters(self._run(MORNING - timedelta(minutes=1)))
        letters = self._run(MORNING + timedelta(minutes=1))
        self.assertBothInformed(letters)
        for address in (CUSTOMER_MAIL, INTEGRATOR_MAIL):
            letter = self._letter_to(letters, address)
            for text in (first.number, second.number, "being repaired"):
                self.assertIn(text, letter["body"])
            self.assertEqual(letter["body"].count(FOUND), 2)
        for notice in self._notices(first | second, "digested"):
            self.assertEqual(notice.digest_id.partner_id, notice.partner_id)
        self.assertEqual(len(self._notices(first | second, "digested")), 6)
        self.assertFalse(self._notices(first | second, "bundled"))
        self.assertNoLetters(self._run(MORNING + timedelta(minutes=2)))
        self.assertNoLetters(self._run(MORNING + timedelta(days=1, minutes=1)))

    def test_nothing_new_no_mail(self):
        self._choose("digest")
        incident = self._create_incident_in(OPENED)
        self.assertFalse(self._notices(incident, "bundled"))
        self.assertNoLetters(self._run(MORNING + timedelta(minutes=1)))
        self.assertFalse(
            self.env["incident.digest"].search([("partner_id", "=", self.customer.id)])
        )

    def test_language_and_links_of_the_reader_alone(self):
        incident = self._create_incident_in(IN_PROGRESS)

        def get_url(ticket, party, purpose="view"):
            return f"https://incident.example.com/{party.id}-{ticket.id}/page"

        self._bundle(incident)
        with patch.object(
            type(self.env["helpdesk.ticket"]), "_get_incident_url", get_url
        ):
            letters = self._run(MORNING + timedelta(minutes=1))
        mine = {
            address: f"https://incident.example.com/{party.id}-{incident.id}/page"
            for address, party in (
                (CUSTOMER_MAIL, self.customer),
                (INTEGRATOR_MAIL, self.integrator),
            )
        }
        bodies = {
            address: self._letter_to(letters, address)["body"] for address in mine
        }
        for address, link in mine.items():
            for reader, body in bodies.items():
                (self.assertIn if reader == address else self.assertNotIn)(link, body)
        self.assertIn('lang="fr-FR"', bodies[CUSTOMER_MAIL])
        self.assertIn("lundi 16 novembre", bodies[CUSTOMER_MAIL])
        self.assertIn('lang="en-US"', bodies[INTEGRATOR_MAIL])
        self.assertIn("Monday 16 November", bodies[INTEGRATOR_MAIL])
        self.assertNotIn("integrator.example.com", bodies[CUSTOMER_MAIL])

    def test_private_updates_stay_private(self):
        self._choose("digest")
        incident = self._create_incident_in(IN_PROGRESS)
        self._update(incident, "<p>For the bakery alone.</p>", parties="customer")
        letters = self._run(MORNING + timedelta(minutes=1))
        customer = self._letter_to(letters, CUSTOMER_MAIL)["body"]
        self.assertIn("For the bakery alone", customer)
        rest = [letter["body"] for letter in letters if letter["body"] != customer]
        self.assertNotIn("For the bakery alone", "".join(rest))

    def test_what_was_closed_meanwhile_is_not_lost(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._bundle(incident)
        with self.capture_letters() as letters:
            incident.stage_id = self.stages[CLOSED]
        self.assertBothInformed(letters)
        self.assertIn(
            FOUND,
            self._letter_to(self._run(MORNING + timedelta(hours=1)), CUSTOMER_MAIL)[
                "body"
            ],
        )

    def test_other_wish_meanwhile_loses_nothing(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._bundle(incident)
        self._choose("none")
        self.assertBothInformed(self._run(MORNING + timedelta(minutes=1)))

    def test_days_without_server_are_one_mail(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._bundle(incident)
        with freeze_time(NOW + timedelta(days=1)):
            self._update(incident)
        letters = self._run(MORNING + timedelta(days=3))
        self.assertBothInformed(letters)
        body = self._letter_to(letters, CUSTOMER_MAIL)["body"]
        self.assertEqual(body.count(FOUND), 2)

    def test_failure_leaves_all_for_later(self):
        """A crash between facts and mail: neither has happened."""
        incident = self._create_incident_in(IN_PROGRESS)
        self._bundle(incident)
        waiting = self._notices(incident, "bundled")
        digest = type(self.env["incident.digest"])

        def fail(*args, **kwargs):
            raise ValueError("The template is broken.")

        with (
            mute_logger(incident_engine.__name__),
            patch.object(digest, "_prepare_updates", fail),
        ):
            self.assertNoLetters(self._run(MORNING + timedelta(minutes=1)))
        self.assertEqual(self._notices(incident, "bundled"), waiting)
        self.assertIn("unexpected error (ValueError)", waiting[0].failure)
        # It is no silence: it is shown and told as what waits in the queue is.
        check = self.env.ref("openip_incident.health_queued_mail")
        # Rows are created by the clock of the database, which nothing stops.
        with freeze_time("2100-01-01"):
            self.assertEqual(check.state, "alarm")
        found = self.env["incident.notice"].search(check.action_show()["domain"])
        self.assertLessEqual(waiting, found)
        self.assertFalse(waiting.digest_id)
        self.assertBothInformed(self._run(MORNING + timedelta(hours=2)))

    def test_who_lost_its_address_is_told_of(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._bundle(incident)
        self.customer.email = False
        letters = self._run(MORNING + timedelta(minutes=1))
        recipients = self._recipients(letters)
        self.assertIn(INTEGRATOR_MAIL, recipients)
        self.assertNotIn(CUSTOMER_MAIL, recipients)
        lost = self._notices(incident, "cancelled")
        self.assertEqual(lost.partner_id, self.customer)
        kind = self.env.ref("openip_incident.mail_activity_type_unreachable")
        self.assertIn(kind, incident.sudo().activity_ids.activity_type_id)

    def test_refused_mail_is_sent_again_and_a_bounce_is_known(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._bundle(incident)
        self._run(MORNING + timedelta(minutes=1))
        told = self._notices(incident, "digested")
        told = told.filtered(lambda one: one.partner_id == self.customer)
        mail = told.digest_id.mail_notice_ids
        self.assertEqual(mail[:1].status, "sent")
        mail._set_bounced("No such mailbox")
        self.assertTrue(self.customer.incident_unreachable_date)
        [row] = [row for row in told[:1]._format_delivery() if row["id"] == told[0].id]
        self.assertIn("Bounced", row["label"])
        kind = self.env.ref("openip_incident.mail_activity_type_unreachable")
        self.assertIn(kind, incident.sudo().activity_ids.activity_type_id)

    def test_it_has_a_return_path_of_its_own(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._bundle(incident)
        self.env["ir.config_parameter"].sudo().set_param(
            "openip_incident.signed_return_path", "True"
        )
        letters = self._run(MORNING + timedelta(minutes=1))
        paths = {letter["headers"].get("Return-Path") for letter in letters}
        self.assertEqual(len(paths), 2)
        told = self._notices(incident, "digested")
        for notice in told.digest_id.mail_notice_ids:
            self.assertTrue(any(f"+{notice.id}-" in path for path in paths))

    def _answer(self, *incidents):
        self._bundle(*incidents)
        self._run(MORNING + timedelta(minutes=1))
        told = self._notices(incidents[0], "digested")
        told = told.filtered(lambda one: one.partner_id == self.customer)[:1]
        message = told.digest_id.mail_notice_ids.message_id
        self._receive(
            self.customer.email_formatted,
            message.reply_to,
            reply_to=message,
            subject=f"Re: {message.subject}",
            html="<p>Thank you for repairing it.</p>",
        )
        return self.env["mail.message"].search(
            [
                ("model", "=", "helpdesk.ticket"),
                ("body", "like", "Thank you for repairing it"),
                ("message_type", "=", "email"),
            ]
        )

    def test_answer_to_news_of_one_incident_is_its_answer(self):
        incident = self._create_incident_in(IN_PROGRESS)
        answer = self._answer(incident)
        self.assertEqual(answer.res_id, incident.id)
        self.assertEqual(answer.author_id, self.customer)

    def test_answer_to_news_of_several_is_counted_for_none_and_not_lost(self):
        incidents = [self._create_incident_in(IN_PROGRESS) for _index in range(2)]
        answer = self._answer(*incidents)
        self.assertTrue(answer)
        self.assertNotIn(answer.res_id, [incident.id for incident in incidents])

    def test_a_copy_of_the_database_writes_nothing(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._bundle(incident)
        identity = type(self.env["incident.identity"])
        with patch.object(identity, "_pauses", lambda *args: True):
            self.assertNoLetters(self._run(MORNING + timedelta(minutes=1)))
        self.assertTrue(self._notices(incident, "bundled"))
