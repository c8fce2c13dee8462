# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Managers configure plans, agents read and act, people outside see nothing."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import FROZEN
from .followup_common import FollowupCommon

CONFIGURATION = ("incident.followup.plan", "incident.followup.step")
LEDGER = ("incident.followup", "incident.followup.event", "incident.notice")
MODES = ("read", "write", "create", "unlink")


@tagged("post_install", "-at_install")
class TestFollowupAccess(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.env.ref("openip_incident.plan_request")
        cls.agent_own = cls._create_agent("own", "user_own")
        cls.agent_team = cls._create_agent("team", "user_team")
        cls.agent_c2 = cls._create_agent("c2", "user", cls.company_2)
        cls.manager_c2 = cls._create_agent("manager_c2", "manager", cls.company_2)
        cls.prepare_once()

    @classmethod
    def _create_agent(cls, name, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login=f"followup_{name}",
            groups=f"helpdesk_mgmt.group_helpdesk_{group}",
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def prepare(self):
        self.incident = self.request(user_id=self.leader.id)
        self.run_to(30)
        self.followup = self.incident.sudo().followup_id.sudo(False)
        self.ledger = {
            "incident.followup": self.followup,
            "incident.followup.event": self.followup.sudo().event_ids.sudo(False),
            "incident.notice": self.incident.sudo().notice_ids.sudo(False),
        }
        self.configuration = {
            "incident.followup.plan": self.plan,
            "incident.followup.step": self.plan.step_ids,
        }

    def assertReads(self, user, readable):
        """Assert whether a user reads the whole ledger of the incident, or nothing."""
        self.assertEqual(self.incident.with_user(user).has_access("read"), readable)
        for model, records in self.ledger.items():
            with self.subTest(model=model, user=user.login):
                self.assertTrue(records)
                self.assertEqual(records.with_user(user).has_access("read"), readable)
                found = records.with_user(user).search([("id", "in", records.ids)])
                self.assertEqual(len(found), len(records) if readable else 0)

    # Configuration

    def test_managers_configure_and_agents_read(self):
        for model, records in self.configuration.items():
            for user, modes in (
                (self.manager, MODES),
                (self.agent, ("read",)),
                (self.agent_own, ("read",)),
                (self.user_employee, ("read",)),
            ):
                for mode in MODES:
                    with self.subTest(model=model, user=user.login, mode=mode):
                        access = records.with_user(user).has_access(mode)
                        self.assertEqual(access, mode in modes)

    def test_manager_edits_a_running_plan(self):
        """The follow-ups that it leads on are not the manager's to write."""
        plan = self.plan.with_user(self.manager)
        plan.step_ids.filtered(lambda step: step == self._get_next()).unlink()
        self.assertEqual(self._get_next(), self.plan._get_steps()[1])

    def _get_next(self):
        self.env.invalidate_all()
        return self.followup.sudo().next_step_id.sudo(False)

    def test_plans_belong_to_companies(self):
        own = self.env["incident.followup.plan"].create(
            {
                "name": "Ours",
                "company_id": self.company.id,
                "step_ids": [
                    Command.create(
                        {
                            "mail_template_id": self.env.ref(
                                "openip_incident.mail_template_reminder"
                            ).id
                        }
                    )
                ],
            }
        )
        for record in (own, own.step_ids):
            with self.subTest(model=record._name):
                self.assertTrue(record.with_user(self.agent).has_access("read"))
                self.assertTrue(record.with_user(self.manager).has_access("write"))
                self.assertFalse(record.with_user(self.agent_c2).has_access("read"))
                for mode in MODES:
                    self.assertFalse(record.with_user(self.manager_c2).has_access(mode))
        self.assertTrue(self.plan.with_user(self.agent_c2).has_access("read"))
        self.assertTrue(self.plan.step_ids.with_user(self.agent_c2).has_access("read"))

    # The ledger

    def test_ledger_is_evidence(self):
        for model, records in self.ledger.items():
            for user in (self.agent, self.manager):
                for mode in ("write", "create", "unlink"):
                    with self.subTest(model=model, user=user.login, mode=mode):
                        self.assertFalse(records.with_user(user).has_access(mode))

    def test_ledger_follows_the_company(self):
        self.assertReads(self.agent, True)
        self.assertReads(self.manager, True)
        self.assertReads(self.agent_c2, False)
        self.assertReads(self.manager_c2, False)

    def test_agent_of_personal_tickets_reads_those(self):
        self.assertReads(self.agent_own, False)
        self.incident.sudo().user_id = self.agent_own
        self.assertReads(self.agent_own, True)

    def test_agent_of_team_tickets_reads_those(self):
        self.assertReads(self.agent_team, False)
        self.team.user_ids = [Command.link(self.agent_team.id)]
        # The helpdesk's rules know the teams of a user from the time of its login.
        self.env.registry.clear_cache()
        self.assertReads(self.agent_team, True)

    def test_employees_read_no_ledger(self):
        for model, records in self.ledger.items():
            with self.subTest(model=model):
                user = self.user_employee
                self.assertFalse(records.with_user(user).has_access("read"))

    def test_acts_are_for_who_may_write_the_incident(self):
        acts = (
            ("action_hold", ()),
            ("action_resume", ()),
            ("action_send_now", ()),
            ("action_cancel", ()),
            ("action_retry", ()),
        )
        portal = self._create_portal_user(self.baker, "followup_portal_act")
        for user in (self.agent_own, self.agent_c2, self.user_employee, portal):
            for act, arguments in acts:
                with (
                    self.subTest(user=user.login, act=act),
                    self.assertRaises(AccessError),
                ):
                    getattr(self.followup.with_user(user), act)(*arguments)
        self.assertEqual(self.followup.sudo().state, "running")
        self.followup.with_user(self.agent).action_hold()
        self.assertEqual(self.followup.sudo().state, "held")

    # People outside

    def test_portal_users_see_nothing(self):
        for partner in (self.customer, self.baker, self.integrator, self.stranger):
            user = self._create_portal_user(partner, f"followup_{partner.id}")
            for model in CONFIGURATION + LEDGER:
                for mode in MODES:
                    with self.subTest(partner=partner.name, model=model, mode=mode):
                        records = self.env[model].with_user(user)
                        self.assertFalse(records.has_access(mode))

    def test_portal_users_read_no_follow_up_through_the_incident(self):
        user = self._create_portal_user(self.baker, "followup_through")
        incident = self.incident.with_user(user)
        self.assertEqual(incident.read(["incident_phase"])[0]["incident_phase"], FROZEN)
        for name in (
            "followup_id",
            "followup_ids",
            "next_step",
            "next_step_date",
            "reminder_count",
            "followup_exempt",
            "answer_awaited",
        ):
            with self.subTest(field=name), self.assertRaises(AccessError):
                incident.read([name])

    def test_rules_hold_where_an_admin_grants_too_much(self):
        """Access given to portal users by hand shows each its own party's at most."""
        group = self.env.ref("base.group_portal")
        for model in LEDGER:
            self.env["ir.model.access"].sudo().create(
                {
                    "name": f"{model} portal",
                    "model_id": self.env["ir.model"]._get_id(model),
                    "group_id": group.id,
                    "perm_read": True,
                }
            )
        stranger = self._create_portal_user(self.stranger, "followup_stranger")
        baker = self._create_portal_user(self.baker, "followup_baker")
        for model, records in self.ledger.items():
            with self.subTest(model=model):
                ids = [("id", "in", records.ids)]
                self.assertFalse(records.with_user(stranger).search(ids))
                self.assertTrue(records.with_user(baker).search(ids))
        notices = self.ledger["incident.notice"].with_user(baker).search([])
        self.assertEqual(notices.sudo().partner_id, self.customer)
