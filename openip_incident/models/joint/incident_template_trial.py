# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..outage.incident_template_trial import INCIDENT
from .joint_draft import TEMPLATES


class IncidentTemplateTrial(models.AbstractModel):
    """Tries the mails about several incidents at once, whenever they are saved."""

    _inherit = "incident.template.trial"

    @api.model
    def _get_outage_samples(self, name):
        if name not in TEMPLATES.values():
            return super()._get_outage_samples(name)
        told = {"members": [INCIDENT], "more": 3, "member_count": 4}
        closed = ("confirmed", "not_confirmed")
        return [
            *({**facts, **told} for facts in self._get_step_samples()),
            *({**told, "close_reason": reason} for reason in closed),
        ]
