# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a batch costs: an outage opens hundreds of incidents at once."""

from odoo.tests import tagged

from .common import OPENED, REGISTERED, IncidentCommon

INCIDENTS = 200
QUERIES_PER_INCIDENT = 0.4


@tagged("post_install", "-at_install")
class TestPerformance(IncidentCommon):
    def _create_batch(self):
        """Create incidents of as many customers, half of them French."""
        incidents = self._create_incidents(INCIDENTS)
        self.flush_tracking()
        self.assertEqual(set(incidents.mapped("incident_phase")), {REGISTERED})
        return incidents

    def _count_queries(self, act):
        """Return the queries of an act, with all that its commit sets off."""
        self.flush_tracking()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        act()
        self.flush_tracking()
        return self.cr.sql_log_count - before

    def test_opening_a_batch(self):
        """Far less than a query per incident, both mails included."""
        incidents = self._create_batch()
        with self.mock_mail_gateway():
            queries = self._count_queries(incidents.action_incident_open)
            mails = self._new_mails
        self.assertEqual(set(incidents.mapped("incident_phase")), {OPENED})
        self.assertEqual(len(mails), 2 * INCIDENTS)
        parties = incidents.partner_id | self.integrator
        self.assertEqual(mails.recipient_ids, parties)
        self.assertEqual(set(parties.mapped("lang")), {"fr_FR", "en_US"})
        per_incident = queries / INCIDENTS
        self.assertLessEqual(per_incident, QUERIES_PER_INCIDENT)

    def test_cost_grows_no_faster_than_the_batch(self):
        """Twice the incidents cost at most twice as much, and a little."""
        with self.mock_mail_gateway():
            small = self._create_batch()[: INCIDENTS // 4]
            few = self._count_queries(small.action_incident_open)
            many = self._count_queries(self._create_batch().action_incident_open)
        self.assertLessEqual(many, 4.4 * few)
