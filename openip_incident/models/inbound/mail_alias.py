# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class MailAlias(models.Model):
    _name = "mail.alias"
    _inherit = ["incident.address.mixin", "mail.alias"]
