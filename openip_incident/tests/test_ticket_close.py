# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The base closes any ticket for any user, by GET: not here."""

from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import OPENED, IncidentCommon


@tagged("post_install", "-at_install")
class TestTicketClose(IncidentCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = cls._create_portal_user(cls, cls.baker, "portal_close")

    def setUp(self):
        super().setUp()
        self.ticket = self._create_plain_ticket(partner_id=self.baker.id)
        self.foreign = self._create_plain_ticket(partner_id=self.stranger.id)
        self.incident = self._create_incident_in(OPENED)
        self.env.flush_all()
        self.authenticate("portal_close", "portal_close")

    def _post(self, ticket_id, stage=None, csrf=True):
        data = {
            "ticket_id": ticket_id,
            "stage_id": (stage or self.plain_done).id,
        }
        if csrf:
            data["csrf_token"] = Request.csrf_token(self)
        response = self.url_open("/ticket/close", data=data, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def test_own_ticket_closes(self):
        response = self._post(self.ticket.id)
        self.assertEqual(response.status_code, 302)
        self.assertTrue(
            response.headers["Location"].endswith(f"/my/ticket/{self.ticket.id}")
        )
        self.assertEqual(self.ticket.stage_id, self.plain_done)
        self.assertTrue(self.ticket.closed_date)

    def test_get_is_refused(self):
        response = self.url_open(
            f"/ticket/close?ticket_id={self.ticket.id}&stage_id={self.plain_done.id}",
            allow_redirects=False,
        )
        self.env.invalidate_all()
        self.assertEqual(response.status_code, 405)
        self.assertEqual(self.ticket.stage_id, self.plain_new)

    def test_post_without_csrf_token_is_refused(self):
        with mute_logger("odoo.http"):
            response = self._post(self.ticket.id, csrf=False)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.ticket.stage_id, self.plain_new)

    def test_foreign_ticket_is_unknown(self):
        response = self._post(self.foreign.id)
        self.assertEqual(response.status_code, 404)
        self.assertEqual(self.foreign.stage_id, self.plain_new)

    def test_missing_ticket_answers_the_same(self):
        response = self._post(2**31 - 1)
        self.assertEqual(response.status_code, 404)

    def test_incident_is_unknown(self):
        """Parties close an incident by confirming closure."""
        for stage in (self.plain_done, self.stages["closed"]):
            with self.subTest(stage=stage.name):
                response = self._post(self.incident.id, stage)
                self.assertEqual(response.status_code, 404)
                self.assertEqual(self.incident.incident_phase, OPENED)

    def test_malformed_id_is_a_bad_request(self):
        for ticket_id in ("", "x", "1 OR 1=1", "-1", "1.5", "²", "9" * 40):
            with self.subTest(ticket_id=ticket_id):
                response = self._post(ticket_id)
                self.assertIn(response.status_code, (400, 404))

    def test_stage_must_be_offered(self):
        for stage in (self.plain_progress, self.stages["closed"]):
            with self.subTest(stage=stage.name):
                self._post(self.ticket.id, stage)
                self.assertEqual(self.ticket.stage_id, self.plain_new)

    def test_anonymous_visitor_is_sent_to_the_login(self):
        self.authenticate(None, None)
        response = self._post(self.ticket.id)
        self.assertIn(response.status_code, (302, 303))
        self.assertIn("/web/login", response.headers["Location"])
        self.assertEqual(self.ticket.stage_id, self.plain_new)

    def test_form_of_the_portal_page_posts(self):
        """The base's own page must keep working with the guarded route."""
        page = self.env.ref("helpdesk_mgmt.portal_helpdesk_ticket_page")
        forms = page._get_combined_arch().xpath(
            "//form[@action='/ticket/close' or @t-attf-action='/ticket/close']"
        )
        self.assertTrue(forms)
        for form in forms:
            self.assertEqual(form.get("method", "").lower(), "post")
            self.assertTrue(form.xpath(".//input[@name='csrf_token']"))
