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
        # What has the number of an incident by now may be none.
        known = [("id", "in", list(voided)), ("is_incident", "=", True)]
        for ticket in tickets.search(known):
            if ticket.incident_link_version < voided[ticket.id]:
                ticket.action_incident_void_links()
                ticket.incident_link_version = voided[ticket.id]
        return res
