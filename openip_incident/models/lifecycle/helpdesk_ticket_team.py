# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..phases import OPEN_PHASES, REGISTERED, REQUIRED_STAGES

SHIPPED_STAGES = (
    "stage_registered",
    "stage_opened",
    "stage_in_progress",
    "stage_escalated",
    "stage_waiting_information",
    "stage_waiting_action",
    "stage_frozen",
    "stage_closure",
    "stage_closed",
)


class HelpdeskTicketTeam(models.Model):
    _name = "helpdesk.ticket.team"
    _inherit = ["incident.address.mixin", "helpdesk.ticket.team"]

    incident_process = fields.Boolean(
        help="Tickets of this team are incidents: customer and integrator follow "
        "them by mail, and their stages obey the incident process.",
    )
    stage_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.stage",
        string="Stages",
    )
    incident_reopen_days = fields.Integer(
        string="Reopen within",
        default=5,
        help="Days after closure during which an incident reopens. Later, a new "
        "incident linked to the old one is registered.",
    )
    incident_forward_answers = fields.Boolean(
        string="Forward answers",
        default=True,
        help="What one party answers is mailed to the other party as an update.",
    )
    update_template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Update mail",
        domain=[("model", "=", "helpdesk.ticket")],
        default=lambda self: self._default_template("mail_template_update"),
        help="Carries updates, messages of agents and forwarded answers.",
    )
    rejected_template_id = fields.Many2one(
        comodel_name="mail.template",
        string="Rejection mail",
        domain=[("model", "=", "helpdesk.ticket")],
        default=lambda self: self._default_template("mail_template_rejected"),
        help="Sent when support rejects what was reported.",
    )

    _incident_reopen_days_positive = models.Constraint(
        "CHECK (incident_reopen_days >= 0)",
        "The reopening window cannot be negative.",
    )

    def _default_template(self, name):
        return self.env.ref(f"openip_incident.{name}", raise_if_not_found=False)

    @api.constrains("update_template_id", "rejected_template_id")
    def _check_template_model(self):
        for template in self.update_template_id | self.rejected_template_id:
            if template.model != "helpdesk.ticket":
                raise ValidationError(
                    self.env._(
                        "The template %(template)s is not one for incidents.",
                        template=template.name,
                    )
                )

    def _get_update_template(self):
        """Return the mail that carries updates.

        :raises UserError: when the team has none
        """
        self.ensure_one()
        if not self.update_template_id:
            raise UserError(
                self.env._(
                    "The team %(team)s has no mail for updates: nothing was sent.",
                    team=self.name,
                )
            )
        return self.update_template_id

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        teams._forget_incident_addresses()
        teams.filtered("incident_process")._start_incident_process()
        return teams

    def write(self, vals):
        switched = self.filtered(
            lambda team: (
                "incident_process" in vals
                and team.incident_process != bool(vals["incident_process"])
            )
        )
        if not vals.get("incident_process"):
            switched._stop_incident_process()
        stages = self.stage_ids if "stage_ids" in vals else self.stage_ids.browse()
        res = super().write(vals)
        for stage in stages:
            stage._ensure_free_of_foreign_incidents()
        if vals.get("incident_process"):
            switched._start_incident_process()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_open_incidents(self):
        self.filtered("incident_process")._stop_incident_process()

    # Stages of the process

    def _get_applicable_stages(self):
        """Keep incident stages to incident teams, and the other stages from them.

        The registered stage comes first: whoever takes the first applicable stage
        for a new ticket starts an incident where the process starts.
        """
        # SUDO: whose stages a team uses is no secret; its users read the stages.
        if not self.sudo().incident_process:
            return (
                super()
                ._get_applicable_stages()
                .filtered(lambda stage: not stage.incident_phase)
            )
        return self._get_incident_stages().sorted(
            lambda stage: stage.incident_phase != REGISTERED
        )

    def _get_incident_stages(self):
        """Return the stages of this team's process, by sequence."""
        self.ensure_one()
        return self.stage_ids.filtered(
            lambda stage: (
                stage.active
                and stage.incident_phase
                and (not stage.company_id or stage.company_id == self.company_id)
            )
        ).sorted()

    def _get_incident_stage(self, phase, kind=False):
        """Return the stage by which this team knows a phase: the first by sequence.

        :param phase: one of the phases
        :param kind: what is requested, for the phase waiting
        :raises UserError: when the team has no such stage
        """
        self.ensure_one()
        stages = self._get_incident_stages().filtered(
            lambda stage: (
                stage.incident_phase == phase
                and (not kind or stage.incident_request_kind == kind)
            )
        )
        if not stages:
            self._raise_missing_stages([(phase, kind)])
        return stages[0]

    def _start_incident_process(self):
        """Link the shipped stages to these teams and take their tickets in.

        :raises UserError: naming the phases that no stage stands for
        """
        for team in self:
            team._link_shipped_stages()
            missing = set(REQUIRED_STAGES) - team._get_incident_stage_keys()
            if missing:
                team._raise_missing_stages(
                    [key for key in REQUIRED_STAGES if key in missing]
                )
        self.with_context(active_test=False).ticket_ids._incident_enter_process()

    def _link_shipped_stages(self):
        known = self._get_incident_stage_keys()
        for name in SHIPPED_STAGES:
            stage = self.env.ref(f"openip_incident.{name}", raise_if_not_found=False)
            if stage and stage.active and stage._get_incident_key() not in known:
                stage.team_ids |= self

    def _get_incident_stage_keys(self):
        return {stage._get_incident_key() for stage in self._get_incident_stages()}

    def _raise_missing_stages(self, keys):
        labels = self.env["helpdesk.ticket.stage"]._get_incident_key_labels(keys)
        raise UserError(
            self.env._(
                "The team %(team)s has no stage for: %(phases)s.",
                team=self.name,
                phases=", ".join(labels),
            )
        )

    def _stop_incident_process(self):
        """Give the closed incidents of these teams back to the plain helpdesk.

        :raises UserError: while a team has open incidents
        """
        # SUDO: the answer must not depend on which incidents this admin may read.
        incidents = self.env["helpdesk.ticket"].sudo()
        for team in self:
            count = incidents.search_count(
                [("team_id", "=", team.id), ("incident_phase", "in", OPEN_PHASES)]
            )
            if count:
                raise UserError(
                    self.env._(
                        "The team %(team)s has %(count)s open incidents: close them "
                        "before you switch the incident process off.",
                        team=team.name,
                        count=count,
                    )
                )
        incidents.with_context(active_test=False).search(
            [("team_id", "in", self.ids)]
        )._incident_leave_process()
        stages = self.env["helpdesk.ticket.stage"].with_context(active_test=False)
        for stage in stages.search(
            [("incident_phase", "!=", False), ("team_ids", "in", self.ids)]
        ):
            stage.team_ids -= self
