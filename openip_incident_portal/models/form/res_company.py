# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    incident_portal_form = fields.Boolean(
        string="Report incidents on the portal",
        help="Users of the portal are offered to report an incident: on its home, in "
        "the list of incidents and in their menu. Where other teams are shown on the "
        "portal, their form is offered beside it, as another request.",
    )
