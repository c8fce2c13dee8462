# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged

from .form_common import FormCommon

DEFINITIONS = [
    {"name": "phone", "string": "Extension", "type": "char"},
    {"name": "count", "string": "Number of lines", "type": "integer"},
    {"name": "price", "string": "Quality", "type": "float"},
    {"name": "moved", "string": "Moved on", "type": "date"},
    {"name": "agreed", "string": "Access granted", "type": "boolean"},
    {"name": "notes", "string": "Notes", "type": "text"},
    {
        "name": "kind",
        "string": "Kind of line",
        "type": "selection",
        "selection": [["sip", "SIP trunk"], ["isdn", "ISDN"]],
    },
    {"name": "who", "string": "Who", "type": "many2one", "comodel": "res.partner"},
]


@tagged("post_install", "-at_install")
class TestFormField(FormCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.ticket_properties = DEFINITIONS
        cls.category = cls.env["helpdesk.ticket.category"].create(
            {"name": "Telephony", "company_id": cls.company.id}
        )
        cls.subcategory = cls.category.create(
            {
                "name": "Trunks",
                "parent_id": cls.category.id,
                "company_id": cls.company.id,
            }
        )

    def _ask(self, name, **values):
        field = self.env["incident.form.field"].create(
            {"team_id": self.team.id, "property_name": name, **values}
        )
        return field, field._get_form_name()

    def _get_asked(self):
        return self.env["incident.form.field"]._get_asked(self.team)

    def test_change_is_known_at_once(self):
        self.assertFalse(self._get_asked())
        with self.assertQueryCount(0):
            self.assertFalse(self._get_asked())
        first, second = (self._ask(name)[0] for name in ("phone", "notes"))
        self.assertEqual(self._get_asked(), first | second)
        second.sequence = first.sequence - 1
        self.assertEqual(self._get_asked().ids, [second.id, first.id])
        second.unlink()
        self.assertEqual(self._get_asked(), first)
        first.category_id = self.subcategory
        self.subcategory.unlink()
        self.assertFalse(self._get_asked())

    def test_what_is_asked_is_the_same_whoever_comes_first(self):
        """An archived field is asked of nobody: an admin may add x_active."""
        shown = self._ask("phone", required=True)[0]
        self._ask("notes", required=False)
        model = type(shown)
        for context in (
            {"active_test": False},
            {"lang": "fr_FR", "allowed_company_ids": self.company_2.ids},
        ):
            self.env.registry.clear_cache()
            with patch.object(model, "_active_name", "required"):
                fields = self.env["incident.form.field"].with_context(**context)
                self.assertEqual(fields._get_asked_ids(self.team.id), shown.ids)

    def test_nothing_of_a_context_is_asked(self):
        model, contexts = type(self.env["incident.form.field"]), []
        search = model.search

        def note(fields, *args, **kwargs):
            contexts.append(dict(fields.env.context))
            return search(fields, *args, **kwargs)

        self.env.registry.clear_cache()
        fields = self.env["incident.form.field"].with_context(lang="fr_FR", anything=1)
        with patch.object(model, "search", note):
            fields._get_asked_ids(self.team.id)
        self.assertEqual(contexts, [{}])

    def _read_properties(self, incident):
        return {
            item["name"]: item.get("value")
            for item in incident.read(["properties"])[0]["properties"]
        }

    def test_answers_become_properties_of_the_incident(self):
        answers = {
            "phone": "421",
            "count": "12",
            "price": "3,5",
            "moved": "2026-11-02",
            "agreed": "1",
            "notes": "One\nTwo",
            "kind": "sip",
        }
        typed = {self._ask(name)[1]: text for name, text in answers.items()}
        incident, _letters = self._report(**typed)
        self.assertRegistered(incident)
        values = self._read_properties(incident)
        self.assertEqual(
            {name: values[name] for name in answers},
            {
                "phone": "421",
                "count": 12,
                "price": 3.5,
                "moved": "2026-11-02",
                "agreed": True,
                "notes": "One\nTwo",
                "kind": "sip",
            },
        )

    def test_wrong_answers_come_back(self):
        wrong = {
            "count": "twelve",
            "price": "nan",
            "moved": "soon",
            "kind": "telex",
            "phone": "x" * 251,
        }
        path = self._get_form_path(self.technician.email_formatted)
        names = {property_name: self._ask(property_name)[1] for property_name in wrong}
        form = self.get_form(self.visit(path))
        for property_name, text in wrong.items():
            with self.subTest(property=property_name):
                data = {
                    "form_key": form.fields["form_key"],
                    "impact": "down",
                    "description": "Down",
                    "customer": str(self.customer.id),
                    names[property_name]: text,
                }
                page = self.assertRefused(
                    self.url_open(form.action, data=data, allow_redirects=False)
                )
                (place,) = page.xpath(f"//*[@id='{names[property_name]}_error']")
                self.assertTrue(place.text)

    def test_required_field_has_to_be_filled_in(self):
        _field, name = self._ask("phone", required=True)
        path = self._get_form_path(self.technician.email_formatted)
        answers = {
            "impact": "down",
            "description": "Down",
            "customer": str(self.customer.id),
        }
        self.assertRefused(self.fill(path, **answers), "fill this in")
        response = self.fill(path, **answers, **{name: "421"})
        self.assertEqual(response.status_code, 303)

    def test_the_clock_of_since_when_is_named_as_everywhere(self):
        self.baker.write({"tz": "Europe/Paris", "lang": "fr_FR"})
        page = self.visit(self._get_form_path(self.baker.email_formatted))
        [said] = page.xpath("//*[@id='since_help']")
        self.assertEqual(said.text_content().strip(), "Heure de Paris")

    def test_required_choice_has_to_be_made(self):
        self._ask("kind", required=True)
        path = self._get_form_path(self.technician.email_formatted)
        response = self.fill(
            path, impact="down", description="Down", customer=str(self.customer.id)
        )
        self.assertRefused(response, "choose one of the answers")

    def test_field_of_a_category_is_asked_for_it_and_those_below(self):
        _field, name = self._ask("phone", required=True, category_id=self.category.id)
        other = self.category.create(
            {"name": "Internet", "company_id": self.company.id}
        )
        answers = {"impact": "down", "description": "Down"}
        for category in (self.category, self.subcategory):
            path = self._get_form_path(self._get_sender())
            response = self.fill(path, **answers, category=str(category.id))
            self.assertRefused(response)
        path = self._get_form_path(self._get_sender())
        incident, _letters = self._report(
            path=path, category=str(other.id), **{name: "421"}
        )
        self.assertRegistered(incident)
        self.assertFalse(self._read_properties(incident)["phone"])

    def _get_sender(self):
        """Return somebody new: an address gets one link a day."""
        self._senders = getattr(self, "_senders", 0) + 1
        return (
            self.env["res.partner"]
            .create(
                {
                    "name": "Colleague",
                    "parent_id": self.customer.id,
                    "email": f"colleague{self._senders}@boulangerie.example.com",
                    "lang": "en_US",
                }
            )
            .email_formatted
        )

    def test_form_shows_label_help_and_order(self):
        self._ask("phone", label="Your extension", help_text="Three digits", sequence=2)
        self._ask("notes", sequence=1)
        page = self.visit(self._get_form_path(self.technician.email_formatted))
        text = self.read_page(page)
        self.assertIn("Three digits", text)
        self.assertLess(text.index("Notes"), text.index("Your extension"))

    def test_label_is_escaped(self):
        self._ask("phone", label="<script>alert(1)</script>", help_text="<b>x</b>")
        page = self.visit(self._get_form_path(self.technician.email_formatted))
        self.assertIn("<script>alert(1)</script>", self.read_page(page))

    def test_field_of_a_removed_property_is_left_out(self):
        _field, name = self._ask("phone", required=True)
        self.team.ticket_properties = DEFINITIONS[1:]
        path = self._get_form_path(self.baker.email_formatted)
        self.assertNotIn(name, self._name_fields(self.visit(path)))
        incident, _letters = self._report(path=path)
        self.assertRegistered(incident)

    def test_field_of_another_team_is_not_asked(self):
        self.other_team.ticket_properties = [
            {"name": "site", "string": "Site", "type": "char"}
        ]
        field = self.env["incident.form.field"].create(
            {"team_id": self.other_team.id, "property_name": "site", "required": True}
        )
        page = self.visit(self._get_form_path(self.baker.email_formatted))
        self.assertNotIn(field._get_form_name(), self._name_fields(page))

    def test_only_properties_of_the_team_can_be_asked(self):
        self.other_team.ticket_properties = [
            {"name": "site", "string": "Site", "type": "char"}
        ]
        for name in ("site", "who"):
            with self.subTest(property=name), self.assertRaises(ValidationError):
                self._ask(name)

    def test_managers_decide_what_is_asked(self):
        fields = self.env["incident.form.field"]
        vals = {"team_id": self.team.id, "property_name": "phone"}
        with self.assertRaises(AccessError):
            fields.with_user(self.agent).create(vals)
        with Form(self.team.with_user(self.manager)) as team:
            with team.form_field_ids.new() as line:
                line.property_name = "phone"
                line.label = "Your extension"
        self.assertEqual(self.team.form_field_ids.label, "Your extension")
