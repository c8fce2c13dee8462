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

    def test_agent_puts_the_list_in_groups(self):
        """Stages are closed in a list, until something is looked for in them."""
        agent = new_test_user(
            self.env, login="tour_agent", groups="helpdesk_mgmt.group_helpdesk_user"
        )
        customer = self.env["res.partner"].create(
            {"name": "Groups", "email": "groups@customer.example.com"}
        )
        names = ("lift telephone", "fire alarm", "fire alarm, years ago")
        incidents = self.env["helpdesk.ticket"].create(
            [
                {
                    "name": f"Groups: {name}",
                    "description": "<p>Silence on the line.</p>",
                    "team_id": self.env.ref("openip_incident.team_incident").id,
                    "partner_id": customer.id,
                    "priority": "3",
                    "user_id": agent.id,
                }
                for name in names
            ]
        )
        incidents[-1].action_incident_open()
        incidents[-1].action_incident_close("support")
        self.start_tour("/odoo/incidents", "incident_groups_tour", login=agent.login)

    def test_agent_writes_to_exactly_whom_the_composer_shows(self):
        """The browser's recipients decide: nobody, one party, then both."""
        agent = new_test_user(
            self.env,
            login="chip_agent",
            email="chip_agent@operator.example.com",
            groups="helpdesk_mgmt.group_helpdesk_user",
        )
        partners = self.env["res.partner"]
        integrator = partners.create(
            {
                "name": "Chip integrator",
                "email": "chip@integrator.example.com",
                "is_company": True,
                "is_integrator": True,
            }
        )
        customer = partners.create(
            {
                "name": "Chip customer",
                "email": "chip@customer.example.com",
                "integrator_id": integrator.id,
            }
        )
        incident = self.env["helpdesk.ticket"].create(
            {
                "name": "Chips",
                "description": "<p>Silence on every line.</p>",
                "team_id": self.env.ref("openip_incident.team_incident").id,
                "partner_id": customer.id,
                "user_id": agent.id,
            }
        )
        known = self.env["mail.mail"].search([])
        url = f"/odoo/helpdesk.ticket/{incident.id}"
        self.start_tour(url, "incident_recipients_tour", login=agent.login)
        told = {
            text: incident.message_ids.filtered(
                lambda message, text=text: (
                    text in (message.body or "") and message.message_type == "comment"
                )
            ).incident_notice_ids.partner_id
            for text in ("they pay late", "did you patch")
        }
        self.assertFalse(told["they pay late"])
        self.assertEqual(told["did you patch"], customer | integrator)
        mails = self.env["mail.mail"].search([]) - known
        outside = mails.recipient_ids.filtered("partner_share")
        self.assertEqual(outside, customer | integrator)
        self.assertFalse(mails.filtered(lambda mail: "pay late" in mail.body_html))
