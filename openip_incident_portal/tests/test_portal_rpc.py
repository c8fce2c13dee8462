# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.exceptions import AccessError, UserError
from odoo.http import Request
from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.tests.common import INTEGRATOR_MAIL, WAITING

from .portal_common import IncidentPortalCommon


@tagged("post_install", "-at_install")
class TestPortalRpc(IncidentPortalCommon):
    """What a party with a login may pass to core's methods and routes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.incident = self._create_incident_in(WAITING)
        self.user = self.portal_users["baker"]
        self.own = self.incident.with_user(self.user)

    def _upload(self, name="trace.txt", raw=b"Trace", user=None):
        """Return a file that waits for its message, as core's route leaves it."""
        return (
            self.env["ir.attachment"]
            .with_user(user or self.user)
            .sudo()
            .create({"name": name, "raw": raw, "res_model": "mail.compose.message"})
        )

    def test_text_and_own_file_are_an_answer(self):
        file = self._upload()
        with self.capture_letters() as letters:
            message = self.own.message_post(
                body="<b>Red</b>",
                attachment_ids=file.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        message = message.sudo()
        self.assertEqual(message.author_id, self.baker)
        self.assertEqual(message.attachment_ids.name, "trace.txt")
        self.assertIn("&lt;b&gt;Red", message.body)
        self.assertTrue(self.incident.sudo().last_answer_date)
        self._letter_to(letters, INTEGRATOR_MAIL)

    def test_text_alone_is_an_answer_and_no_note(self):
        message = self.own.message_post(body="Red").sudo()
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertEqual(message.message_type, "comment")

    def test_everything_else_is_refused(self):
        for values in (
            {"outgoing_email_to": "anybody@example.com"},
            {"reply_to": "anybody@example.com"},
            {"message_id": "<1@example.com>"},
            {"date": "2020-01-01 00:00:00"},
            {"partner_ids": [self.stranger.id]},
            {"email_from": "support@operator.example.com"},
            {"author_id": self.agent.partner_id.id},
            {"subject": "News"},
            {"parent_id": 1},
            {"message_type": "email"},
            {"message_type": "auto_comment"},
            {"subtype_xmlid": "mail.mt_note"},
            {"subtype_id": 1},
            {"attachments": [["a.txt", "x"]]},
            {"is_internal": True},
            {"body_is_html": True},
            {"mail_headers": {"X": "1"}},
            {"notify_skip_followers": True},
        ):
            with self.subTest(values=values), self.capture_letters() as letters:
                with self.assertRaises(AccessError):
                    self.own.message_post(body="Red", **values)
                self.assertNoLetters(letters)
        self.assertFalse(self.incident.sudo().last_answer_date)

    def test_other_ways_to_write_are_refused(self):
        entry = self._entries(self.incident)[:1]
        own = self.own.message_post(body="Red")
        messages = self.env["mail.message"].with_user(self.user)
        comment = self.env.ref("mail.mt_comment").id
        vals = {
            "model": "helpdesk.ticket",
            "res_id": self.incident.id,
            "body": "Mine",
            "message_type": "comment",
            "subtype_id": comment,
        }
        for name, call in (
            ("notify", lambda: self.own.message_notify(partner_ids=[self.stranger.id])),
            ("create", lambda: messages.create(vals)),
            (
                "context",
                lambda: messages.with_context(
                    default_model="helpdesk.ticket", default_res_id=self.incident.id
                ).create({"body": "Mine", "subtype_id": comment}),
            ),
            ("write", lambda: own.with_user(self.user).write({"body": "Blue"})),
            ("write theirs", lambda: entry.with_user(self.user).write({"body": "B"})),
            ("unlink", lambda: own.with_user(self.user).unlink()),
        ):
            with self.subTest(call=name), self.assertRaises(AccessError):
                call()

    def test_foreign_incident_takes_nothing(self):
        foreign = self.incident.with_user(self.portal_users["stranger"])
        with self.assertRaises(AccessError):
            foreign.message_post(body="Mine")

    def test_foreign_files_are_not_posted(self):
        note = self.incident.with_user(self.agent).message_post(
            body="Note", attachments=[("secret.txt", b"Secret")]
        )
        foreign = self._upload(user=self.portal_users["stranger"])
        ids = (note.attachment_ids | foreign).ids
        message = self.own.message_post(body="Red", attachment_ids=ids).sudo()
        self.assertFalse(message.attachment_ids)

    def test_files_are_held_to_the_limits(self):
        for files in (
            self._upload("virus.exe", b"MZ"),
            self._upload("page.html", b"<script>1</script>"),
            self._upload("empty.txt", b""),
            self.env["ir.attachment"].union(*[self._upload() for _index in range(6)]),
        ):
            with self.subTest(files=files.mapped("name")):
                with self.assertRaises(UserError):
                    self.own.message_post(body="Red", attachment_ids=files.ids)

    def test_plain_tickets_are_posted_on_as_before(self):
        ticket = self._create_plain_ticket(partner_id=self.baker.id)
        message = ticket.with_user(self.user).message_post(body="Red", subject="News")
        self.assertEqual(message.sudo().subject, "News")

    # Core's routes

    def _chat(self, path="/mail/message/post", **params):
        self.env.flush_all()
        try:
            return self.make_jsonrpc_request(path, params)
        finally:
            self.env.invalidate_all()

    def _post_data(self, **data):
        return {
            "thread_model": "helpdesk.ticket",
            "thread_id": self.incident.id,
            "post_data": {"body": "By the route", **data},
        }

    def test_route_takes_text_and_files_only(self):
        self._login("baker")
        with self.capture_letters() as letters:
            self._chat(**self._post_data(email_add_signature=False))
        self.assertNotIn("stan@stranger.example.com", self._recipients(letters))
        entry = self._entries(self.incident)[:1]
        self.assertIn("By the route", entry.body)
        self.assertEqual(entry.author_id, self.baker)
        self.assertTrue(self.incident.sudo().last_answer_date)

    def test_route_posts_no_note_and_no_system_message(self):
        """A note of a party would stand among those of colleagues."""
        self._login("baker")
        notes = self.incident.sudo().message_ids
        for data in (
            {"subtype_xmlid": "mail.mt_note"},
            {"message_type": "notification"},
            {"message_type": "email", "subtype_xmlid": "mail.mt_comment"},
        ):
            with self.subTest(data=data):
                self._chat(**self._post_data(**data))
                message = (self.incident.sudo().message_ids - notes).filtered(
                    lambda item: "By the route" in item.body
                )[:1]
                self.assertEqual(message.message_type, "comment")
                self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))

    def test_what_was_said_is_not_edited(self):
        self._login("baker")
        message = self.own.message_post(body="Red").sudo()
        with mute_logger("odoo.http"), self.assertRaises(JsonRpcException):
            self._chat(
                "/mail/message/update_content",
                message_id=message.id,
                update_data={"body": "Blue"},
            )
        self.assertIn("Red", message.body)

    def test_files_are_not_left_without_a_message(self):
        self._login("baker")
        before = self.env["ir.attachment"].search_count([])
        self.env.flush_all()
        for pending in ({}, {"is_pending": "false"}):
            response = self.url_open(
                "/mail/attachment/upload",
                data={
                    "csrf_token": Request.csrf_token(self),
                    "thread_model": "helpdesk.ticket",
                    "thread_id": self.incident.id,
                    **pending,
                },
                files=[("ufile", ("a.txt", b"Sent", "text/plain"))],
            )
            self.assertEqual(response.status_code, 404)
        self.assertEqual(self.env["ir.attachment"].search_count([]), before)

    def test_core_link_leads_to_the_page_without_token(self):
        self._login("baker")
        path = f"/mail/view?model=helpdesk.ticket&res_id={self.incident.id}"
        response = self._get(path)
        self.assertIn(f"/my/ticket/{self.incident.id}", response.headers["Location"])
        self.assertFalse(self.incident.sudo().access_token)
