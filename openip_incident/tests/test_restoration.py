# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Expected restoration and interventions: told once, kept, over when they are over."""

from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import SMTP

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import (
    CLOSED,
    CLOSURE,
    CUSTOMER_MAIL,
    ESCALATED,
    FROZEN,
    IDENTITY_MARKS,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    OPENED,
    REGISTERED,
    WAITING,
    IncidentCommon,
)
from .ics_reader import read_calendar, read_date

NOW = datetime(2026, 11, 16, 10, 0)
SOON = NOW + timedelta(hours=6)
LATER = NOW + timedelta(days=1)
BEGIN = datetime(2026, 11, 24, 13, 0)
END = datetime(2026, 11, 24, 15, 0)
WORDS = "<p>The carrier has found the broken cable.</p>"


class RestorationCommon(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Europe/Paris"
        (cls.customer | cls.integrator).tz = "Europe/Paris"
        cls.company.resource_calendar_id.tz = "Europe/Paris"

    def _act(self, incident, act, *args, **kwargs):
        with self.capture_letters() as letters:
            self.assertIs(getattr(incident, act)(*args, **kwargs), True)
        return letters

    def _expect(self, incident, *args, **kwargs):
        return self._act(incident, "incident_expect_restoration", *args, **kwargs)

    def _plan(self, incident, begin=BEGIN, end=END, **kwargs):
        return self._act(incident, "incident_plan_intervention", begin, end, **kwargs)

    def _interventions(self, incident):
        return incident.sudo().incident_intervention_ids

    def _read_file(self, letter):
        """Return the one calendar file of a letter, read, and its name."""
        files = [file for file in letter["attachments"] if file[2] == "text/calendar"]
        self.assertEqual(len(files), 1)
        [(name, content, _kind)] = files
        self.assertTrue(name.endswith(".ics"))
        return read_calendar(content)

    def _mails_of_both(self, letters):
        self.assertBothInformed(letters)
        return (
            self._letter_to(letters, CUSTOMER_MAIL),
            self._letter_to(letters, INTEGRATOR_MAIL),
        )


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestExpectedRestoration(RestorationCommon):
    def test_each_party_is_told_once_in_its_language(self):
        incident = self._create_incident_in(IN_PROGRESS)
        customer, integrator = self._mails_of_both(self._expect(incident, SOON, WORDS))
        self.assertEqual(incident.expected_restoration_date, SOON)
        self.assertIn("lundi 16 novembre à 17 h 00", customer["body"])
        self.assertIn("Monday 16 November at 17:00", integrator["body"])
        self.assertIn("broken cable", customer["body"])
        self.assertIn(incident.number, integrator["subject"])

    def test_change_and_withdrawal_are_told(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._expect(incident, SOON)
        letters = self._expect(incident, LATER)
        self.assertBothInformed(letters)
        body = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        self.assertIn("Tuesday 17 November at 11:00", body)
        self.assertIn("no longer by", body)
        self.assertIn("Monday 16 November at 17:00", body)
        letters = self._expect(incident, False)
        self.assertBothInformed(letters)
        self.assertFalse(incident.expected_restoration_date)
        body = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        self.assertIn("no longer valid", body)
        self.assertNotIn("Expected restoration:</", body)

    def test_same_date_is_no_news_but_words_are(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._expect(incident, SOON)
        self.assertNoLetters(self._expect(incident, SOON))
        self.assertBothInformed(self._expect(incident, SOON, WORDS))

    def test_every_mail_says_it_as_long_as_it_is_promised(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._expect(incident, SOON)
        said = "Monday 16 November at 17:00"

        def tell():
            with self.capture_letters() as letters:
                incident.incident_update(WORDS)
            return self._letter_to(letters, INTEGRATOR_MAIL)["body"]

        self.assertIn("Expected restoration:", tell())
        self.assertIn(said, tell())
        with freeze_time(SOON + timedelta(minutes=1)):
            self.assertNotIn("Expected restoration:", tell())

    def test_solved_and_closed_incidents_promise_nothing(self):
        for phase in (CLOSURE, CLOSED):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(IN_PROGRESS)
                self._expect(incident, SOON)
                with self.capture_letters() as letters:
                    incident.write({"stage_id": self.stages[phase].id})
                body = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
                self.assertNotIn("Expected restoration:", body)

    def test_promise_does_not_come_to_life_again(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._expect(incident, LATER)
        with self.capture_letters():
            incident.action_incident_resolve()
            self.assertEqual(incident.expected_restoration_date, LATER)
            incident.action_incident_start()
        self.assertFalse(incident.expected_restoration_date)

    def test_changes_are_kept_in_the_language_of_the_company(self):
        self.company.partner_id.lang = "fr_FR"
        incident = self._create_incident_in(IN_PROGRESS)
        self._expect(incident, SOON)
        self._expect(incident, LATER)
        self.flush_tracking()
        values = incident.sudo().message_ids.tracking_value_ids.filtered(
            lambda value: value.field_id.name == "expected_restoration_date"
        )
        self.assertEqual(
            values.sorted("id").mapped("new_value_datetime"), [SOON, LATER]
        )
        entries = self._entries(incident)
        self.assertTrue(
            any("lundi 16 novembre" in str(entry.body) for entry in entries)
        )

    def test_refused(self):
        at_work = self._create_incident_in(IN_PROGRESS)
        with self.assertRaisesRegex(UserError, "future"):
            at_work.incident_expect_restoration(NOW)
        with self.assertRaisesRegex(UserError, "no date"):
            at_work.incident_expect_restoration("soon")
        for phase in (REGISTERED, CLOSURE, CLOSED):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                with self.assertRaisesRegex(UserError, incident.number):
                    incident.incident_expect_restoration(SOON)
        for phase in (OPENED, ESCALATED, WAITING, FROZEN):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                self.assertBothInformed(self._expect(incident, SOON))

    def test_agent_without_rights(self):
        incident = self._create_incident_in(IN_PROGRESS)
        clerk = new_test_user(self.env, "incident_clerk", groups="base.group_user")
        for act in (
            "incident_expect_restoration",
            "incident_plan_intervention",
            "incident_change_intervention",
            "incident_cancel_intervention",
        ):
            with self.subTest(act=act), self.assertRaises(AccessError):
                getattr(incident.with_user(clerk), act)()

    def test_many_at_once(self):
        incidents = self._create_incidents(4)
        with self.capture_letters():
            incidents.action_incident_open()
        letters = self._expect(incidents, SOON)
        self.assertEqual(len(letters), 8)
        self.assertEqual(set(incidents.mapped("expected_restoration_date")), {SOON})


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestIntervention(RestorationCommon):
    def test_planned(self):
        incident = self._create_incident_in(IN_PROGRESS)
        letters = self._plan(
            incident, place="12 rue du Four, Rennes", visitor="Théo", body=WORDS
        )
        customer, integrator = self._mails_of_both(letters)
        self.assertIn("mardi 24 novembre à 14 h 00 – 16 h 00", customer["body"])
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


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestRestorationDialog(RestorationCommon):
    def _open(self, action):
        self.assertEqual(action["res_model"], "incident.act.wizard")
        wizards = self.env["incident.act.wizard"].with_user(self.agent)
        return Form(wizards.with_context(**action["context"]))

    def test_plan_with_a_look_at_the_mails(self):
        self.customer.write({"street": "12 rue du Four", "city": "Rennes"})
        incident = self._create_incident_in(IN_PROGRESS)
        form = self._open(incident.incident_plan_intervention())
        self.assertIn("12 rue du Four", form.place)
        form.begin_date, form.end_date, form.visitor = BEGIN, END, "Théo"
        wizard = form.save()
        self.assertIn("2 mails", wizard.summary)
        self.assertIn("Telintegra", wizard.readers)
        mails = self.env["mail.mail"].sudo()
        before = mails.search_count([])
        wizard.action_preview()
        self.assertEqual(mails.search_count([]), before)
        self.assertIn("mardi 24 novembre", wizard.preview)
        self.assertIn(".ics", wizard.preview)
        self.assertFalse(self._interventions(incident))
        with self.capture_letters() as letters:
            wizard.action_confirm()
        self.assertBothInformed(letters)
        self.assertEqual(self._interventions(incident).begin_date, BEGIN)

    def test_change_and_cancel_know_the_intervention(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._plan(incident, place="Rennes", visitor="Théo")
        intervention = self._interventions(incident).with_user(self.agent)
        form = self._open(intervention.action_change_dialog())
        self.assertEqual((form.begin_date, form.place), (BEGIN, "Rennes"))
        form.place = "Vitré"
        with self.capture_letters() as letters:
            form.save().action_confirm()
        self.assertBothInformed(letters)
        self.assertEqual(intervention.place, "Vitré")
        form = self._open(intervention.action_cancel_dialog())
        with self.capture_letters() as letters:
            form.save().action_confirm()
        self.assertBothInformed(letters)
        self.assertEqual(intervention.state, "cancelled")

    def test_done_tells_nobody(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._plan(incident)
        intervention = self._interventions(incident).with_user(self.agent)
        with self.capture_letters() as letters:
            intervention.action_done()
        self.assertNoLetters(letters)
        self.assertEqual(intervention.state, "done")
        self.assertFalse(incident.sudo().incident_intervention_until)

    def test_withdraw_by_the_dialog(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self._expect(incident, SOON)
        form = self._open(incident.incident_expect_restoration())
        self.assertEqual(form.expected_date, SOON)
        form.expected_date = False
        with self.capture_letters() as letters:
            form.save().action_confirm()
        self.assertBothInformed(letters)
        self.assertFalse(incident.expected_restoration_date)
