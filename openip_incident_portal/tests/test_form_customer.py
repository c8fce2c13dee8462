# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""An integrator with hundreds of customers types the one whose incident it is."""

from odoo.tests import tagged

from .form_common import ANSWERS, FORM_PATH, FormCommon


@tagged("post_install", "-at_install")
class TestFormCustomer(FormCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"].with_context(tracking_disable=True)
        cls.many = partners.create(
            [
                {
                    "name": f"Customer number {index:03}",
                    "is_company": True,
                    "integrator_id": cls.integrator.id,
                }
                for index in range(40)
            ]
        )
        cls.twins = partners.create(
            [
                {
                    "name": "Pharmacie Centrale",
                    "is_company": True,
                    "city": city,
                    "integrator_id": cls.integrator.id,
                }
                for city in ("Rennes", "Vannes")
            ]
        )
        cls.foreign = partners.create({"name": "Foreign Ltd", "is_company": True})
        services = cls.env["incident.service"]
        cls.line, cls.other_line, cls.foreign_line = services.create(
            [
                {"name": "L-7", "partner_id": cls.many[7].id},
                {"name": "L-8", "partner_id": cls.many[8].id},
                {"name": "F-1", "partner_id": cls.foreign.id},
            ]
        )

    def setUp(self):
        super().setUp()
        self._log_in(self.technician)

    def _send(self, **values):
        form = self.get_form(self.visit(FORM_PATH))
        response = self.send(form, **{**ANSWERS, **values})
        return response, self.parse(response)

    def _get_options(self, page):
        return page.xpath("//select[@id='known_service']//option/@value")

    def test_customers_are_typed_and_no_foreign_one_is_offered(self):
        page = self.visit(FORM_PATH)
        (typed,) = page.xpath("//input[@name='customer']")
        self.assertEqual(typed.get("list"), "customer_names")
        names = page.xpath("//datalist[@id='customer_names']/option/@value")
        self.assertEqual(len(names), len(set(names)))
        for name in ("Customer number 007", "Pharmacie Centrale – Rennes"):
            self.assertIn(name, names)
        self.assertNotIn("Foreign Ltd", names)
        # Nobody's services before the customer is known.
        self.assertFalse(self._get_options(page))

    def test_form_comes_back_with_the_services_of_who_was_typed(self):
        before = self.incidents.search_count([])
        response, page = self._send(
            customer="customer NUMBER 007", choose="1", description="Kept", impact=""
        )
        self.assertEqual(response.status_code, 200)
        self.assertEqual(self._get_options(page), ["", str(self.line.id)])
        form = self.get_form(page)
        self.assertEqual(form.fields["customer"], "Customer number 007")
        self.assertEqual(form.fields["description"].strip(), "Kept")
        self.assertFalse(page.xpath("//*[@id='form_errors']"))
        self.assertEqual(self.incidents.search_count([]), before)
        with self.capture_letters():
            self.send(form, **ANSWERS, known_service=str(self.line.id))
        incident = self.incidents.search([], order="id desc", limit=1)
        self.assertEqual(incident.partner_id, self.many[7])
        self.assertEqual(incident.service_id, self.line)

    def test_what_is_typed_is_understood_or_asked(self):
        for typed, found in (
            ("Customer number 012", self.many[12]),
            ("number 013", self.many[13]),
            (str(self.many[14].id), self.many[14]),
            ("Pharmacie Centrale – Vannes", self.twins[1]),
            ("own", self.integrator),
            ("Telintegra (our own)", self.integrator),
        ):
            with self.subTest(typed=typed), self.capture_letters():
                response, _page = self._send(customer=typed)
                self.assertEqual(response.status_code, 303)
                incident = self.incidents.search([], order="id desc", limit=1)
                self.assertEqual(incident.customer_party_id, found)
        before = self.incidents.search_count([])
        for typed, words in (
            ("pharmacie", "Pharmacie Centrale – Rennes, Pharmacie Centrale – Vannes"),
            ("Foreign Ltd", "None of your customers has this name"),
            (str(self.foreign.id), "None of your customers has this name"),
            ("", "Please choose whose incident this is."),
        ):
            with self.subTest(typed=typed):
                response, _page = self._send(customer=typed)
                page = self.assertRefused(response, words)
                self.assertEqual(self.get_form(page).fields["customer"] or "", typed)
        self.assertEqual(self.incidents.search_count([]), before)

    def test_services_of_others_are_refused(self):
        for service in (self.other_line, self.foreign_line):
            response, _page = self._send(
                customer="Customer number 007", known_service=str(service.id)
            )
            self.assertRefused(response, "Please choose a service of this customer")

    def test_new_customer_is_ticked(self):
        with self.capture_letters():
            response, _page = self._send(
                customer="Nouveau Client",
                customer_new="1",
                customer_email="new@nouveau.example.com",
            )
        self.assertEqual(response.status_code, 303)
        incident = self.incidents.search([], order="id desc", limit=1)
        self.assertEqual(incident.partner_name, "Nouveau Client")
        self.assertEqual(incident.integrator_id, self.integrator)

    def test_customer_whom_the_mail_names_is_proposed(self):
        path = self._get_form_path(
            self.technician.email_formatted, subject="Customer number 009: no tone"
        )
        self.authenticate(None, None)
        form = self.get_form(self.visit(path))
        self.assertEqual(form.fields["customer"], "Customer number 009")
