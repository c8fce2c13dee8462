# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

from ..phases import CLOSED
from ..words import INTERNAL

SHOWN = 5


class HelpdeskTicket(models.Model):
    """Services that the reporter may have meant: an agent chooses."""

    _inherit = "helpdesk.ticket"

    incident_service_choice_ids = fields.Many2many(
        comodel_name="incident.service",
        string="Perhaps",
        compute="_compute_incident_service_choice_ids",
        groups=INTERNAL,
        help="The customer's services that the reporter may have meant.",
    )

    @api.depends("incident_service", "name", "partner_id", "service_id")
    def _compute_incident_service_choice_ids(self):
        services = self.env["incident.service"]
        asking = self.filtered(
            lambda ticket: (
                ticket.is_incident
                and ticket.partner_id
                and not ticket.service_id
                and ticket.incident_phase != CLOSED
                and (ticket.incident_service or ticket.name)
            )
        )
        parties = asking.partner_id.incident_party_id
        found = parties and services.search([("party_id", "in", parties.ids)])
        by_party = (found or services).grouped("party_id")
        for ticket in self:
            party = ticket.partner_id.incident_party_id._origin
            own = by_party.get(party, services) if ticket in asking else services
            ticket.incident_service_choice_ids = ticket._choose_incident_services(own)

    def _choose_incident_services(self, services):
        """Return which services are offered: those that are named, else similar ones.

        :param services: those of the customer
        """
        self.ensure_one()
        text = f"{self.incident_service or ''} {self.name or ''}"
        named = services._find_named(text)
        return (named or services._find_similar(text))[:SHOWN]
