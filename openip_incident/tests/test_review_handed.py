# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a mail tells of its own incident stays there when it is handed to another."""

from odoo.tests import tagged

from .common import INTEGRATOR_MAIL
from .review_common import ReviewCommon

SECRET = "The till code is 4711, the shop is empty on Mondays."
OWN = "Port 7 is off again."


@tagged("post_install", "-at_install")
class TestReviewHanded(ReviewCommon):
    def setUp(self):
        super().setUp()
        self.asked = self.request()
        self.other = self._create_incident(partner_id=self._create_neighbour().id)

    def _create_neighbour(self):
        return self.env["res.partner"].create(
            {
                "name": "Boucherie Durand",
                "is_company": True,
                "email": "durand@boucherie.example.com",
                "integrator_id": self.integrator.id,
                "lang": "en_US",
            }
        )

    def _hand(self, review):
        with self.capture_letters() as letters:
            review.with_user(self.agent).action_hand_over(self.other)
        return letters

    def test_quotes_of_its_own_incident_stay_there(self):
        self._reply(self.asked, self.customer, html=f"<p>{SECRET}</p>")
        sent = self._hidden_message(self.asked, self.integrator)
        self.assertIn(SECRET, sent.body)
        with self.judged_as("repeated"):
            self.write_as(
                self.asked,
                INTEGRATOR_MAIL,
                self.integrator,
                html=f"<p>{OWN}</p><blockquote>{sent.body}</blockquote>",
            )
        [review] = self.asked.review_ids
        review.message_id.incident_disregard = False
        letters = self._hand(review)
        letter = self._letter_to(letters, "durand@boucherie.example.com")
        self.assertIn(OWN, letter["body"])
        self.assertNotIn(SECRET, letter["body"])
        self.assertNotIn("Boulangerie", letter["body"])
        self.assertNotIn(SECRET, self._entries(self.other)[:1].body)
        self.assertNotIn(self.asked.number, self._entries(self.other)[:1].subject or "")

    def test_a_private_line_stays_private(self):
        self.asked.with_user(self.agent).message_post(
            body="What does the contract say?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.integrator.ids,
        )
        with self.judged_as("repeated"):
            self.write_as(
                self.asked, INTEGRATOR_MAIL, self.integrator, html=f"<p>{OWN}</p>"
            )
        [review] = self.asked.review_ids
        self.assertTrue(review.message_id.incident_private_party_id)
        review.message_id.incident_disregard = False
        letters = self._hand(review)
        self.assertNotIn("durand@boucherie.example.com", self._recipients(letters))
        entry = self._entries(self.other)[:1]
        self.assertIn(OWN, entry.body)
        self.assertEqual(entry.incident_private_party_id, self.integrator)
        self.assertTrue(self.other.last_answer_date)
