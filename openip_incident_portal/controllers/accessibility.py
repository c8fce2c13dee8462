# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, http
from odoo.http import request
from odoo.tools import format_date

from .login_page import is_id
from .public_page import PUBLIC_ROUTE, read_text, render_page

# When the pages were last checked as the shipped statement says.
CHECKED = "2026-11-29"


class AccessibilityPage(http.Controller):
    """What was checked of the pages for people who do not see, hear or move as others.

    It is said for each company, and nothing on it is secret.
    """

    @http.route(
        "/incident/accessibility", methods=["GET"], readonly=True, **PUBLIC_ROUTE
    )
    def incident_accessibility(self, company=None, **_kw):
        """Show the statement of a company."""
        company = self._find_company(read_text(company))
        checked = fields.Date.to_date(CHECKED)
        return render_page(
            "openip_incident_portal.accessibility_page",
            {
                "company": company,
                "statement": company.incident_accessibility,
                "checked": format_date(request.env, checked, date_format="long"),
                "email": company.email,
                "phone": company.phone,
            },
        )

    def _find_company(self, text):
        # SUDO: a company's statement and how to reach it are for everybody.
        companies = request.env["res.company"].sudo()
        if text.isascii() and text.isdecimal() and is_id(int(text)):
            found = companies.search([("id", "=", int(text))])
        else:
            found = companies
        return found or request.env.company.sudo()
