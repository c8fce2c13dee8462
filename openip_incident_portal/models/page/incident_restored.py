# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IncidentIdentity(models.AbstractModel):
    """Links that were voided after a backup open nothing in it (G9)."""

    _inherit = "incident.identity"

    @api.model
    def _settle_restored(self, shift):
        """Void again what the restored database has forgotten to be void."""
        res = super()._settle_restored(shift)
        voided = self._read_voided()
        # SUDO: whoever decides may not write every incident; only links are voided.
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        for ticket in tickets.search([("id", "in", list(voided))]):
            if ticket.incident_link_version < voided[ticket.id]:
                ticket.action_incident_void_links()
                ticket.incident_link_version = voided[ticket.id]
        return res
