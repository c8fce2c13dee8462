# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.full_stop import end_once
from ..outages import FIRST_STATES, KINDS, LASTING, OUTAGE, OVER, STATES, WORKS
from ..phases import CLOSED
from ..words import INTERNAL, ON_TRIAL, TRIAL
from .told import without_tokens

# What the parties read.
READ = {"lines": ("name",), "texts": ("solution",)}


class IncidentOutage(models.Model):
    """An outage, or planned works: what many incidents have in common."""

    _name = "incident.outage"
    _description = "Outage or Planned Works"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "begin_date desc, id desc"
    _rec_names_search = ["name", "number"]

    name = fields.Char(
        string="Title",
        required=True,
        tracking=True,
        help="What fails, or what is worked on, in a few words. The parties read it.",
    )
    number = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        index="trigram",
        default=lambda self: self.env._("New"),
        help="By which people and mails name it.",
    )
    kind = fields.Selection(
        selection=KINDS,
        required=True,
        default=OUTAGE,
        help="An outage has happened, works are planned.",
    )
    state = fields.Selection(
        selection=STATES,
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        default=lambda self: FIRST_STATES[
            self.env.context.get("default_kind") or OUTAGE
        ],
        help="How far it has come, in the words of public status pages.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="The company that has it.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        index="btree_not_null",
        domain="[('incident_process', '=', True)]",
        help="The team that works on it and writes about it.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="In charge",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user if not self.env.su else False,
        tracking=True,
        help="Who leads the work on it and is told what happens.",
    )
    # What is concerned
    service_ids = fields.Many2many(
        comodel_name="incident.service",
        relation="incident_outage_service_rel",
        column1="outage_id",
        column2="service_id",
        string="Affected services",
        help="The services that do not work, or will not. Their customers and "
        "integrators are concerned.",
    )
    service_count = fields.Integer(
        string="Number of affected services",
        compute="_compute_service_count",
        help="How many services do not work, or will not.",
    )
    # When
    begin_date = fields.Datetime(
        string="Begins on",
        required=True,
        default=fields.Datetime.now,
        tracking=True,
        index=True,
        help="Since when it lasts; of works, when their window opens.",
    )
    end_date = fields.Datetime(
        string="Ended on",
        copy=False,
        tracking=True,
        help="When everything worked again, or the works were done.",
    )
    expected_end_date = fields.Datetime(
        string="Expected end",
        tracking=True,
        help="Until when it is expected to last; of works, when their window ends. "
        "Empty is better than a guess. Its changes stay in the chatter.",
    )
    next_message_date = fields.Datetime(
        string="Next message by",
        copy=False,
        tracking=True,
        help="By when the parties were promised to hear more.",
    )
    # Why
    cause_id = fields.Many2one(
        comodel_name="incident.cause",
        string="Cause",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="What has caused it. The parties read it.",
    )
    solution = fields.Html(
        string="What was done",
        help="How it was mended. The parties read it when it is resolved.",
    )
    # Its incidents
    ticket_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="outage_id",
        string="Incidents",
        groups=INTERNAL,
        help="The incidents that it has caused. While it lasts nobody is reminded and "
        "none is closed by itself.",
    )
    ticket_count = fields.Integer(
        string="Number of incidents",
        compute="_compute_ticket_count",
        help="How many incidents belong to it, closed ones included.",
    )
    open_ticket_count = fields.Integer(
        string="Number of open incidents",
        compute="_compute_ticket_count",
        help="How many of its incidents are not closed yet.",
    )
    previous_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Follows",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The outage that came back as this one.",
    )
    active = fields.Boolean(
        default=True, help="What is over can be archived; it is never deleted."
    )

    _number_unique = models.UniqueIndex(
        "(company_id, number)", "Another outage has this number."
    )
    _lasting_idx = models.Index(
        "(begin_date) WHERE state NOT IN ('completed', 'cancelled')"
    )

    @api.depends("service_ids")
    def _compute_service_count(self):
        for outage in self:
            outage.service_count = len(outage.service_ids)

    @api.depends("ticket_ids.incident_phase")
    def _compute_ticket_count(self):
        groups = self.env["helpdesk.ticket"]._read_group(
            [("outage_id", "in", self.ids)],
            ["outage_id", "incident_phase"],
            ["__count"],
        )
        counts = {outage.id: [0, 0] for outage in self}
        for outage, phase, count in groups:
            counts[outage.id][0] += count
            counts[outage.id][1] += count if phase != CLOSED else 0
        for outage in self:
            total, still_open = counts.get(outage.id, (0, 0))
            outage.ticket_count, outage.open_ticket_count = total, still_open

    @api.depends("name", "number")
    def _compute_display_name(self):
        for outage in self:
            outage.display_name = f"{outage.number} – {outage.name}"

    @api.constrains("begin_date", "end_date", "expected_end_date", "kind")
    def _check_dates(self):
        for outage in self:
            ends = [
                date for date in (outage.end_date, outage.expected_end_date) if date
            ]
            if any(end < outage.begin_date for end in ends):
                raise ValidationError(
                    self.env._(
                        "%(outage)s must not end before it begins.", outage=outage.name
                    )
                )
            if outage.kind == WORKS and not outage.expected_end_date:
                raise ValidationError(
                    end_once(
                        self.env._("Say until when the works of %s last.", outage.name),
                        outage.name,
                    )
                )

    @api.constrains("company_id", "team_id", "service_ids")
    def _check_companies(self):
        for outage in self:
            # SUDO: whose records they are must not depend on what the user may read.
            own = outage.sudo()
            companies = own.team_id.company_id | own.service_ids.company_id
            if companies - own.company_id:
                raise ValidationError(
                    self.env._(
                        "%(outage)s has a team or services of another company.",
                        outage=outage.name,
                    )
                )

    # CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Give each its number and the first state of its kind."""
        sequences = self.env["ir.sequence"]
        for vals in vals_list:
            kind = vals.get("kind") or self.env.context.get("default_kind") or OUTAGE
            company_id = vals.get("company_id") or self.env.company.id
            if self.env.context.get(TRIAL) is not ON_TRIAL:
                vals["number"] = sequences.with_company(company_id).next_by_code(
                    "openip.outage"
                )
            if not self.env.su:
                # People begin at the beginning: no state is entered past its act.
                vals.pop("state", None)
            vals["state"] = vals.get("state") or FIRST_STATES.get(kind)
        return super().create([without_tokens(vals, **READ) for vals in vals_list])

    def write(self, vals):
        """Let only the moves of the process change the state, and nothing the kind."""
        if "state" in vals and not self._is_moving(vals):
            raise UserError(
                self.env._("Use the buttons: each state begins with an act of its own.")
            )
        if "kind" in vals and self.filtered(lambda one: one.kind != vals["kind"]):
            raise UserError(
                self.env._("An outage stays an outage, and works stay works.")
            )
        if vals.get("active") is False:
            self._ensure_over()
        if "company_id" in vals:
            self.filtered(
                lambda one: one.company_id.id != vals["company_id"]
            )._ensure_of_no_company()
        return super().write(without_tokens(vals, **READ))

    def _ensure_of_no_company(self):
        """Refuse to give another company what has incidents, or was told the parties.

        :raises UserError: naming the first that stays where it is
        """
        # SUDO: archived or not to be read by this user, they count.
        tickets = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        kept = tickets.search([("outage_id", "in", self.ids)], limit=1).outage_id
        kept = kept or self.filtered("message_record_ids")
        for outage in kept.sudo(False)[:1]:
            raise UserError(
                self.env._(
                    "%(outage)s has incidents or messages of its company: it stays "
                    "there.",
                    outage=outage.display_name,
                )
            )

    def _ensure_over(self):
        """Refuse to put away what still holds incidents, or is to begin.

        :raises UserError: naming the first that is not over
        """
        for outage in self.filtered(lambda one: one.state not in OVER):
            raise UserError(
                self.env._(
                    "%(outage)s is not over yet: complete or cancel it first.",
                    outage=outage.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if not self.env.su:
            raise UserError(
                self.env._("What was told the parties is evidence: cancel it instead.")
            )

    def _is_lasting(self):
        """Tell whether it lasts: whatever its incidents wait for is held."""
        self.ensure_one()
        return self.state in LASTING

    def action_view_tickets(self):
        """Show its incidents."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "openip_incident.incident_action"
        )
        return {
            **action,
            "name": self.env._("Incidents of %(party)s", party=self.display_name),
            "path": False,
            "domain": [("is_incident", "=", True), ("outage_id", "=", self.id)],
            "context": {"incident_stages": True},
        }
