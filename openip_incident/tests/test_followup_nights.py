# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The whole chain through both nights in which the clocks are changed (G11)."""

from datetime import datetime

from odoo.tests import tagged

from .common import CLOSED, CUSTOMER_MAIL
from .followup_common import HOUR, START, FollowupCommon

# When requests leave (UTC) whose announcement comes on the day before the change, and
# the date of closure that it names in Paris: by day and at night, where the hour of the
# closure is left out, or comes twice.
SPRING = (
    (datetime(2027, 3, 23, 1, 30), "dimanche 28 mars à 3 h 30"),
    (datetime(2027, 3, 23, 10), "dimanche 28 mars à 12 h 00"),
)
AUTUMN = (
    (datetime(2027, 10, 26, 0, 30), "dimanche 31 octobre à 2 h 30"),
    (datetime(2027, 10, 26, 1, 30), "dimanche 31 octobre à 2 h 30"),
    (datetime(2027, 10, 26, 10), "dimanche 31 octobre à 11 h 00"),
)


@tagged("post_install", "-at_install")
class TestFollowupNights(FollowupCommon):
    def test_every_step_is_an_elapsed_day_after_the_one_before_in_spring(self):
        self._check_night(SPRING)

    def test_every_step_is_an_elapsed_day_after_the_one_before_in_autumn(self):
        self._check_night(AUTUMN)

    def _check_night(self, night):
        incidents = [self._request_at(begin) for begin, _closure in night]
        self.run_to((night[-1][0] - START) / HOUR + 24 * 6)
        for incident, (begin, closure) in zip(incidents, night, strict=True):
            with self.subTest(begin=begin):
                self._check_chain(incident, begin, closure)

    def _request_at(self, begin):
        """Return an incident whose parties are asked something at a date."""
        with self.moment((begin - START) / HOUR):
            incident = self._create_incident(name=f"Since {begin}")
            incident.action_incident_open()
            self.send_queue()
            incident.incident_request("information", "<p>Since when?</p>")
        return incident

    def _check_chain(self, incident, begin, closure):
        hours = (begin - START) / HOUR
        letters = [
            letter
            for letter in self.get_party_letters()
            if incident.number in letter.subject and letter.date > begin
        ]
        parties = self.customer | self.integrator
        self.assertSteps(
            letters,
            *((hours + 24 * day, "reminder", incident, parties) for day in (1, 2, 3)),
            (hours + 24 * 4, "announce", incident, parties),
            (hours + 24 * 5, "auto_closed", incident, parties),
        )
        [announcement] = [
            letter
            for letter in letters
            if letter.address == CUSTOMER_MAIL and letter.date == begin + 4 * 24 * HOUR
        ]
        self.assertIn(closure, announcement.body)
        self.assertEqual(incident.incident_phase, CLOSED)
        self.assertEqual(incident.closed_date, begin + 5 * 24 * HOUR)
