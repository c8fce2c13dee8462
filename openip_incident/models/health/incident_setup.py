# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

SETTINGS = "/odoo/action-base_setup.action_general_configuration"


class IncidentSetup(models.TransientModel):
    """What an admin has to settle before the first incident: each line opens its place.

    The lines are those of the teams' own check, and what no team can know.
    """

    _name = "incident.setup"
    _description = "First Steps with Incidents"

    line_ids = fields.One2many(
        comodel_name="incident.setup.line",
        inverse_name="setup_id",
        readonly=True,
        help="What has to be settled, and what is settled already.",
    )
    missing_count = fields.Integer(
        compute="_compute_missing_count", help="How many of these are still open."
    )
    trial_state = fields.Selection(
        related="trial_id.state", help="How far your last test of the mail has come."
    )
    trial_failure = fields.Char(
        related="trial_id.failure",
        help="Why the mail did not leave, as the mail server says.",
    )
    trial_id = fields.Many2one(
        comodel_name="incident.mail.trial",
        compute="_compute_trial_id",
        help="Your last test of the mail in both directions.",
    )

    @api.depends_context("lang")
    def _compute_display_name(self):
        self.display_name = self.env._("First steps with incidents")

    @api.depends("line_ids.state")
    def _compute_missing_count(self):
        for setup in self:
            setup.missing_count = len(
                setup.line_ids.filtered(lambda line: line.state == "missing")
            )

    @api.depends_context("uid")
    def _compute_trial_id(self):
        trials = self.env["incident.mail.trial"]
        for setup in self:
            setup.trial_id = trials.search([("user_id", "=", self.env.uid)], limit=1)

    @api.model
    def action_open_setup(self):
        """Open the list of what is still to be settled.

        :return: the action
        """
        setup = self.create({})
        setup.action_look_again()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("First steps with incidents"),
            "res_model": self._name,
            "res_id": setup.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }

    def action_look_again(self):
        """Say anew what is settled and what is not."""
        self.ensure_one()
        self.line_ids = [
            Command.clear(),
            *(
                Command.create({"sequence": sequence, **values})
                for sequence, values in enumerate(self._get_setup_lines())
            ),
        ]
        return True

    def action_send_trial(self):
        """Send the user a mail, which proves both directions once it is answered.

        :return: True; the list is shown anew
        :raises UserError: where no team has an address
        """
        self.check_access("write")
        addresses = self.env["incident.address.mixin"]._get_team_addresses()
        if not addresses:
            raise UserError(self.env._("No team of incidents has an address yet."))
        self.env["incident.mail.trial"]._send_trial(min(addresses.values()))
        return self.action_look_again()

    # The lines

    @api.model
    def _get_setup_lines(self):
        """Return the lines: list of dict of the values of a line."""
        return [
            self._prepare_line(name, next(iter(problems), None))
            for name, problems in self._get_setup_checks()
        ]

    @api.model
    def _prepare_line(self, name, problem):
        text, path = problem or ("", "")
        state = "missing" if problem else "good"
        return {"name": name, "state": state, "problem": text, "path": path}

    @api.model
    def _get_setup_checks(self):
        """Return what is looked at: list of (name, problems as (sentence, path))."""
        # SUDO: what is missing is told, no setting is shown.
        teams = self.env["helpdesk.ticket.team"].sudo()
        teams = teams.search([("incident_process", "=", True)])

        def ask(name):
            return [item for team in teams for item in getattr(team, name)()]

        return [
            (self.env._("Address of the company"), self._check_company()),
            (self.env._("Domain of the mail addresses"), self._check_domain()),
            (self.env._("Address of the team"), ask("_check_incident_alias")),
            (self.env._("Outgoing mail"), ask("_check_incident_mail_server")),
            (self.env._("Incoming mail"), self._check_incoming()),
            (self.env._("Public address of Odoo"), ask("_check_incident_base_url")),
            (self.env._("French"), ask("_check_incident_language")),
            (self.env._("Time zone"), ask("_check_incident_zone")),
            (self.env._("Members of the team"), ask("_check_incident_members")),
            (self.env._("Mails of the stages"), ask("_check_incident_templates")),
            (self.env._("Demonstration data"), self._check_demo()),
            (self.env._("Mail in both directions"), self._check_trial()),
        ]

    @api.model
    def _check_company(self):
        company = self.env.company
        if not (company.email and company.street and company.city):
            yield (
                self.env._(
                    "The parties read who writes to them: the company has no complete "
                    "postal and e-mail address."
                ),
                f"/odoo/action-base.action_res_company_form/{company.id}",
            )

    @api.model
    def _check_domain(self):
        if not self.env.company.alias_domain_id:
            yield (
                self.env._("No mail domain is set: no team can have an address."),
                SETTINGS,
            )

    @api.model
    def _check_incoming(self):
        """A mailbox is fetched, or a mail server has handed something over."""
        # SUDO: only whether there is one is told.
        servers = self.env["fetchmail.server"].sudo()
        # SUDO: likewise.
        inbounds = self.env["incident.inbound"].sudo()
        if servers.search_count([("state", "=", "done")], limit=1):
            return
        if not inbounds.search_count([], limit=1):
            yield (
                self.env._(
                    "No mailbox is fetched, and no mail has arrived yet: answers are "
                    "not read."
                ),
                "/odoo/action-mail.action_email_server_tree",
            )

    @api.model
    def _check_demo(self):
        health = self.env["incident.health"]
        if health._get_demo_incidents().exists() and health._has_real_mail_server():
            yield (
                self.env._(
                    "The incidents of the demonstration are in this database: their "
                    "countdowns are on hold. Delete them before you start."
                ),
                "/odoo/incidents",
            )

    @api.model
    def _check_trial(self):
        # SUDO: whether anybody's test was passed is told.
        trials = self.env["incident.mail.trial"].sudo()
        if not trials.search_count([("answered_date", "!=", False)], limit=1):
            yield (
                self.env._(
                    "Nobody has tried it yet: press Send me a test, and answer the "
                    "mail."
                ),
                "",
            )


class IncidentSetupLine(models.TransientModel):
    _name = "incident.setup.line"
    _description = "First Step with Incidents"
    _order = "sequence, id"

    setup_id = fields.Many2one(
        comodel_name="incident.setup", required=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    name = fields.Char(required=True, help="What has to be settled.")
    state = fields.Selection(
        selection=[("missing", "To do"), ("good", "Done")],
        help="Whether anything is left to do here.",
    )
    problem = fields.Char(help="What is wrong, and what follows from it.")
    path = fields.Char(help="The page where this is settled.")

    def action_open(self):
        """Open the page where this is settled."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.path, "target": "self"}
