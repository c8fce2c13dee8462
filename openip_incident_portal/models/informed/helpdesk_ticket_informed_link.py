# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..page.helpdesk_ticket_link import INFORMED, SIGNED_LINK, Link


class HelpdeskTicket(models.Model):
    """Links of informed contacts: to read one incident, until they are removed."""

    _inherit = "helpdesk.ticket"

    def _find_incident_informed(self, partner):
        """Return as what a contact is informed of this incident, or nothing."""
        self.ensure_one()
        # SUDO: visitors have no rights; what they may see hangs on the signature.
        ticket = self.sudo()
        if not ticket.incident_informs:
            return ticket.env["incident.informed"]
        return ticket.incident_informed_ids.filtered(
            lambda one: one.partner_id == partner and one._is_good()
        )

    def _get_correspondence_url(self, party):
        """Give informed contacts a link to a page that they can only read."""
        if not self._is_incident_party(party):
            if self._find_incident_informed(party):
                return self._get_incident_url(party, INFORMED)
        return super()._get_correspondence_url(party)

    def _get_incident_link_generation(self, party):
        """Sign for the row of an informed contact: added again, it is another one."""
        if not self._is_incident_party(party):
            informed = self._find_incident_informed(party)
            # SUDO: the count is internal.
            return f"f{informed.id}.{party.sudo().incident_link_generation}"
        return super()._get_incident_link_generation(party)

    @api.model
    def _read_incident_link(self, token):
        claim = SIGNED_LINK.decode(self.env, token)
        if not claim or claim.facts["purpose"] != INFORMED:
            return super()._read_incident_link(token)
        # SUDO: as for the links of parties.
        ticket = self.sudo().browse(claim.record_id).exists()
        if not ticket._is_incident_link_good(claim.version):
            return None
        partner = self.env["res.partner"].sudo().browse(claim.facts["party_id"])
        informed = ticket._find_incident_informed(partner)
        if not informed:
            return None
        current = ticket._get_incident_link_generation(partner)
        late = claim.late or claim.facts.get("generation") != current
        return Link(ticket, informed.partner_id, INFORMED, claim.until, late)
