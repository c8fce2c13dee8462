# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.openip_incident.models.health.incident_health import Source


class IncidentHealth(models.Model):
    _inherit = "incident.health"

    kind = fields.Selection(
        selection_add=[
            ("intake_form", "Intakes without a form"),
            ("intake_review", "Intakes to be looked at"),
            ("intake_waiting", "Intakes whose form link waits for its hour"),
        ],
        ondelete={
            "intake_form": "cascade",
            "intake_review": "cascade",
            "intake_waiting": "cascade",
        },
    )

    def _get_intake_form_source(self):
        return Source("incident.intake", Domain("state", "=", "sent"), "received_date")

    def _get_intake_review_source(self):
        return Source(
            "incident.intake", Domain("to_review", "=", True), "received_date"
        )

    def _get_intake_waiting_source(self):
        intakes = self.env["incident.intake"]
        return Source(intakes._name, intakes._get_waiting_domain(), "received_date")
