# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class IncidentNotice(models.Model):
    _inherit = "incident.notice"

    fresh_link_date = fields.Datetime(
        readonly=True, help="When the party asked for the link in this mail."
    )
