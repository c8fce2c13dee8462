# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whoever answers a call is told of the outage first, and attaches with one click."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import CLOSED, IN_PROGRESS
from .outage_common import OutageCommon


@tagged("post_install", "-at_install")
class TestOutageTold(OutageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        services = cls.env["incident.service"]
        cls.line, cls.other = services.create(
            [
                {"name": name, "partner_id": cls.customer.id, "site": "Nantes"}
                for name in ("TS-12", "TS-13")
            ]
        )

    def _call(self, **values):
        form = Form(
            self.env["helpdesk.ticket"]
            .with_user(self.agent)
            .with_context(default_team_id=self.team.id),
            "openip_incident.helpdesk_ticket_view_form",
        )
        form.name = "No calls"
        for name, value in values.items():
            form[name] = value
        return form

    def test_a_hit_service_is_told_and_attached(self):
        outage = self._create_outage(service_ids=self.line.ids)
        form = self._call()
        self.assertFalse(form.incident_outage_candidate_id)
        form.service_id = self.line
        self.assertEqual(form.incident_outage_candidate_id, outage)
        self.assertIn(outage.number, form.incident_outage_notice)
        self.assertIn("TS-12", form.incident_outage_notice)
        incident = form.save()
        incident.action_incident_attach_candidate()
        self.assertEqual(incident.outage_id, outage)
        self.assertFalse(incident.incident_outage_candidate_id)

    def test_a_hit_customer_is_told_until_its_service_is_known(self):
        outage = self._create_outage(service_ids=self.line.ids)
        form = self._call(partner_id=self.customer)
        self.assertEqual(form.incident_outage_candidate_id, outage)
        self.assertIn("This customer", form.incident_outage_notice)
        form.service_id = self.other
        self.assertFalse(form.incident_outage_candidate_id)
        self.assertFalse(form.incident_outage_notice)

    def test_nothing_is_told_of_what_lasts_no_more(self):
        outage = self._create_outage(service_ids=self.line.ids)
        # What begins in the window of works belongs to them: this one comes before.
        works = self._create_outage(
            kind="works",
            service_ids=self.line.ids,
            begin_date=fields.Datetime.now() + timedelta(hours=1),
        )
        incident = self._create_incident_in(IN_PROGRESS, service_id=self.line.id)
        self.assertEqual(incident.incident_outage_candidate_id, outage)
        outage.action_resolve()
        incident.invalidate_recordset()
        self.assertFalse(incident.incident_outage_candidate_id)
        with self.assertRaises(UserError):
            incident.action_incident_attach_candidate()
        works.action_start()
        incident.invalidate_recordset()
        self.assertEqual(incident.incident_outage_candidate_id, works)
        closed = self._create_incident_in(CLOSED, service_id=self.line.id)
        self.assertFalse(closed.incident_outage_candidate_id)

    def test_outages_of_another_company_are_not_told(self):
        self._create_outage(service_ids=self.line.ids).sudo().write(
            {"team_id": False, "company_id": self.company_2.id}
        )
        incident = self._create_incident(service_id=self.line.id)
        self.assertFalse(incident.incident_outage_candidate_id)

    def test_it_costs_nothing_while_nothing_fails(self):
        outages = self.env["incident.outage"]
        outages.search([]).sudo().unlink()
        self.env.registry.clear_cache()
        self.assertFalse(outages._has_current())
        with self.assertQueryCount(0):
            self.assertFalse(outages._find_lasting_of(self.line))
        outage = self._create_outage(service_ids=self.line.ids)
        self.assertEqual(outages._find_lasting_of(self.line), outage)
        outage.action_cancel()
        self.assertFalse(outages._has_current())
