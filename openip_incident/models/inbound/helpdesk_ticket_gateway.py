# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class HelpdeskTicket(models.Model):
    """Takes mail for incidents from the gateway only."""

    _inherit = "helpdesk.ticket"

    @api.model
    def message_new(self, msg, custom_values=None):
        ticket = super().message_new(msg, custom_values=custom_values)
        ticket._ensure_from_gateway()
        return ticket

    def message_update(self, msg, update_vals=None):
        self._ensure_from_gateway()
        return super().message_update(msg, update_vals=update_vals)

    def _ensure_from_gateway(self):
        # SUDO: whether it is an incident must not depend on what the caller may read.
        if any(ticket.is_incident for ticket in self.sudo()):
            self.env["incident.gateway.refusal"]._ensure_may_deliver()
