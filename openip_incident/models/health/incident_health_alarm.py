# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

AGENT = "helpdesk_mgmt.group_helpdesk_user_own"
MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class IncidentHealth(models.Model):
    """Shows every agent what stands still; the settings stay with the managers."""

    _inherit = "incident.health"

    @api.model
    def get_incident_alarms(self):
        """Return what the managers were told of and is not over, for the screen.

        :return: dict of ``alarms``, a list of dict of ``id``, ``name`` and ``count``,
            and ``may_open``, whether the caller may look at the health of the process
        """
        if not self.env.user.has_group(AGENT):
            return {"alarms": [], "may_open": False}
        # SUDO: agents are told the name of a check and a number, none of its records.
        told = self.sudo().search([("alert_date", "!=", False)])
        alarms = told.filtered(lambda check: check.state == "alarm")
        return {
            "alarms": [
                {"id": check.id, "name": check.name, "count": check.count}
                for check in alarms
            ],
            "may_open": self.env.user.has_group(MANAGER),
        }
