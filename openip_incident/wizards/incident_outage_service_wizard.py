# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class IncidentOutageServiceWizard(models.TransientModel):
    """Adds many services to an outage: those of a site, a kind, or of some parties."""

    _name = "incident.outage.service.wizard"
    _description = "Add Services to an Outage"

    outage_id = fields.Many2one(
        comodel_name="incident.outage",
        string="Outage or works",
        required=True,
        help="What hits the services that are added.",
    )
    site = fields.Char(
        help="Services whose site has these words in it. Empty: of any site."
    )
    kind_ids = fields.Many2many(
        comodel_name="incident.service.kind",
        string="Kinds",
        help="Services of these kinds. Empty: of any kind.",
    )
    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Customers and integrators",
        help="Services of these customers, and of the customers of these integrators. "
        "Empty: of anybody.",
    )
    service_count = fields.Integer(
        string="Services to add",
        compute="_compute_service_count",
        help="How many services match that the outage does not hit yet.",
    )

    @api.depends("outage_id", "site", "kind_ids", "partner_ids")
    def _compute_service_count(self):
        services = self.env["incident.service"]
        for wizard in self:
            domain = wizard._get_service_domain()
            wizard.service_count = (
                0 if domain is None else services.search_count(domain)
            )

    def _get_service_domain(self):
        """Return the domain of the services that are added, None if nothing is said."""
        if not (self.site or self.kind_ids or self.partner_ids):
            return None
        outage = self.outage_id._origin
        domain = Domain("company_id", "in", (outage.company_id.id, False)) & Domain(
            "id", "not in", outage.service_ids.ids
        )
        if self.site:
            domain &= Domain("site", "ilike", self.site.strip())
        if self.kind_ids:
            domain &= Domain("kind_id", "in", self.kind_ids.ids)
        if self.partner_ids:
            parties = self.partner_ids.incident_party_id
            domain &= (
                Domain("party_id", "in", parties.ids)
                | Domain(
                    "partner_id.integrator_id.incident_party_id", "in", parties.ids
                )
                | Domain("party_id.integrator_id.incident_party_id", "in", parties.ids)
            )
        return domain

    def action_add(self):
        """Add them."""
        self.ensure_one()
        domain = self._get_service_domain()
        services = domain is not None and self.env["incident.service"].search(domain)
        if not services:
            raise UserError(self.env._("No service matches that is not hit already."))
        self.outage_id.write({"service_ids": [(4, one.id) for one in services]})
        return {"type": "ir.actions.act_window_close"}
