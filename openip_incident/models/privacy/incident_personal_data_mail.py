# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from hashlib import sha256

from odoo import api, models
from odoo.tools import SQL

from ...tools.personal_data import REMOVED, is_mentioned

# What the system writes into a chatter in its own words. What an agent has typed is
# among it: only what is the person's for certain is taken out there.
SYSTEM_TYPES = (
    "auto_comment",
    "email_outgoing",
    "notification",
    "user_notification",
)
HEADERS = (
    "email_from",
    "reply_to",
    "incoming_email_to",
    "incoming_email_cc",
    "outgoing_email_to",
)


class IncidentPersonalData(models.AbstractModel):
    """Empties what a person wrote, the letters to it, and their files."""

    _inherit = "incident.personal.data"

    @api.model
    def _erase_messages(self, subject):
        """Take the words out of a person's messages, and out of their copies."""
        self.env.execute_query(
            SQL(
                """
                UPDATE mail_message
                   SET body = CASE WHEN COALESCE(body, '') = '' THEN body ELSE %s END,
                       subject = NULL, email_from = NULL, reply_to = NULL,
                       incoming_email_to = NULL, incoming_email_cc = NULL,
                       outgoing_email_to = NULL
                 WHERE id IN %s
                """,
                f"<p>{REMOVED}</p>",
                subject.ids("messages"),
            )
        )
        if self._has_table("mail_message_translation"):
            self.env.execute_query(
                SQL(
                    "DELETE FROM mail_message_translation WHERE message_id IN %s",
                    subject.ids("messages"),
                )
            )
        letters = self.env["mail.message"].browse(subject.ids("letters")).exists()
        letters._reduce_letters()

    # Files

    @api.model
    def _erase_files(self, subject):
        """Delete a person's files; what others sent stays, though it be the same."""
        files = self.env["ir.attachment"].browse(self._find_files(subject))
        self._unlink_from_messages(files)
        files.unlink()

    @api.model
    def _find_files(self, subject):
        """Return the ids of the files that are a person's own.

        On an incident that it reported, what is on no message came with the form. The
        mail systems' reports return the letters to it.
        """
        own = self._query_ids(
            """
            SELECT attachment_id FROM message_attachment_rel
             WHERE message_id IN %(messages)s
            UNION
            SELECT id FROM ir_attachment
             WHERE create_uid IN %(users)s
                OR res_model = 'mail.message' AND res_id IN %(messages)s
                OR res_model = 'res.partner' AND res_id IN %(partners)s
                OR res_model = 'res.users' AND res_id IN %(users)s
                OR res_model = 'incident.inbound' AND res_id IN %(inbounds)s
            UNION
            SELECT file.id
              FROM ir_attachment file
         LEFT JOIN message_attachment_rel rel ON rel.attachment_id = file.id
         LEFT JOIN res_users creator ON creator.id = file.create_uid
             WHERE file.res_model = 'helpdesk.ticket' AND file.res_id IN %(reported)s
               AND file.res_field IS NULL AND rel.message_id IS NULL
               AND (creator.share OR creator.id = %(root)s)
            """,
            messages=subject.ids("messages"),
            users=tuple(subject.users.ids) or (0,),
            partners=tuple(subject.partners.ids),
            inbounds=subject.ids("inbounds"),
            reported=subject.ids("reported"),
            root=self.env.ref("base.user_root").id,
        )
        return sorted({*own, *self._find_report_files(subject)})

    @api.model
    def _find_report_files(self, subject):
        ids = self._query_ids(
            """
            SELECT rel.attachment_id
              FROM message_attachment_rel rel
              JOIN mail_message message ON message.id = rel.message_id
             WHERE message.model = 'helpdesk.ticket' AND message.res_id IN %(tickets)s
               AND message.author_id IS NULL AND message.incident_disregard IS NOT NULL
            """,
            tickets=subject.ids("tickets"),
        )
        pattern = subject.marks.get_part_pattern(r"\b")
        return [
            file.id
            for file in self.env["ir.attachment"].browse(ids)
            if pattern and is_mentioned(file.raw or b"", pattern)
        ]

    @api.model
    def _unlink_from_messages(self, files):
        """Let go of files wherever else they are linked to."""
        self.env.execute_query(
            SQL(
                "DELETE FROM message_attachment_rel WHERE attachment_id IN %s",
                tuple(files.ids) or (0,),
            )
        )

    # What the system wrote

    @api.model
    def _scrub_system_texts(self, subject):
        """Take a person out of what was written by nobody."""
        marks, everywhere = subject.marks, SQL("TRUE")
        related = self._get_related_messages(subject)
        mailbox = marks.get_mailbox_pattern()
        self._scrub("mail.message", mailbox, everywhere, HEADERS)
        columns = ["email_to", "email_cc", "headers"]
        self._scrub("mail.mail", mailbox, everywhere, columns)
        self._scrub_chatter(marks, related)
        on_related = SQL("mail_message_id IN (%s)", related)
        self._scrub("mail.tracking.value", marks.get_part_pattern(), on_related)
        self._scrub("mail.notification", marks.get_part_pattern(), on_related)
        self._scrub("mail.mail", marks.get_part_pattern(), on_related)
        self._scrub("mail.activity", marks.get_part_pattern(), self._get_on(subject))
        self._scrub_message_ids(subject, related)
        self._scrub_logs(subject)
        self._delete_wizards(marks)

    @api.model
    def _get_documents(self, subject):
        """Return the records that a person has to do with: pairs of model and ids."""
        return [
            ("helpdesk.ticket", subject.ids("tickets")),
            ("incident.inbound", subject.ids("inbounds")),
            ("res.partner", tuple(subject.partners.ids)),
        ]

    @api.model
    def _get_on(self, subject, model="res_model"):
        """Return a condition: on a record that a person has to do with."""
        return SQL(" OR ").join(
            SQL("(%s = %s AND res_id IN %s)", SQL.identifier(model), name, ids)
            for name, ids in self._get_documents(subject)
        )

    @api.model
    def _get_related_messages(self, subject):
        """Return a query of the ids of the messages on a person's records."""
        return SQL(
            "SELECT id FROM mail_message WHERE id IN %s OR %s",
            subject.ids("messages"),
            self._get_on(subject, "model"),
        )

    @api.model
    def _scrub_chatter(self, marks, related):
        """Take names and addresses out of entries, and any word of them out of logs.

        Logs are what was done, and what mail systems have reported.
        """
        columns = ["subject", "body"]
        entries = SQL("message_type IN %s AND id IN (%s)", SYSTEM_TYPES, related)
        self._scrub("mail.message", marks.get_certain_pattern(), entries, columns)
        logs = SQL(
            "(message_type = 'notification'"
            "  AND (mail_activity_type_id IS NOT NULL OR author_id = %s)"
            " OR author_id IS NULL AND incident_disregard IS NOT NULL) AND id IN (%s)",
            self.env.ref("base.partner_root").id,
            related,
        )
        pattern = marks.get_part_pattern()
        self._scrub("mail.message", pattern, logs, [*columns, *HEADERS])

    @api.model
    def _scrub_message_ids(self, subject, related):
        """Give mails another identity whose Message-ID names a person.

        The same one everywhere, so that a conversation stays together.
        """
        marks = subject.marks
        rows = self.env.execute_query(
            SQL(
                """
                SELECT message_id FROM mail_message
                 WHERE id IN (%(related)s) AND message_id ~* %(part)s
                    OR id IN %(own)s AND message_id ~* %(identity)s
                 UNION
                SELECT key FROM incident_inbound
                 WHERE key ~* %(part)s OR id IN %(inbounds)s
                """,
                related=related,
                own=subject.ids("messages"),
                inbounds=subject.ids("inbounds"),
                part=marks.get_part_pattern(),
                identity=marks.get_identity_pattern(),
            )
        )
        self._replace_message_ids([row[0] for row in rows])
        self.env.execute_query(
            SQL(
                'UPDATE mail_mail SET "references" = NULL '
                "WHERE mail_message_id IN (%s) AND state != 'outgoing'",
                related,
            )
        )

    @api.model
    def _replace_message_ids(self, known):
        changes = SQL(
            "unnest(%s::text[], %s::text[]) AS change (old, new)",
            known,
            [f"<{sha256(one.encode()).hexdigest()}@anonymised>" for one in known],
        )
        places = (("mail_message", "message_id"), ("incident_inbound", "key"))
        for table, name in places:
            column = SQL.identifier(name)
            self.env.execute_query(
                SQL(
                    "UPDATE %s SET %s = change.new FROM %s WHERE %s = change.old",
                    SQL.identifier(table),
                    column,
                    changes,
                    column,
                )
            )

    @api.model
    def _scrub_logs(self, subject):
        """Take a person out of the server's log, if it is kept in the database."""
        pattern = subject.marks.get_unique_pattern()
        self._scrub("ir.logging", pattern, SQL("TRUE"))
        for table in ("bus_bus", "mail_push"):
            if pattern and self._has_table(table):
                columns = [row[0] for row in self._get_text_columns(table)]
                self._delete_mentions(table, columns, pattern)

    @api.model
    def _delete_wizards(self, marks):
        """Delete the rows of dialogs, which Odoo forgets within hours anyway."""
        pattern = marks.get_unique_pattern()
        for name, model in self.env.items():
            if pattern and model._transient and model._auto:
                columns = self._get_scrubbed_columns(name)
                if columns and self._has_table(model._table):
                    self._delete_mentions(model._table, columns, pattern)

    @api.model
    def _delete_mentions(self, table, columns, pattern):
        found = [SQL("%s::text ~* %s", SQL.identifier(one), pattern) for one in columns]
        self.env.execute_query(
            SQL(
                "DELETE FROM %s WHERE %s",
                SQL.identifier(table),
                SQL(" OR ").join(found),
            )
        )
