# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class IncidentActWizard(models.TransientModel):
    """Judges a mail: whose answer it is, what to remember, or where it belongs."""

    _inherit = "incident.act.wizard"  # pylint: disable=consider-merging-classes-inherited

    act = fields.Selection(
        selection_add=[
            ("dismiss", "Not an answer"),
            ("hand_over", "Hand to another incident"),
        ],
        ondelete={"dismiss": "cascade", "hand_over": "cascade"},
    )
    review_ids = fields.Many2many(
        comodel_name="incident.review", string="Mails to judge"
    )
    target_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Belongs to",
        domain=[("is_incident", "=", True)],
        help="The incident that hears the mail instead, as what it is there.",
    )
    asks_speaker = fields.Boolean(compute="_compute_asks")
    asks_words = fields.Boolean(compute="_compute_asks")
    offers_ticket_system = fields.Boolean(compute="_compute_asks")
    remember_address = fields.Boolean(
        string="Remember the address",
        help="Mail from this address is this contact's from now on.",
    )
    remember_ticket_system = fields.Boolean(
        string="This company answers through a ticket system",
        help="What its ticket system sends about our incidents counts by itself from "
        "now on.",
    )
    review_sender = fields.Char(
        string="Sent by",
        compute="_compute_asks",
        help="The address that the mail came from.",
    )

    @api.depends("act", "review_ids")
    def _compute_asks(self):
        for wizard in self:
            review = wizard.review_ids._origin[:1]
            counts = wizard.act == "count" and bool(review)
            # SUDO: whoever may judge a mail may know whose it is.
            author = review.sudo().message_id.author_id
            speaks = author and review.ticket_id._get_incident_party(author)
            wizard.asks_speaker = counts and not speaks
            wizard.asks_words = counts and review._needs_words()
            wizard.offers_ticket_system = counts and review._is_ticket_system()
            wizard.review_sender = review.sender

    @api.depends("review_ids", "target_id")
    def _compute_summary(self):
        return super()._compute_summary()

    def _get_summary(self):
        if self.act == "hand_over":
            return False
        return super()._get_summary()

    def _get_letter_facts(self):
        facts = super()._get_letter_facts()
        if self.asks_speaker:
            facts["partner"] = self.partner_id._origin
        return facts

    def _confirm_count(self):
        if not self.review_ids:
            return super()._confirm_count()
        self.review_ids.action_count(
            self.partner_id if self.asks_speaker else None,
            self.body,
            remember=self.remember_address and self.asks_speaker,
            ticket_system=self.remember_ticket_system,
        )
        return None

    def _confirm_dismiss(self):
        self.review_ids.action_dismiss()

    def _confirm_hand_over(self):
        self.review_ids.action_hand_over(self.target_id)
