# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Nobody forges mail by calling the gateway, which tells scripts what they need."""

import xmlrpc.client
from datetime import timedelta
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common import IncidentCommon

GROUP = "openip_incident.group_mail_gateway"
MIGRATION = Path(__file__).parents[1] / "migrations" / "19.0.1.1.0"

REPORT = "\r\n".join(
    (
        "From: MAILER-DAEMON@x.example",
        "To: {to}",
        "Subject: Undelivered",
        "Message-ID: <report@x.example>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=B",
        "",
        "--B\r\nContent-Type: text/plain\r\n\r\nNo.",
        "--B\r\nContent-Type: message/delivery-status\r\n",
        "Reporting-MTA: dns; x\r\n",
        "Final-Recipient: rfc822; {party}\r\nAction: failed\r\nStatus: 5.1.1\r\n",
        "--B\r\nContent-Type: message/rfc822\r\n",
        "Message-ID: {message_id}\r\n",
        "--B--\r\n",
    )
)

# What Odoo's gateway is made of, and by which of its methods mail may be handed over.
GATEWAY_METHODS = {
    "message_process",
    "message_route",
    "message_parse",
    "message_new",
    "message_update",
}
# The rest of ``message_*`` takes no mail: it writes under the caller's own name and
# rights, or reads.
OTHER_METHODS = {
    "message_post",
    "message_post_with_source",
    "message_mail_with_source",
    "message_notify",
    "message_subscribe",
    "message_unsubscribe",
    "message_get_followers",
    "message_change_thread",
}


class GatewayAccessCommon(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = {
            "plain": "base.group_user",
            "script": f"base.group_user,{GROUP}",
            "admin": "base.group_user,base.group_system",
        }
        cls.users = {
            name: new_test_user(
                cls.env, f"gateway_{name}", groups=groups, name=f"Gateway {name}"
            )
            for name, groups in users.items()
        }
        cls.users["agent"] = cls.agent
        cls.users["manager"] = cls.manager
        cls.users["portal"] = cls._create_portal_user(
            cls, cls.customer, "gateway_portal"
        )
        cls.incident = cls.env["helpdesk.ticket"].create(
            {
                "name": "No calls",
                "description": "<p>None</p>",
                "team_id": cls.team.id,
                "partner_id": cls.customer.id,
            }
        )
        cls.incident.action_incident_open()
        cls.env.flush_all()
        cls.count = 0

    def _get_raw(self, to=None, references=True, subject="Re: x", **headers):
        type(self).count += 1
        answered = self._hidden_message(self.incident, self.integrator).message_id
        lines = {
            "From": self.integrator.email_formatted,
            "To": to or self.team.alias_full_name,
            "Subject": subject,
            "Message-ID": f"<forge{self.count}@x.example>",
            **({"References": answered} if references else {}),
            **headers,
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{head}\r\nFORGED {self.count}\r\n"

    def _get_facts(self):
        self.env.flush_all()
        self.env.invalidate_all()
        notices = self.incident.notice_ids
        return (
            self.env["helpdesk.ticket"].search_count([]),
            self.env["mail.message"].search_count([]),
            self.env["incident.inbound"].search_count([]),
            self.incident.last_answer_date,
            self.incident.answer_unread,
            notices.mapped("status"),
            self.integrator.incident_unreachable_date,
        )


@tagged("post_install", "-at_install")
class TestGatewayAccess(GatewayAccessCommon):
    def _call(self, user, model, method, *args, **options):
        env = self.env(user=self.users[user], su=False)
        context = options.pop("context", {})
        return getattr(env[model].with_context(**context), method)(*args, **options)

    def _get_ways(self):
        """Return ways in which a remote call may hand over mail: dict of arguments."""
        elsewhere = "nobody@elsewhere.example"
        ticket = "helpdesk.ticket"
        team = self.team.id
        answered = self._hidden_message(self.incident, self.integrator).message_id
        report = REPORT.format(
            to=elsewhere, party=self.integrator.email, message_id=answered
        )
        number = self.incident.number
        catchall = self.team.alias_domain_id.catchall_email
        return {
            "answer": ("mail.thread", [False, self._get_raw()], {}),
            "answer by another model": ("res.partner", [False, self._get_raw()], {}),
            "by the ticket": (ticket, [ticket, self._get_raw()], {}),
            "as binary": (
                "mail.thread",
                [False, xmlrpc.client.Binary(self._get_raw().encode())],
                {},
            ),
            "new": ("mail.thread", [ticket, self._get_raw(references=False)], {}),
            "to nobody": (
                "mail.thread",
                [ticket, self._get_raw(to="undisclosed", references=False)],
                {},
            ),
            "by the number": (
                "mail.thread",
                [False, self._get_raw(catchall, False, subject=number)],
                {},
            ),
            "onto a thread": (
                "mail.thread",
                [ticket, self._get_raw(elsewhere, False)],
                {"thread_id": self.incident.id},
            ),
            "with values": (
                "mail.thread",
                [ticket, self._get_raw(elsewhere, False)],
                {"custom_values": {"team_id": team}},
            ),
            "with the gateway's own context": (
                "mail.thread",
                [ticket, self._get_raw(elsewhere, False)],
                {
                    "thread_id": self.incident.id,
                    "context": {
                        "incident_mail_handed_by": False,
                        "incident_gateway": True,
                    },
                },
            ),
            "bounce": ("mail.thread", [False, report], {}),
        }

    def test_every_public_method_of_the_gateway_is_known(self):
        found = {
            name
            for name in dir(type(self.env["mail.thread"]))
            if name.startswith("message_")
            and callable(getattr(type(self.env["mail.thread"]), name))
        }
        self.assertEqual(found, GATEWAY_METHODS | OTHER_METHODS)
        for name in GATEWAY_METHODS:
            # All of them can be called from outside: that is why they are guarded.
            self.assertTrue(get_public_method(self.env["helpdesk.ticket"], name))

    @mute_logger("odoo.addons.openip_incident.models.inbound.incident_gateway_refusal")
    def test_who_has_no_rights_hands_no_mail_over(self):
        for user in ("plain", "agent", "manager", "portal"):
            for way, (model, args, options) in self._get_ways().items():
                before = self._get_facts()
                with self.subTest(user=user, way=way):
                    with self.assertRaises(AccessError):
                        self._call(user, model, "message_process", *args, **options)
                    self.assertEqual(self._get_facts(), before)

    @mute_logger("odoo.addons.openip_incident.models.inbound.incident_gateway_refusal")
    def test_no_default_makes_an_incident(self):
        """Core creates a plain ticket of what fits nowhere, for whoever asks."""
        self._call(
            "plain",
            "mail.thread",
            "message_process",
            "helpdesk.ticket",
            self._get_raw("nobody@elsewhere.example", False),
            context={"default_team_id": self.team.id},
        )
        ticket = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        self.assertFalse(ticket.is_incident)
        self.assertFalse(ticket.team_id)

    def test_the_refusal_says_what_is_missing(self):
        with self.assertRaisesRegex(AccessError, "Gateway plain.*Mail gateway"):
            self._call(
                "plain", "mail.thread", "message_process", False, self._get_raw()
            )

    def test_who_has_the_group_or_administers_hands_mail_over(self):
        for user in ("script", "admin"):
            with self.subTest(user=user):
                self.incident.answer_unread = False
                self._call(
                    user, "mail.thread", "message_process", False, self._get_raw()
                )
                self.env.invalidate_all()
                self.assertTrue(self.incident.answer_unread)
                [answer] = self.env["mail.message"].search(
                    [("message_id", "=", f"<forge{self.count}@x.example>")]
                )
                self.assertEqual(answer.author_id, self.integrator)
                before = self.env["helpdesk.ticket"].search_count([])
                raw = self._get_raw(references=False, From=f"{user}@new.example")
                self._call(user, "mail.thread", "message_process", False, raw)
                self.assertEqual(
                    self.env["helpdesk.ticket"].search_count([]), before + 1
                )

    def test_the_group_gives_nothing_else(self):
        group = self.env.ref(GROUP)
        self.assertFalse(group.implied_ids)
        self.assertFalse(group.model_access)
        with self.assertRaises(AccessError):
            self.incident.with_user(self.users["script"]).read(["name"])

    def test_mail_for_others_is_handed_over_as_ever(self):
        self.plain_team.alias_id.alias_status = "valid"
        raw = self._get_raw(self.plain_team.alias_full_name, references=False)
        before = self.env["helpdesk.ticket"].search_count([])
        self._call("plain", "mail.thread", "message_process", False, raw)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before + 1)

    @mute_logger("odoo.addons.openip_incident.models.inbound.incident_gateway_refusal")
    def test_the_parts_of_the_gateway_are_no_way_in_either(self):
        new = {"subject": "x", "from": "a@b.c", "body": "x", "email_from": "a@b.c"}
        catchall = self.team.alias_domain_id.catchall_email
        named = {
            "subject": self.incident.number,
            "email_from": self.integrator.email,
            "to": catchall,
        }
        before = self._get_facts()
        for user in ("plain", "agent", "manager", "portal"):
            record = self.incident.with_user(self.users[user])
            for name, args, error in (
                ("message_new", (new, {"team_id": self.team.id}), AccessError),
                ("message_update", (new, {"name": "Forged"}), AccessError),
                ("message_route", ("x", named), TypeError),
                ("message_parse", ("x",), ValueError),
            ):
                with self.subTest(user=user, method=name):
                    with self.assertRaises(error):
                        getattr(record, name)(*args)
                    self.assertEqual(self._get_facts(), before)

    # Health

    def _get_refusals(self, user):
        return self.env["incident.gateway.refusal"].search(
            [("user_id", "=", self.users[user].id)]
        )

    def _note(self, user, count=1):
        self.env["incident.gateway.refusal"]._write_down(
            self.users[user].ids, fields.Datetime.now(), count
        )

    def test_health_names_who_is_refused_until_it_has_the_group(self):
        health = self.env.ref("openip_incident.health_gateway")
        self.assertEqual((health.count, health.state), (0, "good"))
        self._note("plain")
        self._note("plain")
        self.env.invalidate_all()
        refusal = self._get_refusals("plain")
        self.assertEqual(refusal.count, 2)
        self.assertIn("Gateway plain", refusal.advice)
        self.assertIn("Mail gateway", refusal.advice)
        self.assertEqual((health.count, health.state), (1, "alarm"))
        action = health.with_user(self.manager).action_show()
        shown = self.env[action["res_model"]].with_user(self.manager)
        self.assertEqual(shown.search(action["domain"]).user_id, self.users["plain"])
        self.users["plain"].group_ids += self.env.ref(GROUP)
        self.env.invalidate_all()
        self.assertEqual((health.count, health.state), (0, "good"))

    def test_health_shows_nobody_of_another_company_who_has_the_group(self):
        """Managers see external users of their own companies only."""
        other = self.env["res.company"].create({"name": "Another operator"})
        script = self.users["portal"]
        script.write({"company_ids": other.ids, "company_id": other.id})
        script.group_ids += self.env.ref(GROUP)
        self._note("portal")
        self._note("agent")
        self.env.invalidate_all()
        health = self.env.ref("openip_incident.health_gateway").with_user(self.manager)
        action = health.action_show()
        shown = self.env[action["res_model"]].with_user(self.manager)
        found = shown.search(action["domain"])
        self.assertEqual(found.sudo().user_id, self.users["agent"])
        self.assertEqual(health.count, 1)

    def test_a_manager_may_put_a_refusal_aside_and_time_does(self):
        self._note("plain")
        self._note("agent")
        self._get_refusals("plain").with_user(self.manager).unlink()
        old = fields.Datetime.now() - timedelta(days=31)
        self._get_refusals("agent").date = old
        self.env["incident.gateway.refusal"]._gc_refusals()
        self.assertFalse(self._get_refusals("plain") | self._get_refusals("agent"))
        with self.assertRaises(AccessError):
            self.env["incident.gateway.refusal"].with_user(self.agent).search([])

    def test_an_update_names_who_has_handed_mail_over(self):
        self.env["incident.inbound"].search([]).unlink()
        for number, user in enumerate(("script", "admin")):
            self._call(user, "mail.thread", "message_process", False, self._get_raw())
            inbounds = self.env["incident.inbound"].search([])
            self.assertEqual(len(inbounds), number + 1)
        self.users["script"].group_ids -= self.env.ref(GROUP)
        self.env.flush_all()
        spec = spec_from_file_location("post", MIGRATION / "post-migration.py")
        migration = module_from_spec(spec)
        spec.loader.exec_module(migration)
        migration._name_callers_of_the_gateway(self.env)
        health = self.env.ref("openip_incident.health_gateway")
        self.assertEqual(self._get_refusals("script").count, 0)
        self.assertTrue(self._get_refusals("script"))
        self.assertFalse(self._get_refusals("admin"))
        self.assertEqual((health.count, health.state), (1, "alarm"))


@tagged("post_install", "-at_install")
class TestGatewayScript(GatewayAccessCommon, HttpCase):
    """Remote calls, as `odoo-mailgate.py` and `setup/lib/mailgate.py` make them."""

    def _deliver(self, user, raw):
        return self.make_jsonrpc_request(
            "/jsonrpc",
            {
                "service": "object",
                "method": "execute_kw",
                "args": [
                    self.env.cr.dbname,
                    self.users[user].id,
                    f"gateway_{user}" * 2,
                    "mail.thread",
                    "message_process",
                    [False, raw],
                ],
            },
        )

    def setUp(self):
        super().setUp()
        for name, user in self.users.items():
            user.password = f"gateway_{name}" * 2

    def test_script_delivers(self):
        self._deliver("script", self._get_raw())
        self.env.invalidate_all()
        self.assertTrue(self.incident.answer_unread)

    @mute_logger("odoo.http")
    def test_refused_call_is_noted(self):
        """The note has a transaction of its own, which a test has not."""
        before, noted = self._get_facts(), []
        refusals = type(self.env["incident.gateway.refusal"])
        note = patch.object(
            refusals, "_note_refusal", lambda self, user: noted.append(user.id)
        )
        for user in ("plain", "portal"):
            with note, self.assertRaisesRegex(JsonRpcException, "AccessError"):
                self._deliver(user, self._get_raw())
            self.assertEqual(self._get_facts(), before)
        self.assertEqual(noted, self.users["plain"].ids)
