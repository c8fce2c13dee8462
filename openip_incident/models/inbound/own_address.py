# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Settings that say, beside aliases, at which addresses we read and write."""

from odoo import models


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["incident.address.mixin", "res.company"]


class IrMailServer(models.Model):
    _name = "ir.mail_server"
    _inherit = ["incident.address.mixin", "ir.mail_server"]


class FetchmailServer(models.Model):
    _name = "fetchmail.server"
    _inherit = ["incident.address.mixin", "fetchmail.server"]
