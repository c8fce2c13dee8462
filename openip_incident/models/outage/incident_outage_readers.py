# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import dataclass

from odoo import api, fields, models


@dataclass
class Reader:
    """Who is told of an outage, and of what: never of anybody else's."""

    partner: models.BaseModel
    tickets: models.BaseModel
    services: models.BaseModel


class IncidentOutage(models.Model):
    """Whom an outage concerns: the parties of its incidents, and of its services."""

    _inherit = "incident.outage"

    unreached_party_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Without an address",
        compute="_compute_unreached_party_ids",
        help="Customers and integrators whom it concerns, and who have no e-mail "
        "address: they have to be told otherwise.",
    )

    @api.depends("service_ids")
    def _compute_unreached_party_ids(self):
        for outage in self:
            outage.unreached_party_ids = outage._origin._find_unreached()

    def _find_unreached(self):
        """Return whom it concerns and no mail reaches, for want of an address."""
        # SUDO: whom an outage concerns must not depend on what its agent may read.
        tickets = self.sudo()._get_open_tickets()
        parties = tickets.partner_id | tickets.integrator_id
        parties |= self._get_service_partners()
        return parties.filtered(lambda one: one.active and not one.email_normalized)

    def _find_readers(self, everybody=False):
        """Return who is told: each mailbox once, however many incidents it has.

        :param everybody: those whose services are affected, too, without an incident
        :return: list of :class:`Reader`, in the order in which they are found
        """
        self.ensure_one()
        # SUDO: whom an outage concerns must not depend on what its agent may read.
        readers, services = {}, self.sudo().service_ids
        tickets = self._get_open_tickets()
        tickets.fetch(["partner_id", "integrator_id", "service_id", "number", "name"])
        partners = tickets.partner_id | tickets.integrator_id
        if everybody:
            partners |= self._get_service_partners()
        partners.fetch(["active", "email_normalized", "lang", "parent_id"])
        for ticket in tickets:
            for party in ticket._get_incident_parties():
                self._add_reader(readers, party, ticket_id=ticket.id)
        for service in services:
            for party in self._get_owners(service):
                if everybody or party.email_normalized in readers:
                    self._add_reader(readers, party, service_id=service.id)
        # What is read of one is read of all at once.
        return [
            Reader(
                partner,
                tickets.browse(ticket_ids).with_prefetch(tickets.ids),
                services.browse(service_ids).with_prefetch(services.ids),
            )
            for partner, ticket_ids, service_ids in readers.values()
        ]

    @api.model
    def _add_reader(self, readers, partner, ticket_id=None, service_id=None):
        """Note what the mailbox of a contact is told of, if it has one.

        :param readers: dict of address: (contact, ids of incidents, ids of services)
        """
        address = partner.active and partner.email_normalized
        if not address:
            return
        _partner, ticket_ids, service_ids = readers.setdefault(
            address, (partner, [], [])
        )
        # Both parties of an incident may share one mailbox.
        if ticket_id and ticket_id not in ticket_ids[-1:]:
            ticket_ids.append(ticket_id)
        if service_id:
            service_ids.append(service_id)

    def _get_service_partners(self):
        """Return the customers of the affected services, and their integrators."""
        # SUDO: whom an outage concerns must not depend on whom an agent may read.
        partners = self.sudo().service_ids.partner_id
        return partners.union(*map(self._get_owners, self.sudo().service_ids))

    def _get_owners(self, service):
        """Return who is told of a service: its customer and the integrator."""
        customer = service.partner_id
        return customer | customer._get_incident_integrator()
