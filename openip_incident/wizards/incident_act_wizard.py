# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from ..models.phases import CLOSE_REASONS, HUMAN_REASONS, REQUEST_KINDS, WAIT_FOR

# Acts that consist of words.
SPOKEN_ACTS = ("request", "update", "answer", "reject")


class IncidentActWizard(models.TransientModel):
    _name = "incident.act.wizard"
    _description = "Act on Incidents"

    act = fields.Selection(
        selection=[
            ("request", "Ask the parties"),
            ("update", "Inform the parties"),
            ("answer", "Record an answer"),
            ("escalate", "Escalate"),
            ("reject", "Reject"),
            ("close", "Close"),
            ("reopen", "Reopen"),
        ],
        required=True,
        help="What is about to be done with the incidents.",
    )
    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        string="Incidents",
        help="The incidents that this concerns.",
    )
    ticket_count = fields.Integer(compute="_compute_ticket_count")
    body = fields.Html(
        string="Message",
        help="The text as the parties will read it, unless the line above says "
        "that it is internal.",
    )
    kind = fields.Selection(
        selection=REQUEST_KINDS,
        string="Request",
        default="information",
        help="Whether the parties have to tell something or to do something.",
    )
    wait_for = fields.Selection(
        selection=WAIT_FOR,
        string="Wait for",
        default="either",
        help="Whose answer ends the wait.",
    )
    level_id = fields.Many2one(
        comodel_name="incident.escalation.level",
        string="Escalate to",
        help="Who takes the incident over: second-level support, or a carrier.",
    )
    close_reason = fields.Selection(
        selection=[reason for reason in CLOSE_REASONS if reason[0] in HUMAN_REASONS],
        string="Reason",
        default="support",
        help="Why the incident is closed; the reports count by it.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Answer of",
        help="The party that has answered, on the phone for instance.",
    )
    escalation_partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Carrier contact",
        compute="_compute_escalation_partner_id",
        store=True,
        readonly=False,
        help="Who works on the incident outside, at the carrier for instance.",
    )
    escalation_reference = fields.Char(
        string="External reference",
        help="The number under which the carrier knows the incident.",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        compute="_compute_partner_ids",
        help="Those who may speak for the parties of these incidents.",
    )
    has_integrator = fields.Boolean(compute="_compute_has_integrator")
    recipients = fields.Char(
        string="Goes to",
        compute="_compute_recipients",
        help="Who is sent this text by mail.",
    )
    unreachable = fields.Char(
        compute="_compute_recipients", help="The parties without an e-mail address."
    )
    successor = fields.Boolean(
        compute="_compute_successor",
        help="The reopening window is over: a new incident will be registered.",
    )

    @api.depends("ticket_ids")
    def _compute_ticket_count(self):
        for wizard in self:
            wizard.ticket_count = len(wizard.ticket_ids)

    @api.depends("ticket_ids")
    def _compute_partner_ids(self):
        for wizard in self:
            parties = wizard.ticket_ids.customer_party_id
            parties |= wizard.ticket_ids.integrator_party_id
            wizard.partner_ids = self.env["res.partner"].search(
                [
                    ("incident_party_id", "in", parties.ids),
                    ("partner_share", "=", True),
                ]
            )

    @api.depends("ticket_ids.integrator_id")
    def _compute_has_integrator(self):
        for wizard in self:
            wizard.has_integrator = bool(wizard.ticket_ids.integrator_id)

    @api.depends("ticket_ids", "act", "parties")
    def _compute_recipients(self):
        for wizard in self:
            parties = wizard._get_addressed_parties()
            unreachable = parties.filtered(
                lambda party: not party.email_normalized or not party.active
            )
            reached = (parties - unreachable)._filter_distinct_addresses()
            wizard.recipients = ", ".join(reached.mapped("display_name"))
            wizard.unreachable = ", ".join(unreachable.mapped("display_name"))

    @api.depends("level_id")
    def _compute_escalation_partner_id(self):
        """Propose the contact of the level, and what was entered before."""
        for wizard in self:
            known = wizard.ticket_ids.escalation_partner_id
            wizard.escalation_partner_id = wizard.level_id.partner_id or (
                known if len(known) == 1 else False
            )

    @api.depends("ticket_ids")
    def _compute_successor(self):
        for wizard in self:
            wizard.successor = any(
                not ticket._is_incident_reopenable() for ticket in wizard.ticket_ids
            )

    def action_confirm(self):
        """Do what the wizard was opened for.

        :return: None, or the action that shows the incidents to go on with
        :raises UserError: when there is nothing to say
        """
        self.ensure_one()
        # An editor that was cleared still holds an empty paragraph.
        if self.act in SPOKEN_ACTS and is_html_empty(self.body):
            raise UserError(self.env._("Please write the message."))
        return self._act()

    def _act(self):
        """Do what was confirmed; return None, or the action to go on with."""
        return getattr(self, f"_confirm_{self.act}")()

    # Doing it, for the incidents and with the words of one batch

    def _get_act_tickets(self):
        """Return the incidents to act on now."""
        return self.ticket_ids

    def _get_act_words(self):
        """Return what is said of these incidents: HTML."""
        return self.body

    def _confirm_request(self):
        self._get_act_tickets().incident_request(
            self.kind, self._get_act_words(), self.wait_for, self._get_parties_key()
        )

    def _confirm_update(self):
        self._get_act_tickets().incident_update(
            self._get_act_words(), self._get_parties_key()
        )

    def _confirm_answer(self):
        self._get_act_tickets().incident_record_answer(
            self.partner_id, self._get_act_words()
        )

    def _confirm_escalate(self):
        self._get_act_tickets().action_incident_escalate(
            self.level_id,
            self._get_act_words(),
            self.escalation_partner_id,
            self.escalation_reference,
        )

    def _confirm_reject(self):
        self._get_act_tickets().action_incident_reject(self._get_act_words() or "")

    def _confirm_close(self):
        self._get_act_tickets().action_incident_close(
            self.close_reason, self._get_act_words(), self.cause_id, self.restored_date
        )

    def _confirm_reopen(self):
        """Show the incident to go on with, which may be a new one."""
        tickets = self._get_act_tickets()
        reopened = tickets._incident_reopen_with(self._get_act_words())
        if reopened == tickets:
            return None
        return reopened[:1].get_formview_action()
