# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models
from odoo.fields import Domain

from ..phases import CLOSED


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        res = super().write(vals)
        if vals.get("active") is False:
            self._alert_of_archived_party()
        return res

    def _alert_of_archived_party(self):
        """Tell support at once whose incidents are now without a reader."""
        # SUDO: whoever archives a contact need not read incidents; only the activity
        # of whose they are is planned.
        tickets = self.env["helpdesk.ticket"].sudo()
        party = Domain("partner_id", "in", self.ids)
        party |= Domain("integrator_id", "in", self.ids)
        open_tickets = tickets.search(
            Domain("is_incident", "=", True)
            & Domain("incident_phase", "!=", CLOSED)
            & party
        )
        open_tickets._incident_alert_of_unreachable()
