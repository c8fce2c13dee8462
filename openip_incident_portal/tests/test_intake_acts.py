# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What becomes of an intake: link, expiry, reminder, submission, agents' acts."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.tests.common import REGISTERED

from .intake_common import UNKNOWN_MAIL, IntakeCommon
from .intake_data import MAIL_WITH_FILES

START = "2026-11-16 09:00:00"
ENGINE_LOGGER = "odoo.addons.openip_incident.models.engine.incident_engine"


@tagged("post_install", "-at_install")
class TestIntakeActs(IntakeCommon):
    # Links

    def test_the_mailed_link_opens_the_form_of_its_intake(self):
        intake, letters = self._write_in()
        link = self.intakes._read_form_link(self._get_token(letters[0]))
        self.assertEqual((link.intake, link.state), (intake, "open"))

    def test_forged_links_open_nothing(self):
        token = self._get_token(self._write_in()[1][0])
        incident = self._create_incident()
        foreign = incident._sign_incident_link(self.customer, "answer")
        for wrong in (
            "",
            None,
            "x",
            token[:-1],
            token[1:],
            "é" * 40,
            foreign,
            "A" * 99,
        ):
            self.assertIsNone(self.intakes._read_form_link(wrong), wrong)
        self.assertIsNone(incident._read_incident_link(token))

    def test_a_voided_link_opens_nothing(self):
        intake, letters = self._write_in()
        intake.sudo().link_version += 1
        self.assertIsNone(self.intakes._read_form_link(self._get_token(letters[0])))

    def test_a_link_to_a_deleted_intake_opens_nothing(self):
        intake, letters = self._write_in()
        intake.sudo().unlink()
        self.assertIsNone(self.intakes._read_form_link(self._get_token(letters[0])))

    def test_the_form_says_why_it_is_not_open(self):
        intake, letters = self._write_in()
        token = self._get_token(letters[0])
        for state in ("submitted", "expired", "discarded"):
            intake.sudo().state = state
            self.assertEqual(self.intakes._read_form_link(token).state, state)

    def test_a_link_expires_without_any_cron(self):
        with freeze_time(START) as clock:
            intake, letters = self._write_in()
            token = self._get_token(letters[0])
            clock.tick(timedelta(days=14, seconds=-1))
            self.assertEqual(self.intakes._read_form_link(token).state, "open")
            clock.tick(timedelta(seconds=2))
            self.assertEqual(self.intakes._read_form_link(token).state, "expired")

    # Time

    def test_one_reminder_halfway_then_expiry(self):
        with freeze_time(START) as clock:
            intake = self._write_in()[0]
            clock.tick(timedelta(days=7, seconds=-1))
            self.assertNoLetters(self._run_cron())
            clock.tick(timedelta(seconds=1))
            letters = self._run_cron()
            self.assertLink(letters, UNKNOWN_MAIL)
            self.assertIn("Reminder", letters[0]["subject"])
            self.assertEqual(letters[0]["headers"]["Auto-Submitted"], "auto-replied")
            link = self.intakes._read_form_link(self._get_token(letters[0]))
            self.assertEqual((link.intake, link.state), (intake, "open"))
            self.assertNoLetters(self._run_cron())
            clock.tick(timedelta(days=7, seconds=-1))
            self.assertNoLetters(self._run_cron())
            self.assertEqual(intake.state, "sent")
            clock.tick(timedelta(seconds=1))
            self.assertNoLetters(self._run_cron())
            self.assertEqual(intake.state, "expired")

    def test_a_french_reader_is_reminded_in_french(self):
        with freeze_time(START) as clock:
            self._write_in(self.baker.email_formatted)
            clock.tick(timedelta(days=8))
            letters = self._run_cron()
        self.assertIn("Rappel", letters[0]["subject"])
        self.assertIn("Remplir le formulaire", letters[0]["body"])

    def test_after_weeks_of_downtime_it_expires_without_a_reminder(self):
        with freeze_time(START) as clock:
            intake = self._write_in()[0]
            clock.tick(timedelta(days=30))
            self.assertNoLetters(self._run_cron())
            self.assertEqual((intake.state, intake.reminded_date), ("expired", False))

    def test_the_reminder_is_optional(self):
        self.team.intake_reminder = False
        with freeze_time(START) as clock:
            self._write_in()
            clock.tick(timedelta(days=8))
            self.assertNoLetters(self._run_cron())

    def test_what_was_submitted_or_discarded_is_neither_reminded_nor_expired(self):
        with freeze_time(START) as clock:
            submitted = self._write_in()[0]
            discarded = self._write_in("spam@spam.example.com")[0]
            submitted._submit(self._create_incident())
            discarded.with_user(self.agent).action_discard()
            clock.tick(timedelta(days=15))
            self.assertNoLetters(self._run_cron())
        self.assertEqual(submitted.state, "submitted")
        self.assertEqual(discarded.state, "discarded")

    def test_what_was_never_sent_waits_for_an_agent_for_ever(self):
        self.team.intake_known_only = True
        with freeze_time(START) as clock:
            intake = self._write_in()[0]
            clock.tick(timedelta(days=60))
            self.assertNoLetters(self._run_cron())
        self.assertEqual((intake.state, intake.to_review), ("sent", True))

    def test_a_reminder_that_fails_stops_no_other(self):
        with freeze_time(START) as clock:
            bad = self._write_in()[0]
            self._write_in("good@good.example.com")
            clock.tick(timedelta(days=8))
            render = type(self.intakes)._render_form_link

            def fail_once(intake, template):
                if intake == bad:
                    raise ValueError("broken")
                return render(intake, template)

            with (
                patch.object(type(self.intakes), "_render_form_link", fail_once),
                mute_logger(ENGINE_LOGGER),
            ):
                self.assertLink(self._run_cron(), "good@good.example.com")
            self.assertNoLetters(self._run_cron())
        self.assertTrue(bad.to_review)

    # Submission

    def test_submission_hands_the_mail_over(self):
        self._process(
            MAIL_WITH_FILES.format(sender=self.baker.email_formatted, to=self.address)
        )
        intake = self.intakes.search([("partner_id", "=", self.baker.id)])
        ticket = self._create_incident()
        with self.capture_letters() as letters:
            self.assertEqual(intake._submit(ticket), ticket)
        self.assertNoLetters(letters)
        self.assertEqual((intake.state, intake.ticket_id), ("submitted", ticket))
        entry = self._entries(ticket).filtered(lambda entry: entry.attachment_ids)
        self.assertEqual(entry.author_id, self.baker)
        self.assertIn("and the log", entry.body)
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(sorted(files.mapped("name")), ["box.log", "led.png"])
        self.assertEqual(entry.attachment_ids, files)
        self.assertEqual(len(intake.file_ids), 3)
        self.assertFalse(ticket.sudo().answer_unread)
        self.assertFalse(ticket.sudo().last_answer_date)

    def test_submission_happens_once(self):
        intake = self._write_in(self.baker.email_formatted)[0]
        first, second = self._create_incident(), self._create_incident()
        intake._lock()
        self.assertEqual(intake._submit(first), first)
        self.assertEqual(intake._submit(second), first)
        self.assertEqual(intake.ticket_id, first)

    def test_the_form_link_is_not_handed_over(self):
        intake, letters = self._write_in(self.baker.email_formatted)
        token = self._get_token(letters[0])
        self._receive(
            self.baker.email_formatted,
            self.address,
            reply_to=self._link_mail(intake),
            html=f"<p>I add</p><blockquote>{intake._get_form_url()}</blockquote>",
        )
        ticket = self._create_incident()
        intake._submit(ticket)
        text = "".join(ticket.sudo().message_ids.mapped("body"))
        self.assertIn("I add", text)
        self.assertNotIn(token[:20], text)

    def test_what_others_added_stays_inside(self):
        intake = self._write_in(self.baker.email_formatted)[0]
        self._receive(
            self.stranger.email_formatted,
            self.address,
            reply_to=self._link_mail(intake),
            html="<p>Stranger's words</p>",
        )
        ticket = self._create_incident()
        intake._submit(ticket)
        shown = "".join(self._entries(ticket).mapped("body"))
        self.assertNotIn("Stranger", shown)
        self.assertIn("Stranger", "".join(ticket.sudo().message_ids.mapped("body")))

    # Agents

    def test_an_agent_resends_the_link(self):
        with freeze_time(START) as clock:
            intake, letters = self._write_in()
            old = self._get_token(letters[0])
            clock.tick(timedelta(days=20))
            self._run_cron()
            self.assertEqual(intake.state, "expired")
            with self.capture_letters() as letters:
                intake.with_user(self.agent).action_resend()
            self.assertLink(letters, UNKNOWN_MAIL)
            self.assertEqual(intake.state, "sent")
            self.assertEqual(intake.expiry_date - self._now(), timedelta(days=14))
            token = self._get_token(letters[0])
            self.assertEqual(self.intakes._read_form_link(token).state, "open")
            self.assertEqual(self.intakes._read_form_link(old).state, "expired")
            clock.tick(timedelta(days=7))
            self.assertLink(self._run_cron(), UNKNOWN_MAIL)

    def test_an_agent_sends_the_link_that_was_held(self):
        self.team.intake_known_only = True
        intake = self._write_in()[0]
        with self.capture_letters() as letters:
            intake.with_user(self.agent).action_resend()
        self.assertLink(letters, UNKNOWN_MAIL)
        self.assertFalse(intake.hold_reason)
        self.assertFalse(intake.to_review)

    def test_no_link_goes_where_nobody_reads(self):
        for sender in ("no-reply@x.example.com", self.plain_team.alias_full_name):
            intake = self._write_in(sender)[0]
            with self.capture_letters() as letters, self.assertRaises(UserError):
                intake.with_user(self.agent).action_resend()
            self.assertNoLetters(letters)

    def test_an_agent_converts_a_mail_by_hand(self):
        intake = self._write_in(self.baker.email_formatted)[0]
        with self.capture_letters() as letters:
            action = intake.with_user(self.agent).action_convert()
        self.assertNoLetters(letters)
        ticket = intake.ticket_id
        self.assertEqual(action["res_id"], ticket.id)
        self.assertRecordValues(
            ticket,
            [
                {
                    "incident_phase": REGISTERED,
                    "team_id": self.team.id,
                    "name": "No dial tone",
                    "partner_id": self.baker.id,
                    "integrator_id": self.integrator.id,
                    "partner_email": self.baker.email,
                }
            ],
        )
        self.assertIn("Dead line.", ticket.description)
        self.assertEqual(intake.state, "submitted")
        with self.assertRaises(UserError):
            intake.with_user(self.agent).action_convert()

    def test_a_mail_without_subject_and_contact_is_converted(self):
        intake = self._write_in(subject="", html="")[0]
        intake.with_user(self.agent).action_convert()
        self.assertEqual(intake.ticket_id.partner_email, UNKNOWN_MAIL)
        self.assertFalse(intake.ticket_id.partner_id)

    def test_spam_is_discarded_and_taken_back(self):
        intake, letters = self._write_in()
        token = self._get_token(letters[0])
        intake.with_user(self.agent).action_discard()
        self.assertEqual(intake.state, "discarded")
        self.assertEqual(self.intakes._read_form_link(token).state, "discarded")
        with self.capture_letters() as letters:
            intake.with_user(self.agent).action_restore()
        self.assertNoLetters(letters)
        self.assertEqual((intake.state, intake.to_review), ("sent", True))
        self.assertEqual(self.intakes._read_form_link(token).state, "open")

    def test_what_was_submitted_is_not_discarded(self):
        intake = self._write_in()[0]
        intake._submit(self._create_incident())
        for act in ("action_discard", "action_resend", "action_restore"):
            with self.assertRaises(UserError):
                getattr(intake.with_user(self.agent), act)()

    # Access

    def test_agents_read_and_do_not_write(self):
        intake = self._write_in()[0].with_user(self.agent)
        self.assertEqual(intake.subject, "No dial tone")
        with self.assertRaises(AccessError):
            intake.write({"state": "submitted"})
        with self.assertRaises(AccessError):
            intake.create({"email_from": "x@example.com"})

    def test_agents_see_the_intakes_of_their_teams(self):
        intake = self._write_in()[0]
        own = new_test_user(
            self.env,
            login="own_agent",
            groups="helpdesk_mgmt.group_helpdesk_user_own",
            company_id=self.company.id,
        )
        found = self.intakes.with_user(own).search([("id", "=", intake.id)])
        self.assertFalse(found)
        with self.assertRaises(AccessError):
            intake.with_user(own).action_discard()
        self.team.user_ids += own
        self.assertEqual(
            self.intakes.with_user(own).search([("id", "=", intake.id)]), intake
        )
        intake.with_user(own).action_discard()
        self.assertEqual(intake.state, "discarded")

    def test_nobody_outside_reads_or_acts(self):
        intake = self._write_in(self.baker.email_formatted)[0]
        portal = self._create_portal_user(self.baker, "intake_portal")
        for user in (portal, self.env.ref("base.public_user")):
            outside = intake.with_user(user)
            with self.assertRaises(AccessError):
                outside.search([])
            with self.assertRaises(AccessError):
                outside.read(["subject"])
            with self.assertRaises(AccessError):
                intake.file_ids.with_user(user).read(["datas"])
            for act in (
                "action_discard",
                "action_resend",
                "action_convert",
                "action_restore",
            ):
                self.assertTrue(self._is_refused(intake, outside, act), act)
        self.assertEqual(intake.state, "sent")

    def _is_refused(self, intake, outside, act):
        """Act with a warm cache, which ``assertRaises`` would empty."""
        intake.fetch(["state", "email_from", "team_id"])
        try:
            getattr(outside, act)()
        except AccessError:
            return intake.state == "sent"
        return False

    def test_another_company_sees_nothing(self):
        intake = self._write_in()[0]
        foreigner = new_test_user(
            self.env,
            login="foreign_agent",
            groups="helpdesk_mgmt.group_helpdesk_user",
            company_id=self.company_2.id,
            company_ids=[(6, 0, self.company_2.ids)],
        )
        with self.assertRaises(AccessError):
            intake.with_user(foreigner).read(["subject"])

    def test_the_list_opens_on_what_waits(self):
        action = self.env.ref("openip_incident_portal.incident_intake_action")
        self.assertIn("search_default_waiting", action.context)
        views = self.intakes.with_user(self.agent).get_views(
            [(False, "list"), (False, "form"), (False, "search")]
        )["views"]
        for name in ("waiting", "submitted", "expired", "discarded"):
            self.assertIn(f'name="{name}"', views["search"]["arch"])
        for name in ("action_resend", "action_convert", "action_discard"):
            self.assertIn(f'name="{name}"', views["form"]["arch"])
