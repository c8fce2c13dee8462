# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""People outside read of a team its name, and nothing of how it works."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import IN_PROGRESS, IncidentCommon

PUBLIC = {"complete_name", "display_name", "id", "name"}


@tagged("post_install", "-at_install")
class TestTeamFields(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_portal_user(cls, cls.baker, "team_reader")
        cls.own = cls.team.with_user(cls.user)

    def test_every_other_field_is_refused(self):
        for name in self.own._fields:
            with self.subTest(field=name):
                if name in PUBLIC:
                    self.own.read([name])
                    continue
                with self.assertRaises(AccessError):
                    self.own.read([name])
                with self.assertRaises(AccessError):
                    self.own.mapped(name)
        self.assertEqual(set(self.own.fields_get()), PUBLIC)

    def test_no_other_field_is_searched_for(self):
        """Not even by the order of a list, but for that which it has anyway."""
        for name, field in self.own._fields.items():
            if name in PUBLIC or not field._description_searchable:
                continue
            self._ensure_refused(name, "search_count", [(name, "!=", False)])
            counted = ["__count"]
            self._ensure_refused(name, "formatted_read_group", [], [name], counted)
            self._ensure_refused(
                name, "formatted_read_grouping_sets", [], [[name]], counted
            )
            if name != "sequence":
                self._ensure_refused(name, "search", [], 0, 1, name)

    def _ensure_refused(self, name, method, *args):
        """Assert that a method is refused, or that it knows no such thing."""
        with self.subTest(field=name, method=method):
            try:
                getattr(self.own, method)(*args)
            except (AccessError, ValueError):
                return
            self.fail(f"{method} takes {name}")

    def test_teams_are_found_by_name(self):
        teams = self.env["helpdesk.ticket.team"].with_user(self.user)
        self.assertEqual(
            teams.search([("name", "=", self.team.name)]).ids, self.team.ids
        )
        found = teams.name_search(self.team.name)
        self.assertIn(self.team.id, [team_id for team_id, _name in found])
        self.assertIn(self.team.id, teams.search([]).ids)
        self.assertTrue(self.other_team.with_user(self.user).web_read({"name": {}}))

    def test_archived_teams_are_not_found(self):
        self.other_team.active = False
        teams = self.env["helpdesk.ticket.team"].with_user(self.user)
        self.assertNotIn(self.other_team.id, teams.search([]).ids)
        every = teams.with_context(active_test=False).search([])
        self.assertIn(self.other_team.id, every.ids)

    def test_tickets_are_sorted_and_grouped_by_team(self):
        incident = self._create_incident_in(IN_PROGRESS)
        tickets = self.env["helpdesk.ticket"].with_user(self.user)
        self.assertIn(incident.id, tickets.search([], order="team_id").ids)
        groups = tickets.formatted_read_group([], ["team_id"], ["__count"])
        self.assertIn(self.team.id, [group["team_id"][0] for group in groups])
        self.assertEqual(
            incident.with_user(self.user).read(["team_id"])[0]["team_id"],
            (self.team.id, self.team.name),
        )

    def test_tickets_tell_nothing_of_their_team(self):
        incident = self._create_incident_in(IN_PROGRESS)
        tickets = self.env["helpdesk.ticket"].with_user(self.user)
        for name, field in self.team._fields.items():
            if name in PUBLIC or not field._description_searchable:
                continue
            with self.subTest(field=name), self.assertRaises(AccessError):
                tickets.search_count(
                    [("id", "=", incident.id), (f"team_id.{name}", "!=", False)]
                )

    def test_colleagues_read_teams_as_before(self):
        names = set(self.team.with_user(self.agent).fields_get())
        self.assertTrue({"user_ids", "incident_process", "update_template_id"} <= names)
