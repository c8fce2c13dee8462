# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is a party, who speaks for it, and who can be reached."""

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL, OPENED, IncidentCommon

UNREACHABLE = "openip_incident.mail_activity_type_unreachable"


@tagged("post_install", "-at_install")
class TestStaff(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.sub_contact = partners.create(
            {"name": "Night shift", "parent_id": cls.technician.id}
        )
        cls.end_customer = partners.create(
            {
                "name": "Épicerie Petit",
                "parent_id": cls.integrator.id,
                "integrator_id": cls.integrator.id,
                "email": "petit@epicerie.example.com",
            }
        )
        cls.end_contact = partners.create(
            {"name": "Paul Petit", "parent_id": cls.end_customer.id}
        )
        cls.subsidiary = partners.create(
            {
                "name": "Telintegra South",
                "is_company": True,
                "parent_id": cls.integrator.id,
            }
        )
        cls.person = partners.create({"name": "Private Person"})

    def test_contacts_speak_for_their_company(self):
        expected = {
            self.integrator: self.integrator,
            self.technician: self.integrator,
            self.sub_contact: self.integrator,
            self.baker: self.customer,
            self.person: self.person,
        }
        for contact, party in expected.items():
            with self.subTest(contact=contact.name):
                self.assertEqual(contact.incident_party_id, party)
                self.assertTrue(contact._is_incident_staff_of(party))

    def test_end_customer_below_an_integrator_speaks_for_itself(self):
        self.assertEqual(self.end_customer.incident_party_id, self.end_customer)
        self.assertEqual(self.end_contact.incident_party_id, self.end_customer)
        self.assertFalse(self.end_customer._is_incident_staff_of(self.integrator))
        self.assertFalse(self.end_contact._is_incident_staff_of(self.integrator))
        self.assertFalse(self.technician._is_incident_staff_of(self.end_customer))

    def test_subsidiary_is_a_party_of_its_own(self):
        self.assertEqual(self.subsidiary.incident_party_id, self.subsidiary)
        self.assertFalse(self.subsidiary._is_incident_staff_of(self.integrator))

    def test_staff_of_a_contact_is_its_company(self):
        """The party of an incident may be a contact: colleagues speak for it."""
        self.assertTrue(self.technician._is_incident_staff_of(self.sub_contact))

    def test_moving_a_contact_moves_its_incidents(self):
        incident = self._create_incident(partner_id=self.baker.id)
        self.assertEqual(incident.sudo().customer_party_id, self.customer)
        self.baker.parent_id = self.stranger
        self.assertEqual(self.baker.incident_party_id, self.stranger)
        self.assertEqual(incident.sudo().customer_party_id, self.stranger)

    def test_becoming_an_end_customer_ends_being_staff(self):
        self.technician.integrator_id = self.integrator
        self.assertEqual(self.technician.incident_party_id, self.technician)
        self.assertEqual(self.sub_contact.incident_party_id, self.technician)
        self.technician.integrator_id = False
        self.assertEqual(self.sub_contact.incident_party_id, self.integrator)

    def test_colleagues_of_ours_are_never_staff(self):
        colleague = self.agent.partner_id
        colleague.parent_id = self.customer
        self.assertFalse(colleague._is_incident_staff_of(self.customer))
        incident = self._create_incident()
        self.assertFalse(incident._get_incident_party(colleague))

    def test_nobody_speaks_for_nobody(self):
        incident = self._create_incident(partner_id=False)
        self.assertFalse(incident._get_incident_party(self.env["res.partner"]))
        self.assertFalse(incident._get_incident_party(self.person))

    def test_serving_oneself_is_refused(self):
        with self.assertRaises(ValidationError):
            self.integrator.integrator_id = self.integrator


@tagged("post_install", "-at_install")
class TestParties(IncidentCommon):
    def test_integrator_follows_the_customer(self):
        self.assertEqual(self._create_incident().integrator_id, self.integrator)

    def test_integrator_follows_the_contacts_company(self):
        incident = self._create_incident(partner_id=self.baker.id)
        self.assertEqual(incident.integrator_id, self.integrator)

    def test_integrator_follows_a_change_of_customer(self):
        incident = self._create_incident()
        incident.partner_id = self.stranger
        self.assertFalse(incident.integrator_id)
        incident.partner_id = self.customer
        self.assertEqual(incident.integrator_id, self.integrator)

    def test_integrator_can_be_changed(self):
        other = self.stranger
        other.is_integrator = True
        incident = self._create_incident()
        with Form(incident) as form:
            form.integrator_id = other
        self.assertEqual(incident.integrator_id, other)
        incident.name = "Another title"
        self.assertEqual(incident.integrator_id, other)
        chosen = self._create_incident(integrator_id=other.id)
        self.assertEqual(chosen.integrator_id, other)

    def test_integrator_of_an_end_customer_stored_below_it(self):
        end_customer = self.env["res.partner"].create(
            {
                "name": "Épicerie Petit",
                "parent_id": self.integrator.id,
                "integrator_id": self.integrator.id,
                "email": "petit@epicerie.example.com",
            }
        )
        incident = self._create_incident(partner_id=end_customer.id)
        self.assertEqual(incident.integrator_id, self.integrator)
        with self.capture_letters() as letters:
            incident.action_incident_open()
        self.assertLettersTo(letters, "petit@epicerie.example.com", INTEGRATOR_MAIL)

    def test_plain_ticket_informs_no_integrator(self):
        ticket = self._create_plain_ticket()
        with self.capture_letters() as letters:
            ticket.stage_id = self.plain_progress
        self.assertNoLetters(letters)

    def test_same_address_twice_is_one_mail(self):
        self.integrator.email = f"Shared <{CUSTOMER_MAIL.upper()}>"
        incident = self._create_incident()
        with self.capture_letters() as letters:
            incident.action_incident_open()
        self.assertLettersTo(letters, CUSTOMER_MAIL)
        self.assertEqual(incident.sudo().notice_ids.partner_id, self.customer)

    def test_customer_who_is_its_own_integrator(self):
        incident = self._create_incident(
            partner_id=self.integrator.id, integrator_id=self.integrator.id
        )
        with self.capture_letters() as letters:
            incident.action_incident_open()
        self.assertLettersTo(letters, INTEGRATOR_MAIL)

    def test_party_without_address_is_shown(self):
        self.customer.email = False
        incident = self._create_incident()
        self.assertEqual(incident.unreachable_party_ids, self.customer)
        self.assertIn(self.customer.name, incident.incident_banner)
        self.customer.email = CUSTOMER_MAIL
        incident.invalidate_recordset()
        self.assertFalse(incident.unreachable_party_ids)
        self.assertNotIn(self.customer.name, incident.incident_banner or "")

    def test_party_without_address_is_an_activity_once(self):
        for email in (False, "not an address"):
            with self.subTest(email=email):
                self.customer.email = email
                incident = self._create_incident(user_id=self.agent.id)
                with self.capture_letters() as letters:
                    incident.action_incident_open()
                    incident.incident_update("<p>News</p>")
                self.assertLettersTo(letters, INTEGRATOR_MAIL, INTEGRATOR_MAIL)
                activity = incident.activity_ids.filtered(
                    lambda item: item.activity_type_id == self.env.ref(UNREACHABLE)
                )
                self.assertEqual(len(activity), 1)
                self.assertEqual(activity.user_id, self.agent)
                self.assertIn(self.customer.name, activity.summary)

    def test_no_activity_before_a_mail_is_due(self):
        self.customer.email = False
        incident = self._create_incident(user_id=self.agent.id)
        self.assertFalse(incident.activity_ids)

    def test_two_parties_without_address_are_both_named(self):
        (self.customer | self.integrator).email = False
        incident = self._create_incident(user_id=self.agent.id)
        with self.capture_letters() as letters:
            incident.action_incident_open()
        self.assertNoLetters(letters)
        told = " ".join(incident.activity_ids.mapped("summary"))
        self.assertIn(self.customer.name, told)
        self.assertIn(self.integrator.name, told)

    def test_both_are_informed_after_a_change_of_integrator(self):
        other = self.stranger
        other.is_integrator = True
        incident = self._create_incident_in(OPENED)
        incident.integrator_id = other
        with self.capture_letters() as letters:
            incident.incident_update("<p>News</p>")
        self.assertLettersTo(letters, CUSTOMER_MAIL, other.email)

    def test_banner_says_whom_we_wait_for(self):
        incident = self._create_incident_in(OPENED)
        incident.incident_request("information", "<p>When?</p>", "integrator")
        self.assertIn(self.integrator.name, incident.incident_banner)
        self.assertNotIn(self.customer.name, incident.incident_banner)

    def test_names_in_the_banner_are_text(self):
        self.customer.write({"email": False, "name": "<script>alert(1)</script>"})
        incident = self._create_incident()
        self.assertNotIn("<script", incident.incident_banner)

    def test_our_turn_is_found(self):
        ours = self._create_incident_in(OPENED)
        theirs = self._create_incident_in("waiting")
        answered = self._create_incident_in("closure")
        answered.sudo().answer_unread = True
        plain = self._create_plain_ticket()
        tickets = ours | theirs | answered | plain
        scope = [("id", "in", tickets.ids)]
        search = self.env["helpdesk.ticket"].with_user(self.agent).search
        self.assertEqual(search([*scope, ("our_turn", "=", True)]), ours | answered)
        self.assertEqual(search([*scope, ("our_turn", "=", False)]), theirs | plain)
        self.assertEqual(tickets.filtered("our_turn"), ours | answered)
