# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo.exceptions import AccessError
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.tests.common import (
    CUSTOMER_MAIL,
    INTEGRATOR_MAIL,
    WAITING,
)

from .portal_common import IncidentPortalCommon

CC = "boss@boulangerie.example.com"


@tagged("post_install", "-at_install")
class TestReviewPrivacy(IncidentPortalCommon):
    """No remote call tells one party the mail addresses of the other."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        incident = self._create_incident_in(WAITING, partner_email=CUSTOMER_MAIL)
        self.incident = incident.sudo()
        with self.capture_letters():
            self._reply(self.incident, self.customer, author=self.baker, cc=CC)
            self._reply(self.incident, self.integrator, author=self.technician)
        self.domain = [
            ("model", "=", "helpdesk.ticket"),
            ("res_id", "=", self.incident.id),
        ]

    def _call(self, path, **params):
        self.env.flush_all()
        try:
            return json.dumps(self.make_jsonrpc_request(path, params), default=str)
        finally:
            self.env.invalidate_all()

    def _call_kw(self, model, method, *args, **kwargs):
        return self._call(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=args,
            kwargs=kwargs,
        )

    def test_parties_are_named_without_address(self):
        for name, field, address in (
            ("baker", "integrator_id", INTEGRATOR_MAIL),
            ("technician", "partner_id", CUSTOMER_MAIL),
        ):
            with self.subTest(name=name):
                self._login(name)
                answer = self._call_kw(
                    "helpdesk.ticket",
                    "read",
                    self.incident.ids,
                    [field],
                    context={"show_email": True},
                )
                self.assertIn(self.incident[field].name, answer)
                self.assertNotIn(address, answer)

    def test_colleagues_still_see_addresses(self):
        self.authenticate("incident_agent", "incident_agent")
        answer = self._call_kw(
            "helpdesk.ticket",
            "read",
            self.incident.ids,
            ["partner_id", "partner_email"],
            context={"show_email": True},
        )
        self.assertEqual(answer.count(CUSTOMER_MAIL), 2)
        answer = self._call_kw(
            "mail.message", "search_read", self.domain, ["email_from"]
        )
        self.assertIn(self.technician.email, answer)

    def test_ticket_keeps_address_to_itself(self):
        self._login("technician")
        for method, args in (
            ("read", (self.incident.ids, ["partner_email"])),
            ("read", (self.incident.ids, ["email_cc"])),
            ("search_count", ([("partner_email", "=like", "a%")],)),
            ("formatted_read_group", ([], ["partner_email"], ["__count"])),
        ):
            with self.subTest(method=method, args=args), mute_logger("odoo.http"):
                with self.assertRaises(JsonRpcException):
                    self._call_kw("helpdesk.ticket", method, *args)

    def test_conversation_shows_no_addresses(self):
        names = ["email_from", "reply_to", "incoming_email_cc", "incoming_email_to"]
        for name, others in (
            ("baker", (self.technician.email, INTEGRATOR_MAIL)),
            ("technician", (self.baker.email, CUSTOMER_MAIL, CC)),
        ):
            self._login(name)
            thread = {"thread_model": "helpdesk.ticket", "thread_id": self.incident.id}
            answers = [
                self._call_kw("mail.message", "search_read", self.domain, names),
                self._call("/mail/chatter_fetch", **thread),
                self._call("/mail/thread/messages", **thread),
            ]
            for answer in answers:
                for address in others:
                    with self.subTest(name=name, address=address):
                        self.assertIn('"id"', answer)
                        self.assertNotIn(address, answer)

    def test_conversation_is_not_grouped_by_address(self):
        messages = self.env["mail.message"].with_user(self.portal_users["baker"])
        for address in ("email_from", "reply_to", "incoming_email_cc"):
            for call in (
                lambda name: messages.formatted_read_group(
                    self.domain, [name], ["__count"]
                ),
                lambda name: messages.formatted_read_grouping_sets(
                    self.domain, [[name]], ["__count"]
                ),
                lambda name: messages.formatted_read_group(
                    self.domain, [], [f"{name}:array_agg"]
                ),
                lambda name: messages.search([*self.domain, (name, "like", "a")]),
                lambda name: messages.search([("parent_id." + name, "like", "a")]),
                lambda name: messages.search(self.domain, order=name),
            ):
                with self.subTest(address=address), self.assertRaises(AccessError):
                    call(address)
