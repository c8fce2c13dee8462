# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reporters choose among their own services, integrators among their customers'."""

from odoo.tests import tagged

from .form_common import FORM_PATH, FormCommon


@tagged("post_install", "-at_install")
class TestFormService(FormCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rival = cls.env["res.partner"].create(
            {"name": "Voxcom", "is_company": True, "is_integrator": True}
        )
        garage = cls.env["res.partner"].create(
            {"name": "Garage", "is_company": True, "integrator_id": rival.id}
        )
        cls.customer.country_id = cls.env.ref("base.fr")
        services = cls.env["incident.service"]
        cls.line, cls.own, cls.other = services.create(
            [
                {
                    "name": "TS-12",
                    "label": "Switchboard",
                    "partner_id": cls.customer.id,
                    "phone_numbers": "01 99 00 00 33",
                },
                {"name": "I-1", "partner_id": cls.integrator.id},
                {"name": "G-1", "partner_id": garage.id},
            ]
        )

    def _get_offered(self, page):
        return page.xpath("//select[@id='known_service']//option/@value")

    def test_a_customer_is_offered_its_own(self):
        page = self.visit(self._get_form_path(self.baker.email_formatted))
        self.assertEqual(self._get_offered(page), ["", str(self.line.id)])
        self.assertFalse(page.xpath("//optgroup"))

    def test_an_integrator_is_offered_its_own_and_its_customers(self):
        self._log_in(self.technician)
        page = self.visit(FORM_PATH)
        self.assertEqual(
            self._get_offered(page), ["", str(self.own.id), str(self.line.id)]
        )
        customers = page.xpath("//optgroup/@data-customer")
        self.assertEqual(customers, ["own", str(self.customer.id)])

    def test_who_has_none_is_not_asked(self):
        page = self.visit(self._get_form_path(self.stranger.email_formatted))
        self.assertFalse(page.xpath("//select[@id='known_service']"))

    def test_what_is_chosen_is_on_the_incident(self):
        incident, _letters = self._report(known_service=str(self.line.id))
        self.assertEqual(incident.service_id, self.line)
        path = self._get_form_path(self.technician.email_formatted)
        incident, _letters = self._report(
            path=path, customer=str(self.customer.id), known_service=str(self.line.id)
        )
        self.assertEqual(incident.service_id, self.line)

    def test_what_is_written_is_recognised(self):
        incident, _letters = self._report(service="notre ligne +33 1 99 00 00 33")
        self.assertEqual(incident.service_id, self.line)
        self.assertEqual(incident.incident_service, "notre ligne +33 1 99 00 00 33")

    def test_services_of_others_are_refused(self):
        path = self._get_form_path(self.baker.email_formatted)
        for service in (self.other, self.own):
            with self.subTest(service=service.name):
                incident, _letters = self._report(
                    path=path, known_service=str(service.id)
                )
                self.assertFalse(incident)
                self.assertEqual(self.response.status_code, 422)
        path = self._get_form_path(self.technician.email_formatted)
        for customer in ("own", "new"):
            incident, _letters = self._report(
                path=path,
                customer=customer,
                customer_name="Florist",
                customer_email="hello@florist.example.com",
                known_service=str(self.line.id),
            )
            self.assertFalse(incident)
            self.assertEqual(self.response.status_code, 422)
            self.assertIn("Please choose a service", self.response.text)

    def test_what_is_reported_already_is_said(self):
        first = self._create_incident(service_id=self.line.id)
        page = self.visit(self._get_form_path(self.baker.email_formatted))
        self.assertIn(first.number, self.read_page(page))

    def test_services_cost_the_same_however_many_there_are(self):
        path = self._get_form_path(self.technician.email_formatted)
        counts = []
        for turn in range(2):
            self.visit(path)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.visit(path)
            counts.append(self.env.cr.sql_log_count - before)
            for index in range(30):
                line = self.line.copy({"name": f"Line {turn} {index}"})
                self._create_incident(service_id=line.id)
            self.env.flush_all()
        self.assertLessEqual(counts[1], counts[0] + 1)
