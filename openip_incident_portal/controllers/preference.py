# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.preference.res_partner import PATH
from .login_page import LOGIN_ROUTE
from .public_page import read_text, redirect_to, render_page


class IncidentPreferences(http.Controller):
    """How the person who is logged in wants to read updates: its own wish alone."""

    @http.route(PATH, methods=["GET"], readonly=True, **LOGIN_ROUTE)
    def portal_incident_preferences(self, done=None, **_kw):
        """Show what the person has chosen."""
        if not request.env.user.share:
            return request.redirect("/my")
        return self._show_preferences(done=bool(done))

    @http.route(PATH, methods=["POST"], max_content_length=65536, **LOGIN_ROUTE)
    def portal_set_incident_preferences(self, updates=None, **_kw):
        """Note what the person chooses."""
        if not request.env.user.share:
            return request.redirect("/my")
        try:
            self._get_person()._set_incident_update_preference(read_text(updates))
        except UserError:
            return self._show_preferences(status=422, missing=True)
        return redirect_to(f"{PATH}?done=1")

    def _get_person(self):
        # SUDO: the user's own contact, of which it chooses one thing.
        return request.env.user.partner_id.sudo()

    def _show_preferences(self, status=200, **values):
        person = self._get_person()
        values = {
            "with_login": True,
            "page_name": "incident",
            "email": person.email or "",
            "chosen": person.incident_update_preference or "at_once",
            "done": False,
            "missing": False,
            **values,
        }
        template = "openip_incident_portal.preferences_page"
        return render_page(template, values, status=status)
