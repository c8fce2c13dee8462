# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .cockpit import IncidentCockpit
from .form_key import get_draft_name
from .login_page import LOGIN_ROUTE
from .public_page import read_text, redirect_to, render_page

PATH = "/my/incidents/colleagues"
DONE = ("invite", "remove", "appoint", "dismiss", "withdraw")


class IncidentColleagues(IncidentCockpit):
    """Colleagues with a login, for the administrator of their company."""

    def _prepare_ticket_list(self, domain, choices, counts, offset):
        values = super()._prepare_ticket_list(domain, choices, counts, offset)
        return {**values, "administers": self._get_administrator()}

    def _get_administrator(self):
        """Return the user's contact if it decides who of its company has a login."""
        user = request.env.user
        # SUDO: what the user itself is.
        partner = user.partner_id.sudo()
        share = user.share and partner._is_incident_administrator()
        return partner if share else partner.browse()

    @http.route(PATH, methods=["GET"], readonly=True, **LOGIN_ROUTE)
    def portal_colleagues(self, done=None, **_kw):
        """Show who of the company has a login, and who was invited."""
        administrator = self._get_administrator()
        if not administrator:
            return request.redirect("/my")
        return self._show_colleagues(administrator, done=done if done in DONE else "")

    @http.route(PATH, methods=["POST"], max_content_length=65536, **LOGIN_ROUTE)
    def portal_decide_on_colleagues(self, act=None, **kw):
        """Invite, remove or appoint a colleague."""
        administrator = self._get_administrator()
        if not administrator:
            return request.redirect("/my")
        try:
            with request.env.cr.savepoint():
                done = self._decide(administrator, act, kw)
        except UserError as error:
            return self._show_colleagues(
                administrator,
                status=422,
                errors=[str(error)],
                form={name: read_text(kw.get(name)) for name in ("name", "email")},
            )
        return redirect_to(f"{PATH}?done={done}" if done else PATH)

    def _decide(self, administrator, act, params):
        """Do one act; return its name, nothing for what is none."""
        chosen = self._read_number(params.get("id"))
        if act == "invite":
            administrator._invite_incident_colleague(
                read_text(params.get("name")), read_text(params.get("email"))
            )
        elif act == "remove":
            administrator._remove_incident_colleague(chosen)
        elif act in ("appoint", "dismiss"):
            administrator._appoint_incident_administrator(chosen, act == "appoint")
        elif act == "withdraw":
            administrator._withdraw_incident_invitation(chosen)
        else:
            return ""
        return act

    def _show_colleagues(self, administrator, status=200, **values):
        colleagues = [
            {
                "id": colleague.id,
                "name": colleague.name or "",
                "email": colleague.email or "",
                "administrator": colleague.incident_administrator,
                "self": colleague == administrator,
            }
            for colleague in administrator._get_incident_colleagues()
        ]
        invitations = [
            {
                "id": invitation.id,
                "name": invitation.name,
                "email": invitation.email,
                "date": invitation.create_date,
            }
            for invitation in administrator._get_incident_invitations()
        ]
        return render_page(
            "openip_incident_portal.colleagues_page",
            {
                "with_login": True,
                "page_name": "incident",
                "company_name": administrator.incident_party_id.name,
                "colleagues": colleagues,
                "invitations": invitations,
                "errors": [],
                "form": {},
                "draft": get_draft_name("colleague", request.env.user.id),
                "done": "",
                **values,
            },
            status=status,
        )
