# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .form_common import ANSWERS, FormCommon
from .intake_common import UNKNOWN


@tagged("post_install", "-at_install")
class TestFormSecond(FormCommon):
    """Two people fill in the form of one link: nobody's words are lost."""

    def _open_twice(self, sender=None):
        path = self._get_form_path(sender or self.baker.email_formatted)
        forms = [self.get_form(self.visit(path)) for _time in range(2)]
        return path, forms

    def _send(self, form, **values):
        with self.capture_letters() as letters:
            response = self.send(form, **{**ANSWERS, **values})
        return response, letters

    def _read(self, response, status=409):
        self.assertEqual(response.status_code, status, response.text[:2000])
        return self.parse(response)

    def test_second_sender_sees_what_was_sent_and_adds_his_text_by_one_click(self):
        _path, (mine, other) = self._open_twice()
        self._send(mine, description="First: no tone.", service="Line 7")
        incident = self.intake.ticket_id
        response, letters = self._send(other, description="Second: the fax, too.")
        page = self._read(response)
        text = self.read_page(page)
        for part in (
            "Ce formulaire a déjà été envoyé",
            incident.number,
            "First: no tone.",
            "Line 7",
        ):
            self.assertIn(part, text)
        self.assertNoLetters(letters)
        again = self.get_form(page)
        self.assertIn("Second: the fax, too.", again.fields["text"])
        for _time in range(2):
            with self.capture_letters():
                response = self.send(again)
            self.assertEqual(response.status_code, 303)
        answer = self.get_answers(incident, self.baker).filtered(
            lambda message: "Second: the fax, too." in message.body
        )
        self.assertEqual(len(answer), 1)
        self.assertEqual(answer.message_type, "comment")
        self.assertTrue(incident.sudo().answer_unread)
        self.assertEqual(self.incidents.search_count([("id", ">", incident.id)]), 0)
        thanks = self.visit(response.headers["Location"])
        self.assertIn("ajouté à l'incident", self.read_page(thanks))

    def test_copies_of_one_form_are_one_report(self):
        path, (mine, _other) = self._open_twice()
        for _time in range(3):
            response, _letters = self._send(mine)
            self.assertEqual(response.status_code, 303)
            self.assertTrue(response.headers["Location"].endswith(path))
        self.assertFalse(
            self.get_answers(self.intake.ticket_id, self.baker).filtered(
                lambda message: (
                    "Busy tone" in message.body and message.message_type == "comment"
                )
            )
        )

    def test_all_that_was_typed_is_kept(self):
        _path, (mine, other) = self._open_twice()
        self._send(mine)
        response, _letters = self._send(
            other,
            subject="Fax",
            service="Line 8",
            tried="Restarted <b>it</b>",
            onsite="Paul, 01 02",
        )
        typed = self.get_form(self._read(response)).fields["text"]
        for part in ("Fax", "Line 8", "Restarted <b>it</b>", "Paul, 01 02"):
            self.assertIn(part, typed)

    def test_stranger_adds_for_support_alone(self):
        path = self._get_form_path(UNKNOWN)
        mine, other = (self.get_form(self.visit(path)) for _time in range(2))
        self._send(mine, name="Unknown Ltd")
        incident = self.intake.ticket_id
        page = self._read(self._send(other, name="Other", description="More.")[0])
        with self.capture_letters() as letters:
            for _time in range(2):
                self.send(self.get_form(page))
        notes = incident.sudo().message_ids.filtered(
            lambda message: "More." in (message.body or "")
        )
        self.assertEqual(len(notes), 1)
        self.assertTrue(notes.subtype_id.internal)
        self.assertFalse(notes.author_id)
        self.assertTrue(incident.sudo().answer_unread)
        self.assertPartiesGot(letters)
        # Who goes back and writes something else is heard, too.
        self.send(self.get_form(page), text="More, and the fax.")
        bodies = incident.sudo().message_ids.mapped("body")
        self.assertTrue([body for body in bodies if "and the fax" in (body or "")])

    def test_stranger_is_led_to_no_mail_that_it_was_not_sent(self):
        mails = "dernier e-mail à ce sujet"
        for sender, name, shown in (
            (UNKNOWN, "Unknown Ltd", "Our support has looked at your report. If you"),
            (self.baker.email_formatted, "", mails),
        ):
            with self.subTest(sender=sender):
                path = self._get_form_path(sender)
                incident, _letters = self._report(path=path, name=name)
                incident.with_user(self.agent).action_incident_reject("<p>No</p>")
                text = self.read_page(self.visit(path))
                self.assertIn(shown, text)
                self.assertEqual(mails in text, shown == mails)

    def test_link_adds_nothing_once_its_time_is_over_but_gives_the_text_back(self):
        _path, (mine, other) = self._open_twice()
        self._send(mine)
        self.intake.sudo().expiry_date = fields.Datetime.now() - timedelta(minutes=1)
        page = self._read(self._send(other, description="Second voice")[0])
        self.assertFalse(page.forms)
        self.assertIn("Second voice", self.read_page(page))
        response = self.send(other, add="1", text="Second voice")
        self.assertEqual(response.status_code, 409)
        self.assertFalse(
            self.get_answers(self.intake.ticket_id, self.baker).filtered(
                lambda message: "Second voice" in message.body
            )
        )

    def test_text_is_given_back_once_the_incident_is_deleted(self):
        _path, (mine, other) = self._open_twice()
        self._send(mine)
        self.intake.ticket_id.sudo().unlink()
        for _time in range(2):
            page = self._read(self._send(other, description="Second voice")[0])
            text = self.read_page(page)
            self.assertIn("Second voice", text)
            self.assertNotRegex(text, r"INC\d|False")
            self.assertFalse(page.forms)

    def test_link_shows_nothing_of_what_support_has_taken_up(self):
        path, (mine, _other) = self._open_twice()
        self._send(mine, description="First: no tone.")
        incident = self.intake.ticket_id
        self.assertIn("First: no tone.", self.read_page(self.visit(path)))
        with self.mock_mail_gateway():
            incident.with_user(self.agent).action_incident_open()
        text = self.read_page(self.visit(path))
        self.assertIn(incident.number, text)
        self.assertNotIn("First: no tone.", text)

    def test_registered_page_repeats_what_was_sent(self):
        path = self._get_form_path(self.baker.email_formatted)
        self._report(
            path=path,
            service="Line 7",
            onsite="Paul, 01 02",
            tried="Restarted",
            files=[("photo.png", b"\x89PNG\r\n\x1a\n content")],
        )
        text = self.read_page(self.visit(path))
        for part in ("Busy tone", "Line 7", "Paul, 01 02", "Restarted", "photo.png"):
            self.assertIn(part, text)
