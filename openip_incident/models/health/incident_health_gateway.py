# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from .incident_health import Source


class IncidentHealth(models.Model):
    _inherit = "incident.health"

    kind = fields.Selection(
        selection_add=[("gateway", "Refused callers of the mail gateway")],
        ondelete={"gateway": "cascade"},
    )

    def _get_gateway_source(self):
        refusals = self.env["incident.gateway.refusal"]
        return Source(refusals._name, refusals._get_open_domain(), "date", late=True)
