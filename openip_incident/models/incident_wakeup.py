# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import api, models

PENDING = "openip_incident.wakeups"


class IncidentWakeup(models.AbstractModel):
    """Wakes scheduled actions at the minute when something is due.

    Collected over a transaction and written once: a trigger each costs a query.
    """

    _name = "incident.wakeup"
    _description = "Wake-up of Scheduled Actions"

    @api.model
    def _wake(self, cron, date):
        """Have a scheduled action run at a date.

        :param cron: name of its xml id in this addon
        :param date: naive UTC
        """
        precommit = self.env.cr.precommit
        if PENDING not in precommit.data:
            precommit.data[PENDING] = {}
            precommit.add(self._write_triggers)
        minute = date.replace(second=0, microsecond=0)
        if minute < date:
            minute += timedelta(minutes=1)
        precommit.data[PENDING].setdefault(cron, set()).add(minute)

    @api.model
    def _write_triggers(self):
        pending = self.env.cr.precommit.data.pop(PENDING, {})
        for name, dates in pending.items():
            # A scheduled action that was deleted has lost its name, too.
            cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
                f"openip_incident.{name}"
            )
            if cron_id:
                self.env["ir.cron"].browse(cron_id)._trigger(at=sorted(dates))
