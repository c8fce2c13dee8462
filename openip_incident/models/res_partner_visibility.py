# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Notes on a contact are ours, whoever the contact is; users are contacts, too."""

from odoo import api, models

from ..tools.share_fields import tells_of_conversation


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _has_field_access(self, field, operation):
        if (
            tells_of_conversation(field.name, field.comodel_name)
            and not self.env.su
            and self.env.user.share
        ):
            return False
        return super()._has_field_access(field, operation)


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _has_field_access(self, field, operation):
        if (
            field.inherited
            and tells_of_conversation(field.name, field.comodel_name)
            and not self.env.su
            and self.env.user.share
        ):
            return False
        return super()._has_field_access(field, operation)
