# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""No search tells people outside, yes or no, what they may not read.

Walks over every field there is, one relation deep and a little further, in whatever is
installed: who adds a field that leaks makes this fail.
"""

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .test_message_visibility import VisibilityCommon

TEXTS = ("char", "html", "text")
RELATIONS = ("many2many", "many2one", "one2many")

# What the second relation is asked for.
FURTHER = ("body", "email", "login", "name", "subject", "summary")

# Who reads a message downloads its files, by their names.
SHOWN = {("mail.message", "attachment_ids")}

# Records of one relation that are looked at.
SAMPLE = 6


@tagged("post_install", "-at_install")
class TestSearchOracle(VisibilityCommon):
    def setUp(self):
        super().setUp()
        self.agent.partner_id.write({"phone": "+33 1 99 00 11 22", "comment": "Agent"})
        for number, partner in enumerate(self.customer | self.integrator):
            partner.write({"phone": f"+33 1 44 55 66 7{number}", "comment": "Remark"})
            partner.message_post(body=f"Note on contact {number}", subject="Of ours")
        self.incident.message_subscribe(self.agent.partner_id.ids)

    def test_incidents_tell_the_customer_nothing_by_search(self):
        self._walk("helpdesk.ticket", self.incident, self.baker)

    def test_plain_tickets_tell_the_customer_nothing_by_search(self):
        self._walk("helpdesk.ticket", self.plain, self.baker)

    def test_tickets_tell_the_integrator_nothing_by_search(self):
        self._walk("helpdesk.ticket", self.incident | self.plain, self.technician)

    def test_contacts_tell_the_customer_nothing_by_search(self):
        contacts = self.customer | self.baker | self.integrator
        self._walk("res.partner", contacts, self.baker)

    def test_contacts_tell_the_integrator_nothing_by_search(self):
        contacts = self.customer | self.baker | self.integrator
        self._walk("res.partner", contacts, self.technician)

    def test_users_tell_the_customer_nothing_by_search(self):
        users = self.env["res.users"].union(*self.parties.values())
        self._walk("res.users", users, self.baker)

    def test_users_tell_the_integrator_nothing_by_search(self):
        users = self.env["res.users"].union(*self.parties.values())
        self._walk("res.users", users, self.technician)

    def test_messages_tell_the_customer_nothing_by_search(self):
        self._walk("mail.message", self._get_shown(), self.baker)

    def test_messages_tell_the_integrator_nothing_by_search(self):
        self._walk("mail.message", self._get_shown(), self.technician)

    def _get_shown(self):
        internal = self._get_internal(self.incident)
        return (self._get_messages(self.incident) - internal)[:3]

    def test_relations_to_the_conversation_are_no_search_terms(self):
        """Neither by what is in it, nor by ids, nor by whether there is anything."""
        user = self.parties["customer"]
        for model in (
            "helpdesk.ticket",
            "helpdesk.ticket.team",
            "res.partner",
            "res.users",
        ):
            records = self.env[model].with_user(user)
            for name in ("message_ids", "website_message_ids", "has_message"):
                for domain in (
                    [(name, "!=", False)],
                    [(name, "=", False)],
                    [(name, "in", self._get_internal(self.incident).ids)],
                    [(f"{name}.body", "ilike", "a")],
                    [(name, "ilike", "a")],
                    [(name, "any", [("body", "ilike", "a")])],
                    ["!", (f"{name}.body", "ilike", "a")],
                    [("create_uid", "any", [(f"{name}.body", "ilike", "a")])],
                ):
                    with self.subTest(model=model, domain=domain):
                        self.assertIsNone(self._count(records, domain))
                with self.subTest(model=model, read=name):
                    self.assertNotIn(name, records.fields_get())
                    with self.assertRaises(AccessError):
                        records.browse(1).read([name])

    # The walk

    def _walk(self, model, records, partners):
        """Have each person ask about every field of the records that it may read."""
        walked, leaks = 0, []
        for user in partners.user_ids:
            own = self.env[model].with_user(user)
            readable = own.browse(records.ids)._filtered_access("read")
            for record in readable:
                for path, values in self._get_secrets(record):
                    walked += 1
                    if self._tells(record, path, values):
                        leaks.append(f"{user.name}: {model}.{path}")
        self.assertGreater(walked, 20)
        self.assertFalse(sorted(set(leaks)))

    def _get_secrets(self, record):
        """Yield each path of fields with the values that the user may not read."""
        for name, field in record._fields.items():
            if not self._is_asked_for(field):
                continue
            if field.type in TEXTS and not record._has_field_access(field, "read"):
                yield name, self._get_difference(record, record[:0], name)
            elif field.type in RELATIONS:
                yield from self._get_related_secrets(record, field)

    def _get_related_secrets(self, record, field):
        reached = record.sudo()[field.name][:SAMPLE]
        own = reached.with_user(record.env.user)
        readable = own._filtered_access("read") if own else own
        readable = readable if record._has_field_access(field, "read") else own[:0]
        for record_id in (own - readable).ids:
            self._plant(own.browse(record_id))
        for name, nested in reached._fields.items():
            path = f"{field.name}.{name}"
            if not self._is_asked_for(nested):
                continue
            if nested.type in TEXTS:
                known = readable if own._has_field_access(nested, "read") else own[:0]
                yield path, self._get_difference(reached, known, name)
            elif nested.type in RELATIONS:
                further = reached.sudo()[name][:SAMPLE]
                for last in set(FURTHER) & set(further._fields):
                    if further._fields[last].type not in TEXTS:
                        continue
                    known = further.with_user(record.env.user)
                    known = known._filtered_access("read") if known else known
                    known = known if readable else known[:0]
                    values = self._get_difference(further, known, last)
                    yield f"{path}.{last}", values

    def _is_asked_for(self, field):
        shown = (field.model_name, field.name) in SHOWN
        return (
            field._description_searchable and not field.company_dependent and not shown
        )

    def _get_difference(self, records, known, name):
        """Return the values that are nowhere among those of the known records."""
        values = {str(record[name] or "") for record in records.sudo()}
        return values - {str(record[name] or "") for record in known.sudo()} - {""}

    def _plant(self, record):
        """Fill the empty texts of a record: what leaks must have something to tell."""
        columns = [
            field.name
            for field in record._fields.values()
            if field.type in TEXTS
            and field.column_type
            and field.store
            and not field.translate
            and record._name != "ir.attachment"
        ]
        if not columns or not record._auto:
            return
        sets = SQL(", ").join(
            SQL(
                "%(column)s = COALESCE(NULLIF(%(column)s, ''), %(value)s)",
                column=SQL.identifier(name),
                value=f"Planted in {name} {record.id}",
            )
            for name in columns
        )
        table = SQL.identifier(record._table)
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.env.cr.execute(
                    SQL("UPDATE %s SET %s WHERE id = %s", table, sets, record.id)
                )
        except psycopg2.Error:
            return
        record.sudo().invalidate_recordset(columns)

    def _tells(self, record, path, values):
        """Tell whether a search or a group finds the record by one of the values."""
        if not values:
            return False
        only = ("id", "=", record.id)
        records = self.env[record._name].with_user(record.env.user)
        if self._count(records, [only, (path, "in", sorted(values))]):
            return True
        told = [
            self._ask(
                lambda: records.formatted_read_group([only], [path], ["__count"])
            ),
            self._ask(
                lambda: records.formatted_read_grouping_sets(
                    [only], [[path]], ["__count"]
                )
            ),
        ]
        return any(value in repr(told) for value in values if len(value) > 3)

    def _count(self, records, domain):
        return self._ask(lambda: records.search_count(domain))

    def _ask(self, call):
        """Return what a call returns, None when it is refused."""
        try:
            with mute_logger("odoo.domains", "odoo.models", "odoo.addons.base.models"):
                return call()
        except (AccessError, UserError, ValueError, KeyError, NotImplementedError):
            return None
