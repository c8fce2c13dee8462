# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""One search finds an incident by whatever its caller names."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL

from ..models.search.incident_health import INDEX
from ..tools.phone_numbers import split_phone_query
from .common import CLOSED, WAITING
from .test_service import NOTATIONS, ServiceCommon

# What is typed, and whether it finds the incident of the test.
TYPED = (
    "VOIX-778",
    "voix-77",
    "HT00042",
    "CARRIER-9",
    "carrier-9",
    "no calls",
    "calls élite",
    "ELITE",
    "ligne du comptoir",
    "TS-12",
    "switch",
    "claire martin",
    "boulangerie",
    "telintegra",
    "claire@boulangerie.example.com",
    "martin 0199000033",
    "0199000033 martin",
    "boulangerie +33 (0)1 99 00 00 33",
    "01 44 55 66 77",
    "+33144556677",
    "44 55 66",
    "0033 2 11 22 33 44",
    "06.12.34.56.78",
    "3361234",
    "marc au dépôt",
)
MISSED = (
    "VOIX-779",
    "01 99 00 00 99",
    "+32 1 99 00 00 33",
    "stranger",
    "%",
    "___",
    "\\",
    "martin 01 99 00 00 99",
)


class SearchCommon(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        france = cls.env.ref("base.fr")
        (cls.customer | cls.integrator | cls.stranger).country_id = france
        cls.baker.phone = "01 44 55 66 77"
        cls.integrator.phone = "+33 2 11 22 33 44"

    def setUp(self):
        super().setUp()
        self.tickets = self.env["helpdesk.ticket"].with_user(self.agent)

    def _create_known(self):
        incident = self._create_incident_in(
            WAITING,
            name="No calls at Élite",
            partner_id=self.baker.id,
            service_id=self.trunk.id,
            incident_service="La ligne du comptoir",
            incident_onsite="Marc au dépôt, 06 12 34 56 78",
        )
        incident.sudo().write(
            {
                "number": "VOIX-778",
                "former_number": "HT00042",
                "escalation_reference": "CARRIER-9",
            }
        )
        self.env.flush_all()
        return incident

    def _find(self, text):
        return self.tickets.search([("incident_find", "ilike", text)])


@tagged("post_install", "-at_install")
class TestSearch(SearchCommon):
    def test_everything_that_a_caller_names_finds_it(self):
        incident = self._create_known()
        other = self._create_incident(partner_id=self.stranger.id, name="Other")
        for text in (*TYPED, *NOTATIONS[:12]):
            with self.subTest(text=text):
                found = self._find(text)
                self.assertIn(incident, found)
                self.assertNotIn(other, found)
                names = self.tickets.name_search(text)
                self.assertIn(incident.id, [one for one, _name in names])
        for text in MISSED:
            with self.subTest(text=text):
                self.assertNotIn(incident, self._find(text))

    def test_all_phases_are_searched(self):
        incident = self._create_incident_in(CLOSED)
        self.assertIn(incident, self._find(incident.number))

    def test_what_is_typed_is_split(self):
        self.assertEqual(split_phone_query("INC2026-00012"), ([], "INC2026-00012"))
        numbers, rest = split_phone_query("martin 01 99 00 00 33 nantes")
        self.assertEqual([one for one, _digits in numbers], ["01 99 00 00 33"])
        self.assertEqual(rest.split(), ["martin", "nantes"])
        self.assertFalse(split_phone_query("porte 12 b")[0])

    def test_exact_numbers_open(self):
        incident = self._create_known()
        self._create_incident(name="VOIX-7780")
        for text in ("VOIX-778", " voix-778 ", "HT00042", "carrier-9"):
            with self.subTest(text=text):
                self.assertEqual(self.tickets.incident_find_exact(text), incident.id)
        for text in ("VOIX-77", "", "%", "VOIX_778", "No calls at Élite", None):
            with self.subTest(text=text):
                self.assertFalse(self.tickets.incident_find_exact(text))
        self._create_incident().sudo().escalation_reference = "CARRIER-9"
        self.assertFalse(self.tickets.incident_find_exact("CARRIER-9"))

    # What changes

    def test_contacts_and_services_that_change_are_found_anew(self):
        incident = self._create_known()
        for record, field, value, text in (
            (self.baker, "phone", "01 55 66 77 88", "+33 1 55 66 77 88"),
            (self.baker, "name", "Zoé Neuve", "zoe neuve"),
            (self.customer, "phone", "03 99 88 77 66", "0399887766"),
            (self.customer, "name", "Pâtisserie", "patisserie"),
            (self.integrator, "phone", "04 11 11 11 11", "04.11.11.11.11"),
            (self.trunk, "phone_numbers", "09 88 77 66 55", "988776655"),
            (self.trunk, "label", "Reception", "reception"),
            (incident, "name", "Renamed", "renamed"),
        ):
            with self.subTest(field=f"{record._name}.{field}", value=value):
                self.assertNotIn(incident, self._find(text))
                record.sudo().write({field: value})
                self.assertIn(incident, self._find(text))
        self.assertNotIn(incident, self._find("01 44 55 66 77"))

    def test_another_company_of_the_contact_is_found(self):
        incident = self._create_known()
        self.baker.parent_id = self.stranger
        self.assertIn(incident, self._find("Stan Stranger"))

    def test_a_contacts_new_number_costs_no_query_per_incident(self):
        counts = []
        for size, phone in ((3, "01 00 00 00 01"), (60, "01 00 00 00 02")):
            for index in range(size):
                self._create_incident(name=f"Number {index}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.customer.phone = phone
            self.env.flush_all()
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_moves_do_not_write_the_text(self):
        """What is done all day leaves the index alone."""
        incident = self._create_known()
        tickets = type(incident)
        with patch.object(
            tickets, "_get_incident_search_text", side_effect=AssertionError
        ):
            with self.capture_letters():
                incident.incident_record_answer(self.customer.id, "<p>Yes</p>")
                incident.action_incident_resolve()
            self.env.flush_all()

    # The index

    def test_the_index_is_used(self):
        self._create_known()
        self.env.flush_all()
        for text in ("+33 1 99 00 00 33", "boulangerie martin", "VOIX-778"):
            with self.subTest(text=text):
                self.assertIn(INDEX, self._explain(text))

    def _explain(self, text):
        query = self.env["helpdesk.ticket"]._search([("incident_find", "ilike", text)])
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
        return "\n".join(row[0] for row in rows)

    def test_health_says_when_there_is_no_index(self):
        check = self.env.ref("openip_incident.health_search").with_user(self.manager)
        self.assertEqual(check.state, "good")
        with self._without_index():
            check.invalidate_recordset()
            self.assertEqual(check.state, "alarm")
            incident = self._create_known()
            self.assertIn(incident, self._find("01 99 00 00 33"))
        self.assertEqual(check.action_show()["res_model"], "helpdesk.ticket")

    @contextmanager
    def _without_index(self):
        with self.env.cr.savepoint() as savepoint:
            self.env.cr.execute(f"DROP INDEX {INDEX}")
            yield
            savepoint.rollback()
            self.env.invalidate_all(flush=False)

    # Who

    def test_people_outside_search_by_nothing_of_it(self):
        self._create_known()
        user = self._create_portal_user(self.baker, "search_portal")
        tickets = self.env["helpdesk.ticket"].with_user(user)
        for domain in (
            [("incident_find", "ilike", "CARRIER-9")],
            [("incident_search_text", "ilike", "CARRIER-9")],
            [("incident_find", "=", "CARRIER-9")],
        ):
            with self.subTest(domain=domain), self.assertRaises(AccessError):
                tickets.search(domain)
        for name in ("incident_search_text", "incident_find"):
            self.assertNotIn(name, tickets.fields_get())
        for call in (
            lambda: tickets.incident_find_exact("CARRIER-9"),
            lambda: tickets.name_search("CARRIER-9"),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_who_was_erased_is_found_no_more(self):
        person = self.env["res.partner"].create(
            {"name": "Paula Person", "phone": "06 77 88 99 00"}
        )
        with self.capture_letters():
            incident = self._create_incident_in(CLOSED, partner_id=person.id)
        number = incident.number
        self.env.flush_all()
        data = self.env["incident.personal.data"].with_user(self.manager).sudo()
        data._erase(data._get_subject(person))
        self.env.invalidate_all()
        self.assertIn(incident, self._find(number))
        for text in ("Paula", "06 77 88 99 00"):
            self.assertNotIn(incident, self._find(text))
