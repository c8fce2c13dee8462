# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IncidentEngine(models.AbstractModel):
    """Has the moves that rules ask for happen with the batch that set them off."""

    _inherit = "incident.engine"

    @api.model
    def _do(self, task, records):
        tickets = self.env["helpdesk.ticket"]
        try:
            res = super()._do(task, records)
            tickets._incident_flush_collected()
        except Exception:
            # What the rules collected from facts that are rolled back now.
            tickets._incident_drop_collected()
            raise
        return res
