# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import content_disposition, request

from odoo.addons.openip_incident.tools.spreadsheet import write_workbook

from .export import KINDS
from .login_page import LOGIN_ROUTE
from .public_page import HEADERS, render_page

PATH = "/my/incidents/statements"
# How many months are offered, the present one included.
MONTHS = 24


class IncidentStatements(http.Controller):
    """What the clocks of a party's incidents say of a month, as a file.

    Of the incidents that the user reads, where their contracts show their clocks.
    """

    @http.route(PATH, methods=["GET"], readonly=True, **LOGIN_ROUTE)
    def portal_incident_statements(self, **_kw):
        """Show the months of which there may be a statement."""
        if not self._has_statements():
            return request.redirect("/my")
        return render_page(
            "openip_incident_portal.statements_page",
            {"with_login": True, "page_name": "incident", "months": self._get_months()},
        )

    @http.route(
        f"{PATH}/<int:year>/<int:month>",
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_incident_statement(self, year, month, **_kw):
        """Hand out the statement of a month."""
        first = next(
            (
                one
                for one in self._get_months()
                if (one.year, one.month) == (year, month)
            ),
            None,
        )
        if not first or not self._has_statements():
            return request.redirect(PATH)
        # SUDO: of incidents that the user reads, whose contracts show their clocks.
        statements = request.env["incident.statement"].sudo()
        tables = statements._prepare_tables(
            statements._compile(first, self._get_statement_domain())
        )
        content = write_workbook(tables)
        name = f"statement-{first:%Y-%m}.xlsx"
        headers = {
            **HEADERS,
            "Content-Type": KINDS["xlsx"],
            "Content-Length": len(content),
            "Content-Disposition": content_disposition(name),
        }
        return request.make_response(content, list(headers.items()))

    def _get_months(self):
        """Return the first days of the last months, the present one first."""
        today = fields.Date.context_today(request.env.user)
        first = date(today.year, today.month, 1)
        return [first - relativedelta(months=back) for back in range(MONTHS)]

    def _has_statements(self):
        """Tell whether the user has incidents whose contract shows its clock."""
        if not request.env.user.share:
            return False
        # SUDO: whether there are any, among those that the user reads.
        tickets = request.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        return bool(tickets.search(self._get_statement_domain(), limit=1))

    def _get_statement_domain(self):
        """Return the domain of the incidents that a party has statements of."""
        tickets = request.env["helpdesk.ticket"].with_context(active_test=False)
        party = request.env.user.partner_id.incident_party_id
        # By the rules of who asks, whatever is done with them afterwards.
        readable = tickets._search(
            Domain("customer_party_id", "=", party.id)
            | Domain("integrator_party_id", "=", party.id)
        )
        return Domain("id", "in", readable) & Domain(
            "incident_contract_version_id.shown_to_parties", "=", True
        )
