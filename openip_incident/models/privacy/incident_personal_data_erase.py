# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, models
from odoo.tools import SQL

from ...tools.personal_data import REMOVED
from ..inbounds import DISCARDED, QUARANTINED

TEXTS = ("char", "text", "html")
COLUMN_TYPES = ("character varying", "text", "jsonb", "json", "bytea", "ARRAY")

# What makes a contact or a login work, and says nothing about the person.
# The name is written anew.
KEPT_COLUMNS = ("name", "parent_path")
LOGIN_ROWS = (
    "res_users_log",
    "res_device_log",
    "res_users_apikeys",
    "auth_totp_device",
)
# Rows that are about an address and nothing else.
ADDRESS_ROWS = (
    ("mail_blacklist", "email"),
    ("mail_gateway_allowed", "email_normalized"),
)


class IncidentPersonalData(models.AbstractModel):
    """Empties contacts, logins, incidents and what was kept of mails."""

    _inherit = "incident.personal.data"

    @api.model
    def _erase(self, subject):
        """Empty the rows of a person; addons empty theirs.

        :param subject: :class:`Subject`
        """
        self._erase_messages(subject)
        self._erase_reported(subject)
        self._erase_tickets(subject)
        self._erase_notices(subject)
        self._erase_inbounds(subject)
        self._erase_files(subject)
        self._erase_rows_of_address(subject)
        subject.partners.incident_address_ids.unlink()
        self._scrub_system_texts(subject)
        self._erase_users(subject)
        self._erase_partners(subject)

    # Tools

    @api.model
    def _get_text_columns(self, table, types=COLUMN_TYPES):
        """Return the columns of a table that may hold words: name, type, nullable."""
        return self.env.execute_query(
            SQL(
                """
                SELECT column_name, data_type, is_nullable = 'YES'
                  FROM information_schema.columns
                 WHERE table_schema = current_schema AND table_name = %s
                   AND data_type IN %s
                 ORDER BY ordinal_position
                """,
                table,
                types,
            )
        )

    @api.model
    def _has_table(self, table):
        return bool(self._get_text_columns(table))

    @api.model
    def _get_scrubbed_columns(self, model):
        """Return the columns of a model that hold free text, new ones included."""
        return [
            name
            for name, field in self.env[model]._fields.items()
            if field.type in TEXTS
            and field.store
            and field.column_type
            and not field.translate
            and not field.company_dependent
        ]

    @api.model
    def _scrub(self, model, pattern, condition, columns=None):
        """Replace the marks of a person in the texts of a table.

        :param model: name of the model
        :param pattern: regular expression for PostgreSQL, None for nothing to do
        :param condition: :class:`SQL`, which rows
        :param columns: names of columns instead of all that hold free text
        """
        if not pattern:
            return
        columns = [
            SQL.identifier(name)
            for name in columns or self._get_scrubbed_columns(model)
        ]
        replaced = [
            SQL("%s = regexp_replace(%s, %s, %s, 'gi')", one, one, pattern, REMOVED)
            for one in columns
        ]
        found = [SQL("%s ~* %s", one, pattern) for one in columns]
        self.env.execute_query(
            SQL(
                "UPDATE %s SET %s WHERE (%s) AND (%s)",
                SQL.identifier(self.env[model]._table),
                SQL(", ").join(replaced),
                condition,
                SQL(" OR ").join(found),
            )
        )

    @api.model
    def _blank(self, table, ids, keep=()):
        """Empty every column of some rows that may hold words."""
        columns = [
            SQL("%s = NULL", SQL.identifier(name))
            for name, _type, nullable in self._get_text_columns(table)
            if nullable and name not in keep
        ]
        self.env.execute_query(
            SQL(
                "UPDATE %s SET %s WHERE id IN %s",
                SQL.identifier(table),
                SQL(", ").join(columns),
                tuple(ids) or (0,),
            )
        )

    # Incidents

    @api.model
    def _erase_reported(self, subject):
        """Empty the incidents that a person has described, also where they are quoted.

        Every letter and entry names the incident by its title.
        """
        ids = subject.ids("reported")
        self._erase_titles(ids)
        tickets = self.env["helpdesk.ticket"]
        kept = ("number", *self._get_kept_ticket_columns())
        values = [
            SQL(
                "%s = %s",
                SQL.identifier(name),
                REMOVED if tickets._fields[name].required else None,
            )
            for name in self._get_scrubbed_columns(tickets._name)
            if name not in kept
        ]
        self.env.execute_query(
            SQL(
                "UPDATE helpdesk_ticket SET properties = NULL, %s WHERE id IN %s",
                SQL(", ").join(values),
                ids,
            )
        )

    @api.model
    def _erase_titles(self, ids):
        """Take titles out of the messages of incidents, and of their successors."""
        self.env.execute_query(
            SQL(
                """
                UPDATE mail_message message
                   SET subject = replace(message.subject, ticket.name, %(removed)s),
                       body = replace(replace(message.body, ticket.name, %(removed)s),
                                      ticket.escaped, %(removed)s)
                  FROM (SELECT id, name,
                               replace(replace(replace(name, '&', '&amp;'),
                                               '<', '&lt;'), '>', '&gt;') AS escaped
                          FROM helpdesk_ticket
                         WHERE id IN %(ids)s OR predecessor_id IN %(ids)s) ticket
                 WHERE message.model = 'helpdesk.ticket'
                   AND message.res_id = ticket.id
                   AND length(ticket.name) > 3
                """,
                ids=ids,
                removed=REMOVED,
            )
        )

    @api.model
    def _get_kept_ticket_columns(self):
        """Return which texts of an incident are nobody's words, but the system's."""
        return ("access_token", "email_cc")

    @api.model
    def _erase_tickets(self, subject):
        """Take name and address out of the incidents that a person has to do with."""
        marks = subject.marks
        self.env.execute_query(
            SQL(
                """
                UPDATE helpdesk_ticket
                   SET partner_name = %(label)s, partner_email = NULL
                 WHERE id IN %(tickets)s
                   AND (partner_id IN %(partners)s OR partner_email ~* %(mark)s
                        OR partner_name ~* %(name)s)
                """,
                label=REMOVED,
                tickets=subject.ids("tickets"),
                partners=tuple(subject.partners.ids),
                mark=marks.get_address_pattern(),
                name=marks.get_certain_pattern(),
            )
        )
        everywhere = SQL("TRUE")
        mailbox = marks.get_mailbox_pattern()
        self._scrub("helpdesk.ticket", mailbox, everywhere, ["email_cc"])
        related = SQL("ticket_id IN %s", subject.ids("tickets"))
        certain = marks.get_certain_pattern()
        self._scrub("incident.followup", certain, related)
        followups = SQL(
            "followup_id IN (SELECT id FROM incident_followup WHERE ticket_id IN %s)",
            subject.ids("tickets"),
        )
        self._scrub("incident.followup.event", certain, followups)

    @api.model
    def _erase_notices(self, subject):
        self.env["incident.notice"].browse(subject.ids("notices")).exists()._reduce()
        related = SQL("ticket_id IN %s", subject.ids("tickets"))
        certain = subject.marks.get_certain_pattern()
        self._scrub("incident.notice", certain, related)

    @api.model
    def _erase_inbounds(self, subject):
        """Empty the rows of a person's mails; that they arrived stays known."""
        ids = subject.ids("inbounds")
        self._blank("incident_inbound", ids, keep=("key", "state", "reason", "model"))
        self.env.execute_query(
            SQL(
                "UPDATE incident_inbound SET state = %s WHERE id IN %s AND state = %s",
                DISCARDED,
                ids,
                QUARANTINED,
            )
        )
        inbounds = self.env["incident.inbound"].browse(ids).exists()
        inbounds.activity_ids.unlink()

    # Contacts and logins

    @api.model
    def _erase_rows_of_address(self, subject):
        """Delete what is about a person's addresses alone."""
        emails = tuple(subject.marks.emails) or ("",)
        for table, column in ADDRESS_ROWS:
            if self._has_table(table):
                self.env.execute_query(
                    SQL(
                        "DELETE FROM %s WHERE %s IN %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        emails,
                    )
                )

    @api.model
    def _erase_users(self, subject):
        """Close a person's logins, with their sessions and devices."""
        users = subject.users
        if not users:
            return
        for table in LOGIN_ROWS:
            if self._has_table(table):
                column = "create_uid" if table == "res_users_log" else "user_id"
                self.env.execute_query(
                    SQL(
                        "DELETE FROM %s WHERE %s IN %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        tuple(users.ids),
                    )
                )
        users.filtered("active").write({"active": False})
        self.env.flush_all()
        # By SQL: core would tell the person by mail that its login has changed.
        self.env.execute_query(
            SQL(
                "UPDATE res_users SET login = 'anonymised-' || id WHERE id IN %s",
                tuple(users.ids),
            )
        )
        self._blank("res_users", users.ids, keep=("login", "notification_type"))
        self.env.registry.clear_cache()

    @api.model
    def _erase_partners(self, subject):
        """Empty contacts, also what other addons have added to them.

        By SQL: core copies what is written on a contact to its company.
        """
        partners = subject.partners.with_context(tracking_disable=True)
        partners.bank_ids.unlink()
        self.env["mail.followers"].search([("partner_id", "in", partners.ids)]).unlink()
        self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "in", partners.ids)]
        ).unlink()
        partners.message_ids.unlink()
        # Core asks for active logins, in this very context.
        active = partners.with_context(active_test=True)
        active.write({"category_id": [Command.clear()], "active": False})
        self.env.flush_all()
        self._blank("res_partner", partners.ids, self._get_kept_partner_columns())
        self.env.execute_query(
            SQL(
                "UPDATE res_partner SET partner_latitude = NULL, "
                "partner_longitude = NULL, state_id = NULL, country_id = NULL "
                "WHERE id IN %s",
                tuple(partners.ids),
            )
        )
        self.env.invalidate_all(flush=False)
        self._name_anonymised(partners)

    @api.model
    def _get_kept_partner_columns(self):
        """Return which texts of a contact are no texts, but choices."""
        choices = [
            name
            for name, field in self.env["res.partner"]._fields.items()
            if field.type == "selection"
        ]
        return (*KEPT_COLUMNS, *choices)

    @api.model
    def _name_anonymised(self, partners):
        """Give contacts a name that says nothing, and have what follows computed."""
        for name, field in partners._fields.items():
            if field.compute and field.store and field.type in TEXTS:
                if name not in KEPT_COLUMNS:
                    self.env.add_to_compute(field, partners)
        lang = self.env.company.partner_id.lang
        for partner in partners:
            partner.name = self.with_context(lang=lang).env._(
                "Anonymised contact %s", partner.id
            )
        self.env.flush_all()
