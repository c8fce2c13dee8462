# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .common import IncidentCommon


@tagged("post_install", "-at_install")
class TestBaseAutomation(IncidentCommon):
    """Rules are remembered from one look-up to the next, not beyond a change."""

    def setUp(self):
        super().setUp()
        self.automations = self.env["base.automation"]
        self.incident = self._create_incident()
        self.known = self._look_up()

    def _look_up(self):
        triggers = ["on_create_or_write", "on_write"]
        return self.automations._get_actions(self.incident, triggers)

    def _create_rule(self):
        return self.automations.create(
            {
                "name": "Mark",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                "trigger": "on_create_or_write",
                "action_server_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Mark",
                            "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
                            "state": "code",
                            "code": "record['partner_name'] = 'Marked'",
                            "usage": "base_automation",
                        },
                    )
                ],
            }
        )

    def test_rules_are_looked_up_once(self):
        self.assertTrue(self.known)
        with self.assertQueryCount(0):
            self.assertEqual(self._look_up(), self.known)

    def test_rules_of_another_model_are_others(self):
        triggers = ["on_create_or_write", "on_write"]
        partners = self.env["res.partner"]
        self.assertFalse(self.automations._get_actions(partners, triggers))

    def test_new_rule_applies_at_once(self):
        rule = self._create_rule()
        self.assertIn(rule, self._look_up())
        self.incident.name = "Another"
        self.assertEqual(self.incident.partner_name, "Marked")

    def test_archived_and_deleted_rules_apply_no_more(self):
        rule = self._create_rule()
        self._look_up()
        rule.active = False
        self.assertNotIn(rule, self._look_up())
        rule.active = True
        self.assertIn(rule, self._look_up())
        rule.unlink()
        self.assertEqual(self._look_up(), self.known)

    def test_rule_of_another_trigger_is_left_alone(self):
        rule = self._create_rule()
        rule.trigger = "on_unlink"
        self.assertNotIn(rule, self._look_up())
