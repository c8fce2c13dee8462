# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# By these the portal finds the team for what users report, beside what makes up the
# addresses of teams.
CHOSEN_BY = {"incident_intake", "sequence", "show_in_portal"}


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    registered_template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Registration mail",
        domain=[("model", "=", "helpdesk.ticket")],
        default=lambda self: self._default_registered_template(),
        help="Tells both parties the number once the form is submitted.",
    )
    form_field_ids = fields.One2many(
        comodel_name="incident.form.field",
        inverse_name="team_id",
        string="Fields of the form",
        help="What the form of this team asks for in addition.",
    )

    def write(self, vals):
        res = super().write(vals)
        if CHOSEN_BY & vals.keys():
            self._forget_incident_addresses()
        return res

    def _default_registered_template(self):
        return self.env.ref(
            "openip_incident_portal.mail_template_registered", raise_if_not_found=False
        )

    @api.model
    def _fill_registered_template(self):
        """Give the teams that are older than this addon their registration mail."""
        teams = self.with_context(active_test=False).search(
            [("registered_template_id", "=", False)]
        )
        teams.write({"registered_template_id": self._default_registered_template().id})

    @api.constrains("registered_template_id")
    def _check_registered_template_model(self):
        for template in self.registered_template_id:
            if template.model != "helpdesk.ticket":
                raise ValidationError(
                    self.env._(
                        "The template %(template)s is not one for incidents.",
                        template=template.name,
                    )
                )
