# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is written for a batch at once is what core writes one by one."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import html_sanitize

from odoo.addons.mail.models.mail_thread import MailThread
from odoo.addons.openip_incident.models.words import BATCH

from .common import OPENED, IncidentCommon

TEXTS = [
    "<p>Nobody has answered.</p>",
    "<p onclick='steal()'>Read <a href='javascript:steal()'>this</a>:\xa0now</p>",
    "<p>Before</p><script>steal()</script><p>after</p>",
    "Words without an element",
    "<strong>Bold</strong>",
    "<p>Smith &amp; Sons</p>",
    "<p>AT&T</p>",
    "<p>1 < 2 and 3 > 2</p>",
    "<p\nonclick=steal()>Read</p>",
    "<p/onclick=steal()>Read</p>",
    "<svg/onload=steal()></svg>",
    "<p>&lt;b&gt;</p>",
    "<blockquote>You wrote</blockquote><p style='color: red'>Yes</p>",
]

MESSAGE_FIELDS = (
    "author_id body create_uid email_add_signature email_from is_internal "
    "message_type model record_company_id reply_to subject subtype_id"
).split()
TRACKING_FIELDS = (
    "field_id field_info new_value_char new_value_datetime new_value_integer "
    "old_value_char old_value_datetime old_value_integer"
).split()


@tagged("post_install", "-at_install")
class TestBatchWriting(IncidentCommon):
    def _read_log(self, incident):
        """Return the messages that tracking has logged, with the changes they hold."""
        logged = incident.sudo().message_ids.filtered("tracking_value_ids").sorted("id")
        return [
            (
                message.read(MESSAGE_FIELDS, load=False)[0] | {"id": 0},
                [
                    row | {"id": 0}
                    for row in message.tracking_value_ids.sorted("id").read(
                        TRACKING_FIELDS, load=False
                    )
                ],
            )
            for message in logged
        ]

    def _open(self, incidents):
        with self.mock_mail_gateway():
            incidents.action_incident_open()
            self.flush_tracking()
        self.assertEqual(set(incidents.mapped("incident_phase")), {OPENED})

    def test_log_of_a_batch_is_that_of_core(self):
        alone = self._create_incident()
        batch = self._create_incident() | self._create_incident()
        self.flush_tracking()
        thread = self.registry["helpdesk.ticket"]
        with patch.object(thread, "_message_track", MailThread._message_track):
            self._open(alone)
        self._open(batch)
        expected = self._read_log(alone)
        self.assertTrue(expected)
        for incident in batch:
            self.assertEqual(self._read_log(incident), expected)

    def test_log_of_a_batch_costs_no_query_per_incident(self):
        batch = self._create_incidents(30)
        self._open(batch)
        before = self.cr.sql_log_count
        batch.stage_id = self.stages["in_progress"]
        self.flush_tracking()
        self.assertLess(self.cr.sql_log_count - before, len(batch))
        self.assertTrue(all(self._read_log(incident) for incident in batch))

    def _create_messages(self, incident, *vals_list, **context):
        """Create messages on an incident; return what the database has of them."""
        document = {"model": incident._name, "res_id": incident.id}
        messages = self.env["mail.message"].with_context(**context)
        messages = messages.create([{**document, **vals} for vals in vals_list])
        self.env.flush_all()
        messages.invalidate_recordset()
        return [
            row | {"id": 0}
            for row in messages.read([*MESSAGE_FIELDS, "date"], load=False)
        ]

    def test_defaults_of_a_batch_are_those_of_core(self):
        """Rows that give the same fields share them, others have their own."""
        incident = self._create_incident()
        note = self.env.ref("mail.mt_note").id
        vals_list = (
            {"body": "<p>First</p>"},
            {"body": "<p>Second</p>"},
            {"body": "<p>Third</p>", "message_type": "notification"},
            {"body": "<p>Fourth</p>", "subtype_id": note, "is_internal": True},
        )
        with freeze_time("2026-03-02 09:00:00"):
            alone = [self._create_messages(incident, vals)[0] for vals in vals_list]
            batch = self._create_messages(incident, *vals_list, **{BATCH: True})
        self.assertEqual(batch, alone)
        self.assertEqual(batch[0]["message_type"], "comment")
        self.assertEqual(batch[2]["message_type"], "notification")

    def test_forged_context_creates_what_core_creates(self):
        incident = self._create_incident()
        given = {"model", "res_id", "body", "email_from", "message_id", "reply_to"}
        forged = {BATCH: {frozenset(given): {"author_id": 1}}}
        with freeze_time("2026-03-02 09:00:00"):
            expected = self._create_messages(incident, {"body": "<p>Words</p>"})
            found = self._create_messages(incident, {"body": "<p>Words</p>"}, **forged)
        self.assertEqual(found, expected)

    def test_new_message_is_in_the_lists_that_were_read_before(self):
        incident, other = self._create_incident(), self._create_incident()
        self.assertFalse(incident.website_message_ids)
        self.assertFalse(other.website_message_ids)
        comment = self.env.ref("mail.mt_comment").id
        messages = self.env["mail.message"].create(
            [
                {
                    "model": incident._name,
                    "res_id": incident.id,
                    "message_type": message_type,
                    "subtype_id": comment,
                }
                for message_type in ("comment", "user_notification")
            ]
        )
        self.assertEqual(incident.website_message_ids, messages[:1])
        self.assertFalse(other.website_message_ids)

    def test_bodies_of_a_batch_are_sanitised_as_one_by_one(self):
        body = self.env["mail.message"]._fields["body"]
        body.sanitize_together(self.env, TEXTS)
        for text in TEXTS:
            message = self.env["mail.message"].create({"body": text})
            self.env.flush_all()
            message.invalidate_recordset()
            alone = str(html_sanitize(text, sanitize_style=True))
            # Core puts words without any element into one.
            alone = alone.removeprefix("<span>").removesuffix("</span>")
            self.assertEqual(message.body, alone)
            self.assertNotIn("steal", message.body)

    def test_harmless_texts_are_told_apart(self):
        body = self.env["mail.message"]._fields["body"]
        for text, harmless in (
            ("", True),
            ("<p>Said <strong>twice</strong><br>it&#39;s &lt;down&gt;</p>", True),
            ("<p class='x'>Said</p>", False),
            ("<P>Said</P>", False),
            ("<script>steal()</script>", False),
            ("<p>Said</p", False),
            ("<!-- <p> -->", False),
            ("<p>&#x3c;b&nbsp;</p>", False),
            ('<div style="margin: 0; border-left: 4px solid #ccc;">Said</div>', True),
            ('<div style="margin: 0; position: fixed;">Said</div>', False),
            ('<div style="color: red; color: url(x);">Said</div>', False),
            ('<div style="color: red;" onclick="steal()">Said</div>', False),
            (f'<div style="{"color: a " * 99}(;">Said</div>', False),
        ):
            with self.subTest(text=text):
                self.assertEqual(body._is_harmless(text), harmless)
