# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What was done is read where closure is confirmed, and as long as it is true."""

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import IN_PROGRESS

from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestSolutionPage(PageCommon):
    def _solve(self):
        cause = self.env["incident.cause"].create({"name": "Line card defective"})
        incident = self._create_incident_in(
            IN_PROGRESS, incident_since="2026-01-05 08:00:00"
        )
        with self.mock_mail_gateway():
            incident.action_incident_resolve(
                "<p>We have replaced the line card.</p>",
                cause,
                "2026-01-05 11:20:00",
            )
        return incident

    def _find_cards(self, path):
        page = self.visit(path)
        return page.xpath("//*[contains(@class, 'o_incident_solution')]")

    def test_pages_of_a_party_say_what_was_done(self):
        incident = self._solve()
        words = (
            "We have replaced the line card.",
            "Line card defective",
            "5 January at",
            "3 h 20 min",
        )
        for purpose in ("view", "closure"):
            path = self.get_path(incident, self.integrator, purpose)
            [card] = self._find_cards(path)
            for text in words:
                with self.subTest(purpose=purpose, text=text):
                    self.assertIn(text, " ".join(card.text_content().split()))

    def test_nothing_is_said_once_closure_was_refused(self):
        incident = self._solve()
        self.decide(incident, decision="refused", text="Still dead.")
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertFalse(self._find_cards(self.get_path(incident, self.integrator)))

    def test_incident_solved_without_words_has_no_empty_card(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.mock_mail_gateway():
            incident.write({"stage_id": self.stages["closure"].id})
        self.assertFalse(self._find_cards(self.get_path(incident, self.integrator)))
