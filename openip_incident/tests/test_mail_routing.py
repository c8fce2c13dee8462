# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .common import IncidentCommon


@tagged("post_install", "-at_install")
class TestMailRouting(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        with self.capture_letters():
            self.incident = self._create_incident_in("opened")
        self.incident.incident_request("information", "<p>Which line?</p>")
        self.flush_tracking()

    def _count(self):
        return self.env["helpdesk.ticket"].search_count([])

    def _get_note(self, text):
        self.incident.invalidate_recordset()
        note = self.incident.message_ids.filtered(
            lambda item: text in (item.body or "")
        )
        self.assertEqual(len(note), 1)
        return note

    # By the number

    def test_party_that_names_the_number_answers(self):
        before = self._count()
        number = self.incident.number
        self._receive(
            self.customer.email_formatted,
            self.team.alias_full_name,
            subject=f"About [{number.lower()}]: line 7",
        )
        self.assertEqual(self._count(), before)
        self.assertEqual(self.incident.incident_phase, "opened")
        self.assertTrue(self.incident.answer_unread)

    def test_number_at_the_catchall_is_no_dead_end(self):
        """Core turns a new mail to the catch-all down."""
        with self.capture_letters() as letters:
            self._receive(
                self.customer.email_formatted,
                self.team.alias_domain_id.catchall_email,
                subject=f"{self.incident.number} line 7",
            )
        self.assertTrue(self.incident.answer_unread)
        addresses = self._recipients(letters)
        self.assertNotIn(self.customer.email_normalized, addresses)

    def test_stranger_with_the_number_registers_something_new(self):
        before = self._count()
        for sender in (self.stranger.email_formatted, "who@knows.example.com"):
            self._receive(
                sender,
                self.team.alias_full_name,
                subject=f"{self.incident.number}: let me in",
            )
        self.assertEqual(self._count(), before + 2)
        self.assertFalse(self.incident.answer_unread)

    def test_part_of_a_number_is_no_number(self):
        before = self._count()
        for subject in (self.incident.number + "9", self.incident.number[:-1]):
            self._receive(
                self.customer.email_formatted,
                self.team.alias_full_name,
                subject=subject,
            )
        self.assertEqual(self._count(), before + 2)

    # Whose mail it is

    def test_colleagues_address_may_be_borrowed(self):
        """Nobody outside reads what anybody may have written in an agent's name."""
        with self.capture_letters() as letters:
            self._reply(
                self.incident,
                self.customer,
                author=self.agent.partner_id,
                html="<p>Please pay at once</p>",
            )
        self.assertTrue(self._get_note("pay at once").subtype_id.internal)
        self.assertEqual(self.incident.incident_phase, "waiting")
        self.assertFalse(
            {self.customer.email_normalized, self.integrator.email_normalized}
            & set(self._recipients(letters))
        )
        review = self.env["incident.review"].search(
            [("ticket_id", "=", self.incident.id)]
        )
        self.assertEqual(review.reason, "colleague")
        summaries = " ".join(self.incident.activity_ids.mapped("summary"))
        self.assertIn("no party has got it", summaries)

    def test_nobody_follows_because_a_mail_names_him(self):
        before = self.incident.message_partner_ids
        named = self.manager.partner_id | self.stranger | self.integrator
        self._reply(
            self.incident, self.customer, cc=",".join(named.mapped("email_formatted"))
        )
        self.assertEqual(self.incident.message_partner_ids, before)
        self._receive(
            self.customer.email_formatted,
            self.team.alias_full_name,
            cc=",".join(named.mapped("email_formatted")),
            subject="Something new",
        )
        ticket = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        self.assertEqual(ticket.name, "Something new")
        self.assertFalse(ticket.message_partner_ids & named)
