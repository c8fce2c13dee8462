# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""P5, P6, P8 and P9: a fortnight in which nobody answers."""

from datetime import timedelta

from odoo.tests import tagged

from .common import (
    CLOSED,
    CLOSURE,
    CUSTOMER_MAIL,
    FROZEN,
    INTEGRATOR_MAIL,
    OPENED,
    WAITING,
)
from .followup_common import HOUR, START, UNREACHABLE_TYPE, FollowupCommon

FORTNIGHT = 14 * 24

# Hours after the request, the mail that leaves, phase, state and reminders then.
REQUEST_TABLE = (
    (0, "request_information", WAITING, "running", 0),
    (24, "reminder", FROZEN, "running", 1),
    (48, "reminder", FROZEN, "running", 2),
    (72, "reminder", FROZEN, "running", 3),
    (96, "announce", FROZEN, "running", 3),
    (120, "auto_closed", CLOSED, "expired", 3),
)
CLOSURE_TABLE = (
    (0, "closure_request", CLOSURE, "running", 0),
    (24, "closure_reminder", CLOSURE, "running", 1),
    (48, "closure_announce", CLOSURE, "running", 1),
    (72, "auto_closed", CLOSED, "expired", 1),
)


@tagged("post_install", "-at_install")
class TestFollowupChain(FollowupCommon):
    def assertTable(self, incident, parties, table):
        """Assert each row of a table, and that nothing happens between the rows."""
        for hours, kind, phase, state, reminders in table:
            with self.subTest(hours=hours, kind=kind):
                if hours:
                    self.assertFalse(self.run_to(hours - 0.01), "nothing is early")
                letters = self.run_to(hours)
                self.assertSteps(letters, (hours, kind, incident, parties))
                self.assertWaiting(incident, phase, state, reminders)
        self.assertFalse(self.run_to(FORTNIGHT), "nothing follows the closure")

    # The request

    def test_request_row_by_row(self):
        incident = self.request()
        self.assertTable(incident, self.customer | self.integrator, REQUEST_TABLE)
        self.assertEqual(incident.close_reason, "no_answer")
        self.assertEqual(incident.closed_date, START + 120 * HOUR)

    def test_request_events_are_the_evidence(self):
        incident = self.request()
        self.run_to(FORTNIGHT)
        events = incident.followup_ids.event_ids.sorted("id")
        hours = [
            (
                event.action,
                event.due_date and (event.due_date - START) / HOUR,
                event.sent_date and (event.sent_date - START) / HOUR,
                event.outcome,
            )
            for event in events
        ]
        self.assertEqual(
            hours,
            [
                (False, False, 0, "sent"),
                ("remind", 24, 24, "sent"),
                ("remind", 48, 48, "sent"),
                ("remind", 72, 72, "sent"),
                ("announce", 96, 96, "sent"),
                ("close", 120, False, "done"),
            ],
        )
        for event in events:
            self.assertEqual(
                event.notice_ids.partner_id, self.customer | self.integrator
            )
            self.assertEqual(len(event.notice_ids), 2)
            self.assertEqual(set(event.notice_ids.mapped("status")), {"sent"})
            self.assertEqual(len(event.notice_ids.entry_id), 1)

    def test_frozen_period_is_recorded(self):
        calendar = self.env["resource.calendar"].create(
            {"name": "Office hours", "tz": "Europe/Paris"}
        )
        self.env.ref("openip_incident.plan_request").resource_calendar_id = calendar
        incident = self.request()
        self.run_to(24)
        followup = incident.followup_id
        self.assertTrue(incident.frozen)
        self.assertEqual(followup.frozen_date, START + 24 * HOUR)
        self.assertFalse(followup.unfrozen_date)
        self.run_to(FORTNIGHT)
        self.assertEqual(followup.unfrozen_date, START + 120 * HOUR)
        self.assertEqual(followup.frozen_hours, 96)
        self.assertEqual(followup.waited_hours, 120)
        # Tuesday from ten o'clock, then three days of eight hours, no Saturday.
        self.assertEqual(followup.frozen_working_hours, 30)
        self.assertEqual(followup.end_date, START + 120 * HOUR)

    def test_freezing_keeps_the_follow_up(self):
        incident = self.request()
        followup = incident.followup_id
        self.run_to(80)
        self.assertEqual(incident.incident_phase, FROZEN)
        self.assertEqual(incident.followup_id, followup)
        self.assertEqual(incident.followup_ids, followup)
        self.assertEqual(incident.next_step_date, START + 96 * HOUR)

    # Languages and dates

    def _letters_of(self, kind, hours, **values):
        """Return what both parties got: (customer's letter, integrator's letter)."""
        incident = self.request(**values)
        self.run_to(hours - 0.01)
        letters = self.run_to(hours)
        by_address = {letter.address: letter for letter in letters}
        self.assertEqual(set(by_address), {CUSTOMER_MAIL, INTEGRATOR_MAIL})
        for party in self.customer | self.integrator:
            self.assertEqual(
                by_address[party.email].subject,
                self.get_subject(kind, incident, party.lang),
            )
            self.assertTrue(by_address[party.email].subject.startswith(incident.number))
        return by_address[CUSTOMER_MAIL], by_address[INTEGRATOR_MAIL]

    def test_announcement_names_the_date_of_closure_to_each_in_its_language(self):
        customer, integrator = self._letters_of("announce", 96)
        self.assertIn("samedi 28 novembre à 10 h 00 (heure de ", customer.body)
        self.assertIn("Saturday 28 November at 10:00 (", integrator.body)
        self.assertNotIn("Saturday", customer.body)
        self.assertNotIn("samedi", integrator.body)

    def test_subjects_are_french_to_french_readers(self):
        incident = self.request()
        for kind in (
            "reminder",
            "announce",
            "closure_reminder",
            "closure_announce",
            "auto_closed",
        ):
            with self.subTest(kind=kind):
                french = self.get_subject(kind, incident, "fr_FR")
                self.assertNotEqual(french, self.get_subject(kind, incident, "en_US"))

    def test_announcement_names_the_date_in_the_zone_of_its_reader(self):
        self.integrator.tz = "America/New_York"
        self.customer.tz = "Indian/Reunion"
        customer, integrator = self._letters_of("announce", 96)
        self.assertIn(
            "samedi 28 novembre à 13 h 00 (heure de La Réunion)", customer.body
        )
        self.assertIn("Saturday 28 November at 04:00 (New York time)", integrator.body)

    def test_announced_date_is_the_date_of_closure(self):
        incident = self.request()
        self.run_to(FORTNIGHT)
        announcement = incident.followup_ids.event_ids.filtered("announced_date")
        self.assertEqual(announcement.action, "announce")
        self.assertEqual(announcement.announced_date, incident.closed_date)

    def test_each_mail_names_the_deadline_in_the_language_of_its_reader(self):
        for hours, kind, french, english in (
            (24, "reminder", "mercredi 25 novembre", "Wednesday 25 November"),
            (48, "reminder", "jeudi 26 novembre", "Thursday 26 November"),
            (72, "reminder", "vendredi 27 novembre", "Friday 27 November"),
        ):
            with self.subTest(hours=hours):
                self.clock, self.letters = START, []
                customer, integrator = self._letters_of(kind, hours)
                self.assertIn(french, customer.body)
                self.assertIn("Bonjour", customer.body)
                self.assertIn(english, integrator.body)
                self.assertIn("Hello", integrator.body)
                self.env["incident.followup"].search([]).sudo().filtered(
                    lambda item: item.state == "running"
                )._finish("cancelled")

    def test_reminders_are_counted_for_their_reader(self):
        incident = self.request()
        self.run_to(FORTNIGHT)
        subject = self.get_subject("reminder", incident, "en_US")
        bodies = [
            " ".join(letter.body.split())
            for letter in self.get_party_letters()
            if (letter.address, letter.subject) == (INTEGRATOR_MAIL, subject)
        ]
        self.assertEqual(len(bodies), 3)
        for number, body in enumerate(bodies, start=1):
            self.assertIn(f"This is reminder {number} of 3.", body)

    def test_every_mail_has_a_message_id_of_its_own(self):
        self.request()
        self.run_to(FORTNIGHT)
        letters = self.get_party_letters()
        self.assertEqual(len(letters), 12)
        self.assertEqual(len({letter.message_id for letter in letters}), 12)

    # Other parties

    def test_customer_without_integrator_is_both(self):
        self.customer.integrator_id = False
        incident = self.request()
        self.assertTable(incident, self.customer, REQUEST_TABLE)
        self.assertEqual(incident.close_reason, "no_answer")

    def test_nobody_with_an_address_is_neither_reminded_nor_closed(self):
        (self.customer | self.integrator).email = False
        incident = self.request()
        self.assertFalse(self.run_to(FORTNIGHT))
        self.assertWaiting(incident, WAITING, "running", 0)
        self.assertTrue(incident.followup_id.undelivered)
        self.assertFalse(incident.next_step_date)
        self.assertEqual(len(self.get_activities(incident, UNREACHABLE_TYPE)), 1)

    def test_chatter_of_an_unreachable_incident_is_not_flooded(self):
        (self.customer | self.integrator).email = False
        incident = self.request()
        self.run_to(3)
        entries = len(self._entries(incident))
        self.run_to(FORTNIGHT)
        self.assertEqual(len(self._entries(incident)), entries)

    def test_party_with_an_address_is_enough(self):
        self.customer.email = False
        incident = self.request()
        self.assertTable(incident, self.integrator, REQUEST_TABLE)
        self.assertEqual(len(self.get_activities(incident, UNREACHABLE_TYPE)), 1)

    def test_awaited_party_without_address_stops_the_clock(self):
        """The integrator is told, but it is the customer who has to answer."""
        self.customer.email = False
        incident = self.request("customer")
        letters = self.run_to(FORTNIGHT)
        self.assertSteps(letters, (0, "request_information", incident, self.integrator))
        self.assertWaiting(incident, WAITING, "running", 0)
        self.assertTrue(incident.followup_id.undelivered)
        self.assertEqual(len(self.get_activities(incident, UNREACHABLE_TYPE)), 1)

    def test_parties_at_one_address_get_one_mail(self):
        self.integrator.email = CUSTOMER_MAIL
        incident = self.request("integrator")
        self.assertTable(incident, self.customer, REQUEST_TABLE)

    # The closure

    def test_closure_row_by_row(self):
        incident = self.resolve()
        self.assertEqual(incident.solved_date, START)
        self.assertTable(incident, self.customer | self.integrator, CLOSURE_TABLE)
        self.assertEqual(incident.close_reason, "not_confirmed")
        self.assertEqual(incident.closed_date, START + 72 * HOUR)
        self.assertFalse(incident.followup_ids.frozen_date, "solved, not frozen")
        self.assertFalse(incident.followup_ids.frozen_hours)

    def test_closure_announcement_names_the_date(self):
        self.resolve()
        self.run_to(47)
        letters = {letter.address: letter for letter in self.run_to(48)}
        self.assertIn("jeudi 26 novembre à 10 h 00", letters[CUSTOMER_MAIL].body)
        self.assertIn("Thursday 26 November at 10:00", letters[INTEGRATOR_MAIL].body)

    # Downtime

    def test_after_ten_days_off_one_step_is_due_then_full_delays(self):
        incident = self.request()
        self.run_to(1)
        other = self.resolve()
        self.run_to(2)
        # Nobody runs the scheduled actions, nor the mail queue.
        self.clock = START + timedelta(days=10)
        parties = self.customer | self.integrator
        back = 240
        letters = self.run_to(back + 23.9)
        self.assertSteps(
            letters,
            (back, "reminder", incident, parties),
            (back, "closure_reminder", other, parties),
        )
        letters = self.run_to(FORTNIGHT * 2)
        self.assertSteps(
            letters,
            (back + 24, "reminder", incident, parties),
            (back + 48, "reminder", incident, parties),
            (back + 72, "announce", incident, parties),
            (back + 96, "auto_closed", incident, parties),
            (back + 24, "closure_announce", other, parties),
            (back + 48, "auto_closed", other, parties),
        )

    def test_announcement_that_left_late_is_followed_by_a_full_day(self):
        """Everything stood still between writing the announcement and its sending."""
        incident = self.resolve()
        self.run_to(47)
        with self.enter_registry_test_mode(), self.at(START + 48 * HOUR):
            self.remind_cron.method_direct_trigger()
        self.assertEqual(incident.followup_id.event_id.action, "announce")
        self.clock = START + 300 * HOUR
        parties = self.customer | self.integrator
        letters = self.run_to(323.9)
        self.assertSteps(letters, (300, "closure_announce", incident, parties))
        self.assertEqual(incident.incident_phase, CLOSURE)
        bodies = letters[0].body + letters[1].body
        self.assertIn("dimanche 6 décembre à 22 h 00", bodies)
        self.assertSteps(self.run_to(400), (324, "auto_closed", incident, parties))

    def test_closures_that_were_switched_off_come_once(self):
        """An admin pauses closures during an outage; reminders go on."""
        incident = self.resolve()
        self.run_to(50)
        self.clock = START + 240 * HOUR
        self.assertSteps(
            self.run_to(300),
            (240, "auto_closed", incident, self.customer | self.integrator),
        )

    # Teams that do not follow up

    def test_stage_without_plan_waits_for_ever(self):
        self.stages[WAITING].followup_plan_id = False
        incident = self.request()
        letters = self.run_to(FORTNIGHT)
        self.assertSteps(
            letters,
            (0, "request_information", incident, self.customer | self.integrator),
        )
        self.assertFalse(incident.followup_ids)
        self.assertEqual(incident.incident_phase, WAITING)

    def test_phase_without_plan_starts_nothing(self):
        with self.at(START):
            incident = self._create_incident_in(OPENED)
        self.assertFalse(incident.followup_ids)
