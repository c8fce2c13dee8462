# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..phases import CLOSED, OPEN_PHASES, PHASES, REQUEST_KINDS, ROWS, WAITING
from ..words import INTERNAL

# What the process reads of a stage: never changed under an open incident.
PROCESS_FIELDS = ("active", "closed", "incident_phase", "incident_request_kind")


class HelpdeskTicketStage(models.Model):
    _inherit = "helpdesk.ticket.stage"

    incident_phase = fields.Selection(
        selection=PHASES,
        string="Phase",
        index="btree_not_null",
        help="What this stage means to the incident process. Stages without a phase "
        "belong to the other helpdesk teams.",
    )
    incident_request_kind = fields.Selection(
        selection=REQUEST_KINDS,
        string="Requested from the parties",
        help="What the parties are asked for in this stage: information or an action.",
    )
    followup_plan_id = fields.Many2one(
        comodel_name="incident.followup.plan",
        string="Follow-up plan",
        ondelete="restrict",
        groups=INTERNAL,
        help="How incidents that enter this stage are followed up.",
    )

    incident_asks = fields.Boolean(compute="_compute_incident_asks")
    incident_followed = fields.Boolean(compute="_compute_incident_asks")

    @api.depends("incident_phase")
    def _compute_incident_asks(self):
        for stage in self:
            row = ROWS.get(stage.incident_phase)
            stage.incident_asks = stage.incident_phase == WAITING
            stage.incident_followed = row and row.followed

    @api.constrains("incident_phase", "incident_request_kind", "closed")
    def _check_incident_phase(self):
        for stage in self.filtered("incident_phase"):
            if (stage.incident_phase == WAITING) != bool(stage.incident_request_kind):
                raise ValidationError(
                    self.env._(
                        "%(stage)s: a stage names what is requested from the parties "
                        "if, and only if, it waits for them.",
                        stage=stage.name,
                    )
                )
            if (stage.incident_phase == CLOSED) != stage.closed:
                raise ValidationError(
                    self.env._(
                        "%(stage)s: the stages of the phase Closed, and only they, "
                        "are closing stages.",
                        stage=stage.name,
                    )
                )

    @api.onchange("incident_phase")
    def _onchange_incident_phase(self):
        if self.incident_phase:
            self.closed = self.incident_phase == CLOSED
        if self.incident_phase != WAITING:
            self.incident_request_kind = False

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._complete_phase_vals(vals) for vals in vals_list])

    def write(self, vals):
        self.filtered(
            lambda stage: stage._loses_incidents(vals)
        )._ensure_free_of_incidents()
        res = super().write(self._complete_phase_vals(vals))
        if {"team_ids", "company_id"} & vals.keys():
            for stage in self.filtered("incident_phase"):
                stage._ensure_free_of_foreign_incidents()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used_by_incidents(self):
        self._ensure_free_of_incidents()

    @api.model
    def _complete_phase_vals(self, vals):
        """Let the closing flag follow the phase unless it is given."""
        if not vals.get("incident_phase") or "closed" in vals:
            return vals
        return {**vals, "closed": vals["incident_phase"] == CLOSED}

    def _get_incident_key(self):
        """Return what distinguishes this stage to the process: phase and kind."""
        return (self.incident_phase, self.incident_request_kind)

    @api.model
    def _get_incident_key_labels(self, keys):
        """Return phases and request kinds as their reader calls them.

        :param keys: iterable of (phase, request kind or False)
        """
        names = self.fields_get(
            ["incident_phase", "incident_request_kind"], ["selection"]
        )
        phases = dict(names["incident_phase"]["selection"])
        kinds = dict(names["incident_request_kind"]["selection"])
        return [
            f"{phases[phase]} ({kinds[kind]})" if kind else phases[phase]
            for phase, kind in keys
        ]

    def _loses_incidents(self, vals):
        """Tell whether these values change what the process reads of this stage."""
        self.ensure_one()
        return any(
            name in vals and (vals[name] or False) != self[name]
            for name in PROCESS_FIELDS
        )

    def _ensure_free_of_foreign_incidents(self):
        """Refuse to take this stage away from a team whose open incidents are in it."""
        self.ensure_one()
        foreign = Domain("team_id", "not in", self.team_ids.ids)
        if self.company_id:
            foreign |= Domain("team_id.company_id", "!=", self.company_id.id)
        self._ensure_free_of_incidents(foreign)

    def _ensure_free_of_incidents(self, domain=()):
        """Refuse a change that would pull a stage from under an open incident.

        :param domain: narrows the incidents that the change would harm
        :raises UserError: naming a stage and how many open incidents use it
        """
        # SUDO: the answer must not depend on which incidents this admin may read.
        tickets = self.env["helpdesk.ticket"].sudo()
        counts = tickets.with_context(active_test=False)._read_group(
            Domain(domain)
            & Domain("stage_id", "in", self.filtered("incident_phase").ids)
            & Domain("is_incident", "=", True)
            & Domain("incident_phase", "in", OPEN_PHASES),
            ["stage_id"],
            ["__count"],
        )
        for stage, count in counts:
            raise UserError(
                self.env._(
                    "%(count)s open incidents are in the stage %(stage)s. Move them "
                    "first, then change its phase or its teams, archive or delete it.",
                    count=count,
                    stage=stage.name,
                )
            )
