# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_common import IncidentPortalCommon


@tagged("post_install", "-at_install")
class TestBaseRoutes(IncidentPortalCommon):
    """The base's own form: unchanged for plain teams, another way for incidents."""

    def setUp(self):
        super().setUp()
        self.tickets = self.env["helpdesk.ticket"].sudo()
        self.env["helpdesk.ticket.team"].search([]).show_in_portal = False
        self.plain_team.show_in_portal = True
        self.team.incident_intake = True
        self.company.helpdesk_mgmt_portal_select_team = True
        self.company.incident_portal_form = True

    def _count(self):
        self.env.invalidate_all()
        return self.tickets.with_context(active_test=False).search_count([])

    def _submit(self, **data):
        values = {"subject": "A question", "description": "How much is it?", **data}
        return self._post("/submitted/ticket", **values)

    def test_get_creates_nothing(self):
        """A link scanner follows it."""
        before = self._count()
        self._login("baker")
        for path in (
            "/submitted/ticket",
            "/submitted/ticket?subject=Mine&description=Mine",
            f"/submitted/ticket?subject=Mine&description=x&team={self.plain_team.id}",
        ):
            with self.subTest(path=path):
                response = self._get(path)
                self.assertEqual(response.status_code, 303)
                self.assertTrue(response.headers["Location"].endswith("/new/ticket"))
        self.assertEqual(self._count(), before)

    def test_post_needs_the_csrf_token(self):
        before = self._count()
        self._login("baker")
        with mute_logger("odoo.http"):
            response = self._submit(csrf=False)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self._count(), before)

    def test_plain_team_takes_tickets_as_before(self):
        self._login("baker")
        self.assertEqual(self._get("/new/ticket").status_code, 200)
        response = self._submit(team=self.plain_team.id)
        ticket = self.tickets.search([("name", "=", "A question")])
        self.assertEqual(len(ticket), 1)
        self.assertEqual(ticket.team_id, self.plain_team)
        self.assertEqual(ticket.partner_id, self.baker)
        self.assertTrue(
            response.headers["Location"].endswith(f"/my/ticket/{ticket.id}")
        )

    def test_garbage_gives_a_page(self):
        self._login("baker")
        for garbage in ("x", "1 OR 1=1", "-1", "1.5", "²", "9" * 40, "2147483647"):
            with self.subTest(garbage=garbage):
                response = self._submit(team=garbage, category=garbage)
                self.assertIn(response.status_code, (200, 302, 303))

    def test_form_without_subject_is_shown_again(self):
        before = self._count()
        self._login("baker")
        for data in ({"subject": ""}, {"description": " "}):
            with self.subTest(data=data):
                response = self._submit(**data)
                self.assertEqual(response.status_code, 200)
                self.assertIn('action="/submitted/ticket"', response.text)
        self.assertEqual(self._count(), before)

    def test_company_with_incidents_only_leads_to_their_form(self):
        self.plain_team.show_in_portal = False
        self.team.show_in_portal = True
        before = self._count()
        self._login("baker")
        for response in (self._get("/new/ticket"), self._post("/new/ticket")):
            self.assertEqual(response.status_code, 303)
            self.assertTrue(response.headers["Location"].endswith("/my/incidents/new"))
        response = self._submit()
        self.assertTrue(response.headers["Location"].endswith("/my/incidents/new"))
        self.assertEqual(self._count(), before)

    def test_incident_team_without_mail_intake_leads_to_its_form_too(self):
        self.plain_team.show_in_portal = False
        self.team.write({"show_in_portal": True, "incident_intake": False})
        self._login("baker")
        response = self._get("/new/ticket")
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith("/my/incidents/new"))
        self.assertEqual(self._get("/my/incidents/new").status_code, 200)

    def test_incident_team_is_not_offered_and_takes_nothing_here(self):
        self.team.show_in_portal = True
        before = self._count()
        self._login("baker")
        page = self._page("/new/ticket")
        options = page.xpath("//select[@name='team']/option/@value")
        self.assertIn(str(self.plain_team.id), options)
        self.assertNotIn(str(self.team.id), options)
        response = self._submit(team=self.team.id)
        self.assertTrue(response.headers["Location"].endswith("/my/incidents/new"))
        self.assertEqual(self._count(), before)

    def test_no_page_changes_before_an_admin_says_so(self):
        """A helpdesk that was there keeps its form, whatever teams there are."""
        self.plain_team.show_in_portal = False
        self.team.show_in_portal = True
        self.company.incident_portal_form = False
        before = self._count()
        self._login("baker")
        page = self._get("/new/ticket")
        self.assertEqual(page.status_code, 200)
        self.assertIn('action="/submitted/ticket"', page.text)
        response = self._submit()
        ticket = self.tickets.search([("name", "=", "A question")])
        self.assertFalse(ticket.is_incident)
        self.assertTrue(
            response.headers["Location"].endswith(f"/my/ticket/{ticket.id}")
        )
        self.assertEqual(self._count(), before + 1)
