# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain


class IncidentHealth(models.Model):
    """Alerts that no mail server took: one about mail is mail, too.

    They are sent again as all mails of ours are; once more by the action that alerts,
    for the other one may be what stands still.
    """

    _inherit = "incident.health"

    def _resend_alerts(self):
        # SUDO: the process looks after the mails that it has written.
        notices = self.env["incident.notice"].sudo()
        failed = Domain("status", "=", "failed")
        written = Domain("message_id", "in", self.alert_message_ids.ids)
        refused = notices.search(failed & written)
        if refused:
            refused.try_lock_for_update(allow_referencing=True)._retry()

    def _alert(self, partners):
        message = super()._alert(partners)
        # SUDO: as above.
        self.env["incident.notice"].sudo()._follow(message)
        return message


class IncidentNotice(models.Model):
    _inherit = "incident.notice"

    @api.model
    def _find_alerting(self, messages):
        # SUDO: as above.
        checks = self.env["incident.health"].sudo()
        return checks.search([("alert_message_ids", "in", messages.ids)])

    def _note_given_up(self):
        """Alert anew of what nobody could be told of."""
        self._find_alerting(self.message_id).alert_date = False
        return super()._note_given_up()
