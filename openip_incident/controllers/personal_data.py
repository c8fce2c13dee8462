# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import http
from odoo.exceptions import AccessError
from odoo.http import content_disposition, request


class PersonalData(http.Controller):
    @http.route(
        "/incident/personal-data/<int:partner_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def incident_personal_data(self, partner_id):
        """Give a helpdesk manager what is kept of a contact, as a zip archive."""
        partner = request.env["res.partner"].browse(partner_id).exists()
        if not partner:
            raise request.not_found()
        try:
            archive = request.env["incident.personal.data"]._export(partner)
        except AccessError:
            raise request.not_found() from None
        return request.make_response(
            archive,
            headers=[
                ("Content-Type", "application/zip"),
                ("Content-Length", len(archive)),
                (
                    "Content-Disposition",
                    content_disposition(f"personal-data-{partner.id}.zip"),
                ),
                ("Cache-Control", "no-store"),
            ],
        )
