# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..template.incident_template_trial import SAMPLE_NUMBER, SAMPLE_URL, Use
from .incident_outage_publish import TEMPLATE
from .incident_outage_works_letters import ACTS
from .incident_outage_works_letters import TEMPLATE as WORKS_TEMPLATE

OUTAGE_MODEL = "incident.outage"
INCIDENT = {
    "number": SAMPLE_NUMBER,
    "name": "…",
    "service": "…",
    "customer": "…",
    "url": SAMPLE_URL,
}
WORKS_FACTS = {
    "works_services": [{"name": "…", "customer": "…"}],
    "window": "…",
    "told_window": "…",
    "former": "…",
    "impact": "…",
}


class IncidentTemplateTrial(models.AbstractModel):
    """Tries the mails about outages and works, whenever they are saved."""

    _inherit = "incident.template.trial"

    @api.model
    def _get_template_uses(self, template):
        uses = super()._get_template_uses(template)
        facts = self._get_outage_samples(template.get_external_id().get(template.id))
        if facts:
            # Replies find the outage by the mail that they answer.
            uses.append(Use(model=OUTAGE_MODEL, numbered=False, facts=facts))
        return uses

    @api.model
    def _get_outage_samples(self, name):
        """Return what a mail about an outage may have to say: to be extended.

        :param name: xml id of its template
        """
        if name == TEMPLATE:
            told = {"incidents": [INCIDENT], "more": 3, "services": ["…"]}
            return [{}, {**told, "lasts": True}, {**told, "lasts": False}]
        if name in [WORKS_TEMPLATE % act for act, _label in ACTS]:
            return [{}, WORKS_FACTS]
        return []

    @api.model
    def _create_sample(self, model):
        if model != OUTAGE_MODEL:
            return super()._create_sample(model)
        customer, _integrator = self._create_sample_parties()
        service = self.env["incident.service"].create(
            {"name": SAMPLE_NUMBER, "partner_id": customer.id}
        )
        return self.env[model].create(
            {
                "number": SAMPLE_NUMBER,
                "name": self.env._("No outgoing calls"),
                "service_ids": service.ids,
                "user_id": False,
            }
        )

    @api.model
    def _get_sample_readers(self, sample):
        if sample._name != OUTAGE_MODEL:
            return super()._get_sample_readers(sample)
        return sample.service_ids.partner_id
