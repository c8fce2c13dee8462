# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The question of satisfaction: on the page of who confirmed, by POST alone."""

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CLOSED, CLOSURE

from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestRatingPage(PageCommon):
    def _confirm(self):
        incident = self._create_incident_in(CLOSURE)
        with self.mock_mail_gateway():
            self.decide(incident, decision="confirmed")
        self.assertEqual(incident.incident_phase, CLOSED)
        return incident

    def _find_form(self, page):
        forms = [form for form in page.forms if "/rating" in form.action]
        return forms[0] if forms else None

    def _open(self, incident, party=None):
        return self._find_form(self.visit(self.get_path(incident, party)))

    def _ratings(self, incident):
        return incident.sudo().rating_ids

    def test_one_choice_and_a_word(self):
        incident = self._confirm()
        with self.mock_mail_gateway():
            response = self.send(self._open(incident), score="4", word="Merci <b>")
        self.assertEqual(response.status_code, 303)
        rating = self._ratings(incident)
        self.assertEqual((rating.rating, rating.feedback), (4, "Merci <b>"))
        self.assertEqual(rating.partner_id, self.customer)
        self.assertFalse(self._new_mails)
        page = self.visit(response.headers["Location"])
        [card] = page.xpath("//*[@id='rating']")
        self.assertTrue(card.xpath(".//*[@role='status']"))
        self.assertFalse(card.xpath(".//b"))

    def test_both_parties_are_asked_and_nobody_reads_the_other(self):
        incident = self._confirm()
        self.send(self._open(incident), score="1", word="Terrible")
        page = self.visit(self.get_path(incident, self.integrator))
        self.assertNotIn("Terrible", page.text_content())
        self.send(self._find_form(page), score="5")
        self.assertEqual(sorted(self._ratings(incident).mapped("rating")), [1, 5])

    def test_nothing_is_said_without_a_choice(self):
        incident = self._confirm()
        form = self._open(incident)
        self.assertFalse(form.xpath(".//input[@checked]"))
        for score in (None, "", "0", "6", "5.0", "x"):
            with self.subTest(score=score):
                response = self.send(form, score=score, word="Typed")
                self.assertEqual(response.status_code, 422)
                self.assertIn("Typed", response.text)
        self.assertFalse(self._ratings(incident))

    def test_opening_changes_nothing_and_other_links_say_nothing(self):
        incident = self._confirm()
        path = self.get_path(incident, purpose="rating")
        before = self.get_rows()
        self.assertEqual(self.url_open(f"{path}&score=5").status_code, 200)
        self.assertUnchanged(before)
        other = self._confirm()
        for purpose, where in (("view", incident), ("rating", other)):
            form = self._open(incident)
            token = self.get_token(where, purpose=purpose)
            self.assertNeutral(self.send(form, token=token, score="5"))
        self.assertFalse(self._ratings(incident) | self._ratings(other))

    def test_nobody_is_asked_about_what_was_not_confirmed(self):
        incident = self._create_incident_in(CLOSURE)
        self.assertIsNone(self._open(incident))
        with self.mock_mail_gateway():
            incident.action_incident_close("support")
        self.assertIsNone(self._open(incident))
        response = self.url_open(
            self.get_path(incident, purpose="rating"), data={"score": "5"}
        )
        self.assertNotEqual(response.status_code, 500)
        self.assertFalse(self._ratings(incident))

    def test_portal_users(self):
        incident = self._confirm()
        user = self._create_portal_user(self.technician, "rating_portal")
        self.authenticate(user.login, user.login)
        form = self._find_form(self.visit(f"/my/ticket/{incident.id}"))
        self.send(form, score="5")
        self.assertEqual(self._ratings(incident).partner_id, self.technician)
        self.assertEqual(self._ratings(incident).rating, 5)
