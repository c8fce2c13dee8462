# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Two teams and two companies, each with its own plan, in the same runs."""

from datetime import timedelta

from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import CLOSED, CUSTOMER_MAIL, INTEGRATOR_MAIL, PHASES, WAITING
from .followup_common import HOUR, START, FollowupCommon


@tagged("post_install", "-at_install")
class TestFollowupCompany(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.company_2.partner_id.lang = "fr_FR"
        cls.company_2.email = "support@second.example.com"
        # The other company has a plan, working hours and stages of its own.
        cls.plan_c2 = cls._create_plan("Second company", 10, cls.company_2)
        cls.plan_fast = cls._create_plan("Fast team", 5, cls.company)
        cls._give_plan(cls.team_c2, cls.plan_c2, cls.company_2)
        cls._give_plan(cls.other_team, cls.plan_fast, cls.company)
        cls.agent_c2 = new_test_user(
            cls.env,
            login="company_agent_c2",
            groups="helpdesk_mgmt.group_helpdesk_user",
            company_id=cls.company_2.id,
            company_ids=[Command.set(cls.company_2.ids)],
            email="agent_c2@operator.example.com",
        )

    @classmethod
    def _create_plan(cls, name, delay, company, unit="hours"):
        """Create a plan with one reminder, an announcement and a closure."""
        return cls.env["incident.followup.plan"].create(
            {
                "name": name,
                "company_id": company.id,
                "step_ids": [
                    Command.create(
                        {
                            "sequence": sequence,
                            "action": action,
                            "delay": delay,
                            "delay_unit": unit,
                            "mail_template_id": cls.env.ref(
                                f"openip_incident.mail_template_{template}"
                            ).id,
                        }
                    )
                    for sequence, action, template in (
                        (10, "remind", "reminder"),
                        (20, "announce", "announce"),
                        (30, "close", "auto_closed"),
                    )
                ],
            }
        )

    @classmethod
    def _give_plan(cls, team, plan, company):
        """Give a team a waiting stage of its own, with its own plan."""
        shared = team._get_incident_stage(WAITING, "information")
        stage = shared.copy(
            {
                "name": plan.name,
                "company_id": company.id,
                "team_ids": [Command.set(team.ids)],
                "followup_plan_id": plan.id,
            }
        )
        shared.team_ids = [Command.unlink(team.id)]
        assert team._get_incident_stage(WAITING, "information") == stage

    def _request_of(self, team, user, **values):
        with self.at(START), self.mock_mail_gateway():
            incident = self._create_incident(team_id=team.id, user=user, **values)
            incident.action_incident_open()
            self.send_queue()
            incident.incident_request("information", "<p>Since when?</p>")
            self.flush_tracking()
        return incident

    def _get_hours(self, incident):
        events = incident.sudo().followup_ids.event_ids.sorted("id")
        return [
            (event.step_id.action, (event.due_date - START) / HOUR)
            for event in events[1:]
        ]

    def test_each_follows_its_own_plan(self):
        voice = self._request_of(self.team, self.agent)
        network = self._request_of(self.other_team, self.agent)
        second = self._request_of(self.team_c2, self.agent_c2)
        for incident, plan in (
            (voice, self.env.ref("openip_incident.plan_request")),
            (network, self.plan_fast),
            (second, self.plan_c2),
        ):
            self.assertEqual(incident.sudo().followup_id.plan_id, plan)
        self.run_to(24 * 7)
        self.assertEqual(
            [self._get_hours(incident) for incident in (voice, network, second)],
            [
                [
                    ("remind", 24),
                    ("remind", 48),
                    ("remind", 72),
                    ("announce", 96),
                    ("close", 120),
                ],
                # The closure keeps its full day.
                [("remind", 5), ("announce", 10), ("close", 34)],
                [("remind", 10), ("announce", 20), ("close", 44)],
            ],
        )
        for incident in voice | network | second.sudo():
            self.assertEqual(incident.sudo().incident_phase, CLOSED)

    def test_sender_and_link_are_of_the_company(self):
        second = self._request_of(self.team_c2, self.agent_c2)
        self.run_to(12)
        notices = second.sudo().followup_id.event_ids.notice_ids
        self.assertEqual(len(notices), 4)
        for message in notices.message_id:
            self.assertIn(self.company_2.name, message.email_from)
            self.assertEqual(message.record_company_id, self.company_2)
            self.assertEqual(
                message.author_id.company_id or self.company_2, self.company_2
            )

    def test_letters_carry_the_name_of_the_company(self):
        self._request_of(self.team_c2, self.agent_c2)
        letters = self.run_to(12)
        reminders = [letter for letter in letters if letter.date > START]
        self.assertEqual(
            sorted(letter.address for letter in reminders),
            sorted([CUSTOMER_MAIL, INTEGRATOR_MAIL]),
        )
        for letter in reminders:
            self.assertIn(self.company_2.name, letter.body)
            self.assertNotIn(self.company.name, letter.body)

    def test_chatter_speaks_the_language_of_the_company(self):
        voice = self._request_of(self.team, self.agent)
        second = self._request_of(self.team_c2, self.agent_c2)
        self.run_to(25)
        for incident, lang in ((voice, "en_US"), (second, "fr_FR")):
            with self.subTest(lang=lang):
                entry = incident.sudo().followup_ids.event_ids[1].notice_ids.entry_id
                subject = self.get_subject("reminder", incident, lang)
                self.assertEqual(entry.subject, subject)

    def test_shared_plan_counts_in_the_working_time_of_each_company(self):
        """The scheduled actions run in one company, and work for all."""
        plan = self._create_plan("Shared", 1, self.company, unit="working_days")
        plan.company_id = False
        for stage in (
            self.team._get_incident_stage(WAITING, "information"),
            self.team_c2._get_incident_stage(WAITING, "information"),
        ):
            stage.followup_plan_id = plan
        holiday = self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday of the second company",
                "date_from": START + timedelta(hours=10),
                "date_to": START + timedelta(hours=34),
            }
        )
        holiday.company_id = self.company_2
        for company in self.company | self.company_2:
            company.resource_calendar_id.tz = "UTC"
        voice = self._request_of(self.team, self.agent)
        second = self._request_of(self.team_c2, self.agent_c2)
        self.run_to(1)
        due_dates = [
            (incident.sudo().followup_id.due_date - START) / HOUR
            for incident in (voice, second)
        ]
        self.assertEqual(due_dates, [24, 48])

    def test_agent_moves_into_a_stage_with_the_plan_of_another_company(self):
        """An admin may share a stage and not its plan: the move must not fail."""
        stage = self.team._get_incident_stage(WAITING, "information")
        stage.followup_plan_id = self.plan_c2
        incident = self._request_of(self.team, self.agent)
        self.assertEqual(incident.sudo().followup_id.plan_id, self.plan_c2)
        self.assertTrue(incident.next_step)

    def test_company_of_the_follow_up_is_that_of_the_incident(self):
        second = self._request_of(self.team_c2, self.agent_c2)
        followup = second.sudo().followup_id
        self.assertEqual(followup.company_id, self.company_2)
        self.assertEqual(followup.team_id, self.team_c2)

    def test_every_phase_has_a_stage_for_each_team(self):
        """What these tests rest on."""
        for team in self.team | self.other_team | self.team_c2:
            for phase in PHASES:
                kind = "information" if phase == WAITING else False
                self.assertTrue(team._get_incident_stage(phase, kind))
