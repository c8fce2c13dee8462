# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from odoo.addons.openip_incident.models.phases import ON_HOLD


class HelpdeskTicket(models.Model):
    """What pages ask an incident about a party; they are made by ``incident.page``."""

    _inherit = "helpdesk.ticket"

    def _is_incident_awaiting(self, party):
        """Tell whether a party owes the answer that the incident waits for."""
        if self.incident_phase not in ON_HOLD:
            return False
        awaited = self._get_awaited_parties(self.wait_for)
        return party.incident_party_id in awaited.incident_party_id

    def _is_incident_asked_alone(self, party):
        """Tell whether the incident waits for what this party alone was asked."""
        asked = self.private_request_party_id
        return self._is_private_request() and party.incident_party_id == asked
