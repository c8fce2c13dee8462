# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Core's routes open no internal message to people outside."""

import json

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from odoo.addons.openip_incident.tests.common import WAITING

from .portal_common import IncidentPortalCommon

MARK = "Zebrafish"
TYPES = ("notification", "comment", "email", "auto_comment")


@tagged("post_install", "-at_install")
class TestMessageRoutes(IncidentPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.incident = self._create_incident_in(WAITING).sudo()
        self.plain = self._create_plain_ticket(partner_id=self.baker.id).sudo()

    def _note(self, ticket, kind):
        return ticket.with_user(self.agent).message_post(
            body=f"{MARK} https://example.com",
            message_type=kind,
            subtype_xmlid="mail.mt_note",
            attachments=[(f"{MARK}.txt", b"Secret")],
        )

    def _each_note(self):
        """Yield notes of every type, as each party that may read their ticket."""
        for name in ("baker", "technician"):
            self._login(name)
            for ticket in self.incident | self.plain:
                user = self.portal_users[name]
                for kind in TYPES if ticket.with_user(user).has_access("read") else ():
                    with self.subTest(
                        name=name, kind=kind, incident=ticket.is_incident
                    ):
                        note = self._note(ticket, kind).sudo()
                        self.env.flush_all()
                        yield ticket, note

    def _ask(self, path, **params):
        try:
            with mute_logger("odoo.http"):
                return json.dumps(self.make_jsonrpc_request(path, params), default=str)
        except JsonRpcException:
            return ""
        finally:
            self.env.invalidate_all()

    def test_nobody_outside_reacts_to_a_note(self):
        for _ticket, note in self._each_note():
            self._ask(
                "/mail/message/reaction", message_id=note.id, content="👍", action="add"
            )
            self.assertFalse(note.reaction_ids)

    def test_routes_tell_nothing_of_a_note(self):
        for ticket, note in self._each_note():
            thread = {"thread_model": ticket._name, "thread_id": ticket.id}
            answers = [
                self._ask("/mail/thread/messages", **thread),
                self._ask(
                    "/mail/thread/messages",
                    fetch_params={"search_term": MARK},
                    **thread,
                ),
                self._ask("/mail/chatter_fetch", **thread),
                self._ask("/mail/link_preview", message_id=note.id),
                self._ask("/mail/thread/recipients", message_id=note.id, **thread),
                self._ask(
                    "/mail/data",
                    fetch_params=[
                        ["mail.thread", {**thread, "request_list": ["attachments"]}]
                    ],
                ),
                self._ask(
                    "/mail/message/update_content",
                    message_id=note.id,
                    update_data={"body": "Mine"},
                ),
            ]
            for answer in answers:
                self.assertNotIn(MARK, answer)
                self.assertNotIn(note.attachment_ids.name, answer)
            self.assertIn(MARK, note.body)
            for path in (
                f"/web/content/{note.attachment_ids.id}",
                f"/web/image/{note.attachment_ids.id}",
                f"/web/content/mail.message/{note.id}/body",
            ):
                response = self._get(path)
                self.assertNotIn(b"Secret", response.content)
                self.assertNotIn(MARK, response.text)

    def test_token_of_a_plain_ticket_shows_no_author_of_a_note(self):
        note = self._note(self.plain, "notification").sudo()
        shown = self.plain.with_user(self.agent).message_post(
            body="Shown", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        token = self.plain._portal_ensure_token()
        self.authenticate(None, None)
        avatars = [
            self._get(
                f"/mail/avatar/mail.message/{message_id}/author_avatar/50x50"
                f"?access_token={key}"
            ).content
            for message_id, key in ((note.id, token), (shown.id, token), (note.id, ""))
        ]
        self.assertNotEqual(avatars[1], avatars[2])
        self.assertEqual(avatars[0], avatars[2])
