# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, fields, models

from ..template.incident_template_trial import Use
from .helpdesk_ticket_intervention import (
    CANCELLED_TEMPLATE,
    CHANGED_TEMPLATE,
    PLANNED_TEMPLATE,
)
from .helpdesk_ticket_restoration import RESTORATION_TEMPLATE


class IncidentTemplateTrial(models.AbstractModel):
    """Tries the mails that tell what may be expected, whenever they are saved."""

    _inherit = "incident.template.trial"

    @api.model
    def _get_template_uses(self, template):
        uses = super()._get_template_uses(template)
        name = template.get_external_id().get(template.id)
        if name == RESTORATION_TEMPLATE:
            now = fields.Datetime.now()
            dates = ((now, False), (now, now), (False, now))
            uses.append(
                Use(
                    facts=[
                        {"restoration": date, "former": former}
                        for date, former in dates
                    ]
                )
            )
        elif name in (PLANNED_TEMPLATE, CHANGED_TEMPLATE, CANCELLED_TEMPLATE):
            uses.append(Use(facts=[self._get_intervention_sample()]))
        return uses

    @api.model
    def _get_intervention_sample(self):
        now = fields.Datetime.now()
        period = (now, now + timedelta(hours=2))
        intervention = self.env["incident.intervention"].new(
            {
                "begin_date": period[0],
                "end_date": period[1],
                "place": "…",
                "visitor": "…",
            }
        )
        return {"intervention": intervention, "former": period}
