# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api
from odoo.fields import Domain


def migrate(cr, version):
    """Leave the portal as its users know it, until an admin decides otherwise.

    The switch had no effect where other teams are shown; from now on it has.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    for company in env["res.company"].search([("incident_portal_form", "=", True)]):
        others = Domain("show_in_portal", "=", True) & Domain(
            "incident_process", "=", False
        )
        mine = Domain("company_id", "in", (company.id, False))
        if env["helpdesk.ticket.team"].search_count(others & mine, limit=1):
            company.incident_portal_form = False
