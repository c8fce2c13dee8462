# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from .row_lock import lock_rows


class HelpdeskTicket(models.Model):
    """One transaction at a time works on an incident."""

    _inherit = "helpdesk.ticket"

    def _incident_lock(self):
        """Wait for whoever works on these incidents, then keep the others out."""
        lock_rows(self)
