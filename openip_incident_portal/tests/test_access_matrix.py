# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import Command
from odoo.http import Request
from odoo.tests import JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.tests.common import (
    CLOSED,
    CLOSURE,
    IN_PROGRESS,
    WAITING,
)
from odoo.addons.openip_incident.tests.outage_common import create_outage

from .access_matrix import ASKED, LOOKS, read_matrix
from .portal_common import IncidentPortalCommon

LOGINS = {
    "customer_colleague": "login_baker",
    "integrator_colleague": "login_technician",
    "other_customer": "login_other_customer",
    "other_integrator": "login_other_integrator",
    "end_customer": "matrix_end_customer",
    "former_integrator": "matrix_former",
    "other_team": "matrix_other_team",
    "personal_agent": "matrix_personal",
    "other_company": "matrix_company",
    "employee": "matrix_employee",
    "agent": "incident_agent",
    "manager": "incident_manager",
}

TEXT = "Written by the matrix"


@tagged("post_install", "-at_install")
class TestAccessMatrix(IncidentPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ours, theirs = cls.company, cls.company_2
        for login, groups, company in (
            ("matrix_other_team", "helpdesk_mgmt.group_helpdesk_user_team", ours),
            ("matrix_personal", "helpdesk_mgmt.group_helpdesk_user_own", ours),
            ("matrix_company", "helpdesk_mgmt.group_helpdesk_user", theirs),
            ("matrix_employee", "base.group_user", ours),
        ):
            user = new_test_user(
                cls.env,
                login=login,
                groups=groups,
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            if company == ours:
                cls.plain_team.user_ids = [Command.link(user.id)]
        cls.former = cls.env["res.partner"].create(
            {"name": "Former", "is_company": True, "is_integrator": True}
        )
        cls.informed = cls.env["res.partner"].create(
            {"name": "Informed", "email": "informed@town.example.com"}
        )
        cls.service = cls.env["incident.service"].create(
            {"name": "HIT-BY-IT", "partner_id": cls.customer.id}
        )
        cls.outage = create_outage(cls, service_ids=cls.service.ids)
        contract = cls.env["incident.contract"].create(
            {
                "name": "Shown",
                "version_ids": [
                    Command.create(
                        {
                            "date_from": "2020-01-01",
                            "gtr_hours": 4,
                            "around_the_clock": True,
                            "shown_to_parties": True,
                        }
                    )
                ],
            }
        )
        cls.team.incident_contract_id = contract
        end_customer = cls.env["res.partner"].create(
            {
                "name": "Below the integrator",
                "parent_id": cls.integrator.id,
                "integrator_id": cls.integrator.id,
            }
        )
        cls._create_portal_user(cls, cls.former, "matrix_former")
        cls._create_portal_user(cls, end_customer, "matrix_end_customer")

    def _check_row(self, who):
        """Try every act, those for which closure has been asked after the others."""
        row = {act: may for (name, act), may in read_matrix().items() if name == who}
        unexpected = []
        self.authenticate(LOGINS.get(who), LOGINS.get(who))
        self.who, self.incident = who, None
        for act in sorted(row, key=ASKED.__contains__):
            self._prepare_incident(act)
            with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
                did = bool(getattr(self, f"_try_{act.replace('-', '_')}")())
            if did != row[act]:
                unexpected.append(f"{who} {'may' if did else 'may not'} {act}")
            if did and act not in LOOKS:
                self.incident = None
        self.assertFalse(unexpected)

    # The incident of a cell

    def _prepare_incident(self, act):
        """Have an incident in the phase that the act needs, as new."""
        phase = CLOSURE if act in ASKED else WAITING
        if not self.incident or self.incident.incident_phase != phase:
            self.incident = self._create_incident_in(phase).sudo()
            message = self.incident.with_user(self.agent).message_post(
                body="See the file",
                attachments=[("shown.txt", b"Shown")],
                partner_ids=(self.customer | self.integrator).ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
            self.file = message.attachment_ids
            self.env["incident.informed"].create(
                {"ticket_id": self.incident.id, "partner_id": self.informed.id}
            )
            # Whoever was a party once is none any more.
            self.incident.integrator_id = self.former
            self.env.flush_all()
            self.incident.integrator_id = self.integrator
            self.note = self.incident.with_user(self.agent).message_post(
                body="Unsaid", message_type="notification"
            )
        self.env.flush_all()

    def _path(self, act=""):
        """Return the page of who acts, and the parameters that open it."""
        suffix = f"/{act}" if act else ""
        if self.who == "informed_link":
            suffix = f"/informed{suffix}"
        if self.who in LOGINS:
            return f"/my/ticket/{self.incident.id}{suffix}", {}
        return f"/incident/{self.incident.id}{suffix}", {"token": self._token(act)}

    def _token(self, act):
        act = act.partition("/")[0]
        purpose = act if act in ("answer", "closure", "clock") else "view"
        incident, party = self.incident, self.customer
        if self.who == "public":
            return ""
        if self.who == "integrator_link":
            party = self.integrator
        if self.who == "informed_link":
            party, purpose = self.informed, "informed"
        if self.who == "foreign_link":
            incident = self._create_incident_in(WAITING, partner_id=self.stranger.id)
            incident, party = incident.sudo(), self.stranger
        path = incident._get_incident_path(party, purpose)
        return path.partition("?token=")[2]

    # Pages

    def _try_read(self):
        path, params = self._path()
        response = self.url_open(path, params=params, allow_redirects=False)
        return response.status_code == 200 and self.incident.number in response.text

    def _try_list(self):
        response = self.url_open("/my/tickets", allow_redirects=False)
        return self.incident.number in response.text

    def _try_file(self):
        path, params = self._path(f"file/{self.file.id}")
        response = self.url_open(path, params=params, allow_redirects=False)
        return response.content == b"Shown"

    def _submit(self, act, files=None, **data):
        path, params = self._path(act)
        # By link, the page gives the key; with a login, the session does.
        page = self.url_open(path, params=params).text
        keys = {"csrf_token": Request.csrf_token(self)}
        keys.update(re.findall(r'name="(form_key)" value="([^"]+)"', page))
        data = {**params, **data, **keys, "text": TEXT}
        self.url_open(path, data=data, files=files, allow_redirects=False)
        self.env.invalidate_all()

    def _said(self):
        """Return the entries that came of the act."""
        self.env.invalidate_all()
        return self._entries(self.incident).filtered(lambda entry: TEXT in entry.body)

    def _try_answer(self):
        self._submit("answer", nonce="one")
        self.assertEqual(bool(self._said()), bool(self.incident.last_answer_date))
        return self._said()

    def _try_attach(self):
        self._submit("answer", [("files", ("a.txt", b"Sent", "text/plain"))], nonce="2")
        return self._said().attachment_ids

    def _try_confirm(self):
        self._submit("closure", decision="confirmed")
        return self.incident.incident_phase == CLOSED

    def _try_refuse(self):
        self._submit("closure", decision="refused")
        return self.incident.incident_phase == IN_PROGRESS

    # Several at once, and tables

    def _submit_several(self, **data):
        data["csrf_token"] = Request.csrf_token(self)
        path = "/my/incidents/several"
        self.url_open(path, data={**data, "nonce": "3"}, allow_redirects=False)
        self.env.invalidate_all()

    def _try_several(self):
        self._submit_several(answer=self.incident.ids, text=TEXT)
        return self._said()

    def _try_signoff(self):
        self._submit_several(confirm=self.incident.ids, agreed="1")
        return self.incident.incident_phase == CLOSED

    def _try_together(self):
        """Confirm on the page of an outage, which opens by link alone."""
        outage = create_outage(self).sudo()
        self.incident.outage_id = False
        outage.action_attach(self.incident)
        outage.action_resolve()
        parties = {
            "customer_link": self.customer,
            "integrator_link": self.integrator,
            "informed_link": self.informed,
            "foreign_link": self.stranger,
        }
        party = parties.get(self.who)
        path = outage._get_joint_path(party) if party else ""
        path = path or f"/incident/outage/{outage.id}/closure"
        self.env.flush_all()
        page = self.url_open(path).text
        keys = dict(re.findall(r'name="(form_key)" value="([^"]+)"', page))
        data = {**keys, "decision": "confirmed", "nonce": "4"}
        data["shown"] = self.incident.id
        data["csrf_token"] = Request.csrf_token(self)
        self.url_open(path, data=data, allow_redirects=False)
        self.env.invalidate_all()
        return self.incident.incident_phase == CLOSED

    def _try_export(self):
        response = self.url_open("/my/tickets/export/csv", allow_redirects=False)
        return self.incident.number in response.text

    def _try_table(self):
        response = self.url_open("/my/incidents/customers", allow_redirects=False)
        return self.customer.name in response.text

    # Outages of one's own services

    def _try_status(self):
        response = self.url_open("/my/tickets", allow_redirects=False)
        page = self.url_open("/my", allow_redirects=False).text
        self.assertEqual("HIT-BY-IT" in page, self.outage.name in page)
        self.assertEqual("HIT-BY-IT" in page, "HIT-BY-IT" in response.text)
        return "HIT-BY-IT" in page

    def _try_outages(self):
        """Read outages by a remote call, or ask whether one hits a service."""
        own = ["id", "in", self.outage.ids]
        hit = ["outage_ids", "in", self.outage.ids]
        named = self._call_kw("incident.service", "search_count", [hit])
        counted = self._call_kw("incident.outage", "search_count", [own])
        if self.who != "other_company":
            # A service of all companies is that of its agents, too.
            self.assertEqual(bool(named), bool(counted), self.who)
        return counted

    # The guaranteed time

    def _get_clock(self, act):
        path, params = self._path(act)
        # There is no such page below that of informed contacts.
        for one in {path, path.replace("/informed", "")}:
            response = self.url_open(one, params=params, allow_redirects=False)
            if response.status_code == 200 and self.incident.number in response.text:
                return True
        return False

    def _try_clock(self):
        return self._get_clock("clock")

    def _try_clock_pdf(self):
        return self._get_clock("clock/pdf")

    def _try_dispute(self):
        self._submit("clock", nonce="4", about="0")
        entries = self.incident.incident_clock_entry_ids
        disputes = entries.filtered(lambda one: one.reason == TEXT)
        return disputes

    # Core's chatter

    def _call(self, path, params):
        try:
            return self.make_jsonrpc_request(path, params)
        except JsonRpcException:
            return None
        finally:
            self.env.invalidate_all()

    def _try_chat(self):
        """Both ways to fetch a conversation must agree."""
        thread = {"thread_model": "helpdesk.ticket", "thread_id": self.incident.id}
        fetched = self._call("/mail/chatter_fetch", thread) or {}
        sign = self.incident._sign_token(self.customer.id)
        keys = {"token": "x", "pid": self.customer.id, "hash": sign}
        self.assertFalse(self._call("/mail/chatter_fetch", {**thread, **keys}))
        return fetched.get("messages")

    def _try_post(self):
        data = {"body": TEXT, "message_type": "comment"}
        self._call(
            "/mail/message/post",
            {
                "thread_model": "helpdesk.ticket",
                "thread_id": self.incident.id,
                "post_data": {**data, "subtype_xmlid": "mail.mt_comment"},
            },
        )
        return self._said()

    def _try_load(self):
        """Upload a file that waits for its message."""
        response = self.url_open(
            "/mail/attachment/upload",
            data={
                "csrf_token": Request.csrf_token(self),
                "thread_model": "helpdesk.ticket",
                "thread_id": self.incident.id,
                "is_pending": "true",
            },
            files=[("ufile", ("a.txt", b"Sent", "text/plain"))],
        )
        return response.status_code == 200 and "attachment_id" in response.text

    # Remote procedure calls

    def _rpc(self, method, *args, **kwargs):
        return self._call(
            f"/web/dataset/call_kw/helpdesk.ticket/{method}",
            {
                "model": "helpdesk.ticket",
                "method": method,
                "args": [self.incident.ids, *args],
                "kwargs": kwargs,
            },
        )

    def _try_rpc_read(self):
        rows = self._rpc("read", ["number"])
        return rows and rows[0]["number"] == self.incident.number

    def _try_rpc_post(self):
        subtype = {"message_type": "comment", "subtype_xmlid": "mail.mt_comment"}
        self._rpc("message_post", body=TEXT, **subtype)
        return self._said()

    def _try_rpc_write(self):
        self._rpc("write", {"name": TEXT})
        return self.incident.name == TEXT

    def _try_rpc_move(self):
        self._rpc("action_incident_close", "support")
        return self.incident.incident_phase == CLOSED

    # Internal messages

    def _call_kw(self, model, method, *args):
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        return self._call(f"/web/dataset/call_kw/{model}/{method}", params)

    def _try_note(self):
        """Read a note by its id, which is easy to guess."""
        rows = self._call_kw("mail.message", "read", self.note.ids, ["body"])
        return rows and "Unsaid" in rows[0]["body"]

    def _try_react(self):
        params = {"message_id": self.note.id, "content": "👍", "action": "add"}
        self._call("/mail/message/reaction", params)
        return self.note.sudo().reaction_ids

    def _try_count(self):
        """Ask whether a note says something."""
        domain = [("id", "=", self.incident.id), ("message_ids.body", "like", "Unsaid")]
        return self._call_kw("helpdesk.ticket", "search_count", domain)


def _test_of(who):
    def test(self):
        self._check_row(who)

    return test


for _who in dict.fromkeys(who for who, _act in read_matrix()):
    setattr(TestAccessMatrix, f"test_what_{_who}_may", _test_of(_who))
