# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import dataclass

from odoo import models


@dataclass
class Reader:
    """Who is told of an outage, and of what: never of anybody else's."""

    partner: models.BaseModel
    tickets: models.BaseModel
    services: models.BaseModel


class IncidentOutage(models.Model):
    """Whom an outage concerns: the parties of its incidents, and of its services."""

    _inherit = "incident.outage"

    def _find_readers(self, everybody=False):
        """Return who is told: each mailbox once, however many incidents it has.

        :param everybody: those whose services are affected, too, without an incident
        :return: list of :class:`Reader`, in the order in which they are found
        """
        self.ensure_one()
        readers = {}
        tickets = self._get_open_tickets()
        tickets.fetch(["partner_id", "integrator_id", "service_id", "number", "name"])
        partners = tickets.partner_id | tickets.integrator_id
        if everybody:
            partners |= self._get_service_partners()
        partners.fetch(["active", "email_normalized", "lang", "parent_id"])
        for ticket in tickets:
            for party in ticket._get_incident_parties():
                reader = self._add_reader(readers, party)
                if reader:
                    reader.tickets += ticket
        for service in self.service_ids:
            for party in self._get_owners(service):
                address = party.email_normalized
                if everybody or address in readers:
                    reader = self._add_reader(readers, party)
                    if reader:
                        reader.services += service
        return list(readers.values())

    def _add_reader(self, readers, partner):
        """Return the reader behind the mailbox of a contact, nothing without one."""
        address = partner.active and partner.email_normalized
        if not address:
            return None
        if address not in readers:
            env = self.env
            readers[address] = Reader(
                partner, env["helpdesk.ticket"], env["incident.service"]
            )
        return readers[address]

    def _get_service_partners(self):
        """Return the customers of the affected services, and their integrators."""
        # SUDO: whom an outage concerns must not depend on whom an agent may read.
        partners = self.sudo().service_ids.partner_id
        return partners.union(*map(self._get_owners, self.sudo().service_ids))

    def _get_owners(self, service):
        """Return who is told of a service: its customer and the integrator."""
        customer = service.partner_id
        return customer | customer._get_incident_integrator()
