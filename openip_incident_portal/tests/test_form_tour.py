# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .form_common import FormCommon


@tagged("post_install", "-at_install")
class TestFormTour(FormCommon):
    def test_from_the_link_to_the_number(self):
        """What somebody clicks in a browser is what the server registers."""
        self.baker.lang = "en_US"
        path = self._get_form_path(
            self.baker.email_formatted, html="<p>Busy tone on every call</p>"
        )
        self.start_tour(path, "incident_form_tour")
        incident = self.intake.ticket_id
        self.assertEqual(incident.incident_phase, "registered")
        self.assertEqual(incident.incident_impact, "down")
        self.assertEqual(incident.incident_service, "+33 1 23 45 67 89")
        self.assertEqual(incident.partner_id, self.baker)
