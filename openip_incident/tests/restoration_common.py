# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Promises and interventions, and what is mailed of them."""

from datetime import datetime, timedelta

from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL, IncidentCommon
from .ics_reader import read_calendar

NOW = datetime(2026, 11, 16, 10, 0)
SOON = NOW + timedelta(hours=6)
LATER = NOW + timedelta(days=1)
BEGIN = datetime(2026, 11, 24, 13, 0)
END = datetime(2026, 11, 24, 15, 0)
WORDS = "<p>The carrier has found the broken cable.</p>"


class RestorationCommon(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Paris"
        (cls.customer | cls.integrator).tz = "Europe/Paris"
        cls.company.resource_calendar_id.tz = "Europe/Paris"

    def _act(self, incident, act, *args, **kwargs):
        with self.capture_letters() as letters:
            self.assertIs(getattr(incident, act)(*args, **kwargs), True)
        return letters

    def _expect(self, incident, *args, **kwargs):
        return self._act(incident, "incident_expect_restoration", *args, **kwargs)

    def _plan(self, incident, begin=BEGIN, end=END, **kwargs):
        return self._act(incident, "incident_plan_intervention", begin, end, **kwargs)

    def _interventions(self, incident):
        return incident.sudo().incident_intervention_ids

    def _read_file(self, letter):
        """Return the one calendar file of a letter, read, and its name."""
        files = [file for file in letter["attachments"] if file[2] == "text/calendar"]
        self.assertEqual(len(files), 1)
        [(name, content, _kind)] = files
        self.assertTrue(name.endswith(".ics"))
        return read_calendar(content)

    def _mails_of_both(self, letters):
        self.assertBothInformed(letters)
        return (
            self._letter_to(letters, CUSTOMER_MAIL),
            self._letter_to(letters, INTEGRATOR_MAIL),
        )
