# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.outages import CURRENT, OUTAGE


class IncidentOutageAttachWizard(models.TransientModel):
    """Asks what the chosen incidents have in common: an outage, or a new one."""

    _name = "incident.outage.attach.wizard"
    _description = "Attach Incidents to an Outage"

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        string="Incidents",
        required=True,
        help="The incidents that are attached.",
    )
    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Outage or works",
        domain=[("state", "in", CURRENT)],
        help="What they have in common; empty to enter a new outage.",
    )
    name = fields.Char(
        string="Title of the new outage",
        help="What fails, in a few words. The parties read it.",
    )
    add_services = fields.Boolean(
        string="Add their services",
        default=True,
        help="The services of the incidents are affected, too.",
    )

    @api.model
    def default_get(self, fields):
        """Take the incidents that were chosen in the list."""
        values = super().default_get(fields)
        chosen = self.env.context.get("active_model") == "helpdesk.ticket"
        if chosen and "ticket_ids" in fields and not values.get("ticket_ids"):
            chosen_ids = self.env.context.get("active_ids", [])
            values["ticket_ids"] = [Command.set(chosen_ids)]
        return values

    def action_attach(self):
        """Attach the incidents, and show the outage."""
        self.ensure_one()
        tickets = self.ticket_ids
        outage = self.outage_id or self._create_outage()
        if self.add_services:
            services = tickets.service_id.filtered(
                lambda one: not one.company_id or one.company_id == outage.company_id
            )
            outage.write({"service_ids": [(4, one.id) for one in services]})
        outage.action_attach(tickets)
        return {
            "type": "ir.actions.act_window",
            "res_model": outage._name,
            "res_id": outage.id,
            "view_mode": "form",
        }

    def _create_outage(self):
        if not (self.name or "").strip():
            raise UserError(
                self.env._("Choose an outage, or say in a few words what fails.")
            )
        return self.env["incident.outage"].create(self._prepare_outage_vals())

    def _prepare_outage_vals(self):
        """Return the values of a new outage: since the first report of it."""
        tickets = self.ticket_ids
        since = [ticket.incident_since or ticket.create_date for ticket in tickets]
        return {
            "kind": OUTAGE,
            "name": self.name,
            "company_id": tickets[:1].company_id.id,
            "team_id": tickets[:1].team_id.id,
            "begin_date": min([*since, fields.Datetime.now()]),
        }
