# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Records that are read by columns written once are those that core reads."""

from contextlib import ExitStack
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import IncidentCommon

# With texts in several languages, values of each company, files, and lists.
MODELS = (
    "helpdesk.ticket",
    "helpdesk.ticket.stage",
    "ir.attachment",
    "mail.message",
    "mail.template",
    "res.partner",
)


@tagged("post_install", "-at_install")
class TestSpeedFetch(IncidentCommon):
    def setUp(self):
        super().setUp()
        self.incident = self._create_incident()
        self.env["ir.attachment"].create({"name": "log", "raw": b"0123456789"})
        self.flush_tracking()

    def _fetch(self, records, names, core=False):
        """Read fields anew; return what is then in the cache."""
        self.env.invalidate_all()
        path, name = type(records), "_get_plain_columns"
        ours = getattr(path, name)
        with patch.object(path, name, autospec=True, side_effect=ours) as asked:
            if core:
                asked.side_effect = lambda model, names: None
            records.fetch(names)
        self.assertTrue(asked.called)
        fields = [records._fields[name] for name in names]
        return {
            field.name: dict(field._get_cache(records.env))
            for field in fields
            if field.store
        }

    def _get_names(self, records):
        """Return the names of what is stored, of lists where all may be read."""
        return [
            name
            for name, field in records._fields.items()
            if field.store
            and (field.column_type or records.env.su)
            and records._has_field_access(field, "read")
        ]

    def test_reads_what_core_reads(self):
        company = self.company.create({"name": "Another company"})
        self.customer.with_company(company).barcode = "company's own"
        for model in MODELS:
            records = self.env[model].search([], limit=20)
            self.assertTrue(records)
            for env in (
                records.sudo().env,
                records.with_user(self.agent).env,
                records.with_company(company).env,
                records.with_context(lang="fr_FR").env,
                records.with_context(prefetch_langs=True).env,
                records.with_context(bin_size=True).env,
            ):
                seen = records.with_env(env)
                seen = seen._filtered_access("read")
                names = self._get_names(seen)
                with self.subTest(model=model, uid=env.uid, context=env.context):
                    found = self._fetch(seen, names)
                    self.assertTrue(any(found.values()))
                    self.assertEqual(found, self._fetch(seen, names, core=True))

    def test_reads_by_one_query(self):
        ticket = self.incident.sudo()
        names = [name for name, field in ticket._fields.items() if field.prefetch]
        ticket.fetch(names)
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            ticket.fetch(names)
            self.assertEqual(ticket.name, "No outgoing calls")

    def test_keeps_what_is_to_be_written(self):
        ticket = self.incident.sudo()
        self.env.invalidate_all()
        ticket.name = "Not written yet"
        ticket.fetch(["name", "number"])
        self.assertEqual(ticket.name, "Not written yet")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(ticket.name, "Not written yet")

    def test_reads_nothing_that_is_not_for_the_reader(self):
        visitor = new_test_user(self.env, "visitor", groups="base.group_portal")
        tickets = self.incident.with_user(visitor)
        query = self.incident.sudo()._search([("id", "in", self.incident.ids)])
        fields = [self.incident._fields[name] for name in ("name", "user_id")]
        hidden = self.incident._fields["answer_unread"]
        self.assertEqual(tickets._fetch_query(query, fields[:1]), tickets)
        with self.assertRaises(AccessError):
            tickets._fetch_query(query, [*fields, hidden])

    def test_another_addon_that_writes_columns_its_own_way_is_heard(self):
        ticket, path = self.incident.sudo(), type(self.incident)
        core = path._field_to_sql

        def shout(self, alias, name, query=None):
            sql = core(self, alias, name, query)
            return SQL("upper(%s)", sql) if name == "name" else sql

        self.registry.clear_cache()
        self.addCleanup(self.registry.clear_cache)
        with patch.object(path, "_field_to_sql", shout):
            self.env.invalidate_all()
            ticket.fetch(["name", "number"])
            self.assertEqual(ticket.name, "No outgoing calls".upper())

    def test_reads_together_what_core_reads_together(self):
        for model in MODELS:
            records = self.env[model].sudo().search([], limit=3)
            path = type(records)
            for name in ("id", "create_date", records._rec_name or "write_uid"):
                for context in ({}, {"prefetch_fields": False}, {"lang": "fr_FR"}):
                    known = []
                    for ours in (True, False):
                        self.env.invalidate_all()
                        seen = records.with_context(**context)
                        with ExitStack() as stack:
                            if not ours:
                                free = patch.object(path, "_get_read_together")
                                stack.enter_context(free).return_value = None
                            seen.mapped(name)
                        known.append(self._get_known(seen))
                    with self.subTest(model=model, name=name, context=context):
                        self.assertEqual(*known)

    def _get_known(self, records):
        """Return the values in the cache, and of which fields there are any."""
        return {
            name: dict(values)
            for name, field in records._fields.items()
            if (values := field._get_cache(records.env))
        }

    def test_another_addon_that_hides_fields_is_heard(self):
        ticket, path = self.incident.sudo(), type(self.incident)
        core = path._has_field_access

        def hide(self, field, operation):
            return field.name != "number" and core(self, field, operation)

        self.registry.clear_cache()
        self.addCleanup(self.registry.clear_cache)
        with patch.object(path, "_has_field_access", hide):
            self.env.invalidate_all()
            self.assertEqual(ticket.name, "No outgoing calls")
            self.assertFalse(path.number._get_cache(ticket.env))
            with self.assertRaises(AccessError):
                ticket.fetch(["name", "number"])

    # Found by their ids

    def test_finds_by_ids_what_core_finds(self):
        other = self._create_incident()
        other.sudo().active = False
        missing = self.incident.browse(other.id + 1000)
        asked = (self.incident | other | missing).sudo()
        for domain in ([("id", "in", asked.ids)], [("id", "in", [])]):
            for options in ({}, {"active_test": False}, {"limit": 1}, {"order": "id"}):
                with self.subTest(domain=domain, options=options):
                    found = list(asked._search(domain, **options))
                    core = list(asked._search([*domain, ("id", "!=", 0)], **options))
                    self.assertEqual(set(found), set(core))
        asked.fetch(["name", "number"])
        self.assertTrue(other.sudo().number)
        self.assertNotEqual(other.sudo().number, self.incident.number)
        self.assertFalse(missing.exists())

    def test_rules_hold_for_who_asks_by_ids(self):
        visitor = new_test_user(self.env, "visitor", groups="base.group_portal")
        tickets = self.incident.with_user(visitor)
        self.assertFalse(list(tickets._search([("id", "in", tickets.ids)])))
        with self.assertRaises(AccessError):
            tickets.fetch(["name", "number"])
