# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..identity.incident_restored import Work


class IncidentIdentity(models.AbstractModel):
    _inherit = "incident.identity"

    @api.model
    def _get_restored_works(self):
        """Add the updates whose morning mail fell due; they are told late, or twice."""
        notices = self.env["incident.notice"]
        updates = Work(
            self.env._("Updates for the morning mail"),
            notices._name,
            notices._get_digest_domain(),
            "digest_date",
        )
        return [*super()._get_restored_works(), updates]
