# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    incident_accessibility = fields.Html(
        string="Accessibility statement",
        translate=True,
        help="What the page of that name says, which every page of an incident leads "
        "to. Empty: the shipped text, which says what was checked and promises nothing "
        "that nobody has audited.",
    )
