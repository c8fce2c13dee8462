# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.http import content_disposition, request

from odoo.addons.openip_incident.tools.spreadsheet import write_csv, write_xlsx

from .cockpit import IncidentCockpit
from .login_page import LOGIN_ROUTE
from .portal import SEARCH_LENGTH
from .public_page import HEADERS, read_text, render_page

# Whoever needs more looks for a period: a table is made while a worker waits.
MAX_ROWS = 5000

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class IncidentExport(IncidentCockpit):
    """The list as a file: the same incidents, columns and order."""

    @http.route(
        "/my/tickets/export/<string:kind>",
        methods=["GET"],
        readonly=True,
        **LOGIN_ROUTE,
    )
    def portal_export(self, kind, search=None, search_in=None, **kw):
        """Hand out the list that the same parameters show, as a table.

        :param kind: ``csv`` or ``xlsx``
        """
        tickets = request.env["helpdesk.ticket"]
        if kind not in KINDS or not tickets.has_access("read"):
            return request.redirect("/my")
        choices = self._read_ticket_choices(kw)
        searching = {
            "search": read_text(search)[:SEARCH_LENGTH],
            "search_in": self._pick(self._ticket_get_searchbar_inputs(), search_in),
        }
        domain = self._get_ticket_list_domain({**choices, **searching})
        counts = self._count_tickets(domain)
        if counts[choices["filterby"]] > MAX_ROWS:
            return self._refuse_export(counts[choices["filterby"]])
        parts = self._get_ticket_parts(choices, counts)
        return self._send_table(
            kind, self._find_tickets(domain, choices, parts, MAX_ROWS)
        )

    def _refuse_export(self, count):
        return render_page(
            "openip_incident_portal.export_refused",
            {
                "with_login": True,
                "page_name": "incident",
                "count": count,
                "limit": MAX_ROWS,
            },
            status=400,
        )

    def _send_table(self, kind, tickets):
        header, rows = request.env["incident.page"]._prepare_list_table(
            tickets, request.env.user.partner_id, self._is_integrator()
        )
        title = request.env._("Incidents")
        lang = request.env["res.lang"]._get_data(code=request.env.lang)
        if kind == "xlsx":
            content = write_xlsx(title, header, rows)
        else:
            # Excel parts values at what the country's numbers leave free.
            delimiter = ";" if lang.decimal_point == "," else ","
            date_format = f"{lang.date_format or '%Y-%m-%d'} %H:%M"
            content = write_csv(header, rows, delimiter, date_format)
        headers = {
            **HEADERS,
            "Content-Type": KINDS[kind],
            "Content-Length": len(content),
            "Content-Disposition": content_disposition(f"{title.lower()}.{kind}"),
        }
        return request.make_response(content, list(headers.items()))
