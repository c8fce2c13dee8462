# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..followups import OPEN_STATES


class IncidentOutage(models.Model):
    """While it lasts nobody is reminded; afterwards each wait begins its step anew."""

    _inherit = "incident.outage"

    def _begin_hold(self):
        """Hold what its incidents wait for; it is our fault from its beginning."""
        self.ensure_one()
        self._hold_followups(self._get_open_tickets())

    def _hold_followups(self, tickets):
        """Hold what incidents wait for, as long as this outage lasts.

        :param tickets: ``helpdesk.ticket``, open ones
        """
        self.ensure_one()
        if not tickets or not self._is_lasting():
            return
        tickets._incident_lock()
        # SUDO: follow-ups are written by the process only.
        followups = self.env["incident.followup"].sudo()
        found = followups.search(
            [
                ("ticket_id", "in", tickets.ids),
                ("state", "in", OPEN_STATES),
                ("outage_id", "=", False),
            ]
        )
        found._hold_for(self)
        # SUDO: the ledger of a clock is the process's own.
        tickets.sudo()._incident_end_waits(self.begin_date, outage_id=self.id)

    def _end_hold(self):
        """Go on with everything that this outage has held."""
        # SUDO: follow-ups are written by the process only.
        followups = self.env["incident.followup"].sudo()
        held = followups.search(
            [("outage_id", "in", self.ids), ("state", "in", OPEN_STATES)]
        )
        held.ticket_id._incident_lock()
        held._release_hold()
