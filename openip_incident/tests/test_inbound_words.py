# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import base64
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import html2plaintext, mute_logger

from .common import CUSTOMER_MAIL, IN_PROGRESS, INTEGRATOR_MAIL, IncidentCommon
from .mail_shapes import both, enclosed, leaf, multi, page, pdf, plain

PGP = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----\r\n"
SEALED = multi("encrypted", leaf("application/octet-stream; name=e.asc", PGP))
# Core's sanitizer refuses what its own marks of quotes contain.
CONTROL = "Since eight,\x0bthe whole building.\r\n\r\n> Since when?\r\n"


@tagged("post_install", "-at_install")
class TestInboundWords(IncidentCommon):
    def setUp(self):
        super().setUp()
        self.count = 0
        self._ask()

    def _ask(self):
        self.incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters():
            self.incident.incident_request("information", "<p>When?</p>", "either")
        self.question = self._hidden_message(self.incident, self.customer)

    def _answer(self, part, **headers):
        """Have the customer answer our question; return what became of it."""
        self.count += 1
        head = {
            "From": self.customer.email_formatted,
            "To": self.team.alias_full_name,
            "Subject": "Re: No calls",
            "Message-ID": f"<words-{self.count}@example.com>",
            "In-Reply-To": self.question.message_id,
            "MIME-Version": "1.0",
            **headers,
        }
        raw = "".join(f"{name}: {value}\r\n" for name, value in head.items()).encode()
        with self.capture_letters() as self.letters:
            self.env["mail.thread"].message_process(False, raw + part)
        self.incident.invalidate_recordset()
        message = self.env["mail.message"].search(
            [("message_id", "=", head["Message-ID"])]
        )
        inbound = self.env["incident.inbound"].search(
            [("key", "=", head["Message-ID"])]
        )
        self.assertEqual(inbound.state, "done")
        return message, inbound

    def _get_words(self, message):
        return " ".join(html2plaintext(message.body).split())

    def test_words_of_an_answer_are_on_the_incident(self):
        for part, words, files in (
            (multi("mixed", plain("One"), enclosed()), "One", ["Panne zone 44.eml"]),
            (both("One", "<html><body></body></html>"), "One", []),
            (multi("mixed", plain("One"), pdf(), page("<b>Two</b>")), "One *Two*",
             ["plan.pdf"]),
            (leaf("text/plain", "refusé à Évry".encode("cp1252")), "refusé à Évry", []),
            (leaf('text/plain; charset=""', "One"), "One", []),
            (plain(CONTROL), "Since eight, the whole building. > Since when?", []),
            (page("<p>A&#11;B</p><blockquote>x&#12;</blockquote>"), "A B x", []),
        ):  # fmt: skip
            with self.subTest(part=part):
                message, _inbound = self._answer(part)
                self.assertEqual(self._get_words(message), words)
                self.assertEqual(message.attachment_ids.mapped("name"), files)
                self.assertFalse(message.incident_disregard)
                self.assertTrue(self.incident.answer_unread)
                self.incident.answer_unread = False

    def test_what_core_refuses_is_shown_as_its_words(self):
        refuses = patch(
            "odoo.addons.openip_incident.models.inbound.mail_thread_words"
            ".html_sanitize",
            side_effect=ValueError,
        )
        with refuses:
            message, _inbound = self._answer(page("<p>One <b>two</b></p>"))
        self.assertEqual(self._get_words(message), "One two")

    def test_images_of_a_page_are_files_that_it_shows(self):
        image = base64.b64encode(b"GIF89a" + b"\0" * 20).decode()
        written = f'<p>One</p><img src="data:image/gif;base64,{image}">'
        message, _inbound = self._answer(page(written))
        self.assertEqual(message.attachment_ids.mapped("name"), ["image001.gif"])
        self.assertIn(f"/web/image/{message.attachment_ids.id}", message.body)

    def test_what_cannot_be_read_is_no_answer_and_said(self):
        for part in (SEALED, plain(PGP), plain(" \r\n"), leaf("", "")):
            with self.subTest(part=part):
                self._ask()
                message, inbound = self._answer(part)
                self.assertEqual(message.incident_disregard, "unreadable")
                self.assertFalse(self.incident.last_answer_date)
                self.assertTrue(message.subtype_id.internal)
                self.assertTrue(self.incident.review_pending)
                self.assertTrue(self.incident.activity_ids)
                self.assertEqual(message.incident_original_id, inbound)
                self.assertIn("No readable text; see the original.", message.body)

    def test_what_cannot_be_read_counts_by_what_an_agent_reads_in_it(self):
        message, _inbound = self._answer(SEALED)
        mail = message.with_user(self.agent)
        with self.assertRaises(UserError):
            mail.action_count_as_answer()
        action = mail.action_count_as_answer_dialog()
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        )
        self.assertTrue(wizard.asks_words)
        wizard.body = "<p>Since Monday</p>"
        with self.capture_letters() as letters:
            wizard.save().action_confirm()
        self.assertFalse(self.incident.review_pending)
        self.assertTrue(self.incident.last_answer_date)
        letter = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertIn("Since Monday", letter["body"])
        self.assertFalse(letter["attachments"])
        self.assertTrue(message.subtype_id.internal)

    def test_who_wrote_it_is_told_once(self):
        _message, inbound = self._answer(SEALED)
        self.assertTrue(inbound.sender_told_date)
        letter = self._letter_to(self.letters, CUSTOMER_MAIL)
        # To a French reader.
        self.assertIn("n'a pas pu être lu", letter["subject"])
        self.assertEqual(letter["headers"]["Auto-Submitted"], "auto-replied")
        _message, inbound = self._answer(SEALED)
        self.assertNotIn(CUSTOMER_MAIL, self._recipients(self.letters))

    def test_machines_are_not_told(self):
        message, inbound = self._answer(SEALED, **{"Auto-Submitted": "auto-replied"})
        self.assertEqual(message.incident_disregard, "auto_reply")
        self.assertFalse(inbound.sender_told_date)
        self.assertNotIn(CUSTOMER_MAIL, self._recipients(self.letters))

    def test_a_picture_alone_is_an_answer(self):
        message, inbound = self._answer(multi("mixed", pdf()))
        self.assertFalse(message.incident_disregard)
        self.assertFalse(message.body)
        self.assertEqual(message.incident_original_id, inbound)
        self.assertFalse(inbound.sender_told_date)

    def test_the_source_is_kept_where_something_is_not_as_it_came(self):
        for part, kept in (
            (plain("One"), False),
            (both("One", "<p>One</p>"), False),
            (multi("mixed", plain("One"), pdf(), enclosed()), False),
            (leaf("text/plain", "refusé".encode("cp1252")), True),
            (plain(CONTROL), True),
            (multi("mixed", pdf()), True),
            (SEALED, True),
        ):
            with self.subTest(part=part):
                message, inbound = self._answer(part)
                self.assertEqual(bool(inbound.raw), kept)
                self.assertEqual(bool(message.incident_original_id), kept)
                self.assertEqual(
                    inbound.team_id, self.team if kept else inbound.team_id
                )
        message, inbound = self._answer(
            plain("One"), To="x:;(y), " + self.team.alias_full_name
        )
        self.assertTrue(inbound.raw)

    def test_the_source_is_kept_as_long_as_other_sources(self):
        message, inbound = self._answer(SEALED)
        inbound.date = fields.Datetime.now() - timedelta(days=400)
        self.env["incident.inbound"]._gc_inbound()
        self.assertFalse(inbound.exists())
        self.assertFalse(message.incident_original_id)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_agents_alone_get_the_source(self):
        message, inbound = self._answer(SEALED)
        portal = self._create_portal_user(self.customer, "claire-words")
        with self.assertRaises(AccessError):
            inbound.with_user(portal).read(["raw"])
        with self.assertRaises(AccessError):
            message.with_user(portal).read(["incident_original_id"])
        other = new_test_user(self.env, "clerk-words", groups="base.group_user")
        with self.assertRaises(AccessError):
            inbound.with_user(other).read(["raw"])
        self.assertIn(b"hQEMA", base64.b64decode(inbound.with_user(self.agent).raw))
