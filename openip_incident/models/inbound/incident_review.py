# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..inbounds import KEPT_STATES
from ..reviews import UNREAD


class IncidentReview(models.Model):
    """What agents decide about mails that could not be read."""

    _inherit = "incident.review"

    def _needs_words(self):
        return bool(self.inbound_id) or super()._needs_words()

    def _count_inbound(self, speaker, body):
        """Count a mail that only a human can read, by what he says that it says."""
        self._count_read(speaker, body)
        inbound = self.inbound_id
        if inbound.state in KEPT_STATES:
            inbound._discard()

    def _hand_inbound(self, target):
        hold = {"inbound_id": self.inbound_id.id}
        target._incident_hold(hold, UNREAD, self._find_speaker_on(target), named=True)

    def _find_speaker_on(self, ticket):
        """Return the party's contact who has sent an unread mail, if it is one."""
        contacts = self.env["res.partner"]._find_by_incident_address(self.sender)
        return contacts.filtered(ticket._get_incident_party)[:1]
