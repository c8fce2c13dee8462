# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class IncidentIdentity(models.AbstractModel):
    _inherit = "incident.identity"

    @api.model
    def _get_paused_crons(self):
        return [*super()._get_paused_crons(), "openip_incident_portal.ir_cron_intake"]
