# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What agents read: one language in the chatter, names that say something."""

from odoo.tests import tagged

from .common import FROZEN
from .followup_common import FollowupCommon


@tagged("post_install", "-at_install")
class TestClearWords(FollowupCommon):
    def _name_stages_in_french(self):
        self.company.partner_id.lang = "fr_FR"
        names = {FROZEN: "Gelé", "waiting": "Informations demandées"}
        for phase, name in names.items():
            self.stages[phase].with_context(lang="fr_FR").name = name

    def _read_moves(self, incident):
        """Return what the chatter tells of changed stages: list of (from, to)."""
        self.flush_tracking()
        values = incident.sudo().message_ids.sudo().tracking_value_ids
        stages = values.filtered(lambda value: value.field_id.name == "stage_id")
        return [(item.old_value_char, item.new_value_char) for item in stages]

    def test_moves_of_rules_are_told_in_the_language_of_the_company(self):
        self._name_stages_in_french()
        incident = self._create_incident()
        for phase in ("opened", "waiting"):
            incident.stage_id = self.stages[phase]
        self.flush_tracking()
        self.env.invalidate_all()
        # As the scheduled action does: by nobody, who has no language.
        nobody = incident.with_user(self.env.ref("base.user_root"))
        nobody.with_context(lang=None).stage_id = self.stages[FROZEN]
        self.assertIn(("Informations demandées", "Gelé"), self._read_moves(incident))

    def test_moves_of_agents_are_told_in_the_same_language(self):
        self._name_stages_in_french()
        incident = self._create_incident_in("waiting")
        agent = incident.with_user(self.agent).with_context(lang="en_US")
        agent.stage_id = self.stages[FROZEN]
        self.assertIn(("Informations demandées", "Gelé"), self._read_moves(incident))

    def test_incident_without_number_or_title_has_a_name(self):
        new = self.env["helpdesk.ticket"].new({"team_id": self.team.id})
        self.assertEqual(new.display_name, "New incident")
        new.name = "No tone"
        self.assertEqual(new.display_name, "No tone")
        incident = self._create_incident()
        self.assertEqual(incident.display_name, f"{incident.number} - {incident.name}")

    def test_archiving_says_that_nothing_follows(self):
        incident = self.request()
        self.run_to(1)
        with self.at(self.clock):
            incident.with_user(self.agent).action_archive()
        [told] = incident.sudo().message_ids.filtered(
            lambda message: "reminded no more" in (message.body or "")
        )
        self.assertNotEqual(told.message_type, "comment")
        plain = self._create_plain_ticket()
        before = len(plain.message_ids)
        plain.action_archive()
        self.assertEqual(len(plain.message_ids), before)

    def test_agents_see_the_alarms_that_the_managers_were_told_of(self):
        health = self.env["incident.health"]
        check = health.search([("kind", "=", "quarantine")], limit=1)
        health.search([]).alert_date = False
        inbounds = self.env["incident.inbound"].sudo()
        inbounds.create(
            {
                "state": "quarantined",
                "key": "alarm",
                "date": "2020-01-01",
                "subject": "Unreadable",
            }
        )
        as_agent = health.with_user(self.agent)
        self.assertEqual(as_agent.get_incident_alarms()["alarms"], [])
        check.alert_date = "2026-01-01"
        found = as_agent.get_incident_alarms()
        self.assertEqual([row["id"] for row in found["alarms"]], check.ids)
        self.assertFalse(found["may_open"])
        manager = health.with_user(self.manager).get_incident_alarms()
        self.assertTrue(manager["may_open"])
        nobody = health.with_user(self.env.ref("base.public_user"))
        self.assertEqual(nobody.get_incident_alarms()["alarms"], [])

    def test_send_now_says_what_happens_and_is_offered_once(self):
        incident = self.request()
        self.run_to(1)
        with self.at(self.clock):
            self.assertTrue(incident.followup_can_send_now)
            action = incident.with_user(self.agent).action_followup_send_now_dialog()
            wizard = self.env["incident.act.wizard"].with_user(self.agent)
            wizard = wizard.with_context(**action["context"]).create({})
            told = wizard.action_confirm()
            self.env.invalidate_all()
            self.assertEqual(told["tag"], "display_notification")
            self.assertIn("within a minute", told["params"]["message"])
            self.assertFalse(incident.followup_can_send_now)
