# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What was voided after a backup is void when the backup goes on."""

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.test_database_restored import RestoredCommon


@tagged("post_install", "-at_install")
class TestVoidedRestored(RestoredCommon):
    def void(self, incident):
        self.env.cr.postcommit.clear()
        incident.with_user(self.agent).action_incident_void_links()
        self.env.cr.postcommit.run()

    def test_links_voided_after_the_backup_stay_void(self):
        voided, other = self.request(), self.request()
        for incident in (voided, voided, other):
            self.void(incident)
        known = {one.id: one.incident_link_version for one in voided | other}
        token = other._sign_incident_link(self.customer, "view")
        # The backup was made before the first one was voided, after the other.
        voided.sudo().incident_link_version = 1
        open_again = voided._sign_incident_link(self.customer, "view")
        self.assertTrue(voided._read_incident_link(open_again))
        self.go_back()
        self.health.with_user(self.manager).action_settle_restored()
        self.assertFalse(voided._read_incident_link(open_again))
        self.assertEqual(
            {one.id: one.incident_link_version for one in voided | other}, known
        )
        self.assertTrue(other._read_incident_link(token))

    def test_a_number_that_is_no_incident_by_now_stops_nothing(self):
        incident = self.request()
        self.void(incident)
        plain = self.env["helpdesk.ticket.team"].create({"name": "Plain"})
        values = {"team_id": plain.id, "incident_link_version": 1}
        incident.sudo().with_context(tracking_disable=True).write(values)
        self.assertFalse(incident.is_incident)
        self.go_back()
        self.health.with_user(self.manager).action_settle_restored()
        self.assertTrue(self.identity._is_confirmed())

    def test_what_cannot_be_read_stops_nothing(self):
        incident = self.request()
        self.void(incident)
        [place] = self.folder.glob("incident_voided_*")
        place.write_text("{\n[1]\n[0, 5]\n[true, 2]\n\x00\n" + place.read_text())
        self.assertEqual(
            self.identity._read_voided()[incident.id],
            incident.sudo().incident_link_version,
        )
        self.go_back()
        self.health.with_user(self.manager).action_settle_restored()
        self.assertTrue(self.identity._is_confirmed())
