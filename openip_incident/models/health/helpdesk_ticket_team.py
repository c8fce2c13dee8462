# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from urllib.parse import urlsplit

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import config

from ..phases import ANNOUNCED

# What odoo.conf means when nobody has set a server in it.
ODOO_DEFAULT_SMTP = ("localhost", 25)


class HelpdeskTicketTeam(models.Model):
    _inherit = "helpdesk.ticket.team"

    incident_check = fields.Html(
        string="To be configured",
        compute="_compute_incident_check",
        sanitize=False,
        help="What still keeps the parties of this team from being reached.",
    )

    @api.depends_context("lang")
    def _compute_incident_check(self):
        for team in self:
            lines = Markup("").join(
                Markup('<li>%s <a href="%s">%s</a></li>')
                % (problem, link, self.env._("Configure"))
                for problem, link in team._get_incident_problems()
            )
            team.incident_check = lines and Markup("<ul>%s</ul>") % lines

    def _get_incident_problems(self):
        """Return what is missing for this team to run the incident process.

        :return: list of (sentence, path of the page that settles it)
        """
        self.ensure_one()
        if not self.incident_process:
            return []
        checks = (
            self._check_incident_alias,
            self._check_incident_mail_server,
            self._check_incident_base_url,
            self._check_incident_language,
            self._check_incident_zone,
            self._check_incident_members,
            self._check_incident_templates,
        )
        return [problem for check in checks for problem in check()]

    def _check_incident_alias(self):
        if self.alias_full_name and self.alias_domain_id:
            return
        yield (
            self.env._("Answers cannot come back: the team has no mail alias."),
            "/odoo/action-base_setup.action_general_configuration",
        )

    def _check_incident_mail_server(self):
        # SUDO: only whether a server exists is told, nothing of its settings.
        if self.env["ir.mail_server"].sudo().search_count([], limit=1):
            return
        if (config["smtp_server"], config["smtp_port"]) != ODOO_DEFAULT_SMTP:
            return
        yield (
            self.env._("Mails cannot leave: there is no outgoing mail server."),
            "/odoo/action-base.action_ir_mail_server_list",
        )

    def _check_incident_base_url(self):
        host = urlsplit(self.get_base_url()).hostname
        if host and host not in ("localhost", "127.0.0.1", "::1"):
            return
        yield (
            self.env._("Links in mails lead nowhere: web.base.url is not public."),
            "/odoo/action-base.ir_config_list_action",
        )

    def _check_incident_language(self):
        if self.env["res.lang"]._get_data(code="fr_FR"):
            return
        yield (
            self.env._("French is not installed: its readers get English mails."),
            "/odoo/action-base.res_lang_act_window",
        )

    def _check_incident_zone(self):
        """Tell of a zone that Odoo has set because nobody has chosen one."""
        # SUDO: one time zone is read.
        calendar = (self.company_id or self.env.company).sudo().resource_calendar_id
        if calendar.tz != "UTC":
            return
        yield (
            self.env._(
                "Working hours are counted in UTC: nobody has chosen a time zone."
            ),
            f"/odoo/action-resource.action_resource_calendar_form/{calendar.id}",
        )

    def _check_incident_members(self):
        if self.user_ids:
            return
        yield (
            self.env._("The team has no members: nobody is told of answers."),
            f"/odoo/action-helpdesk_mgmt.helpdesk_ticket_team_action/{self.id}",
        )

    def _check_incident_templates(self):
        for stage in self._get_incident_stages():
            if stage.incident_phase in ANNOUNCED and not stage.mail_template_id:
                yield (
                    self.env._(
                        "The parties hear nothing when an incident enters the stage "
                        "%(stage)s: it has no template.",
                        stage=stage.name,
                    ),
                    f"/odoo/action-helpdesk_mgmt.helpdesk_ticket_stage_action/{stage.id}",
                )
