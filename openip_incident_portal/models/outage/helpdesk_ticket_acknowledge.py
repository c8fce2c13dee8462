# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class HelpdeskTicket(models.Model):
    """Mails say of which outage their incident is part: the acknowledgement first."""

    _inherit = "helpdesk.ticket"

    def _get_reported_facts(self, party):
        return [
            *super()._get_reported_facts(party),
            *self._get_outage_lines(party),
        ]

    def _get_outage_lines(self, party):
        """Return what mails say of the incident's outage: list of (label, text)."""
        outage = self.outage_id
        if not outage or not outage._is_public():
            return []
        told = outage._prepare_public_facts(party)
        return [
            (self.env._("Part of"), f"{told['title']} ({told['state_label']})"),
            (self.env._("Expected end"), told["expected"]),
        ]
