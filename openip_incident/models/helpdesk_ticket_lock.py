# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import SQL

LOCKED = "openip_incident.locked"


class HelpdeskTicket(models.Model):
    """Who waits for whom: one at a time works on an incident."""

    _inherit = "helpdesk.ticket"

    def _incident_lock(self):
        """Wait for whoever works on these incidents, then keep the others out.

        A row changed since this transaction's snapshot raises a serialization
        failure, which Odoo answers by running the request again.
        """
        new = set(self.ids) - self._get_incident_locks()
        if new:
            self.env.execute_query(
                SQL(
                    "SELECT id FROM helpdesk_ticket WHERE id IN %s "
                    "ORDER BY id FOR NO KEY UPDATE",
                    tuple(new),
                )
            )
            self._get_incident_locks().update(new)

    @api.model
    def _get_incident_locks(self):
        """Return the ids of the incidents that this transaction has locked.

        Forgotten at its end, and when a savepoint is rolled back.
        """
        return self.env.cr.precommit.data.setdefault(LOCKED, set())
