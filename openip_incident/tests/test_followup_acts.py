# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The agent's hand on a follow-up, and what ends one."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import (
    CLOSED,
    CLOSURE,
    CUSTOMER_MAIL,
    FROZEN,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    REGISTERED,
    WAITING,
)
from .followup_common import FAILED_TYPE, HOUR, START, FollowupCommon

FORTNIGHT = 14 * 24
ENGINE_LOGGER = "odoo.addons.openip_incident.models.engine.incident_engine"


@tagged("post_install", "-at_install")
class TestFollowupActs(FollowupCommon):
    def setUp(self):
        super().setUp()
        self.parties = self.customer | self.integrator

    def _get_followup(self, incident):
        return incident.followup_ids.sorted("id")[-1:].with_user(self.agent)

    # Hold

    def test_hold_until_a_date_is_released_by_the_clock(self):
        incident = self.request()
        with self.moment(30):
            self._get_followup(incident).action_hold(START + 80 * HOUR)
        self.assertWaiting(incident, FROZEN, "held", 1)
        known = len(self.letters)
        self.run_to(79.9)
        self.assertWaiting(incident, FROZEN, "held", 1)
        self.run_to(80)
        self.assertWaiting(incident, FROZEN, "running", 1)
        # Eighteen hours were left when it was held.
        self.assertEqual(incident.next_step_date, START + 98 * HOUR)
        self.assertFalse(self.get_party_letters(known))
        self.assertSteps(self.run_to(99), (98, "reminder", incident, self.parties))

    def test_hold_date_may_come_as_text(self):
        incident = self.request()
        with self.moment(30):
            self._get_followup(incident).action_hold("2026-11-26 17:00:00")
        self.run_to(80)
        self.assertWaiting(incident, FROZEN, "running", 1)
        self.assertEqual(incident.next_step_date, START + 98 * HOUR)

    def test_hold_without_a_date_lasts_until_somebody_continues(self):
        incident = self.request()
        with self.moment(30):
            self._get_followup(incident).action_hold()
        known = len(self.letters)
        self.run_to(FORTNIGHT)
        self.assertWaiting(incident, FROZEN, "held", 1)
        self.assertFalse(self.get_party_letters(known))
        with self.moment(FORTNIGHT):
            self._get_followup(incident).action_resume()
        self.assertEqual(incident.next_step_date, START + (FORTNIGHT + 18) * HOUR)
        self.assertSteps(
            self.run_to(FORTNIGHT + 20),
            (FORTNIGHT + 18, "reminder", incident, self.parties),
        )

    def test_held_after_the_announcement_closes_nothing(self):
        incident = self.request()
        with self.moment(97):
            self._get_followup(incident).action_hold()
        self.run_to(FORTNIGHT)
        self.assertWaiting(incident, FROZEN, "held", 3)

    def test_held_while_its_mail_is_on_its_way_counts_the_mail(self):
        incident = self.request()
        self.run_to(23)
        self.server_down = True
        with self.moment(24.5):
            self._get_followup(incident).action_hold()
        self.server_down = False
        self.run_to(40)
        self.assertWaiting(incident, FROZEN, "held", 1)
        self.assertTrue(incident.next_step_date)

    def test_hold_refuses_a_date_gone_by(self):
        incident = self.request()
        with self.moment(30):
            for date in (START, START + 30 * HOUR, "2026-11-23 10:00:00"):
                with self.subTest(date=date), self.assertRaises(UserError):
                    self._get_followup(incident).action_hold(date)
        self.assertWaiting(incident, FROZEN, "running", 1)

    def test_answer_ends_what_is_held(self):
        incident = self.request()
        with self.moment(30):
            self._get_followup(incident).action_hold()
        with self.moment(40):
            self._reply(incident, self.customer)
        self.assertEqual(incident.followup_ids.state, "answered")
        self.assertNotIn(incident.incident_phase, (WAITING, FROZEN))

    # Send now

    def test_send_now_and_the_next_delay_runs_from_there(self):
        incident = self.request()
        with self.moment(5):
            self._get_followup(incident).action_send_now()
        self.assertSteps(self.run_to(28.9), (5, "reminder", incident, self.parties))
        self.assertWaiting(incident, FROZEN, "running", 1)
        self.assertSteps(self.run_to(29), (29, "reminder", incident, self.parties))

    def test_announcement_sent_now_is_followed_by_a_full_day(self):
        incident = self.request()
        with self.moment(73):
            self._get_followup(incident).action_send_now()
        self.assertSteps(self.run_to(96.9), (73, "announce", incident, self.parties))
        self.assertSteps(self.run_to(98), (97, "auto_closed", incident, self.parties))

    def test_close_step_cannot_be_executed_early(self):
        incident = self.request()
        with self.moment(97), self.assertRaisesRegex(UserError, incident.number):
            self._get_followup(incident).action_send_now()
        self.assertFalse(self.run_to(119.9))
        self.assertWaiting(incident, FROZEN, "running", 3)

    def test_mail_on_its_way_cannot_be_sent_twice(self):
        incident = self.request()
        with self.enter_registry_test_mode(), self.at(START + 24 * HOUR):
            self.send_queue()
        self.run_to(23)
        with self.enter_registry_test_mode(), self.at(START + 24 * HOUR):
            self.remind_cron.method_direct_trigger()
            self.env.invalidate_all()
            with self.assertRaisesRegex(UserError, incident.number):
                self._get_followup(incident).action_send_now()

    def test_undelivered_mail_is_written_anew_at_once(self):
        incident = self.request()
        self.run_to(23)
        self.refused = {CUSTOMER_MAIL, INTEGRATOR_MAIL}
        self.run_to(24.1)
        self.assertTrue(incident.followup_id.undelivered)
        with self.moment(24.2):
            self._get_followup(incident).action_send_now()
            self.refused = set()
        self.assertSteps(self.run_to(30), (24.2, "reminder", incident, self.parties))
        self.assertWaiting(incident, FROZEN, "running", 1)
        events = incident.followup_ids.event_ids
        self.assertEqual(len(events), 2, "one event per step")
        statuses = sorted(events[-1].notice_ids.mapped("status"))
        self.assertEqual(statuses, ["cancelled", "cancelled", "sent", "sent"])

    # Cancel, exempt

    def test_cancelled_follow_up_leaves_the_incident_where_it_is(self):
        incident = self.request()
        with self.moment(30):
            self._get_followup(incident).action_cancel()
        known = len(self.letters)
        self.run_to(FORTNIGHT)
        self.assertWaiting(incident, FROZEN, "cancelled", 1)
        self.assertEqual(incident.followup_ids.ended_by_id, self.agent.partner_id)
        self.assertEqual(incident.followup_ids.end_date, START + 30 * HOUR)
        self.assertFalse(self.get_party_letters(known))
        with self.moment(FORTNIGHT):
            self._reply(incident, self.customer)
        self.assertNotEqual(incident.incident_phase, FROZEN, "answers still count")

    def test_held_follow_up_can_be_cancelled(self):
        incident = self.request()
        with self.moment(30):
            self._get_followup(incident).action_hold()
            self._get_followup(incident).action_cancel()
        self.assertWaiting(incident, FROZEN, "cancelled", 1)

    def test_exempt_incident_is_never_followed_up(self):
        incident = self.request(followup_exempt=True)
        self.assertSteps(
            self.run_to(FORTNIGHT),
            (0, "request_information", incident, self.parties),
        )
        self.assertEqual(incident.incident_phase, WAITING)
        self.assertFalse(incident.followup_ids)

    def test_exempting_ends_the_running_follow_up(self):
        incident = self.request()
        with self.moment(30):
            incident.followup_exempt = True
        known = len(self.letters)
        self.run_to(FORTNIGHT)
        self.assertWaiting(incident, FROZEN, "cancelled", 1)
        self.assertFalse(self.get_party_letters(known))

    # What an act may be done to, and by whom

    def test_acts_need_a_follow_up_that_is_open(self):
        incident = self.request()
        with self.moment(30):
            followup = self._get_followup(incident)
            with self.assertRaises(UserError):
                followup.action_resume()
            followup.action_cancel()
            for act in ("hold", "resume", "send_now", "cancel", "retry"):
                with self.subTest(act=act), self.assertRaises(UserError):
                    getattr(followup, f"action_{act}")()
        self.assertEqual(followup.state, "cancelled")

    def test_acts_need_write_access_to_the_incident(self):
        reader = new_test_user(
            self.env,
            login="followup_reader",
            groups="helpdesk_mgmt.group_helpdesk_user_own",
            company_id=self.company.id,
        )
        incident = self.request(user_id=self.agent.id)
        followup = incident.followup_id.with_user(reader)
        for act in ("hold", "resume", "send_now", "cancel", "retry"):
            with self.subTest(act=act), self.assertRaises(AccessError):
                getattr(followup, f"action_{act}")()
        self.assertWaiting(incident, WAITING, "running", 0)

    def test_nobody_writes_the_ledger_by_hand(self):
        incident = self.request()
        followup = incident.followup_id
        for user in (self.agent, self.manager):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    followup.with_user(user).write({"reminder_count": 3})
                with self.assertRaises(AccessError):
                    followup.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    followup.event_ids.with_user(user).write({"outcome": "sent"})

    # Errors

    def _break(self, *incidents):
        """Make writing to the parties of some incidents fail."""
        broken = set(self.env["helpdesk.ticket"].union(*incidents).ids)
        tickets = type(self.env["helpdesk.ticket"])
        original = tickets._correspond

        def correspond(tickets, *args, **kwargs):
            if broken & set(tickets.ids):
                raise ValueError("This template is broken")
            return original(tickets, *args, **kwargs)

        return patch.object(tickets, "_correspond", correspond)

    def _run_broken(self, hours, *incidents):
        with self._break(*incidents), mute_logger(ENGINE_LOGGER, "odoo.sql_db"):
            return self.run_to(hours)

    def test_one_bad_incident_harms_nobody(self):
        incidents = self.env["helpdesk.ticket"]
        for _number in range(4):
            incidents |= self.request()
        self.run_to(23)
        bad, good = incidents[1], incidents - incidents[1]
        letters = self._run_broken(24.1, bad)
        self.assertSteps(
            letters, *((24, "reminder", incident, self.parties) for incident in good)
        )
        for incident in good:
            self.assertWaiting(incident, FROZEN, "running", 1)
            self.assertFalse(incident.followup_id.error)
        self.assertWaiting(bad, WAITING, "running", 0)
        self.assertIn("unexpected error (ValueError)", bad.followup_id.error)
        self.assertEqual(len(bad.followup_id.event_ids), 1, "nothing half done")
        activity = self.get_activities(bad, FAILED_TYPE)
        self.assertEqual(activity.user_id, self.leader)
        self.assertNotIn("broken", f"{bad.followup_id.error}{activity.note}")
        self.assertFalse(self.get_activities(good, FAILED_TYPE))

    def test_scheduled_action_survives_a_bad_incident(self):
        incident = self.request()
        self.run_to(23)
        self._run_broken(30, incident)
        self.assertTrue(incident.followup_id.error)
        for cron in self.crons:
            self.assertEqual(cron.failure_count, 0)
            self.assertTrue(cron.active)

    def test_failed_row_is_left_alone_until_somebody_looks(self):
        incident = self.request()
        self.run_to(23)
        self._run_broken(30, incident)
        known = len(self.letters)
        self.run_to(FORTNIGHT)
        self.assertFalse(self.get_party_letters(known), "not tried again by itself")
        self.assertTrue(self.get_activities(incident, FAILED_TYPE))
        with self.moment(FORTNIGHT):
            self._get_followup(incident).action_retry()
        self.assertFalse(self.get_activities(incident, FAILED_TYPE), "repaired")
        self.assertSteps(
            self.run_to(FORTNIGHT + 1),
            (FORTNIGHT, "reminder", incident, self.parties),
        )
        self.assertWaiting(incident, FROZEN, "running", 1)
        self.assertFalse(incident.followup_id.error)

    def test_closure_that_fails_closes_nothing(self):
        bad, good = self.resolve(), self.resolve()
        self.run_to(71)
        letters = self._run_broken(73, bad)
        self.assertSteps(letters, (72, "auto_closed", good, self.parties))
        self.assertWaiting(good, CLOSED, "expired", 1)
        self.assertWaiting(bad, CLOSURE, "running", 1)
        self.assertIn("unexpected error (ValueError)", bad.followup_id.error)
        self.assertTrue(self.get_activities(bad, FAILED_TYPE))
        with self.moment(80):
            self._get_followup(bad).action_cancel()
        self.assertFalse(self.get_activities(bad, FAILED_TYPE), "over")

    def test_closure_that_failed_is_tried_again(self):
        bad = self.resolve()
        self.run_to(71)
        self._run_broken(73, bad)
        with self.moment(80):
            self._get_followup(bad).action_retry()
        self.assertSteps(self.run_to(81), (80, "auto_closed", bad, self.parties))
        self.assertWaiting(bad, CLOSED, "expired", 1)

    def test_answer_ends_a_failed_follow_up(self):
        incident = self.request()
        self.run_to(23)
        self._run_broken(30, incident)
        with self.moment(31):
            self._reply(incident, self.customer)
        self.assertEqual(incident.followup_ids.state, "answered")

    # What ends a follow-up

    def test_moves_end_it(self):
        acts = {
            IN_PROGRESS: lambda incident: incident.action_incident_resume(),
            CLOSURE: lambda incident: incident.action_incident_resolve(),
            CLOSED: lambda incident: incident.action_incident_close("support"),
        }
        for phase, act in acts.items():
            with self.subTest(phase=phase):
                self.clock, self.letters = START, []
                incident = self.request()
                first = incident.followup_id
                with self.moment(30):
                    act(incident)
                self.assertEqual(first.state, "cancelled")
                self.assertEqual(first.ended_by_id, self.agent.partner_id)
                self.assertEqual(first.unfrozen_date, START + 30 * HOUR)
                self.assertFalse(first.due_date)

    def test_archiving_ends_it(self):
        incident = self.request()
        with self.moment(30):
            incident.action_archive()
        known = len(self.letters)
        self.run_to(FORTNIGHT)
        self.assertEqual(incident.followup_ids.state, "cancelled")
        self.assertFalse(self.get_party_letters(known))

    def test_rejecting_ends_it(self):
        with self.at(START), self.mock_mail_gateway():
            incident = self._create_incident()
            incident.incident_request("information", "<p>Which number?</p>")
            self.flush_tracking()
        self.assertEqual(incident.return_stage_id, self.stages[REGISTERED])
        with self.moment(30):
            incident.action_incident_reject("<p>Not ours.</p>")
        self.assertSteps(
            self.run_to(FORTNIGHT), (30, "rejected", incident, self.parties)
        )
        self.assertWaiting(incident, CLOSED, "cancelled", 1)
        self.assertEqual(incident.close_reason, "rejected")

    def test_duplicate_ends_it(self):
        original, duplicate = self._create_incident(), self.request()
        with self.moment(30):
            wizard = self.env["helpdesk.ticket.duplicate.wizard"]
            wizard.create(
                {
                    "ticket_id": duplicate.id,
                    "duplicate_of_id": original.id,
                    "target_stage_id": self.stages[CLOSED].id,
                }
            ).action_confirm()
        self.assertWaiting(duplicate, CLOSED, "cancelled", 1)

    def test_deleting_the_incident_deletes_its_follow_up(self):
        incident = self.request()
        followup, events = incident.followup_id, incident.followup_id.event_ids
        self.run_to(30)
        incident.sudo().unlink()
        self.assertFalse(followup.exists() | self.env["incident.followup"])
        self.assertFalse(events.exists())
        known = len(self.letters)
        self.run_to(FORTNIGHT)
        self.assertFalse(self.get_party_letters(known))

    def test_leaving_the_process_ends_it(self):
        incident = self.request()
        with self.moment(30):
            incident.team_id = self.plain_team
        self.assertEqual(incident.sudo().followup_ids.state, "cancelled")

    def test_another_team_keeps_it(self):
        incident = self.request()
        followup = incident.followup_id
        with self.moment(30):
            incident.team_id = self.other_team
        self.assertEqual(incident.followup_id, followup)
        self.assertSteps(self.run_to(49), (48, "reminder", incident, self.parties))
