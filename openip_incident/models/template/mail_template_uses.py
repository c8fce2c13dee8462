# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Templates are tried out, too, when they are given something to do."""

from odoo import api, models


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    @api.model_create_multi
    def create(self, vals_list):
        stages = super().create(vals_list)
        stages.mail_template_id._check_incident_words()
        return stages

    def write(self, vals):
        res = super().write(vals)
        if {"mail_template_id", "incident_phase", "followup_plan_id"} & vals.keys():
            self.mail_template_id._check_incident_words()
        return res


class IncidentFollowupStep(models.Model):
    _inherit = "incident.followup.step"

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.mail_template_id._check_incident_words()
        return steps

    def write(self, vals):
        res = super().write(vals)
        if {"mail_template_id", "active"} & vals.keys():
            self.mail_template_id._check_incident_words()
        return res


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        teams._get_incident_templates()._check_incident_words()
        return teams

    def write(self, vals):
        res = super().write(vals)
        switched = any(name.startswith("incident_") for name in vals)
        if switched or any(name.endswith("_template_id") for name in vals):
            self._get_incident_templates()._check_incident_words()
        return res

    def _get_incident_templates(self):
        """Return the mails that these teams name, in use or not."""
        names = self.env["incident.template.trial"]._get_team_template_fields()
        return self.env["mail.template"].union(*map(self.mapped, names))
