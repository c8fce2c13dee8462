# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..template.incident_template_trial import SAMPLE_NUMBER, SAMPLE_URL, Use
from .incident_notice import TEMPLATE

DIGEST = "incident.digest"
NEWS = {"date": "…", "subject": "…", "text": "…"}
UPDATE = {"number": SAMPLE_NUMBER, "name": "…", "news": [NEWS]}


class IncidentTemplateTrial(models.AbstractModel):
    """Tries the morning mail, whenever it is saved."""

    _inherit = "incident.template.trial"

    @api.model
    def _get_template_uses(self, template):
        uses = super()._get_template_uses(template)
        if template.get_external_id().get(template.id) == TEMPLATE:
            facts = [
                {},
                *(
                    {
                        "digest_day": "…",
                        "updates": [{**UPDATE, "url": url}],
                        "preference_url": url,
                    }
                    for url in ("", SAMPLE_URL)
                ),
            ]
            uses.append(Use(model=DIGEST, numbered=False, facts=facts))
        return uses

    @api.model
    def _create_sample(self, model):
        if model != DIGEST:
            return super()._create_sample(model)
        reader = self.env["res.partner"].create(
            {"name": self.env._("Customer"), "email": "customer@example.com"}
        )
        return self.env[model].create(
            {"partner_id": reader.id, "company_id": self.env.company.id}
        )
