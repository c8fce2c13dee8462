# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @api.model
    def webclient_rendering_context(self):
        """Say on every page of a copied database that it is one (G18)."""
        context = super().webclient_rendering_context()
        context["incident_copy"] = self.env["incident.health"]._get_copy_banner()
        return context
