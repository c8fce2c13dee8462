# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _get_incident_managers(self):
        """Return who is told of what no team can mend: the helpdesk's managers."""
        group = self.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        return group.all_user_ids.filtered("active")
