# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..phases import CLOSE_REASONS, FROZEN, REGISTERED
from ..words import INTERNAL

DERIVED_FIELDS = {
    "customer_party_id",
    "incident_phase",
    "integrator_party_id",
    "is_incident",
}


class HelpdeskTicket(models.Model):
    _inherit = "helpdesk.ticket"
    _rec_names_search = ["number", "name", "former_number"]

    # Process
    is_incident = fields.Boolean(
        string="Incident",
        related="team_id.incident_process",
        store=True,
        index=True,
    )
    incident_phase = fields.Selection(
        related="stage_id.incident_phase",
        string="Phase",
        store=True,
        index="btree_not_null",
    )
    frozen = fields.Boolean(compute="_compute_frozen", search="_search_frozen")
    return_stage_id = fields.Many2one(
        comodel_name="helpdesk.ticket.stage",
        copy=False,
        index="btree_not_null",
        groups=INTERNAL,
        help="Where the incident goes back to once it is answered.",
    )

    # Validation, escalation and closure
    validated_by_id = fields.Many2one(
        comodel_name="res.users",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="The agent who checked the trouble and opened the incident.",
    )
    validated_date = fields.Datetime(
        string="Validated on",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="When the incident was opened: support has checked the trouble.",
    )
    escalation_level_id = fields.Many2one(
        comodel_name="incident.escalation.level",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        groups=INTERNAL,
        help="Who works on the incident beyond this team: second-level support, or "
        "a carrier.",
    )
    escalation_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Carrier contact",
        copy=False,
        groups=INTERNAL,
        help="Who works on the incident outside, at the carrier for instance.",
    )
    escalation_reference = fields.Char(
        string="External reference",
        copy=False,
        groups=INTERNAL,
        help="The number under which the carrier knows the incident.",
    )
    escalation_date = fields.Datetime(
        string="Escalated on",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="When the incident was last escalated.",
    )
    solved_date = fields.Datetime(
        string="Solved on",
        copy=False,
        readonly=True,
        help="When support asked the parties to confirm closure.",
    )
    close_reason = fields.Selection(
        selection=CLOSE_REASONS,
        copy=False,
        readonly=True,
        tracking=True,
        help="Why the incident was closed: confirmed by a party, without an "
        "answer, not confirmed, rejected or by support.",
    )
    wait_start = fields.Datetime(
        string="Waiting since",
        copy=False,
        readonly=True,
        groups=INTERNAL,
        help="Since when the incident waits for its parties.",
    )

    # Computes

    @api.depends("team_id")
    def _compute_stage_id(self):
        """Start incidents where the process starts, keep their phase across teams."""
        incidents = self.filtered("team_id.incident_process")
        for ticket in incidents:
            if ticket.stage_id not in ticket.team_id._get_incident_stages():
                ticket.stage_id = ticket._get_incident_entry_stage(ticket.team_id)
        return super(HelpdeskTicket, self - incidents)._compute_stage_id()

    @api.depends("incident_phase")
    def _compute_frozen(self):
        for ticket in self:
            ticket.frozen = ticket.incident_phase == FROZEN

    def _search_frozen(self, operator, value):
        if operator != "in":
            return NotImplemented
        frozen = Domain("incident_phase", "=", FROZEN)
        return frozen if True in value else ~frozen

    @api.model
    def _read_group_stage_ids(self, stages, domain):
        """Show the columns of the process to incident teams only."""
        team_id = self.env.context.get("default_team_id")
        team = self.env["helpdesk.ticket.team"].browse(team_id)
        if team.incident_process:
            return (stages | team._get_incident_stages()).sorted()
        if self.env.context.get("incident_stages"):
            return stages.search_fetch(
                [("incident_phase", "!=", False), ("team_ids", "!=", False)],
                [name for name, one in stages._fields.items() if one.prefetch],
            )
        columns = super()._read_group_stage_ids(stages, domain)
        return columns.filtered(
            lambda stage: not stage.incident_phase or stage in stages
        )

    # CRUD

    @api.model
    def default_get(self, fields):
        """Make an incident of what is created among the incidents."""
        context = self.env.context
        team_id = context.get("default_team_id")
        if context.get("incident_stages") and not team_id:
            team_id = self._get_default_incident_team().id
        records = self.with_context(default_team_id=team_id) if team_id else self
        return super(HelpdeskTicket, records).default_get(fields)

    @api.model
    def _get_default_incident_team(self):
        """Return the user's own incident team, else the first one."""
        own = self.env.user.helpdesk_team_ids.filtered("incident_process")
        return own[:1] or own.search([("incident_process", "=", True)], limit=1)

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(
            [
                self._complete_incident_number(self._scrub_incident_vals(vals))
                for vals in vals_list
            ]
        )
        incidents = tickets.filtered("is_incident")
        incidents._incident_enter_process()
        incidents._ensure_incident_start()
        return tickets

    def copy(self, default=None):
        """Leave drawing the number to the creation, which knows the team."""
        return super().copy({"number": "/", **(default or {})})

    def write(self, vals):
        # Stage and team alone decide these; written from outside they would lie.
        vals = {key: value for key, value in vals.items() if key not in DERIVED_FIELDS}
        if {"stage_id", "team_id"} & vals.keys():
            if not self._incident_is_applying(vals):
                return self._incident_write(vals)
        res = super().write(vals)
        if vals.get("followup_exempt") or vals.get("active") is False:
            # SUDO: follow-ups are written by the process only.
            self.sudo().followup_id._finish("cancelled", self.env.user.partner_id)
        if "user_id" in vals:
            # The base computes a missing team from the assignee.
            self._incident_enter_process()
        return res

    def _ensure_incident_start(self):
        """Refuse to create incidents past their registration (P1)."""
        for ticket in self:
            if ticket.incident_phase != REGISTERED:
                raise UserError(
                    self.env._(
                        "A new incident is registered first, then opened: it cannot "
                        "start in the stage %(stage)s.",
                        stage=ticket.stage_id.name,
                    )
                )
