# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

ADDRESS_FIELDS = {
    "active",
    "alias_domain_id",
    "alias_id",
    "alias_name",
    "bounce_alias",
    "catchall_alias",
    "company_id",
    "incident_process",
    "name",
}


class IncidentAddressMixin(models.AbstractModel):
    """Has the gateway look its addresses up anew after one of these has changed.

    It compares them with every mail that arrives, whoever it is for.
    """

    _name = "incident.address.mixin"
    _description = "What the Addresses of Incidents Are Made Of"

    def write(self, vals):
        res = super().write(vals)
        if ADDRESS_FIELDS & vals.keys():
            self._forget_incident_addresses()
        return res

    def unlink(self):
        res = super().unlink()
        self._forget_incident_addresses()
        return res

    def _forget_incident_addresses(self):
        self.env.registry.clear_cache()
        # Another thread may look them up anew before this one has committed.
        self.env.cr.postcommit.add(self.env.registry.clear_cache)
