# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain


class IncidentPage(models.AbstractModel):
    """The network as a user with a login knows it: by its own services alone (G9)."""

    _inherit = "incident.page"

    @api.model
    def _get_network_status(self):
        """Return what fails or is planned on the services that the user may read.

        :return: list of plain dicts, the newest first
        """
        user = self.env.user
        if not user.share or not user._is_portal():
            return []
        # SUDO: users outside read no outages; nothing is told of one that hits none
        # of the services that they may read, and of the others their own alone.
        outages = self.env["incident.outage"].sudo()
        found = outages._find_public(Domain("company_id", "in", self.env.companies.ids))
        if not found:
            return []
        # SUDO: which services are hit; the search below is the user's own.
        services = self.env["incident.service"].sudo()
        hit = services._search([("outage_ids", "in", found.ids)])
        # As the user: its party's services, and those of its customers.
        own = self.env["incident.service"].search([("id", "in", hit)])
        # SUDO: one's own contact, and whose the services are that one may read.
        reader, own = user.partner_id.sudo(), own.sudo()
        rows = []
        for outage in found:
            ones = own.filtered(lambda one, outage=outage: outage in one.outage_ids)
            if ones:
                rows.append(self._prepare_status_row(outage, ones, reader))
        # What fails now, then what is planned.
        return sorted(rows, key=lambda row: not row["lasts"])

    @api.model
    def _prepare_status_row(self, outage, services, reader):
        """Return what a user reads of an outage, by customer where it serves several.

        :param services: those that the outage hits and the user may read
        """
        party = reader.incident_party_id
        serves = party.is_integrator or services.party_id != party
        return {
            **outage._prepare_public_facts(reader),
            **outage._prepare_public_services(services, serves),
        }
