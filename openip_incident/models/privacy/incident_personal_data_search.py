# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import contextlib
import re
from dataclasses import dataclass

from odoo import api, models
from odoo.tools import SQL, split_every

from ...tools.personal_data import get_excerpt, is_mentioned

FILES_AT_ONCE = 50
# What is bigger, or a picture, has no text that could be read here.
BIGGEST_FILE = 25 * 1024 * 1024
UNREADABLE = ("image/", "video/", "audio/")

# Where single words of a name are words like any other: in code, and in lists of
# countries and banks. Names and addresses are looked for there, too.
TECHNICAL = (
    "ir_",
    "base_automation",
    "mail_template",
    "report_",
    "res_bank",
    "res_country",
    "res_currency",
    "res_groups",
    "res_lang",
    "resource_calendar",
    "uom_",
)
BYTES = "bytea"
TEXT_TYPES = ("character varying", "text", "jsonb", "json")
# What the names of all types of lists are like.
LISTS = "%[]"
# A file's name and words are shown with the file, its place in the store says nothing.
IGNORED = {("ir_attachment", "checksum"), ("ir_attachment", "store_fname")}


class _Undo(Exception):
    """Ends a rehearsal."""


@dataclass(frozen=True)
class Mention:
    """A place where a person is still named: what other people wrote."""

    table: str
    column: str
    id: int
    excerpt: str


class IncidentPersonalData(models.AbstractModel):
    """Looks a person up in every column of every table, whoever has made it."""

    _inherit = "incident.personal.data"

    @api.model
    def _rehearse(self, partners):
        """Anonymise contacts, look what is left, and undo it.

        :return: the subject and the list of :class:`Mention`, as they would be
        """
        subject, mentions = None, []
        with contextlib.suppress(_Undo), self.env.cr.savepoint():
            subject = self._take_away(partners)
            mentions = self._find_mentions(subject)
            raise _Undo
        self.env.invalidate_all(flush=False)
        return subject, mentions

    @api.model
    def _find_mentions(self, subject):
        """Return where a person is named, in every table and in the files around it."""
        self.env.flush_all()
        tables = {}
        for table, column, kind in self._get_all_columns():
            if (table, column) not in IGNORED:
                tables.setdefault(table, []).append((column, kind))
        mentions = []
        for table, columns in tables.items():
            mentions += self._find_in_table(table, columns, subject.marks)
        return mentions + self._find_in_files(subject)

    @api.model
    def _get_all_columns(self):
        """Return every column that may hold words, of every table with an id.

        Of the catalogue itself: the views of the standard take a second for it.
        """
        return self.env.execute_query(
            SQL(
                """
                SELECT named.relname, found.attname, format_type(found.atttypid, NULL)
                  FROM pg_class named
                  JOIN pg_attribute found ON found.attrelid = named.oid
                  JOIN pg_attribute id ON id.attrelid = named.oid
                 WHERE named.relnamespace = current_schema::regnamespace
                   AND named.relkind IN ('r', 'p')
                   AND id.attname = 'id' AND NOT id.attisdropped
                   AND found.attnum > 0 AND NOT found.attisdropped
                   AND (format_type(found.atttypid, NULL) IN %s
                        OR format_type(found.atttypid, NULL) LIKE %s)
                 ORDER BY named.relname, found.attnum
                """,
                (*TEXT_TYPES, BYTES),
                LISTS,
            )
        )

    @api.model
    def _get_search_pattern(self, table, marks):
        if table.startswith(TECHNICAL) and table != "ir_attachment":
            return marks.get_unique_pattern()
        return marks.get_part_pattern()

    @api.model
    def _find_in_table(self, table, columns, marks):
        """Return the rows of a table that name a person."""
        pattern = self._get_search_pattern(table, marks)
        texts = [column for column, kind in columns if kind != BYTES]
        mentions = []
        if pattern and texts:
            mentions += self._find_in_texts(table, texts, pattern, marks)
        for column, kind in columns:
            if kind == BYTES:
                ids = self._find_bytes(table, column, None, marks)
                mentions += [Mention(table, column, one, "") for one in ids]
        return mentions

    @api.model
    def _find_in_texts(self, table, columns, pattern, marks):
        identifiers = [SQL.identifier(column) for column in columns]
        rows = self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE %s ORDER BY id DESC",
                SQL(", ").join(SQL("%s::text", one) for one in identifiers),
                SQL.identifier(table),
                SQL(" OR ").join(
                    SQL("%s::text ~* %s", one, pattern) for one in identifiers
                ),
            )
        )
        shown = pattern.replace(r"\y", r"\b")
        found = re.compile(shown, re.I)
        return [
            Mention(table, column, row_id, get_excerpt(text, shown))
            for row_id, *texts in rows
            for column, text in zip(columns, texts, strict=True)
            if text and found.search(text)
        ]

    @api.model
    def _find_bytes(self, table, column, ids, marks):
        """Return the ids of the rows whose bytes name a person, in any encoding.

        :param ids: of the rows that are looked at, None for all
        """
        pattern = marks.get_part_pattern(r"\b")
        if not pattern or ids == []:
            return []
        chosen = SQL("TRUE") if ids is None else SQL("id IN %s", tuple(ids))
        table, column = SQL.identifier(table), SQL.identifier(column)
        known = self.env.execute_query(
            SQL("SELECT id FROM %s WHERE %s IS NOT NULL AND %s", table, column, chosen)
        )
        found = []
        for batch in split_every(FILES_AT_ONCE, [row[0] for row in known]):
            query = SQL(
                "SELECT id, %s FROM %s WHERE id IN %s", column, table, tuple(batch)
            )
            found += [
                row_id
                for row_id, data in self.env.execute_query(query)
                if is_mentioned(bytes(data), pattern)
            ]
        return found

    # Files

    @api.model
    def _find_in_files(self, subject):
        """Return the files on a person's records that name it, as far as they are text.

        Those of whole records only: pictures of contacts and the like are not read.
        """
        pattern = subject.marks.get_part_pattern(r"\b")
        if not pattern:
            return []
        related = self._get_related_messages(subject)
        ids = self._query_ids(
            """
            SELECT file.id
              FROM ir_attachment file
             WHERE file.store_fname IS NOT NULL AND file.file_size < %(biggest)s
               AND (%(on)s OR file.id IN (
                    SELECT attachment_id FROM message_attachment_rel
                     WHERE message_id IN (%(related)s)))
            """,
            biggest=BIGGEST_FILE,
            on=self._get_on(subject),
            related=related,
        )
        return [
            Mention("ir_attachment", "store_fname", file.id, file.name or "")
            for file in self.env["ir.attachment"].browse(ids)
            if not (file.mimetype or "").startswith(UNREADABLE)
            and is_mentioned(file.raw or b"", pattern)
        ]
