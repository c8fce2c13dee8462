# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What an act asks of a record is answered once, and forgotten with the act."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..models.words import BATCH
from ..tools.act_memory import MEMORY, ActMemory
from .common import CUSTOMER_MAIL, IN_PROGRESS, INTEGRATOR_MAIL, IncidentCommon


@tagged("post_install", "-at_install")
class TestSpeedMemory(IncidentCommon):
    def setUp(self):
        super().setUp()
        self.incident = self._create_incident_in(IN_PROGRESS)

    def _remember(self, memory):
        return self.incident.with_context(**{MEMORY: memory})

    def test_answer_is_remembered_as_long_as_the_act(self):
        first, second = self._remember(ActMemory()), self._remember(ActMemory())
        company = self.customer.commercial_partner_id
        former = company.name
        self.assertEqual(first._get_customer_name(), former)
        company.name = "Renamed"
        self.assertEqual(first._get_customer_name(), former)
        self.assertEqual(second._get_customer_name(), "Renamed")
        self.assertEqual(self.incident._get_customer_name(), "Renamed")

    def test_nothing_is_remembered_of_an_act_that_is_over(self):
        with ActMemory() as memory:
            ticket = self._remember(memory)
            self.assertNotEqual(ticket._get_customer_name(), "Renamed")
        self.customer.commercial_partner_id.name = "Renamed"
        self.assertEqual(ticket._get_customer_name(), "Renamed")

    def test_each_record_has_answers_of_its_own(self):
        ticket = self._remember(ActMemory())
        self.assertTrue(ticket._is_incident_party(self.customer))
        self.assertFalse(ticket._is_incident_party(self.env.user.partner_id))
        self.assertFalse(ticket._is_incident_party(self.customer.browse()))
        other = self._create_incident().with_env(ticket.env)
        other.partner_id = self.integrator
        self.assertFalse(other._is_incident_party(self.customer))

    def test_nobody_else_brings_answers(self):
        question = "_get_customer_name", self.incident._ids
        for forged in (True, {question: "Forged"}, "Forged"):
            ticket = self._remember(forged)
            self.assertNotEqual(ticket._get_customer_name(), "Forged")

    def test_plan_of_an_incident_is_looked_up_once(self):
        asked = []
        field = self.registry["helpdesk.ticket"]._fields["followup_id"]
        read = type(field).__get__

        def count(one, record, owner=None):
            if one is field and record:
                asked.append(record.id)
            return read(one, record, owner)

        ticket = self._remember(ActMemory())
        self.patch(type(field), "__get__", count)
        for _time in range(3):
            ticket._get_correspondence_zone()
        self.assertEqual(asked, ticket.ids)

    def test_next_act_knows_what_has_changed_since(self):
        company = self.customer.commercial_partner_id
        with self.capture_letters() as letters:
            self.incident.incident_update("<p>One</p>")
            company.name = "Renamed"
            self.incident.incident_update("<p>Two</p>")
        said = {
            text: [
                "Renamed" in letter["body"]
                for letter in letters
                if text in letter["body"]
            ]
            for text in ("One", "Two")
        }
        self.assertEqual(said, {"One": [False, False], "Two": [True, True]})

    def test_method_takes_what_it_is_given_by_name(self):
        parties = self.env["res.partner"].with_context(**{MEMORY: ActMemory()})
        newcomer = parties.create({"name": "Newcomer", "lang": False})
        for fallback in ("fr_FR", "en_US"):
            self.assertEqual(newcomer._get_incident_lang(fallback=fallback), fallback)

    def test_who_extends_a_method_is_asked_each_time(self):
        heard = []
        extended = type(self.incident)._is_incident_party

        def hear(ticket, contact):
            heard.append(contact.id)
            return extended(ticket, contact)

        self.patch(type(self.incident), "_is_incident_party", hear)
        with self.capture_letters() as letters:
            self.incident.incident_update("<p>Said</p>")
        parties = self.customer | self.integrator
        self.assertEqual(
            self._recipients(letters), sorted([CUSTOMER_MAIL, INTEGRATOR_MAIL])
        )
        for party in parties:
            self.assertGreater(heard.count(party.id), 1)

    # Servers of mails

    def _create_mails(self, server):
        messages = self.env["mail.message"].create(
            [{"body": "Said", "mail_server_id": server.id} for _time in range(4)]
        )
        mails = self.env["mail.mail"].with_context(**{BATCH: True})
        return mails.create(
            [
                {"mail_message_id": message.id, "body_html": "Said"}
                for message in messages
            ]
        )

    def test_server_of_somebody_else_is_refused(self):
        servers = self.env["ir.mail_server"]
        vals = {"name": "Own", "smtp_host": "localhost", "from_filter": "a@b.example"}
        other = self.env.ref("base.user_admin")
        own = servers.create({**vals, "owner_user_id": other.id})
        with self.assertRaises(ValidationError):
            self._create_mails(own)

    def test_mails_without_a_server_are_not_looked_at_one_by_one(self):
        mails = self._create_mails(self.env["ir.mail_server"])
        looked_at = mails._fields["mail_server_id"]._get_cache(mails.env)
        self.assertTrue(looked_at.keys().isdisjoint(mails.ids))
        self.assertFalse(mails[0].mail_server_id)
