# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

from ..identity.incident_restored import Work
from .incident_notice import QUEUED


class IncidentIdentity(models.AbstractModel):
    _inherit = "incident.identity"

    @api.model
    def _get_restored_works(self):
        """Add the mails in the queue, which have no date to be moved."""
        mails = Work(
            self.env._("Mails in the queue"),
            "incident.notice",
            Domain("status", "=", QUEUED),
            "create_date",
        )
        return [*super()._get_restored_works(), mails]
