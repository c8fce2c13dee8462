# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models

from ..followups import HELD

FAILED = "openip_incident.mail_activity_type_followup"
UNREACHED = "openip_incident.mail_activity_type_unreachable"


class IncidentFollowup(models.Model):
    """Takes back what support was told of a follow-up once it is true no more."""

    _inherit = "incident.followup"

    def _schedule(self, step, sent_date, floor=None):
        reached = self.undelivered
        res = super()._schedule(step, sent_date, floor)
        # Another mail that is not delivered keeps the activity.
        if reached and not self.ticket_id.undelivered_party_ids:
            self._forget_alerts(UNREACHED)
        return res

    def _finish(self, state, partner=None):
        failed = self.filtered(lambda one: one.error or one.state == HELD)
        res = super()._finish(state, partner)
        failed._forget_alerts(FAILED)
        return res

    def _resume(self):
        res = super()._resume()
        self._forget_alerts(FAILED)
        return res

    def action_retry(self):
        """Forget what failed: should it fail again, support is told again."""
        failed = self.filtered("error")
        res = super().action_retry()
        failed._forget_alerts(FAILED)
        return res

    def action_send_now(self):
        """Forget what failed, as for another attempt."""
        failed = self.filtered("error")
        res = super().action_send_now()
        failed._forget_alerts(FAILED)
        return res

    def _forget_alerts(self, activity_type):
        """Remove the activity that the process has planned on these incidents.

        :param activity_type: xml id of its type
        """
        if self:
            # SUDO: whoever repairs it need not be who was told.
            self.ticket_id.sudo().activity_unlink([activity_type])
