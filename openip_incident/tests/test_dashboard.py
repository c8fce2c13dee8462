# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The dashboard's card says what there is to do, and opens just that."""

from unittest.mock import patch

from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.helpdesk_mgmt.models.helpdesk_ticket_team import HelpdeskTeam

from .common import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    OPENED,
    REGISTERED,
    WAITING,
)
from .followup_common import FollowupCommon

BASE = HelpdeskTeam._compute_todo_tickets

# What the card shows, by the filter that a click on it sets.
CARD = {
    "our_turn": "incident_turn_count",
    "answer_unread": "incident_unread_count",
    "review_pending": "incident_review_count",
    "waiting": "incident_waiting_count",
    "frozen": "incident_frozen_count",
    "closing": "incident_closing_count",
    "undelivered": "incident_trouble_count",
}


@tagged("post_install", "-at_install")
class TestDashboard(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.action = cls.env.ref("openip_incident.incident_action_from_dashboard")

    def _create_mixture(self):
        with self.mock_mail_gateway():
            made = {
                phase: [self._create_incident_in(phase) for _time in range(number)]
                for number, phase in enumerate(
                    (CLOSED, REGISTERED, OPENED, IN_PROGRESS, ESCALATED, WAITING), 1
                )
            }
            made[FROZEN] = [self._create_incident_in(FROZEN) for _time in range(3)]
            made[CLOSURE] = [self._create_incident_in(CLOSURE) for _time in range(2)]
        made[WAITING][0].answer_unread = True
        made[CLOSED][0].answer_unread = True
        made[OPENED][0].answer_unread = True
        made[WAITING][1].sudo().review_pending = True
        followups = [one.sudo().followup_id for one in made[WAITING]]
        close = followups[2].plan_id.step_ids.filtered(
            lambda one: one.action == "close"
        )
        followups[2].write({"next_step_id": close.id, "due_date": self.clock})
        followups[3].error = "It has failed"
        self.env["incident.notice"].sudo().search(
            [("ticket_id", "in", [one.id for one in made[ESCALATED][:2]])]
        ).write({"status": "bounced"})
        self.env.flush_all()
        self.env.invalidate_all()
        return made

    def _list(self, key):
        """Return what a click on a line of the card opens."""
        view = self.env.ref("openip_incident.incident_view_search")
        arch = etree.fromstring(
            self.env["helpdesk.ticket"].get_view(view.id, "search")["arch"]
        )
        [chosen] = arch.xpath(f"//filter[@name='{key}']")
        domain = safe_eval(self.action.domain, {"active_id": self.team.id})
        domain += safe_eval(chosen.get("domain"), {"uid": self.agent.id})
        return self.env["helpdesk.ticket"].with_user(self.agent).search(domain)

    def test_each_number_is_that_of_the_list_it_opens(self):
        with self.at(self.clock):
            made = self._create_mixture()
            team = self.team.with_user(self.agent)
            for key, name in CARD.items():
                with self.subTest(filter=key):
                    self.assertEqual(team[name], len(self._list(key)))
            known = {name: team[name] for name in CARD.values()}
        self.assertEqual(
            known,
            {
                # Registered 2, opened 3, in progress 4, escalated 5, answers of the
                # waiting and of the closed one, one to judge.
                "incident_turn_count": 2 + 3 + 4 + 5 + 1 + 1 + 1,
                "incident_unread_count": 3,
                "incident_review_count": 1,
                "incident_waiting_count": 6 + 3 + 2,
                "incident_frozen_count": 3,
                "incident_closing_count": 1,
                "incident_trouble_count": 1 + 2,
            },
        )
        self.assertEqual(len(made[WAITING]), 6)

    def test_what_is_to_do_is_counted_as_the_helpdesk_does(self):
        with self.at(self.clock):
            made = self._create_mixture()
        made[OPENED][0].priority = made[CLOSED][0].priority = "3"
        made[OPENED][1].user_id = made[WAITING][0].user_id = self.agent
        other = self.env["helpdesk.ticket"].create(
            {"name": "Printer", "description": "?", "team_id": self.plain_team.id}
        )
        other.stage_id.unattended = True
        self.env.flush_all()
        teams = (self.team | self.plain_team).with_user(self.manager)
        names = [name for name in teams._fields if name.startswith("todo_ticket_count")]
        self.assertEqual(len(names), 4)
        known = teams.read(names)
        self.assertTrue(all(known[0].values()))
        self.assertTrue(any(known[1][name] for name in names))
        self.env.invalidate_all()
        with patch.object(type(teams), "_compute_todo_tickets", BASE):
            self.assertEqual(teams.read(names), known)

    def test_the_card_has_a_line_for_each(self):
        team = self.env["helpdesk.ticket.team"].with_user(self.agent)
        arch = etree.fromstring(team.get_view(view_type="kanban")["arch"])
        opened = {
            key.removeprefix("search_default_")
            for node in arch.xpath("//*[@type='action'][@context]")
            if node.get("name") == str(self.action.id)
            for key in safe_eval(node.get("context"))
        }
        self.assertEqual(opened, set(CARD))

    def test_a_hundred_teams_cost_what_one_costs(self):
        teams = self.team.copy({"name": "Copy", "alias_name": False})
        for _time in range(5):
            teams |= self.team.copy({"name": "Copy", "alias_name": False})
        names = list(CARD.values())

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.with_user(self.manager).read(names)
            return self.cr.sql_log_count - before

        count(self.team)
        few = count(self.team)
        self.assertLessEqual(count(teams | self.team), few)
        self.assertLessEqual(few, 12)

    def test_incidents_come_first(self):
        menu = self.env.ref("helpdesk_mgmt.helpdesk_ticket_main_menu")
        first = menu.child_id.sorted("sequence")[:1]
        self.assertEqual(first, self.env.ref("openip_incident.incident_menu"))

    def test_health_is_on_the_managers_dashboard(self):
        teams = self.env["helpdesk.ticket.team"]
        alarm = [
            tile
            for tile in teams.with_user(self.manager).retrieve_dashboard()
            if tile["action"] == "openip_incident.incident_health_action"
        ]
        self.assertEqual(len(alarm), 1)
        teams.with_user(self.agent).retrieve_dashboard()
