# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    incident_portal_form = fields.Boolean(
        string="Incident form instead of the ticket form",
        help="Who opens a new ticket on the portal is led to the form of incidents, as "
        "long as no team without the incident process is shown on the portal.",
    )
