# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import WAITING

from .portal_common import IncidentPortalCommon


@tagged("post_install", "-at_install")
class TestReviewRoutes(IncidentPortalCommon):
    """Nothing that a browser may send ends in a traceback or in a false answer."""

    def setUp(self):
        super().setUp()
        self.incident = self._create_incident_in(WAITING).sudo()
        self.own = self.incident.with_user(self.portal_users["baker"])
        self._login("baker")

    def test_dates_that_no_database_reads_are_left_out(self):
        path = "/my/tickets?date_begin=0001-01-01&date_end=0001-01-02"
        self.assertIn(self.incident.number, self._numbers(path))

    def test_ids_that_no_column_holds_close_nothing(self):
        for ticket_id in ("99999999999", "9" * 40, "\u0661", "-1", "1.5"):
            with self.subTest(ticket_id=ticket_id):
                response = self._post("/ticket/close", ticket_id=ticket_id, stage_id=1)
                self.assertEqual(response.status_code, 400)

    def test_ids_that_are_none_take_no_upload(self):
        for thread_id in ("abc", "99999999999", "", "1.5", "-1"):
            with self.subTest(thread_id=thread_id):
                response = self._post(
                    "/mail/attachment/upload",
                    files=[("ufile", ("a.txt", b"Sent", "text/plain"))],
                    thread_id=thread_id,
                    thread_model="helpdesk.ticket",
                    is_pending="true",
                )
                self.assertEqual(response.status_code, 404)

    def test_form_is_known_by_what_we_gave_it_only(self):
        """It travels in an address, where it must neither break nor end a header."""
        self.team.incident_intake = True
        before = self.incident.search_count([])
        for nonce in ("a b&c=#", "a\nSet-Cookie: b=c", "x" * 100_000, "é", ""):
            with self.subTest(nonce=nonce[:20]):
                response = self._post(
                    "/my/incidents/new",
                    nonce=nonce,
                    impact="down",
                    description="Busy tone",
                )
                self.assertEqual(response.status_code, 422)
        self.assertEqual(self.incident.search_count([]), before)

    def test_file_names_of_the_base_form_are_cleaned(self):
        team = self.plain_team
        team.show_in_portal = True
        self.company.helpdesk_mgmt_portal_select_team = True
        response = self._post(
            "/submitted/ticket",
            files=[("attachment", ("../a\x01b.txt", b"Sent", "text/plain"))],
            team=str(team.id),
            subject="News",
            description="Hello",
            attachment="1",
        )
        self.assertEqual(response.status_code, 302)
        ticket = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        names = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        self.assertEqual(names.mapped("name"), ["ab.txt"])

    def test_silence_is_no_answer(self):
        for values in ({}, {"body": ""}, {"body": "  "}, {"attachment_ids": ["x"]}):
            with self.subTest(values=values), self.assertRaises(UserError):
                self.own.message_post(**values)
        with self.assertRaises(AccessError):
            self.own.message_post(body={"a": 1})
        self.assertFalse(self.incident.last_answer_date)

    def test_incident_that_was_put_away_takes_no_answer(self):
        self.incident.active = False
        with self.assertRaises(AccessError):
            self.own.message_post(body="Still dead")
        path = f"/my/ticket/{self.incident.id}"
        self.assertLedAway(self._get(path))
        self.assertLedAway(self._post(f"{path}/answer", text="Dead", nonce="1"))
        self.assertFalse(self.incident.last_answer_date)

    def test_file_with_an_odd_name_is_handed_out(self):
        """Names that came by mail are their sender's; a header takes no line break."""
        message = self.incident.with_user(self.agent).message_post(
            body="See the file",
            attachments=[("a\r\nX-Own: 1.txt", b"Shown")],
            partner_ids=(self.customer | self.integrator).ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        file_id = message.attachment_ids.id
        response = self._get(f"/my/ticket/{self.incident.id}/file/{file_id}")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(response.content, b"Shown")
        self.assertNotIn("X-Own", response.headers)
