# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from odoo.addons.base.models.res_users import check_identity

from .incident_health_database import DATABASE

MANAGER = "helpdesk_mgmt.group_helpdesk_manager"
# Odoo's own keys: hashed, shown once, removed in the preferences of their user. One of
# this scope opens nothing but the address of the health.
SCOPE = "openip_incident.health"
KEY_VIEW = "openip_incident.incident_health_key_view_form"
ALERT = "openip_incident.ir_cron_health_alert"


class IncidentHealth(models.Model):
    """Answers a monitor outside, which sees what nothing in here can tell."""

    _inherit = "incident.health"

    @check_identity
    def action_make_monitor_key(self):
        """Make a key for a monitor and show it, this once.

        :return: the action that shows the key
        :raises AccessError: for anybody but a helpdesk manager
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only helpdesk managers can make a key for a monitor.")
            )
        # SUDO: a monitor cannot renew its key; it opens a page of counts, and ends with
        # its user's account or group.
        keys = self.env["res.users.apikeys"].sudo()
        key = keys._generate(SCOPE, self.env._("Health of the incidents"), None)
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.users.apikeys.show",
            "name": self.env._("Key for a monitor"),
            "views": [(self.env.ref(KEY_VIEW).id, "form")],
            "target": "new",
            "context": {"default_key": key},
        }

    @api.model
    def _find_monitor_user(self, key):
        """Return whose key this is: a helpdesk manager, or nobody.

        :param str key: as the monitor sent it
        :return: ``res.users``, empty where the key opens nothing
        """
        users = self.env["res.users"]
        # Anything else is no key of Odoo's, and may be nothing that SQL can hold.
        if not key.isalnum():
            return users
        found = self.env["res.users.apikeys"]._check_credentials(scope=SCOPE, key=key)
        user = users.browse(found or ())
        return user if user and user.has_group(MANAGER) else users

    @api.model
    def _get_monitor_report(self):
        """Return what a monitor is told: numbers and ages, never a name or an address.

        :return: dict of ``state``, ``time`` and ``checks``; the whole is an alarm where
            a check is that somebody wants to be told of
        """
        now = fields.Datetime.now()
        checks = self.search(Domain.TRUE)
        rows = [check._prepare_monitor_row(now) for check in checks]
        alarm = any(row["told"] and row["state"] == "alarm" for row in rows)
        return {
            "state": "alarm" if alarm else "good",
            "time": f"{now.isoformat()}Z",
            "checks": rows,
        }

    def _prepare_monitor_row(self, now):
        age = now - self.oldest_date if self.oldest_date else None
        return {
            "check": self._get_monitor_name(),
            "kind": self.kind,
            "name": self.name,
            "state": self.state,
            "told": self._is_told_outside(),
            "count": self.count,
            # Of a scheduled action: since its last successful run.
            "age_seconds": max(0, int(age.total_seconds())) if age else None,
            "limit_seconds": int(self.limit_hours * 3600),
        }

    def _is_told_outside(self):
        """Return whether an alarm of this check is one of the whole.

        No mail can say that mails stand still by order, on a copy, or that alerts do.
        """
        return self.alerts or self.kind == DATABASE or self.cron_id == self._get_alert()

    @api.model
    def _get_alert(self):
        return self.env.ref(ALERT, raise_if_not_found=False)

    def _get_monitor_name(self):
        """Return a name that no translation and no admin changes."""
        name = self.get_external_id()[self.id].partition(".")[2]
        return name.removeprefix("health_") or f"{self.kind}_{self.id}"
