# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from odoo.addons.openip_incident.models.template.incident_template_trial import Use

INTAKE = "incident.intake"


class IncidentTemplateTrial(models.AbstractModel):
    """The mails of the intake, which are written before there is an incident."""

    _inherit = "incident.template.trial"

    @api.model
    def _get_template_uses(self, template):
        uses = super()._get_template_uses(template)
        teams = self.env["helpdesk.ticket.team"].search(
            [("incident_intake", "=", True)]
        )
        names = self._get_intake_template_fields()
        if any(template in teams.mapped(name) for name in names):
            uses.append(Use(model=INTAKE, numbered=False))
        return uses

    @api.model
    def _get_team_template_fields(self):
        return [*super()._get_team_template_fields(), "registered_template_id"]

    @api.model
    def _get_intake_template_fields(self):
        """Return the fields of a team that name mails about its intakes."""
        return ["form_link_template_id", "form_reminder_template_id"]

    @api.model
    def _create_sample(self, model):
        if model != INTAKE:
            return super()._create_sample(model)
        team = self.env["helpdesk.ticket.team"].search(
            [("incident_intake", "=", True)], limit=1
        )
        customer, _integrator = self._create_sample_parties()
        return self.env[INTAKE].create(
            {
                "subject": self.env._("No outgoing calls"),
                "email_from": customer.email_formatted,
                "partner_id": customer.id,
                "team_id": team.id,
            }
        )

    @api.model
    def _prepare_sample_rows(self, use, sample, lang, mark):
        if use.model != INTAKE:
            return super()._prepare_sample_rows(use, sample, lang, mark)
        context = {**self.env.context, "lang": lang}
        return [
            {"object": sample.with_context(lang=lang), "ctx": context, "mark": mark}
        ]


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    def _get_incident_templates(self):
        names = self.env["incident.template.trial"]._get_intake_template_fields()
        templates = super()._get_incident_templates()
        return templates.union(*map(self.mapped, names))
