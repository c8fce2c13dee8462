# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is stored of an incident where it happens: durations, first answer, who."""

from datetime import timedelta

from odoo.tests import tagged

from .common import CLOSED, CLOSURE, ESCALATED, FROZEN, IN_PROGRESS, OPENED, WAITING
from .followup_common import HOUR, START, FollowupCommon


@tagged("post_install", "-at_install")
class TestFigures(FollowupCommon):
    def _create_at_start(self, **values):
        with self.at(START):
            incident = self._create_incident(**values)
            self.flush_tracking()
        return incident

    def _go(self, incident, hours, phase):
        with self.at(START + timedelta(hours=hours)), self.mock_mail_gateway():
            incident.stage_id = self.stages[phase]
            self.flush_tracking()

    def _get_log(self, incident):
        rows = self.env["incident.phase.log"].search(
            [("ticket_id", "=", incident.id)], order="start_date, id"
        )
        return [(row.phase, (row.start_date - START) / HOUR, row.hours) for row in rows]

    def _read_column(self, incident, name):
        """Return what the database holds: None where it is unknown."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT {name} FROM helpdesk_ticket WHERE id = %s",  # pylint: disable=E8103
            [incident.id],
        )
        return self.env.cr.fetchone()[0]

    def test_a_life_is_counted_by_whose_turn_it_was(self):
        incident = self._create_at_start()
        for hours, phase in (
            (1, OPENED),
            (3, IN_PROGRESS),
            (6, WAITING),
            (10, FROZEN),
            (15, ESCALATED),
            (21, CLOSURE),
            (28, CLOSED),
        ):
            self._go(incident, hours, phase)
        self.assertEqual(
            self._get_log(incident),
            [
                ("registered", 0, 1),
                ("opened", 1, 2),
                ("in_progress", 3, 3),
                ("waiting", 6, 4),
                ("frozen", 10, 5),
                ("escalated", 15, 6),
                ("closure", 21, 7),
                ("closed", 28, False),
            ],
        )
        self.assertEqual(incident.incident_own_hours, 1 + 2 + 3 + 6)
        self.assertEqual(incident.incident_waited_hours, 4 + 5)
        self.assertEqual(incident.incident_frozen_hours, 5)
        self.assertEqual(incident.incident_hours_to_open, 1)
        self.assertEqual(incident.incident_hours_to_solve, 21)
        self.assertEqual(incident.incident_hours_to_close, 28)
        self.assertEqual(incident.incident_phase_date, START + 28 * HOUR)

    def test_what_has_not_happened_is_unknown_and_not_zero(self):
        incident = self._create_at_start()
        self._go(incident, 2, OPENED)
        for name in ("answer", "solve", "close"):
            self.assertIsNone(self._read_column(incident, f"incident_hours_to_{name}"))
            self.assertIs(incident[f"incident_hours_to_{name}"], False)
        self.assertEqual(self._read_column(incident, "incident_hours_to_open"), 2)
        self.assertEqual(self._read_column(incident, "incident_waited_hours"), 0)

    def test_a_refused_solution_is_none(self):
        incident = self._create_at_start()
        for hours, phase in ((1, OPENED), (2, CLOSURE), (5, IN_PROGRESS)):
            self._go(incident, hours, phase)
        self.assertIsNone(self._read_column(incident, "incident_hours_to_solve"))
        self._go(incident, 9, CLOSURE)
        self.assertEqual(incident.incident_hours_to_solve, 9)
        self.assertEqual(incident.incident_own_hours, 2 + 4)

    def test_reopening_forgets_the_closure_and_who_confirmed(self):
        incident = self._create_at_start()
        self._go(incident, 1, OPENED)
        self._go(incident, 2, CLOSURE)
        with self.at(START + 3 * HOUR), self.mock_mail_gateway():
            incident.action_incident_close("confirmed")
            self.flush_tracking()
        self.assertEqual(incident.incident_confirmed_by_id, self.agent.partner_id)
        with self.at(START + 10 * HOUR), self.mock_mail_gateway():
            incident.action_incident_reopen("<p>No.</p>")
            self.flush_tracking()
        self.assertFalse(incident.incident_confirmed_by_id)
        self.assertIsNone(self._read_column(incident, "incident_hours_to_close"))
        self.assertEqual(incident.reopen_count, 1)
        self._go(incident, 14, CLOSED)
        self.assertEqual(incident.incident_own_hours, 2 + 4)
        self.assertFalse(incident.incident_confirmed_by_id, "closed by support")

    def test_the_first_answer_is_what_a_colleague_writes_to_a_party(self):
        """Neither mails that leave by themselves, nor notes, nor the party's words."""
        incident = self._create_at_start()
        acts = [
            ("opened", lambda: incident.action_incident_open(), False),
            (
                "a note",
                lambda: incident.message_post(body="Only us", message_type="comment"),
                False,
            ),
            (
                "to a colleague",
                lambda: incident.message_post(
                    body="Look",
                    message_type="comment",
                    partner_ids=self.leader.partner_id.ids,
                    subtype_xmlid="mail.mt_comment",
                ),
                False,
            ),
            (
                "a party",
                lambda: incident.incident_record_answer(self.baker, "<p>Hello?</p>"),
                False,
            ),
            (
                "to a party",
                lambda: incident.message_post(
                    body="We are on it",
                    message_type="comment",
                    partner_ids=self.customer.ids,
                    subtype_xmlid="mail.mt_comment",
                ),
                True,
            ),
            ("later", lambda: incident.incident_update("<p>Still</p>"), True),
        ]
        for hour, (name, act, answered) in enumerate(acts, start=1):
            with self.subTest(act=name), self.at(START + hour * HOUR):
                with self.mock_mail_gateway():
                    act()
                    self.flush_tracking()
                self.assertEqual(
                    incident.incident_first_answer_date,
                    answered and START + 5 * HOUR,
                )
        self.assertEqual(incident.incident_hours_to_answer, 5)

    def test_each_way_to_write_to_a_party_is_a_first_answer(self):
        for name, act in {
            "request": lambda one: one.incident_request("action", "<p>Restart</p>"),
            "update": lambda one: one.incident_update("<p>We look</p>"),
            "update to one": lambda one: one.incident_update("<p>A</p>", "integrator"),
            "escalation": lambda one: one.action_incident_escalate(
                self.level, "<p>To level 2</p>"
            ),
        }.items():
            with self.subTest(act=name):
                incident = self._create_at_start()
                self._go(incident, 1, OPENED)
                self.assertFalse(incident.incident_first_answer_date)
                with self.at(START + 2 * HOUR), self.mock_mail_gateway():
                    act(incident)
                    self.flush_tracking()
                self.assertEqual(incident.incident_hours_to_answer, 2)

    def test_reminders_of_all_follow_ups_are_added_up(self):
        with self.moment(0):
            incident = self._create_incident()
            incident.action_incident_open()
            incident.incident_request("information", "<p>When?</p>")
        with self.moment(50):
            incident.incident_request("information", "<p>Where?</p>")
        self.run_to(80)
        self.assertEqual(incident.reminder_count, 1, "of the last one")
        self.assertEqual(incident.incident_reminder_total, 2 + 1)

    def test_another_team_goes_on_with_the_same_phase(self):
        incident = self._create_at_start()
        self._go(incident, 1, OPENED)
        with self.at(START + 4 * HOUR):
            incident.team_id = self.other_team
        self.assertEqual(incident.incident_phase_date, START + HOUR)
        self._go(incident, 6, IN_PROGRESS)
        self.assertEqual(incident.incident_own_hours, 6)

    def test_archived_incidents_are_in_no_phase(self):
        incident = self._create_at_start()
        self._go(incident, 1, OPENED)
        with self.at(START + 4 * HOUR):
            incident.active = False
        with self.at(START + 10 * HOUR):
            incident.active = True
        self._go(incident, 12, IN_PROGRESS)
        self.assertEqual(incident.incident_own_hours, 1 + 3 + 2)
        self.assertEqual(
            self._get_log(incident),
            [
                ("registered", 0, 1),
                ("opened", 1, 3),
                ("opened", 10, 2),
                ("in_progress", 12, False),
            ],
        )

    def test_plain_tickets_have_no_figures(self):
        with self.at(START):
            ticket = self._create_plain_ticket()
        with self.at(START + HOUR):
            ticket.stage_id = self.plain_done
        self.assertEqual(self._get_log(ticket), [])
        self.assertIsNone(self._read_column(ticket, "incident_hours_to_close"))

    def test_a_batch_is_logged_by_one_statement(self):
        with self.at(START):
            incidents = self._create_incidents(40)
        log = type(self.env["incident.phase.log"])
        calls, original = [], log._log

        def count(records, tickets, phases):
            calls.append(len(tickets))
            return original(records, tickets, phases)

        self.patch(log, "_log", count)
        with self.at(START + HOUR), self.mock_mail_gateway():
            incidents.action_incident_open()
        self.assertEqual(calls, [40])
        self.assertEqual(set(incidents.mapped("incident_own_hours")), {1})
