# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Notes on a contact are ours, whoever the contact is; users are contacts, too."""

from odoo import api, models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["incident.share.guard.mixin", "res.partner"]


class ResUsers(models.Model):
    _name = "res.users"
    _inherit = ["incident.share.guard.mixin", "res.users"]

    @api.model
    def _is_share_field(self, field):
        return not field.inherited or super()._is_share_field(field)
