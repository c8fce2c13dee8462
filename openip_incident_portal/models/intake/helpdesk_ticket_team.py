# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import formataddr


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    incident_intake = fields.Boolean(
        string="Mail intake",
        help="Who writes to the team is sent a link to a form; the incident starts "
        "when the form is submitted.",
    )
    intake_known_only = fields.Boolean(
        string="Known contacts only",
        help="Who is on no contact gets no link: its mail waits for an agent.",
    )
    intake_expiry_days = fields.Integer(
        string="Form link valid for",
        default=14,
        help="Days after which a form link opens nothing any more.",
    )
    intake_reminder = fields.Boolean(
        string="Remind of the form",
        default=True,
        help="Who has not filled in the form is reminded once, halfway to its expiry.",
    )
    intake_sender_limit = fields.Integer(
        string="Links per sender",
        default=1,
        help="Form links that one address is sent within 24 hours, 0 for no limit.",
    )
    intake_domain_limit = fields.Integer(
        string="Links per domain",
        default=20,
        help="Form links that all strangers of one registered domain, with all names "
        "below it, are sent within 24 hours, 0 for no limit. Large mail providers have "
        "none.",
    )
    form_link_template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Form link mail",
        domain=[("model", "=", "incident.intake")],
        default=lambda self: self._default_intake_template("form_link"),
        help="Answers a mail with the link to the form.",
    )
    form_reminder_template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Form reminder mail",
        domain=[("model", "=", "incident.intake")],
        default=lambda self: self._default_intake_template("form_reminder"),
        help="Reminds of a form that was not filled in.",
    )

    _intake_expiry_days_positive = models.Constraint(
        "CHECK (intake_expiry_days > 0)",
        "A form link has to be valid for a day at least.",
    )
    _intake_limits_positive = models.Constraint(
        "CHECK (intake_sender_limit >= 0 AND intake_domain_limit >= 0)",
        "The number of form links cannot be negative.",
    )

    def _default_intake_template(self, name):
        return self.env.ref(
            f"openip_incident_portal.mail_template_{name}", raise_if_not_found=False
        )

    @api.model
    def _fill_intake_templates(self):
        """Give the teams that are older than this addon the mails of the form."""
        teams = self.with_context(active_test=False)
        for name in ("form_link", "form_reminder"):
            field = f"{name}_template_id"
            teams.search([(field, "=", False)]).write(
                {field: self._default_intake_template(name).id}
            )

    @api.constrains("form_link_template_id", "form_reminder_template_id")
    def _check_intake_template_model(self):
        for template in self.form_link_template_id | self.form_reminder_template_id:
            if template.model != "incident.intake":
                raise ValidationError(
                    self.env._(
                        "The template %(template)s is not one for intakes.",
                        template=template.name,
                    )
                )

    def _has_intake(self):
        """Tell whether mail to this team starts with a form."""
        return bool(self and self.incident_process and self.incident_intake)

    def _get_form_link_template(self):
        """Return the mail that carries the form link.

        :raises UserError: when the team has none
        """
        self.ensure_one()
        if not self.form_link_template_id:
            raise UserError(
                self.env._(
                    "The team %(team)s has no form link mail: nothing was sent.",
                    team=self.name,
                )
            )
        return self.form_link_template_id

    def _get_intake_sender(self, company):
        """Return the address that this team's form links come from."""
        alias = self.alias_domain_id and self.alias_full_name
        address = alias or company.email
        return formataddr((company.name, address)) if address else ""

    def _get_incident_problems(self):
        problems = super()._get_incident_problems()
        if self._has_intake() and not self.form_link_template_id:
            problems.append(
                (
                    self.env._("Mails are not answered: there is no form link mail."),
                    f"/odoo/action-helpdesk_mgmt.helpdesk_ticket_team_action/{self.id}",
                )
            )
        return problems
