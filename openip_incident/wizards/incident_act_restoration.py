# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.agent.helpdesk_ticket_restoration import CANCEL, CHANGE, EXPECT, PLAN


class IncidentActWizard(models.TransientModel):
    """What the parties may expect: until when it works again, and who comes when."""

    _inherit = "incident.act.wizard"

    act = fields.Selection(
        selection_add=[
            (EXPECT, "Expected restoration"),
            (PLAN, "Plan an intervention"),
            (CHANGE, "Change the intervention"),
            (CANCEL, "Cancel the intervention"),
        ],
        ondelete={
            EXPECT: "cascade",
            PLAN: "cascade",
            CHANGE: "cascade",
            CANCEL: "cascade",
        },
    )
    expected_date = fields.Datetime(
        string="Expected restoration",
        compute="_compute_expected_date",
        store=True,
        readonly=False,
        help="Until when everything is expected to work again. Empty: nothing is "
        "promised any more.",
    )
    intervention_id = fields.Many2one(
        comodel_name="incident.intervention",
        string="Intervention",
        readonly=True,
        help="The intervention that is changed or called off.",
    )
    begin_date = fields.Datetime(
        string="From",
        compute="_compute_intervention",
        store=True,
        readonly=False,
        help="When the intervention begins, at the earliest.",
    )
    end_date = fields.Datetime(
        string="To",
        compute="_compute_intervention",
        store=True,
        readonly=False,
        help="Until when the intervention lasts, or begins at the latest.",
    )
    place = fields.Char(
        string="Where",
        compute="_compute_intervention",
        store=True,
        readonly=False,
        help="The address or site to which somebody comes. The parties read it.",
    )
    visitor = fields.Char(
        string="Who comes",
        compute="_compute_intervention",
        store=True,
        readonly=False,
        help="The technician or company that comes. The parties read it.",
    )

    @api.depends("ticket_ids")
    def _compute_expected_date(self):
        for wizard in self:
            dates = set(wizard.ticket_ids.mapped("expected_restoration_date"))
            wizard.expected_date = dates.pop() if len(dates) == 1 else False

    @api.depends("intervention_id", "ticket_ids")
    def _compute_intervention(self):
        """Propose what was planned, or the customer's address."""
        for wizard in self:
            known, ticket = wizard.intervention_id, wizard.ticket_ids._origin[:1]
            planning = ticket and wizard.act == PLAN
            wizard.begin_date = known.begin_date
            wizard.end_date = known.end_date
            wizard.visitor = known.visitor
            wizard.place = ticket._get_intervention_place() if planning else known.place

    def _confirm_expect_restoration(self):
        self._get_act_tickets().incident_expect_restoration(
            self.expected_date, self._get_act_words()
        )

    def _confirm_plan_intervention(self):
        self._ensure_period()
        self._get_act_tickets().incident_plan_intervention(
            self.begin_date,
            self.end_date,
            self.place,
            self.visitor,
            self._get_act_words(),
        )

    def _confirm_change_intervention(self):
        self._ensure_period()
        self._get_act_tickets().incident_change_intervention(
            self.intervention_id,
            self.begin_date,
            self.end_date,
            self.place,
            self.visitor,
            self._get_act_words(),
        )

    def _confirm_cancel_intervention(self):
        self._get_act_tickets().incident_cancel_intervention(
            self.intervention_id, self._get_act_words()
        )

    def _ensure_period(self):
        """Refuse to go on without what the act would ask for once more."""
        if not self.begin_date or not self.end_date:
            raise UserError(
                self.env._("An intervention needs a beginning and, after it, an end.")
            )
