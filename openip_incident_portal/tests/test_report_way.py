# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .portal_common import IncidentPortalCommon

FORM = "/my/incidents/new"
PAGES = ("/my", "/my/tickets")


@tagged("post_install", "-at_install")
class TestReportWay(IncidentPortalCommon):
    """Whoever is logged in finds the form of incidents wherever he looks for it."""

    def setUp(self):
        super().setUp()
        self.env["helpdesk.ticket.team"].search([]).show_in_portal = False
        self.team.incident_intake = True
        self.company.incident_portal_form = True

    def _read(self, path):
        """Return where a page leads to report, and which requests it takes."""
        page = self._page(path)
        links = page.xpath(f"//a[@href='{FORM}']")
        others = page.xpath("//form[@action='/new/ticket']")
        return links, " ".join(" ".join(one.itertext()) for one in others).split()

    def test_home_list_and_menu_lead_to_the_form(self):
        for name in ("baker", "technician"):
            self._login(name)
            for path in PAGES:
                with self.subTest(user=name, path=path):
                    links, others = self._read(path)
                    self.assertIn(
                        "Report an incident",
                        [" ".join(link.text_content().split()) for link in links],
                    )
                    menu = [link for link in links if link.get("role") == "menuitem"]
                    self.assertEqual(len(menu), 1)
                    self.assertGreater(len(links), 1)
                    self.assertFalse(others)

    def test_phone_shows_it_outside_what_is_folded(self):
        self._login("baker")
        links, _others = self._read("/my/tickets")
        self.assertTrue(
            [
                link
                for link in links
                if not any(
                    "collapse" in (box.get("class") or "")
                    or "dropdown-menu" in (box.get("class") or "")
                    for box in link.iterancestors()
                )
            ]
        )

    def test_other_teams_are_another_request(self):
        self.plain_team.show_in_portal = True
        self._login("baker")
        links, others = self._read("/my/tickets")
        self.assertTrue(links)
        self.assertEqual(others, ["Another", "request"])

    def test_nothing_changes_before_an_admin_says_so(self):
        self.company.incident_portal_form = False
        self._login("baker")
        for path in PAGES:
            with self.subTest(path=path):
                links, others = self._read(path)
                self.assertFalse(links)
        self.assertEqual(others, ["New"])

    def test_nothing_is_offered_that_no_team_takes(self):
        self.env["helpdesk.ticket.team"].search([]).incident_intake = False
        self._login("baker")
        for path in PAGES:
            with self.subTest(path=path):
                self.assertFalse(self._read(path)[0])

    def test_first_steps_offer_the_switch(self):
        setup = self.env["incident.setup"]
        self.assertFalse(list(setup._check_portal_form()))
        # Whatever else is offered on the portal.
        self.plain_team.show_in_portal = True
        self.company.incident_portal_form = False
        self.assertEqual(len(list(setup._check_portal_form())), 1)
        self.team.incident_intake = False
        self.assertFalse(list(setup._check_portal_form()))
