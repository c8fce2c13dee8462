# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class HelpdeskTicket(models.Model):
    """Tells people outside nothing by its conversation: counts, dates, followers."""

    _name = "helpdesk.ticket"
    _inherit = ["incident.share.guard.mixin", "helpdesk.ticket"]
