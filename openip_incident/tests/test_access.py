# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who reads and writes what, user by user."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import IN_PROGRESS, IncidentCommon

# Everything that this addon adds to a ticket and that is support's alone.
INTERNAL_FIELDS = (
    "answer_unread",
    "escalation_date",
    "escalation_level_id",
    "escalation_partner_id",
    "escalation_reference",
    "former_number",
    "incident_banner",
    "incident_number",
    "last_answer_date",
    "notice_ids",
    "our_turn",
    "predecessor_id",
    "reopen_count",
    "return_stage_id",
    "unreachable_party_ids",
    "validated_by_id",
    "validated_date",
    "wait_for",
    "wait_start",
)


@tagged("post_install", "-at_install")
class TestPortalAccess(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"]
        cls.end_customer = partners.create(
            {
                "name": "Épicerie Petit",
                "parent_id": cls.integrator.id,
                "integrator_id": cls.integrator.id,
            }
        )
        cls.other_end_customer = partners.create(
            {
                "name": "Fleurs Durand",
                "parent_id": cls.integrator.id,
                "integrator_id": cls.integrator.id,
            }
        )
        cls.other_integrator = partners.create(
            {"name": "Voxcom", "is_company": True, "is_integrator": True}
        )
        cls.other_baker = partners.create(
            {"name": "Colin Martin", "parent_id": cls.customer.id}
        )
        people = {
            "customer": cls.customer,
            "contact": cls.baker,
            "colleague": cls.other_baker,
            "integrator": cls.integrator,
            "technician": cls.technician,
            "end customer": cls.end_customer,
            "other end customer": cls.other_end_customer,
            "other integrator": cls.other_integrator,
            "stranger": cls.stranger,
        }
        cls.people = {
            name: cls._create_portal_user(
                cls, partner, f"portal_{name.replace(' ', '_')}"
            )
            for name, partner in people.items()
        }
        cls.prepare_once()

    def prepare(self):
        with self.capture_letters():
            self.of_company = self._create_incident_in(IN_PROGRESS)
            self.of_contact = self._create_incident(partner_id=self.baker.id)
            self.of_end_customer = self._create_incident(
                partner_id=self.end_customer.id
            )
            self.of_integrator = self._create_incident(partner_id=self.integrator.id)
        self.all = (
            self.of_company
            | self.of_contact
            | self.of_end_customer
            | self.of_integrator
        )

    def test_end_customers_below_an_integrator_do_not_read_each_other(self):
        contacts = self.env["res.partner"]
        both = self.end_customer | self.other_end_customer
        for name, seen in (
            ("end customer", self.end_customer),
            ("other end customer", self.other_end_customer),
            ("integrator", both),
            ("technician", both),
            ("stranger", contacts),
        ):
            with self.subTest(user=name):
                found = contacts.with_user(self.people[name]).search(
                    [("id", "in", both.ids)]
                )
                self.assertEqual(found.sudo(), seen)

    def test_portal_users_read_the_incidents_of_their_party(self):
        of_customer = self.of_company | self.of_contact
        readable = {
            "customer": of_customer,
            "contact": of_customer,
            "colleague": of_customer,
            "integrator": self.all,
            "technician": self.all,
            "end customer": self.of_end_customer,
            "other end customer": self.all.browse(),
            "other integrator": self.all.browse(),
            "stranger": self.all.browse(),
        }
        for name, user in self.people.items():
            with self.subTest(user=name):
                tickets = self.env["helpdesk.ticket"].with_user(user)
                found = tickets.search([("id", "in", self.all.ids)])
                self.assertEqual(found.sudo(), readable[name].sudo())
                for incident in self.all:
                    self.assertEqual(
                        incident.with_user(user).has_access("read"),
                        incident in readable[name],
                    )

    def test_portal_users_write_nothing(self):
        for name, user in self.people.items():
            incident = self.of_company.with_user(user)
            with self.subTest(user=name):
                for change in (
                    lambda ticket: ticket.write({"name": "Mine"}),
                    lambda ticket: ticket.action_incident_close("confirmed"),
                    lambda ticket: ticket.incident_update("<p>News</p>"),
                    lambda ticket: ticket.unlink(),
                ):
                    with self.assertRaises(AccessError):
                        change(incident)

    def test_following_opens_nothing(self):
        """The base's rule lets whoever follows a ticket read it."""
        stranger = self.people["stranger"]
        self.env["mail.followers"].sudo().create(
            {
                "res_model": "helpdesk.ticket",
                "res_id": self.of_company.id,
                "partner_id": stranger.partner_id.id,
            }
        )
        self.assertFalse(self.of_company.with_user(stranger).has_access("read"))

    def test_losing_the_party_loses_the_incident(self):
        technician = self.people["technician"]
        self.assertTrue(self.of_company.with_user(technician).has_access("read"))
        self.of_company.integrator_id = self.other_integrator
        self.env.flush_all()
        self.assertFalse(self.of_company.with_user(technician).has_access("read"))
        other = self.people["other integrator"]
        self.assertTrue(self.of_company.with_user(other).has_access("read"))

    def test_own_plain_tickets_are_read_as_before(self):
        ticket = self._create_plain_ticket(partner_id=self.baker.id)
        for name, readable in (("contact", True), ("customer", True), ("stranger", 0)):
            with self.subTest(user=name):
                user = self.people[name]
                self.assertEqual(
                    ticket.with_user(user).has_access("read"), bool(readable)
                )

    def test_internal_fields_are_internal(self):
        incident = self.of_company.with_user(self.people["customer"])
        for name in INTERNAL_FIELDS:
            with self.subTest(field=name), self.assertRaises(AccessError):
                incident.read([name])
        visible = incident.fields_get()
        self.assertFalse(set(INTERNAL_FIELDS) & set(visible))

    def test_internal_fields_are_no_search_terms(self):
        """A filter on a hidden field would tell its value bit by bit."""
        tickets = self.env["helpdesk.ticket"].with_user(self.people["customer"])
        for name in ("answer_unread", "escalation_reference", "validated_by_id"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                tickets.search([(name, "!=", False)])

    def test_what_a_party_needs_is_visible(self):
        incident = self.of_company.with_user(self.people["customer"])
        values = incident.read(
            ["number", "name", "stage_id", "incident_phase", "solved_date"]
        )
        self.assertEqual(values[0]["incident_phase"], IN_PROGRESS)

    def test_notices_and_wizards_are_internal(self):
        user = self.people["customer"]
        for model in (
            "incident.notice",
            "incident.act.wizard",
            "incident.escalation.level",
        ):
            with self.subTest(model=model):
                records = self.env[model].with_user(user)
                self.assertFalse(records.has_access("read"))

    def test_mail_of_the_other_party_is_not_read(self):
        """The hidden messages belong to one party each."""
        notices = self.of_company.sudo().notice_ids
        of_integrator = notices.filtered(
            lambda notice: notice.partner_id == self.integrator
        ).message_id
        self.assertTrue(of_integrator)
        user = self.people["customer"]
        messages = self.env["mail.message"].with_user(user)
        self.assertFalse(messages.search([("id", "in", of_integrator.ids)]))


@tagged("post_install", "-at_install")
class TestInternalAccess(IncidentCommon):
    def test_agents_read_configuration_and_managers_write_it(self):
        records = {
            "helpdesk.ticket.stage": self.stages[IN_PROGRESS],
            "helpdesk.ticket.team": self.team,
            "incident.escalation.level": self.level,
        }
        for model, record in records.items():
            with self.subTest(model=model):
                self.assertTrue(record.with_user(self.agent).has_access("read"))
                for mode in ("write", "create", "unlink"):
                    self.assertFalse(record.with_user(self.agent).has_access(mode))
                    self.assertTrue(record.with_user(self.manager).has_access(mode))

    def test_notices_are_evidence(self):
        """Nobody changes by hand what was sent to whom."""
        with self.capture_letters():
            incident = self._create_incident_in(IN_PROGRESS)
        notice = incident.sudo().notice_ids[:1]
        for user in (self.agent, self.manager):
            self.assertTrue(notice.with_user(user).has_access("read"))
            for mode in ("write", "create", "unlink"):
                self.assertFalse(notice.with_user(user).has_access(mode))

    def test_notices_follow_the_company(self):
        with self.capture_letters():
            incident = self._create_incident_in(IN_PROGRESS)
        notice = incident.sudo().notice_ids[:1]
        foreigner = new_test_user(
            self.env,
            login="agent_c2",
            groups="helpdesk_mgmt.group_helpdesk_user",
            company_id=self.company_2.id,
        )
        self.assertFalse(notice.with_user(foreigner).has_access("read"))
        self.assertFalse(incident.with_user(foreigner).has_access("read"))

    def test_notices_follow_the_incident(self):
        """An agent of personal tickets reads the mails of those alone."""
        personal = new_test_user(
            self.env,
            login="agent_own",
            groups="helpdesk_mgmt.group_helpdesk_user_own",
            company_id=self.company.id,
        )
        with self.capture_letters():
            incident = self._create_incident_in(IN_PROGRESS, user_id=self.agent.id)
        self.assertFalse(incident.with_user(personal).has_access("read"))
        notice = incident.sudo().notice_ids[:1]
        self.assertFalse(notice.with_user(personal).has_access("read"))

    def test_form_names_an_incident_that_its_reader_may_not_read(self):
        personal = new_test_user(
            self.env,
            login="agent_own_form",
            groups="helpdesk_mgmt.group_helpdesk_user_own",
            company_id=self.company.id,
        )
        other = self._create_incident_in(IN_PROGRESS, user_id=self.agent.id)
        own = self._create_incident_in(IN_PROGRESS, user_id=personal.id)
        own.sudo().predecessor_id = other
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(other.with_user(personal).has_access("read"))
        named = {"predecessor_id": {"fields": {"display_name": {}}}, "name": {}}
        [shown] = own.with_user(personal).web_read(named)
        self.assertIn(other.number, shown["predecessor_id"]["display_name"])

    def test_wizard_is_for_agents(self):
        wizards = self.env["incident.act.wizard"]
        self.assertTrue(wizards.with_user(self.agent).has_access("create"))
        self.assertFalse(wizards.with_user(self.user_employee).has_access("create"))

    def test_wizard_acts_with_the_rights_of_its_user(self):
        """A wizard that an agent opened on a foreign incident does nothing."""
        incident = self._create_incident_in(IN_PROGRESS, user_id=self.agent.id)
        personal = new_test_user(
            self.env,
            login="agent_own_wizard",
            groups="helpdesk_mgmt.group_helpdesk_user_own",
            company_id=self.company.id,
        )
        for act in ("update", "close", "reopen"):
            with self.subTest(act=act), self.assertRaises(AccessError):
                self.env["incident.act.wizard"].with_user(personal).create(
                    {
                        "act": act,
                        "ticket_ids": incident.ids,
                        "body": "<p>Mine</p>",
                    }
                ).action_confirm()

    def test_agents_act_without_rights_on_mail(self):
        """Sending is the consequence of an act, not a right of its own."""
        incident = self._create_incident(user=self.agent)
        with self.capture_letters() as letters:
            incident.with_user(self.agent).action_incident_open()
        self.assertBothInformed(letters)
