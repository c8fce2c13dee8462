# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class IncidentOutageResolveWizard(models.TransientModel):
    """Asks what was done, and says beforehand whom it will be mailed to."""

    _name = "incident.outage.resolve.wizard"
    _description = "Declare an Outage Resolved"

    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Outage",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="What works again.",
    )
    body = fields.Html(
        string="What was done",
        compute="_compute_body",
        store=True,
        readonly=False,
        help="The parties read it in the mail that asks them to confirm.",
    )
    incident_count = fields.Integer(
        string="Incidents",
        compute="_compute_counts",
        help="Opened incidents whose parties are asked to confirm closure.",
    )
    mail_count = fields.Integer(
        string="Mails",
        compute="_compute_counts",
        help="Each mailbox gets one mail for all of its incidents.",
    )
    party_count = fields.Integer(
        string="Parties",
        compute="_compute_counts",
        help="Customers and integrators that are asked.",
    )
    unopened_ticket_ids = fields.Many2many(
        related="outage_id.unopened_ticket_ids",
        help="Incidents that were never opened: they stay where they are.",
    )

    @api.depends("outage_id")
    def _compute_body(self):
        for wizard in self:
            wizard.body = wizard.outage_id.solution

    @api.depends("outage_id")
    def _compute_counts(self):
        for wizard in self:
            counts = wizard.outage_id._get_closure_preview()
            wizard.incident_count = counts["incidents"]
            wizard.mail_count = counts["mails"]
            wizard.party_count = counts["parties"]

    def action_resolve(self):
        """Declare it resolved, and ask the parties."""
        self.ensure_one()
        # What was taken away here is not said either.
        self.outage_id.solution = self.body
        return self.outage_id.action_resolve(self.body)
