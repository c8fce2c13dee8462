# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whom no mail reaches is known, on the contact and on its incidents."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CUSTOMER_MAIL
from .followup_common import START, UNREACHABLE_TYPE, FollowupCommon

OUT_OF_OFFICE = {"Auto-Submitted": "auto-replied"}


@tagged("post_install", "-at_install")
class TestUnreachable(FollowupCommon):
    def assertReachable(self, partner):
        self.assertFalse(partner.incident_unreachable_date)
        self.assertFalse(partner.incident_unreachable_email)
        self.assertFalse(partner.incident_unreachable_reason)

    def _bounce_request(self):
        incident = self.request()
        with self.moment(1):
            self.bounce(incident, self.customer)
        return incident

    # Marked

    def test_a_bounce_marks_the_party_with_address_date_and_reason(self):
        incident = self._bounce_request()
        self.assertEqual(self.customer.incident_unreachable_email, CUSTOMER_MAIL)
        self.assertEqual(
            self.customer.incident_unreachable_date, START + timedelta(hours=1)
        )
        self.assertIn("No such person", self.customer.incident_unreachable_reason)
        self.assertReachable(self.integrator)
        self.assertEqual(incident.unreachable_party_ids, self.customer)
        self.assertTrue(self.get_activities(incident, UNREACHABLE_TYPE))

    def test_the_incident_says_who_cannot_be_reached_where_and_why(self):
        incident = self._bounce_request()
        banner = incident.incident_banner
        self.assertIn(f"{self.customer.name} cannot be reached", banner)
        self.assertIn(CUSTOMER_MAIL, banner)
        self.assertIn("No such person", banner)
        self.assertNotIn("last mail to", banner)

    def test_the_mark_shows_on_every_incident_of_the_party(self):
        other = self._create_incident(name="Noise on the line")
        self._bounce_request()
        self.assertIn("cannot be reached", other.incident_banner)

    def test_a_second_bounce_does_not_change_since_when(self):
        incident = self._bounce_request()
        with self.moment(3):
            self.bounce(incident, self.customer)
        self.assertEqual(
            self.customer.incident_unreachable_date, START + timedelta(hours=1)
        )

    def test_parties_who_share_an_address_are_both_marked(self):
        self.integrator.email = CUSTOMER_MAIL
        self._bounce_request()
        for party in (self.customer, self.integrator):
            self.assertEqual(party.incident_unreachable_email, CUSTOMER_MAIL)

    def test_a_bounce_of_a_former_address_marks_nobody(self):
        incident = self.request()
        with self.moment(1):
            message = self._hidden_message(incident, self.customer)
            self.assertTrue(message)
            notice = incident.sudo().notice_ids.filtered(
                lambda notice: notice.message_id == message
            )
            self.customer.email = "new@boulangerie.example.com"
            notice._set_bounced("550 No such person")
        self.assertReachable(self.customer)

    def test_an_unknown_mailbox_marks_when_its_mail_is_given_up(self):
        self.refused.add(CUSTOMER_MAIL)
        incident = self.request(wait_for="customer")
        self.run_to(0.5)
        self.assertReachable(self.customer)
        self.run_to(2)
        self.assertEqual(self.customer.incident_unreachable_email, CUSTOMER_MAIL)
        self.assertIn("No such mailbox", self.customer.incident_unreachable_reason)
        self.assertIn("cannot be reached", incident.incident_banner)

    def test_a_mail_server_that_is_down_marks_nobody(self):
        self.server_down = True
        self.request()
        self.run_to(72)
        self.assertReachable(self.customer)
        self.assertReachable(self.integrator)

    # Cleared

    def test_the_next_genuine_mail_clears_the_mark(self):
        incident = self._bounce_request()
        with self.moment(2):
            self._reply(incident, self.customer)
        self.assertReachable(self.customer)
        self.assertNotIn("cannot be reached", incident.incident_banner or "")

    def test_a_colleagues_mail_clears_the_mark_of_the_party(self):
        incident = self._bounce_request()
        with self.moment(2):
            self._reply(incident, self.customer, author=self.baker)
        self.assertReachable(self.customer)

    def test_machine_mail_and_the_other_partys_mail_clear_nothing(self):
        incident = self._bounce_request()
        with self.moment(2):
            self._reply(incident, self.customer, headers=OUT_OF_OFFICE)
            self._reply(incident, self.integrator)
        self.assertTrue(self.customer.incident_unreachable_date)

    def test_another_address_clears_the_mark(self):
        self._bounce_request()
        self.customer.email = f"  {CUSTOMER_MAIL.upper()} "
        self.assertTrue(self.customer.incident_unreachable_date)
        self.customer.email = "new@boulangerie.example.com"
        self.assertReachable(self.customer)

    def test_an_agent_clears_the_mark(self):
        self._bounce_request()
        agent = self.env["res.users"].browse(self.agent.id)
        agent.sudo().group_ids |= self.env.ref("base.group_partner_manager")
        self.customer.with_user(agent).action_incident_mark_reachable()
        self.assertReachable(self.customer)

    def test_the_portal_neither_reads_nor_clears_the_mark(self):
        self._bounce_request()
        user = self._create_portal_user(self.baker, "unreachable_baker")
        customer = self.customer.with_user(user)
        with self.assertRaises(AccessError):
            customer.read(["incident_unreachable_reason"])
        with self.assertRaises(AccessError):
            customer.action_incident_mark_reachable()

    # Followed

    def test_incidents_of_marked_parties_are_found(self):
        incident, other = self._bounce_request(), self._create_incident(partner_id=None)
        domain = [
            ("incident_phase", "!=", "closed"),
            "|",
            ("partner_id.incident_unreachable_date", "!=", False),
            ("integrator_id.incident_unreachable_date", "!=", False),
        ]
        found = self.env["helpdesk.ticket"].with_user(self.agent).search(domain)
        self.assertIn(incident, found)
        self.assertNotIn(other, found)

    def test_no_closure_when_no_awaited_party_can_be_reached(self):
        incident = self.request(wait_for="customer")
        self.run_to(96)
        self.assertEqual(incident.followup_id.next_action, "close")
        with self.moment(97):
            self.bounce(incident, self.customer)
        self.run_to(24 * 30)
        self.assertNotEqual(incident.incident_phase, "closed")
        self.assertTrue(incident.followup_id.undelivered)

    def test_no_closure_when_another_incidents_mail_came_back(self):
        """The announcement was accepted, by a mailbox that has failed since."""
        incident = self.request(wait_for="customer")
        self.run_to(96)
        with self.moment(97):
            self.customer._mark_unreachable(CUSTOMER_MAIL, "550 Mailbox removed")
        self.run_to(24 * 30)
        self.assertNotEqual(incident.incident_phase, "closed")
        self.assertTrue(incident.followup_id.undelivered)
        self.assertTrue(self.get_activities(incident, UNREACHABLE_TYPE))

    def test_closure_when_one_of_two_awaited_parties_is_reached(self):
        incident = self.request()
        self.run_to(96)
        with self.moment(97):
            self.bounce(incident, self.customer)
        self.run_to(24 * 6)
        self.assertEqual(incident.incident_phase, "closed")
        self.assertTrue(self.customer.incident_unreachable_date)
