# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The facts of outages: how long, whom, and whether promises were kept."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import OPENED
from .followup_common import HOUR, START
from .outage_common import create_outage
from .test_outage_works import WorksCommon


@tagged("post_install", "-at_install")
class TestOutageAnalysis(WorksCommon):
    def read_rows(self, outage):
        rows = self.env["incident.outage.analysis"].with_user(self.manager)
        found = rows.search([("outage_id", "=", outage.id)])
        return {
            (row.party_id, row.service_id): (row.hours, row.members) for row in found
        }

    def test_hours_and_incidents_per_customer_and_service(self):
        with self.moment(0):
            outage = create_outage(self, service_ids=(self.trunk | self.fibre).ids)
            incidents = self._create_incidents(2)
            named = self._create_incident(service_id=self.trunk.id)
            outage.action_attach(incidents | named)
        with self.moment(5):
            self.env.flush_all()
            self.assertEqual(self.read_rows(outage)[self.garage, self.fibre], (5, 0))
            outage.action_resolve()
        with self.moment(9):
            self.env.flush_all()
            rows = self.read_rows(outage)
        self.assertEqual(rows[self.garage, self.fibre], (5, 0))
        self.assertEqual(rows[self.customer, self.trunk], (5, 1))
        nothing = self.env["incident.service"]
        unnamed = {key: row for key, row in rows.items() if key[1] == nothing}
        self.assertEqual(sum(row[1] for row in unnamed.values()), 2)
        self.assertEqual(outage.duration_hours, 5)
        parties = incidents.customer_party_id | self.garage | self.customer
        self.assertEqual(outage.customer_count, len(parties))

    def test_what_was_cancelled_or_has_not_begun_counts_nothing(self):
        with self.moment(0):
            outage = create_outage(self, service_ids=self.trunk.ids)
            works = self.plan(50)
            outage.action_cancel()
            self.env.flush_all()
            self.assertFalse(self.read_rows(outage))
            self.assertEqual(
                set(self.read_rows(works).values()), {(0, 0)}, "it is still to come"
            )

    def test_messages_in_time(self):
        with self.moment(0):
            outage = create_outage(self)
            outage.action_attach(self._create_incident_in(OPENED))
            self.assertFalse(outage.first_message_minutes)
        with self.moment(0.5):
            outage.publish("<p>We look for it.</p>", next_message=START + HOUR)
        with self.moment(0.75):
            outage.publish("<p>Known.</p>", next_message=START + 2 * HOUR)
        with self.moment(3):
            outage.invalidate_recordset()
            self.assertEqual(outage.first_message_minutes, 30)
            self.assertEqual((outage.promised_count, outage.kept_count), (2, 1))

    def test_managers_alone(self):
        rows = self.env["incident.outage.analysis"]
        with self.assertRaises(AccessError):
            rows.with_user(self.agent).search([])
