# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"


class IncidentHealth(models.Model):
    """Starts a scheduled action again that Odoo or a person has switched off.

    Odoo does so after failures of a week; it tells its admins only, and nothing but the
    technical menu switches the action on again.
    """

    _inherit = "incident.health"

    can_run = fields.Boolean(compute="_compute_can_run")

    @api.depends("state", "cron_id")
    def _compute_can_run(self):
        for check in self:
            check.can_run = check.cron_id and check.state == "alarm"

    def action_run(self):
        """Switch the scheduled action on and have it run now.

        :return: the notification that says so
        :raises AccessError: for anybody but a helpdesk manager
        :raises UserError: while the action is running
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only helpdesk managers can start scheduled actions.")
            )
        # SUDO: switched on and woken, by whom the process belongs to; what the action
        # does stays its own.
        crons = self.sudo().cron_id
        crons.write({"active": True, "failure_count": 0, "first_failure_date": False})
        for cron in crons:
            cron._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("It is on again and runs within a minute."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
