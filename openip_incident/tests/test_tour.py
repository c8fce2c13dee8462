# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestIncidentTour(HttpCase):
    def test_agent_opens_an_incident_and_asks_its_parties(self):
        """What the agent clicks in a browser is what the process does."""
        agent = new_test_user(
            self.env, login="tour_agent", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        customer = self.env["res.partner"].create(
            {"name": "Tour customer", "email": "tour@customer.example.com"}
        )
        incident = self.env["helpdesk.ticket"].create(
            {
                "name": "Tour: no dial tone",
                "description": "<p>Silence on every line.</p>",
                "team_id": self.env.ref("openip_incident.team_incident").id,
                "partner_id": customer.id,
                "user_id": False,
            }
        )
        self.start_tour("/odoo/incidents", "incident_tour", login=agent.login)
        self.assertEqual(incident.incident_phase, "opened")
        self.assertEqual(incident.validated_by_id, agent)
        subjects = incident.notice_ids.message_id.mapped("subject")
        self.assertEqual(len(subjects), 2, subjects)
        followup = incident.followup_ids
        self.assertEqual(followup.state, "cancelled")
        self.assertTrue(followup.resume_date, "held and continued")
