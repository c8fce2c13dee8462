# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.fields import Domain

from ..identity.incident_restored import Work
from .incident_intervention import PLANNED


class IncidentIdentity(models.AbstractModel):
    _inherit = "incident.identity"

    @api.model
    def _get_restored_works(self):
        """Add the interventions that were to begin: what became of them was lost."""
        begun = Domain("begin_date", "<=", fields.Datetime.now())
        planned = Work(
            self.env._("Planned interventions"),
            "incident.intervention",
            begun & Domain("state", "=", PLANNED),
            "begin_date",
        )
        return [*super()._get_restored_works(), planned]
