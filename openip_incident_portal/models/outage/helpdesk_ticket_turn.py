# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.openip_incident.models.outages import LASTING


class HelpdeskTicket(models.Model):
    """While an outage lasts it is our turn: nobody waits for a party.

    Where its parties may know of it: what they were asked before stays theirs else.
    """

    _inherit = "helpdesk.ticket"

    def _is_incident_awaiting(self, party):
        return not self._is_incident_hit() and super()._is_incident_awaiting(party)

    def _is_incident_hit(self):
        """Tell whether an outage lasts that the parties may know of."""
        return self.incident_outage_lasts and self.outage_id._is_public()

    @api.model
    def _get_portal_answer_domain(self, partner):
        answer = super()._get_portal_answer_domain(partner)
        return answer & self._get_portal_unhit_domain()

    @api.model
    def _get_portal_confirm_domain(self, partner):
        confirm = super()._get_portal_confirm_domain(partner)
        return confirm & self._get_portal_unhit_domain()

    @api.model
    def _get_portal_unhit_domain(self):
        """Return the domain of the incidents that no known outage holds."""
        if not self.env["incident.outage"]._has_current():
            return Domain.TRUE
        # SUDO: which outages last; nothing of them is told.
        outages = self.env["incident.outage"].sudo()
        lasting = outages._search(
            Domain("state", "in", LASTING) & outages._get_public_domain()
        )
        return Domain("outage_id", "=", False) | Domain("outage_id", "not in", lasting)
