# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Readers of updates, and the mornings on which they read them."""

from datetime import datetime

from odoo.tests import freeze_time

from .common import IncidentCommon

# A Monday in Paris: 11:00, and 7:00 of the next day.
NOW = datetime(2026, 11, 16, 10, 0)
MORNING = datetime(2026, 11, 17, 6, 0)
WORDS = "<p>The carrier has found the broken cable.</p>"
FOUND = "has found the broken cable"


class DigestCommon(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Europe/Paris"
        cls.company.partner_id.tz = "Europe/Paris"
        (cls.customer | cls.integrator).tz = "Europe/Paris"

    def _choose(self, preference, *partners):
        for partner in partners or (self.customer, self.integrator):
            partner._set_incident_update_preference(preference)

    def _update(self, incident, body=WORDS, **kwargs):
        with self.capture_letters() as letters:
            incident.incident_update(body, **kwargs)
        return letters

    def _notices(self, incident, status):
        return incident.sudo().notice_ids.filtered(lambda one: one.status == status)

    def _run(self, date):
        """Have the scheduled action run at a date; return the mails that leave."""
        cron = self.env.ref("openip_incident.ir_cron_followup_remind")
        mails = self.env["mail.mail"].sudo()
        others = mails.search([])
        self.flush_tracking()
        with (
            freeze_time(date),
            self.enter_registry_test_mode(),
            self.mock_mail_gateway(),
        ):
            cron.method_direct_trigger()
            self.env.invalidate_all()
            (mails.search([("state", "=", "outgoing")]) - others).send()
            letters = list(self._mails)
        self.env.invalidate_all()
        return letters
