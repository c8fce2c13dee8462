# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Services of one site or kind that are reported together: an outage is suggested."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .outage_common import OutageCommon

ACTIVITY = "openip_incident.mail_activity_type_outage_suggested"


@tagged("post_install", "-at_install")
class TestOutageSuggestion(OutageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.user_id = cls.manager
        cls.kind = cls.env["incident.service.kind"].create({"name": "Trunk"})
        cls.lines = cls.env["incident.service"].create(
            [
                {
                    "name": f"LINE-{index}",
                    "partner_id": cls.customer.id,
                    "site": "Nantes" if index % 2 else " NANTES",
                }
                for index in range(6)
            ]
        )

    def _report(self, *services, **values):
        return self._create_incident_of(services, **values)

    def _create_incident_of(self, services, **values):
        incidents = self.env["helpdesk.ticket"]
        for service in services:
            incidents += self._create_incident(service_id=service.id, **values)
        return incidents

    def _get_alerts(self):
        return self.env["mail.activity"].search(
            [("activity_type_id", "=", self.env.ref(ACTIVITY).id)]
        )

    def test_the_leader_is_told_once_per_cluster(self):
        self._report(*self.lines[:2])
        self.assertFalse(self._get_alerts())
        third = self._report(self.lines[2])
        alert = self._get_alerts()
        self.assertEqual(alert.user_id, self.manager)
        self.assertEqual(alert.res_id, third.id)
        self.assertIn("3 services", alert.summary)
        self._report(*self.lines[3:])
        self.assertEqual(self._get_alerts(), alert)

    def test_one_service_reported_often_is_no_outage(self):
        self._report(*[self.lines[0]] * 4)
        self.assertFalse(self._get_alerts())

    def test_a_kind_in_common_is_enough(self):
        services = self.lines[:3]
        for service, site in zip(services, ("Nantes", "Lyon", "Brest"), strict=True):
            service.write({"site": site, "kind_id": self.kind.id})
        incidents = self._report(*services)
        self.assertIn("Trunk", self._get_alerts().summary)
        self.assertIn("2 other", incidents[0].incident_outage_suggestion)

    def test_what_is_long_ago_does_not_count(self):
        early = self._report(*self.lines[:2])
        self._age(early, minutes=61)
        self._report(self.lines[2])
        self.assertFalse(self._get_alerts())
        self.company.incident_outage_minutes = 90
        self._report(self.lines[3])
        self.assertTrue(self._get_alerts())

    def _age(self, incidents, **ago):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = %s WHERE id IN %s",
            [fields.Datetime.now() - timedelta(**ago), tuple(incidents.ids)],
        )
        self.env.invalidate_all()

    def test_the_numbers_are_the_companys(self):
        self.company.incident_outage_count = 0
        incidents = self._report(*self.lines)
        self.assertFalse(self._get_alerts())
        self.assertFalse(incidents[0].incident_outage_suggestion)
        settings = Form(self.env["res.config.settings"])
        settings.incident_outage_count = 6
        settings.save().execute()
        self.assertEqual(self.env.company.incident_outage_count, 6)

    def test_a_service_that_becomes_known_counts(self):
        incidents = self._report(*self.lines[:2])
        last = self._create_incident()
        last.service_id = self.lines[2]
        self.assertEqual(self._get_alerts().res_id, last.id)
        self.assertIn("2 other", incidents[0].incident_outage_suggestion)

    def test_what_has_an_outage_is_not_counted(self):
        incidents = self._report(*self.lines[:2])
        self._create_outage().action_attach(incidents)
        self._report(*self.lines[2:4])
        self.assertFalse(self._get_alerts())

    def test_the_filter_finds_them_all(self):
        incidents = self._report(*self.lines[:3])
        other = self._create_incident()
        found = self.env["helpdesk.ticket"].search(
            [("incident_outage_suggested", "=", True)]
        )
        self.assertLessEqual(incidents, found)
        self.assertNotIn(other, found)
        self.assertTrue(incidents[0].incident_outage_suggested)
        rest = self.env["helpdesk.ticket"].search(
            [("incident_outage_suggested", "=", False)]
        )
        self.assertIn(other, rest)
        self.assertFalse(incidents & rest)

    def test_an_outage_is_declared_with_all_of_them(self):
        incidents = self._report(*self.lines[:4])
        self.assertIn("3 other", incidents[0].incident_outage_suggestion)
        self.assertFalse(incidents[0].incident_outage_near_id)
        action = incidents[0].with_user(self.agent).action_incident_declare_outage()
        wizard = Form(
            self.env[action["res_model"]]
            .with_user(self.agent)
            .with_context(**action["context"])
        ).save()
        self.assertEqual(wizard.ticket_ids, incidents)
        wizard.action_attach()
        outage = incidents.outage_id
        self.assertEqual(len(outage), 1)
        self.assertEqual(outage.service_ids, self.lines[:4])
        self.assertFalse(incidents[0].incident_outage_suggestion)
        # Whoever comes later, of a line that is not named yet.
        others = self._report(*self.lines[4:], self.lines[4].copy({"name": "LINE-9"}))
        self.assertEqual(others[0].incident_outage_near_id, outage)
        action = others[0].action_incident_join_outage()
        self.assertEqual(action["context"]["default_outage_id"], outage.id)

    def test_one_query_with_a_service_and_none_without(self):
        self._report(self.lines[0])
        incidents = self._report(self.lines[1])
        self.env.flush_all()
        with self.assertQueryCount(1):
            incidents._incident_suggest_outage()
        plain = self._create_incident()
        self.env.flush_all()
        with self.assertQueryCount(0):
            plain._incident_suggest_outage()

    def test_a_service_without_site_and_kind_is_not_looked_for(self):
        self.lines[0].site = False
        incident = self._report(self.lines[0])
        tickets = self.env.registry["helpdesk.ticket"]
        with patch.object(tickets, "_read_reports") as reports:
            self.assertFalse(incident.incident_outage_suggestion)
            reports.assert_not_called()
            self.lines[0].site = "Nantes"
            incident.invalidate_recordset()
            self.assertFalse(incident.incident_outage_suggestion)
            reports.assert_called_once()

    # Many services

    def test_services_are_added_by_site_kind_and_party(self):
        outage = self._create_outage()
        lyon = self.lines[0].copy({"name": "L-1", "site": "Lyon"})
        foreign = lyon.copy({"name": "F-1", "partner_id": self.stranger.id})
        for values, expected in (
            ({"site": "nantes"}, self.lines),
            ({"partner_ids": self.integrator, "site": "lyon"}, lyon),
            ({"partner_ids": self.stranger}, foreign),
        ):
            with Form(
                self.env["incident.outage.service.wizard"]
                .with_user(self.agent)
                .with_context(default_outage_id=outage.id)
            ) as form:
                for name, value in values.items():
                    if name == "partner_ids":
                        form.partner_ids.add(value)
                    else:
                        form[name] = value
                self.assertEqual(form.service_count, len(expected))
            before = outage.service_ids
            form.record.action_add()
            self.assertEqual(outage.service_ids - before, expected)
        self.assertEqual(len(outage.service_ids), 8)

    def test_nothing_said_adds_nothing(self):
        wizard = self.env["incident.outage.service.wizard"].create(
            {"outage_id": self._create_outage().id}
        )
        self.assertFalse(wizard.service_count)
        with self.assertRaises(UserError):
            wizard.action_add()
