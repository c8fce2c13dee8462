# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestIntakeTour(HttpCase):
    def test_an_agent_makes_an_incident_of_a_mail(self):
        agent = new_test_user(
            self.env,
            login="intake_tour_agent",
            groups="helpdesk_mgmt.group_helpdesk_user",
        )
        intake = self.env["incident.intake"].create(
            {
                "subject": "Tour: box blinks",
                "email_from": "Tour <tour@customer.example.com>",
                "body": "<p>Since 09:41</p>",
                "team_id": self.env.ref("openip_incident.team_incident").id,
                "hold_reason": "unknown_sender",
                "to_review": True,
            }
        )
        self.env["ir.attachment"].create(
            {
                "name": "box.log",
                "raw": b"DSL down",
                "res_model": intake._name,
                "res_id": intake.id,
            }
        )
        self.start_tour(
            "/odoo/incident-intakes", "incident_intake_tour", login=agent.login
        )
        self.assertEqual(intake.state, "submitted")
        self.assertEqual(intake.ticket_id.incident_phase, "registered")
        self.assertEqual(intake.ticket_id.name, "Tour: box blinks")
