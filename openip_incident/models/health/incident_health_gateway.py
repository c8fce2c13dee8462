# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from .incident_health import Source


class IncidentHealth(models.Model):
    _inherit = "incident.health"

    kind = fields.Selection(
        selection_add=[("gateway", "Refused callers of the mail gateway")],
        ondelete={"gateway": "cascade"},
    )

    def action_show(self):
        """Open the callers by their ids.

        Whoever looks may not see the users of another company, nor that they have
        the group by now.
        """
        action = super().action_show()
        if self.kind == "gateway":
            # SUDO: which callers count; the list shows what the reader may read.
            refusals = self.env[action["res_model"]].sudo().search(action["domain"])
            action["domain"] = [("id", "in", refusals.ids)]
        return action

    def _get_gateway_source(self):
        refusals = self.env["incident.gateway.refusal"]
        return Source(refusals._name, refusals._get_open_domain(), "date", late=True)
