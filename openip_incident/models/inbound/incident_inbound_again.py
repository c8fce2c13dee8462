# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain

from ...tools.failure import describe_failure
from ..engine.task import Task
from ..inbounds import BUSY, ERROR, QUARANTINED

TASKS = (
    Task(
        "again",
        "incident.inbound",
        due=lambda inbounds: inbounds._get_busy_domain(),
        do=lambda inbound: inbound._process_again(),
        fail=lambda inbound, error: inbound._stop_trying(error),
        # By itself: its source may be large, and the gateway, on a connection of its
        # own, locks what it needs.
        batch=1,
        locks=False,
        cron="openip_incident.ir_cron_inbound_again",
    ),
)


class IncidentInbound(models.Model):
    """Takes in once more what only met others, without waiting for a human."""

    _inherit = "incident.inbound"

    @api.model
    def _cron_process_again(self):
        """Process what is due, then hold what could not be held."""
        if self.env["incident.engine"]._run_tasks("Incoming mail", TASKS):
            self._hold_later()

    @api.model
    def _get_busy_domain(self):
        return Domain("state", "=", QUARANTINED) & Domain("reason", "=", BUSY)

    def _stop_trying(self, error):
        """Leave a mail to a human that cannot even be tried again (G6).

        :param error: the exception
        """
        failure = describe_failure(self.env, error)[:500]
        self.write({"reason": ERROR, "failure": failure})
        self._alert_team()
