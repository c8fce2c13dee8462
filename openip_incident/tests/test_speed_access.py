# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is let in is who core lets in, whichever rule is asked first."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.orm.models import BaseModel
from odoo.tests import new_test_user, tagged

from odoo.addons.helpdesk_mgmt.models.helpdesk_ticket import HelpdeskTicket

from ..models.speed.helpdesk_ticket_access import HelpdeskTicket as FastTicket
from .common import IncidentCommon
from .elsewhere import write_elsewhere

OPERATIONS = ("read", "write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestSpeedAccess(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = {
            "customer": cls.customer,
            "integrator": cls.integrator,
            "stranger": cls.env["res.partner"].create(
                {"name": "Stranger", "email": "stranger@example.com"}
            ),
        }
        cls.users = [
            new_test_user(
                cls.env, f"access {name}", "base.group_portal", partner_id=partner.id
            )
            for name, partner in people.items()
        ]
        cls.users.append(cls.env.ref("base.public_user"))
        plain = cls.env["helpdesk.ticket"].create(
            {
                "name": "Printer",
                "description": "<p>Out of paper</p>",
                "partner_id": cls.customer.id,
            }
        )
        archived = cls._create_incident(cls)
        archived.active = False
        cls.tickets = cls._create_incident(cls) | plain | archived
        cls.tickets.flush_recordset()

    def _ask(self, ticket, operation):
        # What was told of a user's contacts before is no help.
        self.env.invalidate_all()
        return ticket.has_access(operation)

    def test_verdict_is_cores(self):
        verdicts = []
        for user in self.users:
            for ticket in self.tickets.with_user(user):
                for operation in OPERATIONS:
                    with self.subTest(user.login, ticket=ticket.id, act=operation):
                        core = not BaseModel._check_access(ticket, operation)
                        self.assertEqual(self._ask(ticket, operation), core)
                        verdicts.append(core)
        self.assertEqual(set(verdicts), {True, False})

    def test_archived_tag_keeps_out_as_core_has_it(self):
        """What is archived counts for a rule, whatever the context shows of it."""
        ticket = self.tickets[0]
        tag = self.env["helpdesk.ticket.tag"].create({"name": "Sealed"})
        self.env["ir.rule"].create(
            {
                "name": "Nothing sealed",
                "model_id": self.env["ir.model"]._get_id(ticket._name),
                "domain_force": [("tag_ids", "not in", tag.ids)],
            }
        )
        own = ticket.with_user(self.users[0])
        self.assertTrue(self._ask(own, "read"))
        ticket.tag_ids = tag
        tag.active = False
        self.assertFalse(own.tag_ids)
        for context in ({}, {"active_test": True}):
            self.assertFalse(self._ask(own.with_context(**context), "read"))

    def test_party_is_let_in_without_a_query(self):
        ticket = self.tickets[0]
        for user in self.users[:2]:
            own = ticket.with_user(user)
            self.assertTrue(own.has_access("read"))
            with self.assertQueryCount(0):
                self.assertTrue(own.has_access("read"))

    def test_agents_are_judged_by_core(self):
        ticket = self.tickets[0].with_user(self.agent)
        with patch.object(FastTicket, "_is_incident_granted") as granted:
            self.assertTrue(self._ask(ticket, "read"))
        self.assertFalse(granted.called)

    def test_whoever_is_refused_reads_cores_words(self):
        ticket = self.tickets[0].with_user(self.users[2])
        with self.assertRaises(AccessError):
            ticket.check_access("read")

    def test_another_addon_is_heard(self):
        """Where another addon refuses, no rule that grants the ticket counts."""
        ticket = self.tickets[0].with_user(self.users[0])
        self.assertTrue(ticket.has_access("read"))

        @write_elsewhere
        def refuse(records, _operation):
            return records, lambda: AccessError("No")

        with patch.object(HelpdeskTicket, "_check_access", refuse, create=True):
            self.assertFalse(ticket.has_access("read"))

    def test_another_addon_that_replaces_the_method_is_heard(self):
        """Where it puts its own function into a class of core's, or of ours."""
        ticket = self.tickets[0].with_user(self.users[0])
        asked = []

        @write_elsewhere
        def check(records, operation, core=BaseModel._check_access):
            asked.append(operation)
            return core(records, operation)

        with patch.object(BaseModel, "_check_access", check):
            self.assertTrue(ticket.has_access("read"))
        self.assertEqual(asked, ["read"])

        @write_elsewhere
        def check_ours(records, operation, ours=FastTicket._check_access):
            asked.append(operation)
            return ours(records, operation)

        with patch.object(FastTicket, "_check_access", check_ours):
            with patch.object(FastTicket, "_is_incident_granted") as granted:
                self.assertTrue(ticket.has_access("read"))
        self.assertFalse(granted.called)
        self.assertEqual(asked, ["read"] * 2)
