# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In which time zone a deadline is written when nobody has configured one."""

from odoo.tests import tagged

from odoo.addons.openip_incident.tools.zones import choose_zone

from .common import IncidentCommon

PARIS = "Europe/Paris"
# (zones that Odoo knows, country): what the reader is told
CHOICES = [
    (("UTC",), "FR", PARIS),
    (("UTC",), None, PARIS),
    ((False,), None, PARIS),
    ((), "US", PARIS),
    (("Etc/UTC",), "BE", "Europe/Brussels"),
    (("GMT",), "GB", "Europe/London"),
    (("Etc/GMT",), "SN", "Africa/Dakar"),
    (("Zulu", False), "FR", PARIS),
    (("UTC", "America/Lima"), "FR", "America/Lima"),
    (("Indian/Reunion", "UTC"), "FR", "Indian/Reunion"),
    (("Etc/GMT+3",), "FR", "Etc/GMT+3"),
    (("UTC",), "US", "UTC"),
    (("UTC",), "nowhere", PARIS),
]


@tagged("post_install", "-at_install")
class TestZones(IncidentCommon):
    def test_choices(self):
        for zones, country, expected in CHOICES:
            with self.subTest(zones=zones, country=country):
                self.assertEqual(choose_zone(*zones, country=country), expected)

    def test_zone_of_working_hours_is_known_until_it_changes(self):
        calendar, incident = self.company.resource_calendar_id, self._create_incident()
        for zone in ("Indian/Reunion", "America/Lima"):
            calendar.tz = zone
            with self.subTest(zone=zone):
                self.assertEqual(incident._get_correspondence_zone(), zone)
                calendar.invalidate_recordset(flush=True)
                with self.assertQueryCount(0):
                    self.assertEqual(incident._get_correspondence_zone(), zone)
        new = calendar.new({"tz": PARIS})
        self.assertEqual(new._get_known_zone(), PARIS)
        self.assertFalse(calendar.browse()._get_known_zone())

    def test_a_fresh_database_never_writes_utc(self):
        """Neither the company nor the party has said anything but Odoo's own UTC."""
        self.company.resource_calendar_id.tz = "UTC"
        self.company.country_id = self.env.ref("base.fr")
        incident = self._create_incident_in("opened")
        for zone in (False, "UTC", "Etc/UTC"):
            with self.subTest(zone=zone):
                (self.customer | self.integrator).tz = zone
                with self.capture_letters() as letters:
                    incident.incident_request("information", "<p>Which lamps?</p>")
                self.assertBothInformed(letters)
                for letter in letters:
                    self.assertNotIn("UTC", letter["body"])
                    self.assertRegex(letter["body"], r"\((heure de Paris|Paris time)\)")
