# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.tests.common import (
    CLOSED,
    CLOSURE,
    CUSTOMER_MAIL,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    OPENED,
    WAITING,
)

from .portal_common import IncidentPortalCommon

BUDGET = 60


@tagged("post_install", "-at_install")
class TestPortalTicket(IncidentPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.incident = self._create_incident_in(OPENED)
        self.path = f"/my/ticket/{self.incident.id}"

    def _wait(self):
        with self.capture_letters():
            self.incident.with_user(self.agent).incident_request(
                "information", "<p>Which handset?</p>"
            )

    def _solve(self):
        with self.capture_letters():
            self.incident.with_user(self.agent).action_incident_resolve()

    # Reading

    def test_page_shows_what_a_party_sees(self):
        self._wait()
        self._login("baker")
        response = self._get(self.path)
        self.assertEqual(response.status_code, 200)
        for text in (
            self.incident.number,
            "No outgoing calls",
            "Busy tone on every call.",
            "Boulangerie Martin",
            "Telintegra",
            "Your reply is needed",
            "Which handset?",
            f"/my/ticket/{self.incident.id}/answer",
        ):
            self.assertIn(text, response.text)

    def test_page_gives_no_link_that_works_without_a_login(self):
        self._wait()
        self._solve()
        self._login("baker")
        for path in (self.path, f"{self.path}/answer", f"{self.path}/closure"):
            with self.subTest(path=path):
                text = self._get(path).text
                self.assertNotIn("token=", text.replace("csrf_token=", ""))
                self.assertNotIn(f"/incident/{self.incident.id}", text)
                self.assertNotIn("access_token", text)

    def test_page_shows_nothing_internal(self):
        self.incident.sudo().write(
            {"user_id": self.agent.id, "escalation_reference": "CARRIER-42"}
        )
        self.incident.with_user(self.agent).message_post(
            body="The customer is difficult."
        )
        self._login("baker")
        text = self._get(self.path).text
        for secret in (
            "CARRIER-42",
            "The customer is difficult.",
            self.agent.email,
            self.agent.name,
            INTEGRATOR_MAIL,
        ):
            self.assertNotIn(secret, text)

    def test_page_is_neither_cached_nor_framed(self):
        self._login("baker")
        headers = self._get(self.path).headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(headers["X-Frame-Options"], "DENY")

    def test_breadcrumbs_lead_to_the_incidents(self):
        self._login("baker")
        items = self._page(self.path).xpath("//ol[contains(@class, 'breadcrumb')]/li")
        texts = [item.text_content().strip() for item in items]
        self.assertEqual(texts[1:], ["Incidents", self.incident.number])

    def test_neighbours_on_the_list_are_linked_without_token(self):
        self._create_incident_in(OPENED)
        self._login("baker")
        self._get("/my/tickets?sortby=name")
        page = self._page(self.path)
        links = page.xpath("//*[contains(@class, 'o_portal_pager')]//a/@href")
        links += page.xpath("//a[contains(@href, '/my/ticket/')]/@href")
        self.assertTrue(links)
        self.assertFalse([link for link in links if "token" in link])

    def test_unknown_and_foreign_ids_look_the_same(self):
        foreign = self._create_incident_in(OPENED, partner_id=self.other_customer.id)
        self._login("baker")
        for ticket_id in (foreign.id, 2**31 - 1, 2**31, 10**20, 0):
            for suffix in ("", "/answer", "/closure", "/file/1"):
                with self.subTest(ticket=ticket_id, suffix=suffix):
                    self.assertLedAway(self._get(f"/my/ticket/{ticket_id}{suffix}"))
            for suffix in ("/answer", "/closure"):
                with self.subTest(post=ticket_id, suffix=suffix):
                    path = f"/my/ticket/{ticket_id}{suffix}"
                    self.assertLedAway(self._post(path, text="Mine"))
        self.assertFalse(foreign.sudo().last_answer_date)

    def test_tokens_of_core_open_no_incident(self):
        self.incident.sudo().access_token = "0123456789"
        partner = self.customer
        sign = self.incident.sudo()._sign_token(partner.id)
        self._login(None)
        for query in (
            "?access_token=0123456789",
            "/0123456789",
            f"?access_token=0123456789&pid={partner.id}&hash={sign}",
        ):
            with self.subTest(query=query):
                self.assertLedAway(self._get(self.path + query))
        query = f"?pid={partner.id}&hash={sign}"
        self.assertSentToLogin(self._get(self.path + query))

    def test_the_way_to_an_incident_leads_over_the_login(self):
        """Nobody learns from it which ids there are."""
        self._login(None)
        for ticket_id in (self.incident.id, 2**31 - 1, 10**20):
            with self.subTest(ticket=ticket_id):
                response = self._get(f"/my/ticket/{ticket_id}")
                self.assertSentToLogin(response)
                back = f"redirect=%2Fmy%2Fticket%2F{ticket_id}"
                self.assertTrue(response.headers["Location"].endswith(back))

    def test_plain_ticket_has_the_page_of_the_base(self):
        ticket = self._create_plain_ticket(partner_id=self.baker.id)
        self._login("baker")
        response = self._get(f"/my/ticket/{ticket.id}")
        self.assertEqual(response.status_code, 200)
        self.assertIn("helpdesk_ticket_content", response.text)

    def test_agent_looks_on_and_does_not_act(self):
        self._wait()
        self.authenticate("incident_agent", "incident_agent")
        response = self._get(self.path)
        self.assertEqual(response.status_code, 200)
        self.assertNotIn(f"{self.path}/answer", response.text)
        self.assertLedAway(self._get(f"{self.path}/answer"))
        self.assertLedAway(self._post(f"{self.path}/answer", text="Mine"))
        self.assertFalse(self.incident.sudo().last_answer_date)

    def test_cost_does_not_depend_on_the_number_of_incidents(self):
        self._login("technician")
        counts = []
        for size in (0, 20):
            for _index in range(size):
                self._create_incident_in(WAITING)
            self._get(self.path)
            before = self.env.cr.sql_log_count
            self._get(self.path)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(max(counts), BUDGET)
        self.assertLessEqual(counts[1], counts[0])

    # Acts

    def test_answer_counts_and_is_the_users_own(self):
        self._wait()
        self._login("baker")
        with self.capture_letters() as letters:
            response = self._post(f"{self.path}/answer", text="The <b>red</b> one")
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith("?done=answer"))
        self.assertEqual(self.incident.incident_phase, OPENED)
        message = self._entries(self.incident)[:1]
        self.assertEqual(message.author_id, self.baker)
        self.assertIn("The &lt;b&gt;red&lt;/b&gt; one", message.body)
        self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertNotIn(CUSTOMER_MAIL, self._recipients(letters))

    def test_mails_caused_by_a_login_carry_personal_links(self):
        """The other party may have none."""
        self._wait()
        self._login("baker")
        with self.capture_letters() as letters:
            self._post(f"{self.path}/answer", text="The red one")
        body = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        self.assertIn(f"/incident/{self.incident.id}?token=", body)
        self.assertNotIn("/my/ticket/", body)

    def test_answer_without_text_says_so(self):
        self._wait()
        self._login("baker")
        response = self._post(f"{self.path}/answer", text=" ")
        self.assertEqual(response.status_code, 422)
        self.assertIn('role="alert"', response.text)
        self.assertFalse(self.incident.sudo().last_answer_date)

    def test_answer_with_a_file_can_be_read_again(self):
        self._wait()
        self._login("technician")
        file = ("files", ("../trace.txt", b"Trace", "text/plain"))
        with self.capture_letters():
            self._post(f"{self.path}/answer", text="See the trace", files=[file])
        attachment = self._entries(self.incident)[:1].attachment_ids
        self.assertEqual(attachment.name, "trace.txt")
        path = f"{self.path}/file/{attachment.id}"
        self._login("baker")
        self.assertIn(path, self._get(self.path).text)
        response = self._get(path)
        self.assertEqual(response.content, b"Trace")
        self.assertIn("attachment", response.headers["Content-Disposition"])

    def test_posts_need_the_csrf_token(self):
        self._wait()
        self._login("baker")
        for act in ("answer", "closure"):
            with self.subTest(act=act), mute_logger("odoo.http"):
                response = self._post(
                    f"{self.path}/{act}", csrf=False, text="Mine", decision="confirmed"
                )
                self.assertEqual(response.status_code, 400)
        self.assertFalse(self.incident.sudo().last_answer_date)

    def test_reading_changes_nothing(self):
        self._solve()
        self._login("baker")
        for path in ("", "/answer", "/closure"):
            self.assertEqual(self._get(self.path + path).status_code, 200)
        self.assertEqual(self.incident.incident_phase, CLOSURE)
        self.assertFalse(self.incident.sudo().last_answer_date)

    def test_confirmation_closes_and_can_be_taken_back(self):
        self._solve()
        self._login("baker")
        with self.capture_letters() as letters:
            response = self._post(f"{self.path}/closure", decision="confirmed")
        self.assertTrue(response.headers["Location"].endswith("?done=confirmed"))
        self.assertEqual(self.incident.incident_phase, CLOSED)
        incident = self.incident.sudo()
        self.assertEqual(incident.close_reason, "confirmed")
        self.assertEqual(incident.closure_decided_by_id, self.baker)
        self.assertLettersTo(letters, CUSTOMER_MAIL, INTEGRATOR_MAIL)
        with self.capture_letters():
            response = self._post(
                f"{self.path}/closure", decision="withdrawn", text="Mute again"
            )
        self.assertTrue(response.headers["Location"].endswith("?done=withdrawn"))
        self.assertEqual(self.incident.incident_phase, IN_PROGRESS)

    def test_refusal_counts_after_a_confirmation(self):
        self._solve()
        self._login("baker")
        with self.capture_letters():
            self._post(f"{self.path}/closure", decision="confirmed")
        self._login("technician")
        with self.capture_letters():
            self._post(f"{self.path}/closure", decision="refused", text="Still mute")
        self.assertEqual(self.incident.incident_phase, IN_PROGRESS)

    def test_closed_incident_is_reopened_or_written_to(self):
        self.incident.action_incident_close("support")
        self._login("technician")
        page = self._page(f"{self.path}/answer")
        radios = page.xpath("//input[@name='decision']/@value")
        self.assertEqual(radios, ["reopened", "message"])
        with self.capture_letters():
            for decision, phase in (("message", CLOSED), ("reopened", IN_PROGRESS)):
                values = {"decision": decision, "text": "Mute", "nonce": decision}
                self._post(f"{self.path}/answer", **values)
                self.assertEqual(self.incident.incident_phase, phase)

    def test_closed_pages_keep_what_is_for_support_alone(self):
        for page in ("answer", "closure"):
            with self.subTest(page=page), self.capture_letters():
                self.incident.action_incident_close("support")
                self._login("technician")
                values = {"decision": "reopened", "text": f"Alone {page}"}
                self._post(f"{self.path}/{page}", private="1", nonce=page, **values)
                self.assertEqual(self.incident.incident_phase, IN_PROGRESS)
                message = self.incident.sudo().message_ids.filtered(
                    lambda one, page=page: f"Alone {page}" in (one.body or "")
                )
                self.assertEqual(message.incident_private_party_id, self.integrator)

    def test_refusal_needs_a_reason_and_puts_back_to_work(self):
        self._solve()
        self._login("technician")
        response = self._post(f"{self.path}/closure", decision="refused")
        self.assertEqual(response.status_code, 422)
        self.assertEqual(self.incident.incident_phase, CLOSURE)
        with self.capture_letters():
            self._post(f"{self.path}/closure", decision="refused", text="Still mute")
        self.assertEqual(self.incident.incident_phase, IN_PROGRESS)
        message = self._entries(self.incident)[:1]
        self.assertEqual(message.author_id, self.technician)
        self.assertIn("Still mute", message.body)

    def test_form_submitted_as_found_decides_nothing(self):
        self._solve()
        self._login("baker")
        response = self._post(f"{self.path}/closure")
        self.assertEqual(response.status_code, 422)
        self.assertEqual(self.incident.incident_phase, CLOSURE)

    # Files

    def _attach_to(self, **values):
        return self.incident.with_user(self.agent).message_post(
            body="See the file",
            attachments=[("internal.txt", b"Secret")],
            **values,
        )

    def test_files_of_internal_notes_stay_inside(self):
        secret = self._attach_to().attachment_ids
        filed = self.env["ir.attachment"].create(
            {
                "name": "filed.txt",
                "raw": b"Filed",
                "res_model": "helpdesk.ticket",
                "res_id": self.incident.id,
            }
        )
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_uid = %s WHERE id = %s",
            (self.agent.id, filed.id),
        )
        filed.invalidate_recordset()
        self._login("baker")
        text = self._get(self.path).text
        for attachment in secret | filed:
            with self.subTest(file=attachment.name):
                self.assertNotIn(attachment.name, text)
                for path in (
                    f"{self.path}/file/{attachment.id}",
                    f"/web/content/{attachment.id}",
                    f"/web/content/{attachment.id}?download=true",
                ):
                    self.assertEqual(self._get(path).status_code, 404, path)
                # The base's page hands out a link that works for everybody.
                self.assertFalse(attachment.access_token)

    def test_old_links_to_files_end_when_a_ticket_becomes_an_incident(self):
        ticket = self._create_plain_ticket(partner_id=self.baker.id)
        message = ticket.with_user(self.agent).message_post(
            body="Note", attachments=[("plain.txt", b"Plain")]
        )
        attachment = message.attachment_ids
        self._login("baker")
        self._get(f"/my/ticket/{ticket.id}")
        token = attachment.access_token
        self.assertTrue(token)
        self._login(None)
        path = f"/web/content/{attachment.id}?access_token={token}"
        self.assertEqual(self._get(path).status_code, 200)
        ticket.with_user(self.agent).team_id = self.team
        self.assertEqual(self._get(path).status_code, 404)

    def test_files_of_what_everybody_reads_are_shown(self):
        with self.capture_letters():
            shown = self._attach_to(
                subtype_xmlid="mail.mt_comment",
                message_type="comment",
                partner_ids=(self.customer | self.integrator).ids,
            ).attachment_ids
        self._login("baker")
        self.assertIn("internal.txt", self._get(self.path).text)
        response = self._get(f"{self.path}/file/{shown.id}")
        self.assertEqual(response.content, b"Secret")
        self._login("stranger")
        self.assertLedAway(self._get(f"{self.path}/file/{shown.id}"))

    def test_files_of_another_incident_are_not_on_the_page(self):
        other = self._create_incident_in(OPENED)
        message = other.with_user(self.agent).message_post(
            body="See the file",
            attachments=[("other.txt", b"Other")],
            subtype_xmlid="mail.mt_comment",
            message_type="comment",
        )
        self._login("baker")
        path = f"{self.path}/file/{message.attachment_ids.id}"
        self.assertEqual(self._get(path).status_code, 404)
