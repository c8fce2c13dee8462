# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import OPENED, WAITING

from .portal_common import IncidentPortalCommon


@tagged("post_install", "-at_install")
class TestPortalTour(IncidentPortalCommon):
    def test_party_answers_on_the_portal(self):
        incident = self._create_incident_in(WAITING)
        self._create_incident_in(OPENED)
        self.env.flush_all()
        self.start_tour("/my", "incident_portal_login", login="login_baker")
        self.env.invalidate_all()
        entry = self._entries(incident)[:1]
        self.assertEqual(entry.author_id, self.baker)
        self.assertIn("The red handset", entry.body)
        self.assertNotEqual(incident.incident_phase, WAITING)
