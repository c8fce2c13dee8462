# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..correspondence.letter import Letter
from ..phases import BOTH


class HelpdeskTicket(models.Model):
    """To whom an act writes that addresses one party alone."""

    _inherit = "helpdesk.ticket"

    def _prepare_addressed_letter(self, parties):
        """Return the letter of an update that both parties read, or one alone.

        :param parties: key of ``PARTIES``
        """
        self.ensure_one()
        if parties == BOTH:
            return Letter(self, news=True)
        readers = self._get_addressed_parties(parties)
        return Letter(self, readers, line=readers.incident_party_id, news=True)

    def _get_incident_letter_parties(self, act, facts):
        """Count no mail to whom an act does not address, or must not tell."""
        parties = super()._get_incident_letter_parties(act, facts)
        if act in ("request", "update"):
            return parties & self._get_addressed_parties(facts.get("parties", BOTH))
        if act == "count" and facts.get("private"):
            return parties.browse()
        partner = facts.get("partner")
        if act == "answer" and partner and self._is_private_request():
            asked = self.private_request_party_id
            if partner.incident_party_id == asked:
                return parties.browse()
        return parties
