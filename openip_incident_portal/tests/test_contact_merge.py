# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two contacts of one person become one, with all that incidents know of them."""

from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.openip_incident.tests.common import OPENED, WAITING
from odoo.addons.openip_incident.tests.followup_common import FollowupCommon

from .page_common import PageCommon


class ContactMergeCommon:
    def merge(self, source, target):
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.keeper)
        wizard._merge((source | target).ids, target.with_user(self.keeper))
        self.env.invalidate_all()

    def make_double(self, partner, **values):
        return partner.copy({"name": partner.name, "email": partner.email, **values})

    def setUp(self):
        super().setUp()
        self.keeper = new_test_user(
            self.env,
            "merge_keeper",
            groups="base.group_user,base.group_partner_manager",
        )


@tagged("post_install", "-at_install")
class TestContactMerge(ContactMergeCommon, PageCommon):
    def test_the_other_contact_goes_on_with_the_incident(self):
        incident = self._create_incident_in(WAITING)
        double = self.make_double(self.customer)
        former = self.customer
        self.merge(former, double)
        incident = incident.sudo()
        self.assertEqual(incident.partner_id, double)
        self.assertEqual(incident._get_incident_parties(), double | self.integrator)
        self.assertEqual(incident.incident_phase, "waiting")
        page = self.visit(self.get_path(incident, double, "answer"))
        self.assertIn(incident.number, self.read_page(page))

    def test_a_link_in_an_old_mail_has_a_fresh_one_mailed(self):
        incident = self._create_incident_in(OPENED)
        path = self.get_path(incident)
        double = self.make_double(self.customer)
        self.merge(self.customer, double)
        page = self.visit(path, status=410)
        for secret in (incident.number, "No outgoing", double.name):
            self.assertNotIn(secret, page.response.text)
        with self.capture_letters() as letters:
            self.send(self.get_form(page), agreed="1")
        self.assertPartiesGot(letters, double.email)

    def test_a_link_survives_a_second_merge(self):
        incident = self._create_incident_in(OPENED)
        path = self.get_path(incident)
        second, third = self.make_double(self.customer), self.make_double(self.customer)
        self.merge(self.customer, second)
        self.merge(second, third)
        self.visit(path, status=410)

    def test_a_link_of_somebody_else_stays_dead(self):
        incident = self._create_incident_in(OPENED)
        stranger = self.make_double(self.customer)
        path = self.get_path(incident, stranger)
        self.visit(path, status=404)
        self.merge(stranger, self.make_double(self.customer))
        self.visit(path, status=404)

    def test_links_of_who_stays_go_on(self):
        incident = self._create_incident_in(OPENED)
        path = self.get_path(incident)
        self.merge(self.make_double(self.customer), self.customer)
        self.assertIn(incident.number, self.read_page(self.visit(path)))

    def test_both_have_the_same_further_addresses(self):
        double = self.make_double(self.customer)
        addresses = self.env["incident.address"]
        emails = ("own@example.com", "Both@example.com")
        for partner, own in ((self.customer, emails), (double, emails[1:])):
            for email in own:
                addresses.create({"partner_id": partner.id, "email": email.lower()})
        self.merge(self.customer, double)
        self.assertEqual(
            sorted(addresses.search([("partner_id", "=", double.id)]).mapped("email")),
            ["both@example.com", "own@example.com"],
        )

    def test_both_have_the_same_service(self):
        double = self.make_double(self.customer)
        services = self.env["incident.service"]
        values = [
            {"partner_id": partner.id, "name": name}
            for partner, name in (
                (self.customer, "0102030405"),
                (self.customer, "FTTO-1"),
                (double, "0102030405"),
            )
        ]
        shared, own, kept = services.create(values)
        incident = self._create_incident(service_id=shared.id)
        self.merge(self.customer, double)
        self.assertFalse(shared.exists())
        self.assertEqual(incident.service_id, kept)
        self.assertEqual((own | kept).partner_id, double)
        self.assertEqual(own.party_id, double.incident_party_id)

    def test_what_one_of_both_services_says_is_kept(self):
        double = self.make_double(self.customer)
        contract = self.env["incident.contract"].create({"name": "Gold"})
        services = self.env["incident.service"]
        facts = {"site": "Lyon", "contract_id": contract.id, "label": "Backup"}
        services.create({"partner_id": self.customer.id, "name": "FTTO-1", **facts})
        kept = services.create(
            {"partner_id": double.id, "name": "FTTO-1", "label": "Main link"}
        )
        self.merge(self.customer, double)
        self.assertEqual(
            (kept.site, kept.contract_id, kept.label), ("Lyon", contract, "Main link")
        )

    def test_one_was_informed_of_more(self):
        incidents = self._create_incident_in(OPENED) | self._create_incident_in(OPENED)
        one = self.make_double(self.stranger)
        two = self.make_double(self.stranger)
        informed = self.env["incident.informed"].sudo()
        for partner, ticket in ((one, incidents[0]), (one, incidents[1])):
            informed.create({"ticket_id": ticket.id, "partner_id": partner.id})
        informed.create({"ticket_id": incidents[0].id, "partner_id": two.id})
        self.merge(one, two)
        for ticket in incidents:
            rows = informed.search([("ticket_id", "=", ticket.id)])
            self.assertEqual(rows.partner_id, two)

    def test_who_decides_for_one_company_decides_for_no_other(self):
        self.keeper = self.env.ref("base.user_admin")
        for parent, expected in ((self.integrator, False), (self.customer, True)):
            boss = self.env["res.partner"].create(
                {
                    "name": "Boss",
                    "parent_id": self.customer.id,
                    "incident_administrator": True,
                }
            )
            other = self.env["res.partner"].create(
                {"name": "Boss", "parent_id": parent.id}
            )
            with self.subTest(parent=parent.name):
                # The parent of who remains is that of the last one that has one.
                self.merge(boss, other)
                self.assertEqual(other.incident_party_id, parent.incident_party_id)
                self.assertEqual(other.incident_administrator, expected)

    def test_links_of_who_stays_go_on_whatever_the_other_was(self):
        incident = self._create_incident_in(OPENED)
        path = self.get_path(incident)
        double = self.make_double(self.customer, email="old@example.com")
        double.email = "newer@example.com"
        double.email = self.customer.email
        self.assertGreater(double.sudo().incident_link_generation, 0)
        self.keeper = self.env.ref("base.user_admin")
        self.merge(double, self.customer)
        self.visit(path)

    def test_both_were_informed(self):
        incident = self._create_incident_in(OPENED)
        one = self.make_double(self.stranger)
        two = self.make_double(self.stranger)
        informed = self.env["incident.informed"].sudo()
        for partner in one | two:
            informed.create({"ticket_id": incident.id, "partner_id": partner.id})
        self.merge(one, two)
        self.assertEqual(
            informed.search([("ticket_id", "=", incident.id)]).partner_id, two
        )

    def test_a_customer_is_not_merged_with_its_integrator(self):
        self._create_incident_in(OPENED)
        self.keeper = self.env.ref("base.user_admin")
        with self.assertRaisesRegex(ValidationError, "cannot be served by itself"):
            self.merge(self.customer, self.integrator)


@tagged("post_install", "-at_install")
class TestContactMergeFollowup(ContactMergeCommon, FollowupCommon):
    def test_reminders_go_to_who_remains(self):
        incident = self.request()
        self.assertEqual(incident.partner_id, self.customer)
        double = self.make_double(self.customer, email="new@bakery.example.com")
        self.keeper = self.env.ref("base.user_admin")
        self.merge(self.customer, double)
        self.run_to(1)
        self.letters.clear()
        self.run_to(25)
        self.assertEqual(
            sorted(letter.address for letter in self.letters),
            sorted(["new@bakery.example.com", self.integrator.email_normalized]),
        )
