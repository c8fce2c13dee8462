# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What senders and servers say is shown to colleagues as text, never as HTML."""

from unittest.mock import patch

from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.tests import tagged

from .followup_common import FollowupCommon

FOREIGN = "<img src='https://spy.example/x.png'/><a href='https://evil.example'>Log</a>"


@tagged("post_install", "-at_install")
class TestActivityNote(FollowupCommon):
    def setUp(self):
        super().setUp()
        self.incident = self.request().sudo()

    def _note_after(self, act):
        before = self.incident.activity_ids
        act()
        [activity] = self.incident.activity_ids - before
        return activity.note

    def _alert_of_review(self):
        reviews = self.env["incident.review"].sudo()
        message = self.incident._message_log(body="Read me")
        review = reviews.create(
            {
                "ticket_id": self.incident.id,
                "reason": "stranger",
                "message_id": message.id,
            }
        )
        with patch.object(type(reviews), "_get_detail", lambda _self: FOREIGN):
            self.incident._incident_alert_of_review(review)

    def test_foreign_words_are_no_html(self):
        notice, followup = self.incident.notice_ids[:1], self.incident.followup_id
        for name, act in (
            ("complaint", lambda: self.incident._tell_complaint(FOREIGN)),
            ("server", lambda: notice._alert_undelivered(FOREIGN)),
            ("error", lambda: followup._record_error(UserError(FOREIGN))),
            ("review", self._alert_of_review),
        ):
            with self.subTest(name=name):
                note = self._note_after(act)
                self.assertIn("&lt;img", note)
                self.assertNotIn("<img", note)
                self.assertNotIn("<a ", note)

    def test_html_of_ours_stays(self):
        kind = "openip_incident.mail_activity_type_followup"
        note = self._note_after(
            lambda: self.incident._incident_alert_support(
                kind, "Look", Markup("<p>Look <b>here</b></p>")
            )
        )
        self.assertIn("<b>here</b>", note)
