# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The mail that acknowledges a report repeats what was kept of it."""

from odoo.tests import tagged

from .form_common import ANSWERS, FormCommon

KEPT = "Worded by a rule."


@tagged("post_install", "-at_install")
class TestFormKept(FormCommon):
    def test_what_was_sent_is_repeated(self):
        _incident, letters = self._report()
        for letter in letters[-2:]:
            self.assertIn(ANSWERS["description"], letter["body"])

    def test_what_a_rule_has_made_of_it_is_repeated(self):
        tickets = self.env["ir.model"]._get_id("helpdesk.ticket")
        action = {
            "name": "Word",
            "model_id": tickets,
            "state": "code",
            "code": f"record.write({{'description': '<p>{KEPT}</p>'}})",
            "usage": "base_automation",
        }
        self.env["base.automation"].create(
            {
                "name": "Word",
                "model_id": tickets,
                "trigger": "on_create",
                "action_server_ids": [(0, 0, action)],
            }
        )
        incident, letters = self._report()
        self.assertIn(KEPT, incident.description)
        for letter in letters[-2:]:
            self.assertIn(KEPT, letter["body"])
            self.assertNotIn(ANSWERS["description"], letter["body"])
