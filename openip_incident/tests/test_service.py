# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Services: recognised by reference or number, offered, read by their own people."""

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.phone_numbers import find_phone_numbers, read_phone_query
from ..tools.references import find_keys, to_key
from .common import CLOSED, OPENED, IncidentCommon

NUMBER = "33199000033"

NOTATIONS = (
    "0199000033",
    "01 99 00 00 33",
    "01.99.00.00.33",
    "01-99-00-00-33",
    "01/99/00/00/33",
    "01\u00a099\u00a000\u00a000\u00a033",
    "+33199000033",
    "+33 1 99 00 00 33",
    "+33 (0)1 99 00 00 33",
    "+33(0)199000033",
    "0033 1 99 00 00 33",
    "00 33 1 99 00 00 33",
    "tel:+33-1-99-00-00-33",
    "Ligne 01 99 00 00 33 (accueil)",
)

IMPORTED = [
    ["IMP-1", "Main link", "Boulangerie Martin", "Internet access", "Nantes", "0199"],
    ["IMP-2", "", "Boulangerie Martin", "SIP trunk", "", "01 99 00 00 40"],
]

# What a reporter writes, and which of the customer's services it names.
NAMED = (
    ("FTTO-4567", "fibre"),
    ("ftto 4567", "fibre"),
    ("La fibre FTTO4567 est tombée", "fibre"),
    ("FTTO-45678", ""),
    ("FTTO-456", ""),
    ("01.99.00.00.33", "trunk"),
    ("notre ligne +33 1 99 00 00 34 ne sonne plus", "trunk"),
    ("01 99 00 00 35", ""),
    ("TS 12", "trunk"),
    ("TS 1", ""),
    ("FTTO-4567 et 01 99 00 00 33", "both"),
    ("Zażółć é-01", "accent"),
    ("E01", "accent"),
    ("la fibre", ""),
    ("", ""),
)


class ServiceCommon(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.fr")
        cls.kind = cls.env.ref("openip_incident.service_kind_internet")
        cls.services = cls.env["incident.service"]
        cls.fibre = cls._create_service(
            "FTTO-4567", cls.customer, kind_id=cls.kind.id, label="Fibre"
        )
        cls.trunk = cls._create_service(
            "TS-12",
            cls.customer,
            label="Switchboard",
            phone_numbers="01 99 00 00 33, 0199000034",
        )
        cls.accent = cls._create_service("É-01", cls.customer)
        cls.foreign = cls._create_service("01 99 00 00 35", cls.stranger)

    @classmethod
    def _create_service(cls, name, partner, **values):
        return cls.services.create({"name": name, "partner_id": partner.id, **values})


@tagged("post_install", "-at_install")
class TestService(ServiceCommon):
    # Notations

    def test_a_number_is_the_same_in_any_notation(self):
        for text in NOTATIONS:
            with self.subTest(text=text):
                self.assertEqual(find_phone_numbers(text), {NUMBER})

    def test_several_numbers_are_several(self):
        for text in (
            "01 99 00 00 33, 01 99 00 00 34",
            "0199000033 0199000034",
            "01 99 00 00 33 / 01 99 00 00 34",
            "01 99 00 00 33\n01 99 00 00 34",
        ):
            with self.subTest(text=text):
                found = find_phone_numbers(text.replace("\n", ";"))
                self.assertEqual(found, {NUMBER, "33199000034"})

    def test_numbers_of_other_countries(self):
        self.assertEqual(find_phone_numbers("02 123 45 67", "32"), {"3221234567"})
        self.assertEqual(find_phone_numbers("+32 2 123 45 67"), {"3221234567"})
        for text in ("", None, "2026", "12 34", "1" * 40, "INC"):
            with self.subTest(text=text):
                self.assertFalse(find_phone_numbers(text))

    def test_what_is_typed_is_part_of_the_number(self):
        for text in (*NOTATIONS[:12], "99 00 00 33", "01 99", "+33 1 99", "0000"):
            with self.subTest(text=text):
                pieces = read_phone_query(text)
                self.assertTrue(any(piece in NUMBER for piece in pieces), pieces)
        for text in ("FTTO-4567", "12", "Martin 33", ""):
            with self.subTest(text=text):
                self.assertFalse(read_phone_query(text))

    def test_references_are_letters_and_digits(self):
        self.assertEqual(to_key("Ftto-45 67/Á"), "ftto4567a")
        self.assertIn("ftto4567", find_keys("ma FTTO 45-67, merci"))
        self.assertNotIn("ftto456", find_keys("FTTO-4567"))

    # Recognition

    def test_a_service_is_entered_where_it_is_named_for_sure(self):
        expected = {"fibre": self.fibre, "trunk": self.trunk, "accent": self.accent}
        for text, name in NAMED:
            with self.subTest(text=text):
                incident = self._create_incident(
                    incident_service=text, partner_id=self.baker.id
                )
                none = self.services.browse()
                self.assertEqual(incident.service_id, expected.get(name, none))
                both = self.fibre | self.trunk if name == "both" else none
                if both:
                    self.assertEqual(incident.incident_service_choice_ids, both)

    def test_two_services_with_one_number_are_offered(self):
        other = self._create_service("X-1", self.customer, phone_numbers="0199000033")
        incident = self._create_incident(incident_service="01 99 00 00 33")
        self.assertFalse(incident.service_id)
        self.assertEqual(incident.incident_service_choice_ids, self.trunk | other)
        other.active = False
        incident.incident_service = "+33199000033"
        self.assertEqual(incident.service_id, self.trunk)

    def test_what_sounds_alike_is_offered_only(self):
        incident = self._create_incident(name="Switchboard dead")
        self.assertFalse(incident.service_id)
        self.assertEqual(incident.incident_service_choice_ids, self.trunk)

    def test_an_agents_choice_stays(self):
        incident = self._create_incident(service_id=self.fibre.id)
        incident.incident_service = "01 99 00 00 33"
        self.assertEqual(incident.service_id, self.fibre)

    def test_another_customer_has_other_services(self):
        incident = self._create_incident(incident_service="FTTO-4567")
        self.assertEqual(incident.service_id, self.fibre)
        incident.write({"partner_id": self.stranger.id})
        self.assertFalse(incident.service_id)
        with self.assertRaises(ValidationError):
            incident.write({"service_id": self.fibre.id})
        incident.write({"incident_service": "+33 1 99 00 00 35"})
        self.assertEqual(incident.service_id, self.foreign)

    def test_a_service_with_incidents_keeps_its_customer(self):
        incident = self._create_incident(service_id=self.fibre.id)
        with self.assertRaises(ValidationError):
            self.fibre.with_user(self.agent).partner_id = self.stranger
        self.trunk.with_user(self.agent).partner_id = self.stranger
        self.assertEqual(incident.service_id, self.fibre)

    def test_a_service_of_another_company_is_not_chosen(self):
        other = self.env["res.company"].create({"name": "Other operator"})
        self.trunk.company_id = other
        with self.assertRaises(ValidationError):
            self._create_incident(service_id=self.trunk.id)

    def test_matching_costs_no_query_per_incident(self):
        texts = [f"Line {index}" for index in range(60)]
        self._create_incident(incident_service="warm up")
        self.env.flush_all()

        def count(names):
            before = self.cr.sql_log_count
            tickets = self.env["helpdesk.ticket"].browse()
            vals = [
                {
                    "name": name,
                    "description": name,
                    "team_id": self.team.id,
                    "partner_id": self.customer.id,
                    "incident_service": name,
                }
                for name in names
            ]
            tickets = tickets.create(vals)
            self.env.flush_all()
            plain = [{**one, "incident_service": False} for one in vals]
            middle = self.cr.sql_log_count
            tickets.create(plain)
            self.env.flush_all()
            return middle - before - (self.cr.sql_log_count - middle)

        count(texts[:2])
        self.assertLessEqual(count(texts), 6)

    # What else is open

    def test_a_second_incident_is_shown_before_it_is_opened(self):
        first = self._create_incident_in(OPENED, service_id=self.trunk.id)
        second = self._create_incident(
            incident_service="0199000033", partner_id=self.baker.id
        )
        self.assertIn(first.number, second.incident_banner)
        self.assertIn(f"/odoo/incidents/{first.id}", second.incident_banner)
        self.assertEqual(second.incident_service_open_count, 1)
        self.assertEqual(second.incident_customer_open_count, 1)
        self.assertEqual(second.incident_other_ids, first)
        self.assertNotIn(second.number, second.incident_banner)
        with self.capture_letters():
            first.action_incident_close("support")
        second.invalidate_recordset()
        self.assertNotIn(first.number, second.incident_banner)
        self.assertEqual(second.incident_service_open_count, 0)

    def test_an_archived_incident_shows_the_other_one(self):
        first = self._create_incident_in(OPENED, service_id=self.trunk.id)
        second = self._create_incident(
            incident_service="0199000033", partner_id=self.baker.id
        )
        second.sudo().active = False
        self.assertEqual(second.incident_customer_open_count, 1)
        self.assertEqual(second.incident_other_ids, first)

    def test_a_new_incident_shows_it_before_it_is_saved(self):
        first = self._create_incident_in(OPENED, service_id=self.trunk.id)
        tickets = self.env["helpdesk.ticket"].with_user(self.agent)
        form = Form(tickets.with_context(default_team_id=self.team.id))
        form.name = "No calls"
        form.service_id = self.trunk
        self.assertEqual(form.partner_id, self.customer)
        self.assertIn(first.number, form.incident_banner)
        form.incident_impact = "down"
        self.assertEqual(form.priority, "2")
        second = form.save()
        self.assertIn("No calls", second.description)
        self.assertTrue(second.incident_can_open)

    def test_titles_of_other_markup_are_no_markup_here(self):
        self._create_incident(name="<img src=x>", service_id=self.trunk.id)
        second = self._create_incident(service_id=self.trunk.id)
        self.assertIn("&lt;img", second.incident_banner)

    # Checklists

    def test_the_checklist_follows_kind_and_impact(self):
        incident = self._create_incident(
            service_id=self.fibre.id, incident_impact="down"
        )
        lines = incident.incident_checklist_ids
        self.assertEqual(
            lines.question_id,
            self.kind.question_ids.filtered(lambda one: one.impact in (False, "down")),
        )
        first = lines[0]
        first.write({"done": True, "note": "Red"})
        incident.incident_impact = "degraded"
        kept = incident.incident_checklist_ids
        self.assertIn(first, kept)
        self.assertFalse(kept.question_id.filtered(lambda one: one.impact == "down"))
        self.assertTrue(kept.question_id.filtered(lambda one: one.impact == "degraded"))
        first.sudo().question_id.unlink()
        self.assertEqual(first.exists().note, "Red", "It belongs to the incident")

    def test_without_a_kind_there_is_no_checklist(self):
        incident = self._create_incident()
        self.assertFalse(incident.incident_checklist_ids)
        incident.service_kind_id = self.kind
        self.assertTrue(incident.incident_checklist_ids)

    # Records

    def test_services_are_imported(self):
        fields = ["name", "label", "partner_id", "kind_id", "site", "phone_numbers"]
        result = self.services.with_user(self.manager).load(fields, IMPORTED)
        self.assertFalse(result["messages"])
        first, second = self.services.browse(result["ids"])
        self.assertEqual(first.kind_id, self.kind)
        self.assertEqual(first.party_id, self.customer)
        self.assertEqual(second.phone_digits, "33199000040")
        incident = self._create_incident(incident_service="0033199000040")
        self.assertEqual(incident.service_id, second)

    def test_a_reference_is_unique_per_customer(self):
        self._create_service("TS-12", self.stranger)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"):
            self._create_service("TS-12", self.customer)
            self.env.flush_all()

    def test_services_are_found_by_number(self):
        for text in ("01 99 00 00 33", "+33199000033", "TS-12", "switch", "9900003"):
            with self.subTest(text=text):
                found = self.services.name_search(text)
                self.assertIn(self.trunk.id, [one for one, _name in found])

    def test_erasing_a_person_empties_its_services(self):
        person = self.env["res.partner"].create({"name": "Paul Person"})
        line = self._create_service("06 12 34 56 78", person, site="12 rue des Lilas")
        data = self.env["incident.personal.data"].with_user(self.manager).sudo()
        self.assertTrue(any("services" in one for one in data._get_holders(person)))
        data._erase_services(data._get_subject(person))
        self.assertFalse(line.active)
        self.assertFalse(line.site or line.phone_digits)
        self.assertNotIn("06 12", line.display_name)


# Who (rows) reads whose services (columns).
READERS = """
                       own_customer other_customer end_customer integrator
customer               x            .              .            .
customer_colleague     x            .              .            .
integrator             x            .              x            x
technician             x            .              x            x
end_customer           .            .              x            .
other_integrator       .            x              .            .
stranger               .            .              .            .
agent                  x            x              x            x
employee               x            x              x            x
"""


@tagged("post_install", "-at_install")
class TestServiceAccess(ServiceCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        rival = partners.create(
            {"name": "Voxcom", "is_company": True, "is_integrator": True}
        )
        other = partners.create(
            {"name": "Garage", "is_company": True, "integrator_id": rival.id}
        )
        end = partners.create(
            {
                "name": "Épicerie",
                "parent_id": cls.integrator.id,
                "integrator_id": cls.integrator.id,
            }
        )
        people = {
            "customer": cls.customer,
            "customer_colleague": cls.baker,
            "integrator": cls.integrator,
            "technician": cls.technician,
            "end_customer": end,
            "other_integrator": rival,
            "stranger": cls.env["res.partner"].create({"name": "Nobody"}),
        }
        cls.users = {
            name: cls._create_portal_user(cls, partner, f"service_{name}")
            for name, partner in people.items()
        }
        cls.users["agent"] = cls.agent
        cls.users["employee"] = new_test_user(
            cls.env,
            "service_employee",
            groups="base.group_user",
            company_id=cls.company.id,
        )
        cls.lines = {
            "own_customer": cls.trunk,
            "other_customer": cls._create_service("G-1", other),
            "end_customer": cls._create_service("E-1", end),
            "integrator": cls._create_service("I-1", cls.integrator),
        }

    def test_every_cell(self):
        header, *rows = READERS.strip().splitlines()
        wrong = []
        for row in rows:
            who, *marks = row.split()
            for name, mark in zip(header.split(), marks, strict=True):
                service = self.lines[name].with_user(self.users[who])
                found = service.search([("id", "=", service.id)])
                if bool(found) != (mark == "x") or bool(found) != service.has_access(
                    "read"
                ):
                    wrong.append((who, name))
        self.assertFalse(wrong)

    def test_people_outside_write_nothing_and_search_no_secrets(self):
        for name in ("customer", "technician"):
            service = self.trunk.with_user(self.users[name])
            for change in (
                lambda one: one.write({"label": "Mine"}),
                lambda one: one.unlink(),
                lambda one: one.copy(),
                lambda one: one.read(["ticket_ids"]),
                lambda one: one.search([("phone_digits", "like", "33")]),
                lambda one: one.search([("ticket_ids.description", "like", "a")]),
                lambda one: one.env["incident.checklist.line"].search([]),
                lambda one: one.env["incident.service.kind"].search([]),
            ):
                with self.subTest(user=name), self.assertRaises(AccessError):
                    change(service)

    def test_agents_write_and_managers_delete(self):
        service = self._create_service("D-1", self.customer)
        service.with_user(self.agent).write({"label": "Written"})
        with self.assertRaises(AccessError):
            service.with_user(self.agent).unlink()
        service.with_user(self.manager).unlink()
        with self.assertRaises(AccessError):
            self.kind.with_user(self.agent).write({"name": "Mine"})
        self.kind.with_user(self.manager).write({"name": "Ours"})
        with self.assertRaises(AccessError):
            self.fibre.with_user(self.users["employee"]).write({"label": "Mine"})

    def test_services_of_another_company_are_not_seen(self):
        self.fibre.company_id = self.company_2
        self.assertFalse(self.fibre.with_user(self.agent).has_access("read"))
        incident = self._create_incident(incident_service="FTTO-4567")
        self.assertFalse(incident.service_id)

    def test_closed_incidents_offer_nothing(self):
        incident = self._create_incident_in(CLOSED, name="Switchboard dead")
        self.assertFalse(incident.incident_service_choice_ids)
