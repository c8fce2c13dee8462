# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    incident_accessibility = fields.Html(
        related="company_id.incident_accessibility",
        readonly=False,
    )
    incident_privacy_link = fields.Char(
        related="company_id.incident_privacy_link",
        readonly=False,
    )
    incident_legal_link = fields.Char(
        related="company_id.incident_legal_link",
        readonly=False,
    )
