# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Where messages are answered is looked up once, and is the truth."""

from odoo.tests import tagged
from odoo.tools import email_normalize

from .common import IncidentCommon


@tagged("post_install", "-at_install")
class TestSpeedReply(IncidentCommon):
    def setUp(self):
        super().setUp()
        self.incident = self._create_incident()
        self.team = self.incident.sudo().team_id
        self.team.alias_name = "lines"

    def _get(self, **options):
        return self.incident._notify_get_reply_to(**options)[self.incident.id]

    def _get_as_core(self, **options):
        found = self.team.with_user(self.agent)._notify_get_reply_to(**options)
        return found[self.team.id]

    def test_says_what_core_says(self):
        options = {"default": "x@example.com", "author_id": self.agent.partner_id.id}
        self.assertEqual(self._get(**options), self._get_as_core(**options))
        self.assertEqual(
            email_normalize(self._get()), f"lines@{self.team.alias_domain_id.name}"
        )
        with self.assertQueryCount(0):
            self._get()

    def test_change_is_known_at_once(self):
        self.assertIn("lines@", self._get())
        self.team.alias_name = "faults"
        self.assertIn("faults@", self._get())
        self.team.alias_domain_id.name = "other.example.com"
        self.assertIn("faults@other.example.com", self._get())
        self.team.alias_id.alias_parent_thread_id = 0
        self.assertEqual(self._get(default="x"), self._get_as_core(default="x"))
        self.assertNotIn("faults@", self._get() or "")

    def test_team_without_an_alias(self):
        self.team.alias_name = False
        self.assertEqual(self._get(default="x"), self._get_as_core(default="x"))
