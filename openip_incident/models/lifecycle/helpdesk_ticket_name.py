# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"

    @api.depends("number", "name", "is_incident")
    def _compute_display_name(self):
        """Call an incident that has no number or title yet by what it has."""
        res = super()._compute_display_name()
        for ticket in self.filtered("is_incident"):
            number = ticket.number if ticket.number not in ("/", False) else ""
            parts = filter(None, (number, ticket.name))
            ticket.display_name = " - ".join(parts) or self.env._("New incident")
        return res
