# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields, models

from ..outages import LASTING, OVER, RESOLVED
from .incident_outage import RECOVERY


class IncidentOutage(models.Model):
    """What a monitor sees work again: people decide what that means."""

    _inherit = "incident.outage"

    recovery_date = fields.Datetime(
        string="Recovery seen on",
        readonly=True,
        copy=False,
        tracking=True,
        help="Since when the monitor sees nothing fail any more. It proposes to "
        "resolve the outage; people do it.",
    )

    def _comes_back(self, quiet_minutes):
        """Tell whether what fails now is this outage.

        :param int quiet_minutes: how long it may have been quiet
        """
        self.ensure_one()
        if self.state in OVER:
            return False
        ended = self.end_date if self.state == RESOLVED else False
        quiet = [date for date in (self.recovery_date, ended) if date]
        window = timedelta(minutes=quiet_minutes)
        return not quiet or fields.Datetime.now() - max(quiet) <= window

    def _go_on(self, services):
        """Let an outage last on, with the services that it concerns now, too.

        :param services: ``incident.service``
        """
        self.ensure_one()
        if self.state == RESOLVED:
            self.action_investigate()
        if self.recovery_date:
            self.recovery_date = False
            self.activity_unlink([RECOVERY])
            body = self.env._("The monitor sees it fail again.")
            self._message_log(body=body)
        new = services - self.service_ids
        if new:
            self.service_ids |= new

    def _follow_alerts(self):
        """Note when nothing fails any more, and propose to resolve it."""
        self.ensure_one()
        if self.state in OVER:
            return
        alerts = self.env["incident.monitoring.alert"]
        mine = [("outage_id", "=", self.id)]
        firing = [*mine, ("end_date", "=", False)]
        if alerts.search_count(firing, limit=1):
            return
        [[last]] = alerts._read_group(mine, aggregates=["end_date:max"])
        if not last or self.recovery_date == last:
            return
        self.recovery_date = last
        if self.state in LASTING:
            summary = self.env._("The monitor sees it work again. Is it resolved?")
            self._ask(RECOVERY, summary)
