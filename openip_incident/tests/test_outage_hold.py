# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""While an outage lasts nobody is reminded or closed; afterwards steps begin anew."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CLOSED, CLOSURE, FROZEN, WAITING
from .followup_common import HOUR, START, FollowupCommon
from .outage_common import create_outage

WEEK = 7 * 24


@tagged("post_install", "-at_install")
class TestOutageHold(FollowupCommon):
    def begin(self, incident):
        """Attach an incident to an outage that has just begun."""
        outage = create_outage(self)
        outage.action_attach(incident)
        return outage

    def test_nothing_leaves_while_it_lasts(self):
        incident = self.request()
        with self.moment(12):
            self.begin(incident)
        self.assertFalse(self.run_to(WEEK))
        self.assertWaiting(incident, WAITING, "held")

    def test_a_step_begins_anew_with_its_full_delay(self):
        incident, both = self.request(), self.customer | self.integrator
        self.run_to(0.1)
        with self.moment(23):
            outage = self.begin(incident)
        with self.moment(50):
            outage.action_detach(incident)
        self.assertFalse(self.run_to(50 + 24 - 0.01))
        letters = self.run_to(50 + 24)
        self.assertSteps(letters, (74, "reminder", incident, both))

    def test_nobody_is_closed_within_a_day_of_its_end(self):
        incident, both = self.request(), self.customer | self.integrator
        self.run_to(100)
        with self.moment(101):
            outage = self.begin(incident)
        self.assertFalse(self.run_to(200), "announced before, closed by nobody")
        with self.moment(200):
            outage.action_cancel()
        letters = self.run_to(224)
        self.assertSteps(letters, (224, "announce", incident, both))
        self.assertFalse(self.run_to(248 - 0.01))
        self.run_to(248)
        self.assertWaiting(incident, CLOSED, "expired", 3)
        announcements = incident.sudo().followup_ids.event_ids.filtered(
            lambda event: event.action == "announce"
        )
        self.assertEqual(announcements.mapped("round"), [0, 1])

    def test_an_announcement_on_its_way_is_made_again(self):
        incident = self.resolve()
        self.run_to(47.9)
        self.server_down = True
        with self.moment(48.2):
            outage = self.begin(incident)
        self.server_down = False
        self.run_to(60)
        with self.moment(60):
            outage.action_cancel()
        letters = self.run_to(60 + 24 + 23.9)
        announced = [one for one in letters if one.date >= START + 60 * HOUR]
        self.assertEqual(len(announced), 2, "announced again, to both")
        self.assertWaiting(incident, CLOSURE, "running", 1)
        self.run_to(60 + 48.1)
        self.assertEqual(incident.incident_phase, CLOSED)

    def test_an_announcement_that_never_left_has_failed(self):
        incident = self.resolve()
        self.run_to(47.9)
        self.clock = START + 48 * HOUR
        with self.enter_registry_test_mode(), self.at(self.clock):
            self.remind_cron.method_direct_trigger()
        announcement = incident.sudo().followup_id.event_id
        self.assertEqual(announcement.action, "announce")
        with self.at(self.clock), self.mail_server():
            self.begin(incident).action_cancel()
            self.flush_tracking()
        self.assertEqual(announcement.outcome, "failed")
        self.assertFalse(announcement.renew_date)

    def test_twice_held_is_twice_announced(self):
        incident = self.request()
        for begun, ended in ((97, 98), (98 + 24.5, 98 + 25)):
            with self.moment(begun):
                outage = self.begin(incident)
            with self.moment(ended):
                outage.action_cancel()
        self.run_to(98 + 25 + 24 + 23.9)
        self.assertNotEqual(incident.incident_phase, CLOSED)
        self.run_to(98 + 25 + 48)
        self.assertEqual(incident.incident_phase, CLOSED)
        followup = incident.sudo().followup_ids
        self.assertEqual(followup.round, 2)

    def test_what_is_asked_meanwhile_is_held_from_the_beginning(self):
        with self.at(START), self.mock_mail_gateway():
            incident = self._create_incident()
            incident.action_incident_open()
            outage = self.begin(incident)
            incident.incident_request("information", "<p>Since when?</p>")
            self.flush_tracking()
        self.assertEqual(len(self.run_to(1)), 4, "opening and question reach both")
        self.assertFalse(self.run_to(WEEK))
        with self.moment(WEEK):
            outage.action_cancel()
        self.assertFalse(self.run_to(WEEK + 23.9))
        self.assertEqual(len(self.run_to(WEEK + 24)), 2)

    def test_an_agents_own_hold_outlasts_it(self):
        incident = self.request()
        with self.moment(1):
            incident.sudo().followup_id.with_user(self.agent).action_hold()
            outage = self.begin(incident)
        with self.moment(30):
            with self.assertRaises(UserError):
                incident.action_followup_resume()
            outage.action_detach(incident)
        self.assertWaiting(incident, WAITING, "held")
        self.assertFalse(self.run_to(WEEK))
        with self.moment(WEEK):
            incident.action_followup_resume()
        self.assertFalse(self.run_to(WEEK + 23.9), "its full delay")
        self.assertTrue(self.run_to(WEEK + 24))

    def test_an_agents_date_does_not_end_the_hold(self):
        incident = self.request()
        with self.moment(1):
            followup = incident.sudo().followup_id.with_user(self.agent)
            followup.action_hold(START + timedelta(hours=5))
            self.begin(incident)
        self.assertFalse(self.run_to(WEEK))
        self.assertWaiting(incident, WAITING, "held")

    def test_an_answer_ends_the_wait_all_the_same(self):
        incident = self.request()
        with self.moment(1):
            outage = self.begin(incident)
            incident.incident_record_answer(self.customer, "<p>Since nine.</p>")
        followup = incident.sudo().followup_ids
        self.assertEqual(followup.state, "answered")
        self.assertFalse(followup.outage_id)
        with self.moment(2):
            outage.action_cancel()
        self.assertFalse(self.run_to(WEEK))

    def test_frozen_stays_frozen_and_goes_on(self):
        incident = self.request()
        self.run_to(25)
        self.assertEqual(incident.incident_phase, FROZEN)
        with self.moment(26):
            outage = self.begin(incident)
        with self.moment(100):
            outage.action_cancel()
        self.assertWaiting(incident, FROZEN, "running", 1)
        self.assertTrue(self.run_to(124))

    def test_resolved_ends_the_hold_of_what_was_never_opened(self):
        with self.at(START), self.mock_mail_gateway():
            incident = self._create_incident()
            incident.incident_request("information", "<p>Since when?</p>")
            self.flush_tracking()
        with self.moment(1):
            outage = self.begin(incident)
        with self.moment(30):
            outage.action_resolve()
        self.assertWaiting(incident, WAITING, "running")
        self.assertTrue(self.run_to(54))

    def test_reopened_outage_holds_again(self):
        incident = self.resolve()
        with self.moment(1):
            outage = self.begin(incident)
            outage.action_resolve()
        with self.moment(2):
            outage.action_investigate()
        self.assertWaiting(incident, CLOSURE, "held")
        self.assertFalse(self.run_to(WEEK))

    def test_what_was_held_while_it_ended_goes_on(self):
        incident = self.request()
        with self.moment(12):
            outage = self.begin(incident)
            outage.flush_recordset()
            # As if another transaction had ended it, which saw no hold yet.
            query = "UPDATE incident_outage SET state = 'cancelled' WHERE id = %s"
            self.env.cr.execute(query, [outage.id])
            outage.invalidate_recordset()
        self.assertWaiting(incident, WAITING, "held")
        self.run_to(12.1)
        self.assertFalse(incident.sudo().followup_id.outage_id)
        self.assertWaiting(incident, WAITING, "running")
        self.assertFalse(self.run_to(36 - 0.01))
        self.assertTrue(self.run_to(36), "its step anew, with its full delay")
