# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.base_automation.models.base_automation import (
    BaseAutomation as CoreAutomation,
)

from .common import IncidentCommon
from .elsewhere import write_elsewhere


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

    def test_rule_hears_of_a_field_that_its_condition_has_got(self):
        rule = self._create_rule()
        rule.filter_domain = "[('name', '=', 'Another')]"
        self.assertFalse(self.automations._get_trigger_names(rule.id))
        # As data and integrations write it: without the fields, which core works out.
        rule.filter_domain = "[('answer_unread', '=', True)]"
        self.assertEqual(
            self.automations._get_trigger_names(rule.id), ("answer_unread",)
        )
        self.incident.sudo().answer_unread = True
        self.assertEqual(self.incident.partner_name, "Marked")

    # Rules that are about some fields

    def _create_rule_about(self, name):
        """Return a rule with a condition, set off by one field."""
        rule = self._create_rule()
        rule.filter_domain = "[('is_incident', '=', True)]"
        rule.trigger_field_ids = self.env["ir.model.fields"]._get(
            "helpdesk.ticket", name
        )
        return rule

    def test_new_record_is_held_against_the_condition(self):
        rule = self._create_rule()
        conditions = (
            ("[('name', '=', 'Dead line')]", True),
            ("[('name', '=', 'Another')]", False),
            (" [('name', 'in', ['Dead line'])]", True),
            ("[('create_uid', '=', uid)]", True),
            ("[('create_uid', '!=', user.id)]", False),
            ("[('incident_phase', '=', 'registered')]", True),
            ("[('incident_phase', '=', 'waiting')]", False),
            (False, True),
        )
        for condition, marked in conditions:
            rule.filter_domain = condition
            with self.subTest(condition=condition):
                incident = self._create_incident(name="Dead line")
                self.assertEqual(incident.partner_name == "Marked", marked)

    def test_another_way_of_asking_a_condition_is_heard(self):
        """Also of an addon that is loaded for another database, after the first use."""
        rule, heard = self._create_rule(), []
        rule.filter_domain = "[('name', '=', 'Dead line')]"
        core = CoreAutomation._filter_post_export_domain

        @write_elsewhere
        def ask(rule, records, feedback=False):
            created = rule.env.context.get("old_values") is None
            heard.append((rule.id, created))
            return core(rule, records, feedback)

        self.assertEqual(self._create_incident(name="Dead line").partner_name, "Marked")
        with patch.object(CoreAutomation, "_filter_post_export_domain", ask):
            self._create_incident(name="Dead line")
        self.assertIn((rule.id, True), heard)

    def test_creation_reads_no_rule_that_it_does_not_set_off(self):
        self._create_incident()
        read, automations = [], self.env.registry["base.automation"]
        fetch = automations._fetch_query
        with patch.object(
            automations,
            "_fetch_query",
            lambda *args: read.append(args) or fetch(*args),
        ):
            self.env.invalidate_all()
            self._create_incident()
            self.assertFalse(read)
            self._create_rule()
            self.env.invalidate_all()
            self._create_incident()
            self.assertTrue(read, "the one that is set off")

    def _write(self, **vals):
        """Write, and return of which rules the condition was asked for."""
        asked, registry_class = [], self.env.registry["base.automation"]
        evaluate = registry_class._get_eval_context

        def note(rule, payload=None):
            asked.append(rule.id)
            return evaluate(rule, payload)

        with patch.object(registry_class, "_get_eval_context", note):
            self.incident.write(vals)
            self.env.flush_all()
        return asked

    def test_rule_about_another_field_asks_nothing(self):
        rule = self._create_rule_about("partner_email")
        self.assertNotIn(rule.id, self._write(name="Another"))
        self.assertNotEqual(self.incident.partner_name, "Marked")

    def test_rule_about_a_field_is_set_off_by_it(self):
        rule = self._create_rule_about("name")
        self.assertIn(rule.id, self._write(name="Another"))
        self.assertEqual(self.incident.partner_name, "Marked")

    def test_rule_about_a_computed_field_is_set_off_by_it(self):
        rule = self._create_rule_about("incident_phase")
        self.assertIn(rule.id, self._write(stage_id=self.stages["opened"].id))
        self.assertEqual(self.incident.partner_name, "Marked")

    def test_computing_asks_no_rule_about_other_fields(self):
        rule = self._create_rule_about("partner_email")
        rule.filter_pre_domain = "[('is_incident', '=', True)]"
        # Before what is written, and for none of what is computed of it.
        self.assertEqual(self._write(name="Another").count(rule.id), 1)

    def test_rule_about_all_fields_is_set_off_by_computing(self):
        rule = self._create_rule()
        self.incident.partner_name = "Nobody"
        self.env.flush_all()
        self.assertEqual(self.incident.partner_name, "Marked")
        rule.filter_domain = "[('incident_search_text', 'ilike', 'bakery two')]"
        self.env.execute_query_dict(
            SQL("UPDATE helpdesk_ticket SET partner_name = 'x' RETURNING id")
        )
        self.incident.invalidate_recordset(["partner_name"])
        self.incident.sudo().partner_id.name = "Bakery Two"
        self.env.flush_all()
        self.assertEqual(self.incident.partner_name, "Marked")

    def _answer_anew(self):
        """Have the rule look at an incident as another transaction does."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.automations._get_actions(self.incident, ["on_create_or_write"])

    def test_what_a_rule_does_is_read_once(self):
        rule = self._create_rule()
        self._answer_anew()
        action = rule.sudo().action_server_ids
        self._answer_anew()
        with self.assertQueryCount(0):
            self.assertIn("Marked", action.code)
            self.assertEqual(rule.sudo().action_server_ids, action)
            self.assertFalse(action.child_ids)
            self.assertFalse(action.group_ids)

    def test_changed_action_applies_at_once(self):
        rule = self._create_rule()
        self._answer_anew()
        rule.action_server_ids.code = "record['partner_name'] = 'Changed'"
        self._answer_anew()
        self.incident.name = "Another name"
        self.assertEqual(self.incident.partner_name, "Changed")

    def test_another_action_of_a_rule_applies_at_once(self):
        rule = self._create_rule()
        self._answer_anew()
        action = rule.action_server_ids.copy({"base_automation_id": rule.id})
        action.code = "record['partner_email'] = 'second@example.com'"
        self._answer_anew()
        self.incident.name = "Another name"
        self.assertEqual(self.incident.partner_email, "second@example.com")
        action.unlink()
        self._answer_anew()
        self.assertEqual(len(rule.action_server_ids), 1)

    def test_whom_an_action_is_for_is_asked_each_time(self):
        rule = self._create_rule()
        self.env.flush_all()
        group = self.env["res.groups"].create({"name": "Markers"})
        rule.action_server_ids.group_ids = group
        self._answer_anew()
        group.unlink()
        self._answer_anew()
        self.assertFalse(rule.action_server_ids.group_ids)

    def test_what_an_action_refers_to_may_end(self):
        rule = self._create_rule()
        template = self.env["mail.template"].create(
            {"name": "Mail", "model_id": rule.model_id.id}
        )
        action = rule.action_server_ids
        action.write({"state": "mail_post", "template_id": template.id})
        self._answer_anew()
        # The database alone empties what has referred to it.
        template.unlink()
        self._answer_anew()
        self.assertFalse(action.template_id)
        self.incident.name = "Another name"

    def test_a_condition_follows_its_trigger(self):
        rule = self._create_rule()
        other = self.team._get_incident_stages() - self.incident.stage_id
        rule.write({"trigger": "on_stage_set", "trg_field_ref": other[0].id})
        self.assertNotEqual(self._create_incident().partner_name, "Marked")
        rule.trg_field_ref = self.incident.stage_id.id
        self.assertEqual(self._create_incident().partner_name, "Marked")
