# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IncidentPersonalData(models.AbstractModel):
    """Blanks what people wrote about the clocks of a person's incidents.

    What was counted stays: the entries hold nothing else of anybody.
    """

    _inherit = "incident.personal.data"

    @api.model
    def _erase(self, subject):
        # SUDO: the ledger is the process's own; who may erase was checked.
        entries = self.env["incident.clock.entry"].sudo()
        said = entries.search(
            [("ticket_id", "in", subject.ids("reported")), ("reason", "!=", False)]
        )
        said.write({"reason": False})
        return super()._erase(subject)
