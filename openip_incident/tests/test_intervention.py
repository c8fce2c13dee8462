# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Interventions: told once, with a file for the calendar, over when they are over."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import (
    CLOSED,
    CUSTOMER_MAIL,
    IDENTITY_MARKS,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    REGISTERED,
    WAITING,
)
from .ics_reader import read_date
from .restoration_common import BEGIN, END, LATER, NOW, SOON, WORDS, RestorationCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestIntervention(RestorationCommon):
    def test_planned(self):
        incident = self._create_incident_in(IN_PROGRESS)
        letters = self._plan(
            incident, place="12 rue du Four, Rennes", visitor="Théo", body=WORDS
        )
        customer, integrator = self._mails_of_both(letters)
        text = customer["body_alternative"]
        self.assertIn("mardi 24 novembre à 14 h 00 – 16 h 00", text)
        self.assertIn("Tuesday 24 November at 14:00 – 16:00", integrator["body"])
        for letter in (customer, integrator):
            self.assertIn("12 rue du Four, Rennes", letter["body"])
            self.assertIn("Théo", letter["body"])
            self.assertIn("broken cable", letter["body"])
        french, english = self._read_file(customer), self._read_file(integrator)
        for found in (french, english):
            self.assertEqual(read_date(found, "DTSTART"), BEGIN)
            self.assertEqual(read_date(found, "DTEND"), END)
            self.assertEqual(found["LOCATION"][0], "12 rue du Four, Rennes")
            self.assertEqual(found["SEQUENCE"][0], "0")
            self.assertEqual(found["METHOD"][0], "PUBLISH")
            self.assertNotIn("ATTENDEE", found)
        self.assertEqual(french["UID"], english["UID"])
        self.assertEqual(english["SUMMARY"][0], f"Intervention for {incident.number}")
        self.assertIn("Who comes: Théo", english["DESCRIPTION"][0])

    def test_file_tells_nobody_else_and_opens_nothing(self):
        incident = self._create_incident_in(IN_PROGRESS)
        letters = self._plan(incident)
        for address, other in (
            (CUSTOMER_MAIL, INTEGRATOR_MAIL),
            (INTEGRATOR_MAIL, CUSTOMER_MAIL),
        ):
            letter = self._letter_to(letters, address)
            [(_name, content, _kind)] = letter["attachments"]
            text = content.decode().replace("\r\n ", "")
            self.assertNotIn(other, text)
            self.assertNotIn("http", text)
            self.assertNotIn("token", text)
            for mark in IDENTITY_MARKS:
                self.assertNotIn(mark, text)

    def test_changed(self):
        incident = self._create_incident_in(IN_PROGRESS)
        letters = self._plan(incident, place="Rennes", visitor="Théo")
        first = self._read_file(self._letter_to(letters, CUSTOMER_MAIL))
        later = timedelta(days=1)
        letters = self._act(
            incident,
            "incident_change_intervention",
            self._interventions(incident).id,
            BEGIN + later,
            END + later,
            "Rennes",
            "Théo",
        )
        self.assertBothInformed(letters)
        body = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        self.assertIn("Wednesday 25 November at 14:00 – 16:00", body)
        self.assertIn("Tuesday 24 November at 14:00 – 16:00", body)
        found = self._read_file(self._letter_to(letters, CUSTOMER_MAIL))
        self.assertEqual(found["UID"], first["UID"])
        self.assertEqual(found["SEQUENCE"][0], "1")
        self.assertEqual(read_date(found, "DTSTART"), BEGIN + later)
        self.assertEqual(found["STATUS"][0], "CONFIRMED")

    def test_cancelled(self):
        incident = self._create_incident_in(IN_PROGRESS)
        letters = self._plan(incident)
        first = self._read_file(self._letter_to(letters, CUSTOMER_MAIL))
        intervention = self._interventions(incident)
        letters = self._act(incident, "incident_cancel_intervention", intervention)
        self.assertBothInformed(letters)
        self.assertEqual(intervention.state, "cancelled")
        found = self._read_file(self._letter_to(letters, INTEGRATOR_MAIL))
        self.assertEqual(found["UID"], first["UID"])
        self.assertEqual(found["SEQUENCE"][0], "1")
        self.assertEqual(found["METHOD"][0], "CANCEL")
        self.assertEqual(found["STATUS"][0], "CANCELLED")
        body = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        self.assertIn("cancelled", body)
        self.assertNotIn("Intervention:</", body)
        with self.assertRaisesRegex(UserError, "still to come"):
            incident.incident_cancel_intervention(intervention)

    def test_several_over_time(self):
        incident = self._create_incident_in(IN_PROGRESS)
        week = timedelta(days=7)
        self._plan(incident)
        letters = self._plan(incident, BEGIN + week, END + week)
        body = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        self.assertIn("Tuesday 24 November at 14:00 – 16:00", body)
        self.assertIn("Tuesday 1 December at 14:00 – 16:00", body)
        self.assertEqual(len(set(self._interventions(incident).mapped("uid"))), 2)
        found = self._read_file(self._letter_to(letters, INTEGRATOR_MAIL))
        self.assertEqual(read_date(found, "DTSTART"), BEGIN + week)
        self.assertEqual(incident.sudo().incident_intervention_until, END + week)
        with freeze_time(END + timedelta(hours=1)), self.capture_letters() as letters:
            incident.incident_update(WORDS)
        body = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        self.assertNotIn("24 November", body)
        self.assertIn("1 December", body)

    def test_closing_calls_off_what_is_to_come(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with freeze_time(NOW - timedelta(days=10)):
            self._plan(incident, NOW - timedelta(days=2), NOW - timedelta(days=1))
        self._plan(incident)
        past, coming = self._interventions(incident).sorted("begin_date")
        with self.capture_letters() as letters:
            incident.action_incident_close("support")
        self.assertBothInformed(letters)
        self.assertEqual((past.state, coming.state), ("done", "cancelled"))
        for letter in letters:
            found = self._read_file(letter)
            self.assertEqual(found["UID"][0], coming.uid)
            self.assertEqual(found["STATUS"][0], "CANCELLED")
            self.assertEqual(found["SEQUENCE"][0], "1")

    def test_closing_without_interventions_has_no_file(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            incident.action_incident_close("support")
        self.assertBothInformed(letters)
        self.assertFalse(any(letter["attachments"] for letter in letters))

    def test_refused(self):
        incident = self._create_incident_in(IN_PROGRESS)
        for begin, end in ((END, BEGIN), (BEGIN, BEGIN)):
            with self.assertRaisesRegex(UserError, "beginning"):
                incident.incident_plan_intervention(begin, end)
        with self.assertRaisesRegex(UserError, "future"):
            incident.incident_plan_intervention(NOW - timedelta(hours=2), NOW)
        other = self._create_incident_in(IN_PROGRESS)
        self._plan(other)
        foreign = self._interventions(other)
        for act, args in (
            ("incident_change_intervention", (foreign, BEGIN, END)),
            ("incident_cancel_intervention", (foreign,)),
        ):
            with self.subTest(act=act), self.assertRaisesRegex(UserError, "no such"):
                getattr(incident, act)(*args)
        with self.assertRaisesRegex(UserError, "Nothing"):
            other.incident_change_intervention(foreign, BEGIN, END)
        for phase in (REGISTERED, CLOSED):
            with self.assertRaisesRegex(UserError, "No intervention"):
                self._create_incident_in(phase).incident_plan_intervention(BEGIN, END)

    def test_agents_change_nothing_but_by_acts(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._plan(incident)
        intervention = self._interventions(incident).with_user(self.agent)
        self.assertTrue(intervention.read(["begin_date", "place"]))
        with self.assertRaises(AccessError):
            intervention.write({"place": "Elsewhere"})
        with self.assertRaises(AccessError):
            intervention.unlink()

    def test_people_outside_read_and_write_none_of_it(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._plan(incident)
        self._expect(incident, SOON)
        for partner, login in (
            (self.baker, "restoration_baker"),
            (self.technician, "restoration_technician"),
        ):
            user = self._create_portal_user(partner, login)
            mine = incident.with_user(user)
            self.assertEqual(
                mine.read(["expected_restoration_date"])[0][
                    "expected_restoration_date"
                ],
                SOON,
            )
            with self.assertRaises(AccessError):
                mine.write({"expected_restoration_date": LATER})
            for name in ("incident_intervention_ids", "incident_intervention_until"):
                with self.assertRaises(AccessError):
                    mine.read([name])
            with self.assertRaises(AccessError):
                self._interventions(incident).with_user(user).read(["place"])
            with self.assertRaises(AccessError):
                mine.incident_plan_intervention(BEGIN, END)
            files = self._hidden_message(incident, self.customer).attachment_ids
            files |= self._hidden_message(incident, self.integrator).attachment_ids
            letters = incident.sudo().notice_ids.message_id.attachment_ids
            self.assertEqual(len(letters), 2)
            for file in letters.with_user(user):
                with self.assertRaises(AccessError):
                    file.read(["raw"])

    def test_file_is_announced_as_what_it_is(self):
        servers = self.env["ir.mail_server"]
        incident = self._create_incident_in(IN_PROGRESS)
        self._plan(incident)
        intervention = self._interventions(incident)
        content = intervention._write_calendar(self.customer, "fr_FR")
        message = servers._build_email__(
            "us@example.com",
            ["you@example.com"],
            "Subject",
            "<p>Body</p>",
            subtype="html",
            attachments=[("one.ics", content, "text/calendar")],
        )
        parsed = message_from_bytes(message.as_bytes(), policy=SMTP)
        [part] = list(parsed.iter_attachments())
        self.assertEqual(part.get_content_type(), "text/calendar")
        self.assertEqual(part.get_param("method"), "PUBLISH")
        self.assertEqual(part.get_param("charset"), "utf-8")
        self.assertEqual(part.get_payload(decode=True), content)

    def test_calendar_that_answers_is_a_machine(self):
        incident = self._create_incident_in(WAITING)
        self._plan(incident)
        message = self._hidden_message(incident, self.customer)
        uid = self._interventions(incident).uid
        mail = (
            f"From: {self.customer.email_formatted}\nTo: {message.reply_to}\n"
            f"Subject: Accepted: Intervention\nMessage-ID: <accepted@example.com>\n"
            f"In-Reply-To: {message.message_id}\nMIME-Version: 1.0\n"
            "Content-Type: text/calendar; method=REPLY; charset=utf-8\n\n"
            "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\n"
            f"UID:{uid}\nATTENDEE;PARTSTAT=ACCEPTED:mailto:{CUSTOMER_MAIL}\n"
            "END:VEVENT\nEND:VCALENDAR\n"
        )
        with self.capture_letters() as letters:
            self.env["mail.thread"].message_process("helpdesk.ticket", mail)
        incident.invalidate_recordset()
        self.assertNoLetters(letters)
        self.assertEqual(incident.incident_phase, WAITING)
        self.assertFalse(incident.last_answer_date)
