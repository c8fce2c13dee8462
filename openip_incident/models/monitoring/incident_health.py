# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain

from ..health.incident_health import Source
from .incident_monitoring_post import OPEN


class IncidentHealth(models.Model):
    """Shows what monitors post in vain; their silence is no alarm."""

    _inherit = "incident.health"

    kind = fields.Selection(
        selection_add=[("monitoring", "Posts of monitors that could not be used")],
        ondelete={"monitoring": "cascade"},
    )

    def _get_monitoring_source(self):
        unused = Domain("state", "=", OPEN)
        return Source("incident.monitoring.post", unused, "date", late=True)
