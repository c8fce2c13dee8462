# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Rows that are written column by column are those that core writes one by one."""

from unittest.mock import patch

from freezegun import freeze_time
from markupsafe import Markup
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.openip_incident.models.speed import incident_batch_rows
from odoo.addons.openip_incident.models.words import BATCH

from .common import IncidentCommon

TEXTS = [
    "plain",
    "",
    "NULL",
    "null",
    "{a,b}",
    'said "yes", and \\"no\\"',
    "back\\slash \\n \\\\",
    "two\nlines\r\n\tand a tab",
    "it's 100 % %s %(name)s",
    "L’été à Orléans\xa0: 20 €",
    " blanks ",
    Markup("<p class=\"a\" title='b\\'>Smith &amp; Sons</p>"),
]


@tagged("post_install", "-at_install")
class TestBatchRows(IncidentCommon):
    def setUp(self):
        super().setUp()
        self.incident = self._create_incident()
        self.flush_tracking()

    def _create(self, model, vals_list, batch):
        """Create rows; return them and whether they were written as columns."""
        rows = self.env[model].sudo().with_context(**{BATCH: True} if batch else {})
        path = type(rows)
        with patch.object(
            path, "_create_alike", autospec=True, side_effect=path._create_alike
        ) as written:
            records = rows.create([dict(vals) for vals in vals_list])
        return records, written.call_count

    def _read_rows(self, records):
        """Return what the database has of records, in their order."""
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT * FROM %s WHERE id = ANY(%s) ORDER BY id",
                SQL.identifier(records._table),
                records.ids,
            )
        )
        self.assertEqual([row["id"] for row in rows], records.ids)
        return [
            {name: row[name] for name in row.keys() - get_own(records)} for row in rows
        ]

    def _read_cache(self, records):
        """Return what the cache has of stored fields, by record."""
        return [
            {
                name: field._get_cache(records.env).get(record.id, "absent")
                for name, field in records._fields.items()
                if field.store and name not in get_own(records)
            }
            for record in records
        ]

    def _check(self, model, vals_list, runs):
        """Compare rows that core writes with those that are written as columns.

        :param runs: how many statements write them
        :return: the latter
        """
        with freeze_time("2026-03-02 09:00:00"):
            expected, count = self._create(model, vals_list, False)
            self.assertFalse(count)
            found, count = self._create(model, vals_list, True)
            self.assertEqual(count, runs)
        self.assertEqual(self._read_cache(found), self._read_cache(expected))
        self.assertEqual(self._read_rows(found), self._read_rows(expected))
        return found

    def _prepare_message(self, text, **vals):
        return {
            "model": self.incident._name,
            "res_id": self.incident.id,
            "author_id": self.env.user.partner_id.id,
            "email_from": "support@operator.example.com",
            "reply_to": "support@operator.example.com",
            "subject": str(text),
            "body": text,
            "message_type": "user_notification",
            **vals,
        }

    def _create_messages(self, count):
        vals_list = [self._prepare_message(f"No. {one}") for one in range(count)]
        return self.env["mail.message"].create(vals_list)

    def test_messages(self):
        self._check("mail.message", map_list(self._prepare_message, TEXTS), 1)

    def test_values_that_only_some_rows_have(self):
        """Each run of rows alike is written by itself, in the given order."""
        note = self.env.ref("mail.mt_note").id
        notes = [
            self._prepare_message(text, subtype_id=note, is_internal=True)
            for text in TEXTS
        ]
        found = self._check(
            "mail.message", [*map_list(self._prepare_message, TEXTS), *notes], 2
        )
        self.assertEqual(found.mapped("subject"), [*map(str, TEXTS)] * 2)
        self.assertEqual(found.ids, sorted(found.ids))

    def test_mails_with_their_readers(self):
        messages = self._create_messages(2 * len(TEXTS))
        readers = [Command.link(self.customer.id), Command.link(self.integrator.id)]
        vals_list = [
            {
                "mail_message_id": message.id,
                "body_html": text,
                "headers": repr({"X-Text": str(text)}),
                "recipient_ids": readers,
                "auto_delete": True,
            }
            for message, text in zip(messages, TEXTS, strict=False)
        ]
        mails = self._check("mail.mail", vals_list, 1)
        mails.invalidate_recordset()
        for mail in mails:
            self.assertEqual(mail.recipient_ids, self.customer | self.integrator)
            self.assertEqual(mail.state, "outgoing")

    def test_mails_with_one_reader_each(self):
        messages = self._create_messages(2 * len(TEXTS))
        readers = [self.customer, self.integrator] * len(messages)
        vals_list = [
            {
                "mail_message_id": message.id,
                "body_html": text,
                "recipient_ids": [Command.link(reader.id)],
            }
            for message, text, reader in zip(messages, TEXTS, readers, strict=False)
        ]
        mails = self._check("mail.mail", vals_list, 1)
        readers = readers[: len(mails)]
        self.assertEqual([mail.recipient_ids for mail in mails], readers)
        mails.invalidate_recordset()
        self.assertEqual([mail.recipient_ids for mail in mails], readers)

    def test_long_texts_are_compressed_quickly(self):
        rows = self.env["incident.batch.mixin"]
        if not rows._knows_lz4():
            self.skipTest("this PostgreSQL knows one method only")
        messages = self._create_messages(3)
        vals_list = [
            {"mail_message_id": message.id, "body_html": f"{message.id} " * 2000}
            for message in messages
        ]
        for known in (True, False):
            self.env.cr.execute("SET LOCAL default_toast_compression TO DEFAULT")
            with patch.object(type(rows), "_knows_lz4", lambda _rows, is_=known: is_):
                mails = self._check("mail.mail", vals_list, 1)
            found = self.env.execute_query(
                SQL(
                    "SELECT DISTINCT pg_column_compression(body_html) "
                    "FROM mail_mail WHERE id IN %s",
                    mails._ids,
                )
            )
            self.assertEqual(found == [("lz4",)], known)
        # Whoever asks behind that, the method is what nobody has chosen.
        rows._compress_quickly()
        self.env.registry.clear_cache()
        self.assertTrue(rows._knows_lz4())

    def test_rights_are_asked_for(self):
        user = self._create_portal_user(self.customer, "reader@customer.example")
        notices = self.env["incident.notice"].with_user(user)
        with self.assertRaises(AccessError):
            notices.with_context(**{BATCH: True}).create(
                [{"ticket_id": self.incident.id}] * 3
            )

    def test_fields_that_are_none_of_the_table_are_left_to_core(self):
        messages = self._create_messages(3)
        vals_list = [
            {"mail_message_id": message.id, "subject": f"Of {message.id}"}
            for message in messages
        ]
        mails, count = self._create("mail.mail", vals_list, True)
        self.assertFalse(count)
        self.assertEqual(messages[0].subject, f"Of {messages[0].id}")
        self.assertEqual(mails.mail_message_id, messages)
        with self.assertRaises(ValueError):
            self._create("mail.mail", [{"no_such_field": 1}] * 3, True)

    def test_evidence(self):
        messages = self._create_messages(3)
        vals_list = [
            {
                "ticket_id": self.incident.id,
                "partner_id": self.customer.id,
                "email": message.subject,
                "message_id": message.id,
                "event_id": False,
            }
            for message in messages
        ]
        self._check("incident.notice", vals_list, 1)

    def test_lists_that_were_read_before_have_the_new_rows(self):
        known = self.incident.sudo().notice_ids
        vals_list = [{"ticket_id": self.incident.id}] * 4
        notices, _count = self._create("incident.notice", vals_list, True)
        self.assertEqual(self.incident.sudo().notice_ids, known | notices)

    def test_fields_that_depend_on_rows_are_computed_anew(self):
        incident = self.incident.sudo()
        self.assertFalse(incident.undelivered_party_ids)
        vals = {"ticket_id": incident.id, "partner_id": self.customer.id}
        self._create("incident.notice", [{**vals, "status": "failed"}] * 3, True)
        self.assertEqual(incident.undelivered_party_ids, self.customer)

    def test_rows_with_long_texts(self):
        """They are given one by one, in one statement as well."""
        with patch.object(incident_batch_rows, "LONG", -1):
            self.test_messages()
            self.test_values_that_only_some_rows_have()
            self.test_mails_with_their_readers()
            self.test_evidence()
        long = [text * 1000 for text in TEXTS]
        self._check("mail.message", map_list(self._prepare_message, long), 1)

    def test_dates_and_gaps_beside_long_texts(self):
        vals_list = [
            self._prepare_message(
                text * 1000, date=f"2026-03-0{day} 08:30:00", parent_id=parent
            )
            for day, (text, parent) in enumerate(
                zip(("a", "b", "c"), (False, None, False), strict=True), 1
            )
        ]
        found = self._check("mail.message", vals_list, 1)
        self.assertEqual([date.day for date in found.mapped("date")], [1, 2, 3])

    def test_defaults_that_core_ignores(self):
        self.env = self.env(context={**self.env.context, "default_id": 7})
        found = self._check("mail.message", map_list(self._prepare_message, TEXTS), 1)
        self.assertNotIn(7, found.ids)

    def test_defaults_that_go_elsewhere_are_left_to_core(self):
        messages, told = self.env["mail.message"], []
        vals_list = map_list(self._prepare_message, TEXTS[:4])
        self.env = self.env(context={**self.env.context, "default_pinned_at": False})
        field = messages._fields["pinned_at"]
        with patch.object(field, "inverse", told.append):
            found, count = self._create("mail.message", vals_list, True)
        self.assertFalse(count)
        self.assertEqual(messages.union(*told).ids, found.ids)

    def test_zero_refers_to_no_record(self):
        """Whether all rows refer to none, or some."""
        zeros = [
            self._prepare_message(text, author_id=0, res_id=0) for text in TEXTS[:4]
        ]
        some = map_list(self._prepare_message, TEXTS[:4])
        for vals_list in (zeros, [*zeros[:2], *some[2:]]):
            found = self._check("mail.message", vals_list, 1)
            found.invalidate_recordset()
            authors = [vals["author_id"] for vals in vals_list]
            self.assertEqual([one.author_id.id or 0 for one in found], authors)

    def test_references_that_are_no_numbers_are_refused(self):
        vals_list = map_list(self._prepare_message, ["a", "b", "c"])
        for foreign in (f"{self.customer.id},{self.customer.id}", "NULL"):
            vals_list[1]["author_id"] = foreign
            with self.assertRaises(TypeError), self.cr.savepoint():
                self._create("mail.message", vals_list, True)

    def test_what_the_database_refuses(self):
        message = self._create_messages(1)
        vals = {"mail_message_id": message.id, "res_partner_id": self.customer.id}
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self._create("mail.notification", [vals] * 3, True)

    def test_values_that_are_none_of_a_selection(self):
        vals = {"ticket_id": self.incident.id, "status": "lost"}
        with self.assertRaisesRegex(ValueError, "lost"):
            self._create("incident.notice", [vals] * 3, True)

    def test_many_rows_are_written_by_several_statements(self):
        vals_list = [self._prepare_message(str(one)) for one in range(7)]
        with patch.object(incident_batch_rows, "ROWS", 3):
            messages, count = self._create("mail.message", vals_list, True)
        self.assertEqual(count, 3)
        self.assertEqual(messages.mapped("subject"), list("0123456"))

    def test_another_addon_that_changes_how_rows_are_written_is_heard(self):
        vals_list = map_list(self._prepare_message, TEXTS)
        with patch.object(incident_batch_rows, "KNOWN_WRITERS", ("odoo.orm.",)):
            messages, count = self._create("mail.message", vals_list, True)
        self.assertFalse(count)
        self.assertEqual(len(messages), len(TEXTS))

    def test_few_rows_are_left_to_core(self):
        vals_list = map_list(self._prepare_message, TEXTS[:2])
        self.assertFalse(self._create("mail.message", vals_list, True)[1])


def get_own(records):
    """Return what differs from row to row, whoever writes them."""
    return {"id", "message_id"} if records._name == "mail.message" else {"id"}


def map_list(function, values):
    return [function(value) for value in values]
