# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.inbound.incident_mail_gateway import ATTEMPTS
from .common import IncidentCommon

GATEWAY_LOG = "odoo.addons.openip_incident.models.inbound.incident_mail_gateway"
MOST = "odoo.addons.openip_incident.models.inbound.incident_inbound.TELL_STRANGERS"
CORE = (
    "odoo.addons.openip_incident.models.inbound.mail_thread.MailThread._process_by_core"
)


@tagged("post_install", "-at_install")
class TestInbound(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.incident = self._create_incident_in("opened")
        self.address = self.team.alias_full_name

    def _take_in(self, subject="No calls", message_id="<one@example.com>", **options):
        headers = {
            "From": self.customer.email_formatted,
            "To": self.address,
            "Subject": subject,
            "Message-ID": message_id,
            **options.pop("headers", {}),
        }
        body = options.pop("body", "Nothing works.")
        head = "".join(f"{key}: {value}\r\n" for key, value in headers.items() if value)
        raw = head.encode() + b"\r\n" + body.encode()
        result = self.env["mail.thread"].message_process(False, raw, **options)
        return raw, result

    def _get_inbound(self, key="<one@example.com>"):
        return self.env["incident.inbound"].search([("key", "=", key)])

    def _quarantine(self, **options):
        fails = patch(CORE, side_effect=ValueError("What a mail"))
        with fails, mute_logger(GATEWAY_LOG):
            raw, _result = self._take_in(**options)
        inbound = self._get_inbound(options.get("message_id", "<one@example.com>"))
        self.assertEqual(inbound.state, "quarantined")
        return raw, inbound

    def _to_the_outside(self, letters):
        """Leave out what tells colleagues of their activities."""
        return [
            letter for letter in letters if "@operator" not in str(letter["email_to"])
        ]

    # What is processed

    def test_mail_is_written_down_and_processed(self):
        _raw, result = self._take_in()
        inbound = self._get_inbound()
        self.assertTrue(result)
        self.assertEqual(inbound.state, "done")
        self.assertFalse(inbound.raw)
        self.assertFalse(inbound.activity_ids)

    def test_same_mail_is_processed_once(self):
        self._take_in()
        before = self.env["mail.message"].search_count([])
        self.assertFalse(self._take_in()[1])
        self.assertEqual(self.env["mail.message"].search_count([]), before)
        self.assertEqual(len(self._get_inbound()), 1)

    def test_mail_without_message_id_is_processed_once(self):
        """A copy fetched again is no second mail; another mail is none of it."""
        before = self.env["mail.message"].search([])
        for body in ("One", "One", "Two"):
            self._take_in(message_id=False, body=body)
        mails = self.env["mail.message"].search([]) - before
        self.assertEqual(len(mails.filtered(lambda m: m.message_type == "email")), 2)

    def test_other_mail_takes_the_way_of_core(self):
        plain = self._create_plain_ticket().team_id
        for address in ("somebody@elsewhere.example.com", plain.alias_full_name):
            with (
                self.subTest(address=address),
                patch(CORE, return_value="core") as core,
            ):
                _raw, result = self._take_in(headers={"To": address or "x@y.example"})
                self.assertEqual(result, "core")
                self.assertEqual(core.call_count, 1)
                self.assertFalse(self._get_inbound())

    def test_what_may_be_ours_is_protected(self):
        domain = self.team.alias_domain_id
        letters = {}
        with self.capture_letters() as sent:
            self.incident.incident_update("<p>We look at it.</p>")
            letters = sent
        self.assertTrue(letters)
        answered = self._hidden_message(self.incident, self.customer).message_id
        for headers in (
            {"To": "x@y.example", "Delivered-To": self.address},
            {"To": self.address.upper()},
            {"To": f"Support <{domain.catchall_email}>"},
            {"To": domain.bounce_email},
            {"To": False},
            {"To": "x@y.example", "References": f"<a@b> {answered}"},
        ):
            with self.subTest(**headers), patch(CORE, return_value=1):
                key = f"<{len(headers)}.{hash(str(headers))}@example.com>"
                self._take_in(message_id=key, headers=headers)
                inbound = self._get_inbound(key)
                self.assertEqual((inbound.state, inbound.failure), ("done", False))

    def test_nothing_outside_feeds_the_quarantine(self):
        user = self._create_portal_user(self.customer, "inbound_portal")
        raw, _result = self._take_in(message_id="<a@example.com>")
        thread = self.env["mail.thread"].with_user(user)
        with self.assertRaises(AccessError):
            thread.message_process(False, raw.replace(b"<a@", b"<b@"))
        self.assertFalse(self._get_inbound("<b@example.com>"))

    # What is kept

    def test_mail_that_fails_is_kept_for_a_human(self):
        raw, inbound = self._quarantine(subject="Broken\x00 line")
        self.assertEqual(base64.b64decode(inbound.raw), raw)
        self.assertEqual(inbound.reason, "error")
        self.assertIn("unexpected error (ValueError)", inbound.failure)
        self.assertNotIn("What a mail", inbound.failure)
        self.assertEqual(inbound.subject, "Broken line")
        self.assertEqual(inbound.email_from, self.customer.email_normalized)
        self.assertEqual(inbound.team_id, self.team)
        self.assertEqual(inbound.activity_ids.user_id, self.leader)

    def test_failed_mail_leaves_nothing_half_done(self):
        before = self.env["helpdesk.ticket"].search_count([])

        def fail_late(thread, *_args, **_options):
            thread.env["helpdesk.ticket"].create(
                {"name": "Half", "description": "Half", "team_id": self.team.id}
            )
            raise ValueError("Late")

        with patch(CORE, new=fail_late), mute_logger(GATEWAY_LOG):
            self._take_in()
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)
        self.assertEqual(self._get_inbound().state, "quarantined")

    def test_mail_that_killed_a_process_is_not_tried_again(self):
        self.env["incident.inbound"].create(
            {"key": "<one@example.com>", "read_date": fields.Datetime.now()}
        )
        with patch(CORE) as core:
            raw, _result = self._take_in()
        core.assert_not_called()
        inbound = self._get_inbound()
        self.assertEqual((inbound.state, inbound.reason), ("quarantined", "killed"))
        self.assertEqual(base64.b64decode(inbound.raw), raw)

    def test_collision_is_tried_again(self):
        with patch(CORE, side_effect=[LockError("busy"), LockError("busy"), 5]) as core:
            _raw, result = self._take_in()
        self.assertEqual((result, core.call_count), (5, 3))
        self.assertEqual(self._get_inbound().state, "done")

    def test_endless_collision_is_kept_and_tried_later(self):
        with patch(CORE, side_effect=LockError("busy")) as core:
            self._take_in()
        self.assertEqual(core.call_count, ATTEMPTS)
        inbound = self._get_inbound()
        self.assertEqual((inbound.state, inbound.reason), ("quarantined", "busy"))
        with self.enter_registry_test_mode():
            self.env.ref(
                "openip_incident.ir_cron_inbound_again"
            ).method_direct_trigger()
        self.assertEqual(inbound.state, "done")
        self.assertFalse(inbound.raw)
        self.assertFalse(inbound.activity_ids)

    def test_mail_that_cannot_be_tried_again_stops_no_other(self):
        with patch(CORE, side_effect=LockError("busy")):
            self._take_in()
            self._take_in(message_id="<two@example.com>")
        bad, good = self._get_inbound(), self._get_inbound("<two@example.com>")
        self.assertEqual((bad | good).mapped("reason"), ["busy", "busy"])
        bad.raw = b"not base64!"
        with (
            self.enter_registry_test_mode(),
            mute_logger("odoo.addons.openip_incident.models.engine.incident_engine"),
        ):
            self.env.ref(
                "openip_incident.ir_cron_inbound_again"
            ).method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((bad.state, bad.reason), ("quarantined", "error"))
        self.assertTrue(bad.failure)
        self.assertEqual(good.state, "done")

    def test_what_core_drops_is_set_aside(self):
        """A delivery report about nothing of ours needs nobody, but is not lost."""
        with patch(CORE, return_value=False):
            raw, _result = self._take_in()
        inbound = self._get_inbound()
        self.assertEqual((inbound.state, inbound.reason), ("aside", "unrouted"))
        self.assertEqual(base64.b64decode(inbound.raw), raw)
        self.assertFalse(inbound.activity_ids)

    def test_our_own_mail_that_comes_back_is_no_news(self):
        self.incident.incident_update("<p>We look at it.</p>")
        sent = self._hidden_message(self.incident, self.customer)
        self._take_in(message_id=sent.message_id)
        self.assertEqual(self._get_inbound(sent.message_id).state, "done")

    # What agents do with it

    def test_agent_processes_it_again(self):
        _raw, inbound = self._quarantine(
            headers={"Subject": f"Re: {self.incident.number}"}, body="It is line 7."
        )
        inbound.with_user(self.agent).action_process_again()
        self.assertEqual(inbound.state, "done")
        self.assertFalse(inbound.raw)
        self.assertFalse(inbound.activity_ids)
        self.assertTrue(self.incident.answer_unread)
        with self.assertRaises(UserError):
            inbound.with_user(self.agent).action_process_again()

    def test_agent_discards_it(self):
        raw, inbound = self._quarantine()
        inbound.with_user(self.agent).action_discard()
        self.assertEqual(inbound.state, "discarded")
        self.assertEqual(base64.b64decode(inbound.raw), raw)
        self.assertFalse(inbound.activity_ids)
        self.assertFalse(self._take_in()[1], "it was received before")

    def test_it_is_read_by_the_team_only(self):
        _raw, inbound = self._quarantine()
        portal = self._create_portal_user(self.customer, "inbound_reader")
        for user in (portal, self.env.ref("base.user_demo", False) or portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                inbound.with_user(user).read(["raw"])
        self.assertTrue(inbound.with_user(self.leader).read(["raw"]))

    def test_old_rows_are_forgotten_but_the_quarantine(self):
        _raw, kept = self._quarantine(message_id="<kept@example.com>")
        self._take_in()
        done, old = self._get_inbound(), fields.Datetime.now() - timedelta(days=400)
        (kept | done).write({"date": old})
        self._take_in(message_id="<young@example.com>")
        kept._gc_inbound()
        self.assertTrue(kept.exists())
        self.assertFalse(done.exists())
        self.assertTrue(self._get_inbound("<young@example.com>"))

    # Limits

    def test_excessive_mail_is_kept_and_its_sender_told_once_a_day(self):
        self.env["ir.config_parameter"].set_param("openip_incident.inbound_text", "1")
        body = "A long story. " * 100
        with patch(CORE) as core, self.capture_letters() as letters:
            self._take_in(body=body)
            self._take_in(body=body, message_id="<two@example.com>")
        core.assert_not_called()
        self.assertEqual(self._get_inbound().reason, "text")
        self.assertEqual(self._get_inbound("<two@example.com>").state, "quarantined")
        (letter,) = self._to_the_outside(letters)
        self.assertEqual(letter["email_to"], [self.customer.email_normalized])
        self.assertIn("trop", letter["body"])
        self.assertEqual(letter["headers"]["Auto-Submitted"], "auto-replied")

    def test_what_a_sender_is_told_is_sent_again_when_it_is_refused(self):
        self.env["ir.config_parameter"].set_param("openip_incident.inbound_text", "1")
        with self.mock_mail_gateway():
            self._take_in(body="A long story. " * 100)
        notice = (
            self._get_inbound()
            .sudo()
            .env["incident.notice"]
            .search([("inbound_id", "=", self._get_inbound().id)])
        )
        self.assertEqual((notice.status, notice.email), ("queued", False))
        (mail,) = notice._get_mails()
        mail.write({"state": "exception", "failure_reason": "451 Later"})
        mail._postprocess_sent_message([], [], failure_type="mail_smtp")
        self.assertEqual((notice.status, notice.failure), ("failed", "451 Later"))
        self.assertTrue(notice.retry_date)
        notice._retry()
        self.assertEqual((notice.status, mail.state), ("queued", "outgoing"))
        self.assertIn("<one@example.com>", mail.references)

    def test_stranger_is_told_in_the_language_of_the_company(self):
        self.env["ir.config_parameter"].set_param("openip_incident.inbound_text", "1")
        self.company.partner_id.lang = "fr_FR"
        with self.capture_letters() as letters:
            self._take_in(
                body="A long story. " * 100, headers={"From": "who@knows.example.com"}
            )
        (letter,) = self._to_the_outside(letters)
        self.assertEqual(letter["email_to"], ["who@knows.example.com"])
        self.assertIn("trop", letter["body"])

    def test_mail_is_kept_though_its_sender_cannot_be_told(self):
        self.env["ir.config_parameter"].set_param("openip_incident.inbound_text", "1")
        inbounds = type(self.env["incident.inbound"])
        with (
            patch.object(inbounds, "_tell_sender", side_effect=ValueError("No")),
            mute_logger(GATEWAY_LOG),
        ):
            raw, _result = self._take_in(body="A long story. " * 100)
        inbound = self._get_inbound()
        self.assertEqual(inbound.state, "quarantined")
        self.assertEqual(base64.b64decode(inbound.raw), raw)

    def test_nobody_is_told_who_is_a_machine_or_us(self):
        self.env["ir.config_parameter"].set_param("openip_incident.inbound_text", "1")
        body = "A long story. " * 100
        with self.capture_letters() as letters:
            self._take_in(body=body, headers={"Auto-Submitted": "auto-replied"})
            self._take_in(
                body=body, message_id="<2@example.com>", headers={"From": self.address}
            )
            self._take_in(
                body=body, message_id="<3@example.com>", headers={"From": "nobody"}
            )
        self.assertFalse(self._to_the_outside(letters))
        self.assertEqual(self._get_inbound("<3@example.com>").state, "quarantined")

    def _flood(self, count, **options):
        """Take mails of as many strangers in; return whom we have written to."""
        with self.capture_letters() as letters:
            for index in range(count):
                headers = {
                    "From": f"u{index}@s{index}.example",
                    **options.get("headers", {}),
                }
                self._take_in(
                    **{**options, "headers": headers},
                    message_id=f"<{len(options)}.{index}@example.com>",
                )
        return self._recipients(self._to_the_outside(letters))

    def test_a_flood_of_strangers_is_told_few_times(self):
        """Any of them may have been forged; contacts are told all the same."""
        self.env["ir.config_parameter"].set_param("openip_incident.inbound_text", "1")
        body = "A long story. " * 100
        with patch(MOST, 3):
            self.assertEqual(len(self._flood(5, body=body)), 3)
            with self.capture_letters() as letters:
                self._take_in(body=body, message_id="<known@example.com>")
        self.assertLettersTo(self._to_the_outside(letters), self.customer.email)
        self.assertEqual(
            self.env["incident.inbound"].search_count([("state", "=", "quarantined")]),
            6,
        )

    def test_a_flood_at_the_catchall_is_turned_down_few_times(self):
        to = {"To": self.team.alias_domain_id.catchall_email}
        with patch(MOST, 3):
            machine = {**to, "Auto-Submitted": "auto-replied"}
            self.assertEqual(self._flood(2, headers=machine), [])
            told = self._flood(5, headers=to, body="New")
            self.assertEqual(told, [f"u{index}@s{index}.example" for index in range(3)])
        aside = self.env["incident.inbound"].search([("state", "=", "aside")])
        self.assertEqual(len(aside), 7)

    def test_excess_stays_until_the_limit_is_raised(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("openip_incident.inbound_text", "1")
        self._take_in(body="A long story. " * 100)
        inbound = self._get_inbound()
        with self.assertRaisesRegex(UserError, "limit"):
            inbound.action_process_again()
        parameters.set_param("openip_incident.inbound_text", "10")
        inbound.action_process_again()
        self.assertEqual(inbound.state, "done")

    # What is repaired

    def test_what_python_cannot_read_is_read_all_the_same(self):
        for number, headers in enumerate(
            (
                {"Content-Type": 'text/plain; charset="x-klingon"'},
                {"Subject": "=?x-klingon?q?No_calls?="},
                {"Subject": "=?utf-8?q?No=00calls?="},
                {"Content-Type": "text/plain;\r\n charset=unknown-8bit"},
            )
        ):
            with self.subTest(**headers):
                key = f"<repair{number}@example.com>"
                self._take_in(message_id=key, headers=headers)
                inbound = self._get_inbound(key)
                self.assertEqual((inbound.state, inbound.failure), ("done", False))
