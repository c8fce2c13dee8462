# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime

from freezegun import freeze_time
from lxml.html import fromstring

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CUSTOMER_MAIL, INTEGRATOR_MAIL

from .form_common import ANSWERS, FORM_PATH, FormCommon
from .intake_common import UNKNOWN, UNKNOWN_MAIL

CLAIRE = "claire@boulangerie.example.com"
NEW_MAIL = "new@garage.example.com"


@tagged("post_install", "-at_install")
class TestForm(FormCommon):
    # What the form shows

    def test_form_comes_with_what_the_mail_says(self):
        path = self._get_form_path(
            self.baker.email_formatted, subject="No dial tone", html="<p>Dead line.</p>"
        )
        page = self.visit(path)
        form = self.get_form(page)
        self.assertEqual(form.fields["subject"], "No dial tone")
        self.assertEqual(form.fields["description"].strip(), "Dead line.")
        self.assertIsNone(form.fields["impact"], "A human has to choose")
        self.assertIn("Claire Martin (Boulangerie Martin)", self.read_page(page))
        self.assertFalse({"name", "customer"} & self._name_fields(page))

    def test_form_speaks_its_readers_language(self):
        path = self._get_form_path(self.baker.email_formatted)
        self.assertEqual(self.visit(path).get("lang"), "fr-FR")
        self.opener.headers["Accept-Language"] = "en-US"
        unknown = self._get_form_path(UNKNOWN)
        self.assertEqual(self.visit(unknown).get("lang"), "en-US")

    def test_sender_finds_the_name_of_its_mail(self):
        path = self._get_form_path('"Claire Martin" <claire@nowhere.example.com>')
        [name] = self.visit(path).xpath("//input[@name='name']/@value")
        self.assertEqual(name, "Claire Martin")

    def test_description_keeps_the_paragraphs_of_the_mail(self):
        for sender, html in (
            (self.baker, "<p>Good morning,</p><p>No <b>line</b>.</p>"),
            (self.technician, "<pre>Good morning,\n\nNo line.</pre>"),
        ):
            path = self._get_form_path(sender.email_formatted, html=html)
            [text] = self.visit(path).xpath("//textarea[@id='description']/text()")
            self.assertEqual(text.strip(), "Good morning,\n\nNo line.")

    def test_every_field_has_its_label(self):
        page = self.visit(self._get_form_path(self.technician.email_formatted))
        labels = set(page.xpath("//label/@for"))
        for element in page.xpath("//form//*[@name and not(@type='hidden')]"):
            if element.tag != "button":
                self.assertIn(element.get("id"), labels)

    def test_services_that_a_party_has_named_are_offered(self):
        self._create_incident(incident_service="Line 7", partner_id=self.baker.id)
        self._create_incident(incident_service="Secret", partner_id=self.stranger.id)
        page = self.visit(self._get_form_path(self.baker.email_formatted))
        self.assertEqual(page.xpath("//datalist/option/@value"), ["Line 7"])

    def test_categories_of_the_portal_are_offered(self):
        categories = self.env["helpdesk.ticket.category"]
        shown = categories.create({"name": "Telephony", "company_id": self.company.id})
        hidden = categories.create(
            {"name": "Inside", "company_id": self.company.id, "show_in_portal": False}
        )
        elsewhere = {"name": "Elsewhere", "company_id": self.company_2.id}
        foreign = categories.create(elsewhere)
        page = self.visit(self._get_form_path(self.baker.email_formatted))
        offered = page.xpath("//select[@id='category']/option/@value")
        self.assertIn(str(shown.id), offered)
        self.assertFalse({str(hidden.id), str(foreign.id)} & set(offered))

    # Customers

    def test_customer_gets_a_number_and_both_a_mail(self):
        values = {"tried": "Restarted", "onsite": "Claire, 06"}
        incident, letters = self._report(subject="No calls", service="Line 7", **values)
        self.assertRegistered(incident)
        self.assertRecordValues(
            incident,
            [
                {
                    "name": "No calls",
                    "team_id": self.team.id,
                    "partner_id": self.baker.id,
                    "integrator_id": self.integrator.id,
                    "customer_party_id": self.customer.id,
                    "incident_service": "Line 7",
                    "incident_impact": "down",
                    "incident_tried": "Restarted",
                    "incident_onsite": "Claire, 06",
                    "priority": "2",
                    "user_id": False,
                }
            ],
        )
        self.assertIn("Busy tone", incident.description)
        self.assertPartiesGot(letters, CLAIRE, INTEGRATOR_MAIL)
        letter = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertTrue(letter["subject"].startswith(incident.number))
        self.assertIn(f"/incident/{incident.id}?token=", letter["body"])
        self.assertEqual(self.intake.ticket_id, incident)
        self.assertEqual(self.intake.state, "submitted")

    def test_page_after_the_form_shows_number_and_state(self):
        path = self._get_form_path(self.technician.email_formatted)
        incident, _letters = self._report(path=path, customer=str(self.customer.id))
        self.assertTrue(self.response.headers["Location"].endswith(path))
        page = self.visit(path)
        self.assertFalse(page.forms)
        next_step = "As soon as the incident is opened"
        for text in (incident.number, "Reported, not checked yet", next_step):
            self.assertIn(text, self.read_page(page))
        incident.with_user(self.agent).action_incident_open()
        later = self.read_page(self.visit(path))
        self.assertIn("Opened", later)
        # What has happened since is not announced any more.
        for past in (next_step, "Our support checks"):
            self.assertNotIn(past, later)

    def test_each_party_reads_its_own_language(self):
        template = self.env.ref("openip_incident_portal.mail_template_registered")
        template.with_context(lang="fr_FR").subject = "{{ object.number }} – Enregistré"
        _incident, letters = self._report()
        self.assertIn("Enregistré", self._letter_to(letters, CLAIRE)["subject"])
        self.assertIn(
            "Incident registered", self._letter_to(letters, INTEGRATOR_MAIL)["subject"]
        )

    def test_title_that_ends_with_a_full_stop_is_followed_by_none(self):
        incident, letters = self._report(subject="The line is dead.")
        self.assertEqual(incident.name, "The line is dead.")
        for address in (CLAIRE, INTEGRATOR_MAIL):
            body = fromstring(self._letter_to(letters, address)["body"])
            self.assertIn("The line is dead.", body.text_content())
            self.assertNotIn("dead..", body.text_content())

    def test_title_is_how_the_text_begins_when_there_is_no_other(self):
        incident, _letters = self._report(subject="", description="Line down\nAll day")
        self.assertEqual(incident.name, "Line down")

    def test_since_when_is_local_time(self):
        self.baker.tz = "Europe/Paris"
        with freeze_time("2026-11-23 09:00:00"):
            incident, _letters = self._report(since="2026-11-23T08:30")
        self.assertEqual(incident.incident_since, datetime(2026, 11, 23, 7, 30))

    def test_since_when_may_be_typed_as_the_reader_writes_it(self):
        """Where a browser has no field for moments, people write them."""
        self.baker.tz = "Europe/Paris"
        self.baker.lang = "fr_FR"
        with freeze_time("2026-11-23 09:00:00"):
            incident, _letters = self._report(since="23/11/2026 08:30")
            self.assertEqual(incident.incident_since, datetime(2026, 11, 23, 7, 30))
            path = self._get_form_path(self.technician.email_formatted)
            response = self.fill(path, **ANSWERS, customer="own", since="yesterday")
        self.assertRefused(response, "like 11/23/2026 09:30")

    def test_files_of_form_and_mail_are_kept(self):
        path = self._get_form_path(self.baker.email_formatted)
        attachment = self.env["ir.attachment"].create(
            {
                "name": "trace.log",
                "raw": b"SIP 503",
                "res_model": "incident.intake",
                "res_id": self.intake.id,
            }
        )
        self.intake.original_id.attachment_ids += attachment
        self.assertIn("trace.log", self.read_page(self.visit(path)))
        incident, _letters = self._report(
            path=path, files=[("plan.pdf", b"%PDF-1"), ("notes.txt", b"Notes")]
        )
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", incident.id)]
        )
        self.assertEqual(
            set(files.mapped("name")), {"plan.pdf", "notes.txt", "trace.log"}
        )
        by_name = {file.name: file for file in files}
        self.assertEqual(by_name["notes.txt"].raw, b"Notes")
        self.assertFalse(any(files.mapped("public")))
        self.assertFalse(any(files.mapped("access_token")))

    # Integrators

    def test_integrator_chooses_among_its_customers(self):
        foreign = self.env["res.partner"].create({"name": "Foreign customer"})
        page = self.visit(self._get_form_path(self.technician.email_formatted))
        offered = page.xpath("//select[@id='customer']/option/@value")
        self.assertEqual(set(offered), {"", str(self.customer.id), "own", "new"})
        self.assertNotIn(foreign.name, self.read_page(page))

    def test_integrator_reports_for_its_customer(self):
        incident, letters = self._report(
            self.technician.email_formatted, customer=str(self.customer.id)
        )
        self.assertRegistered(incident)
        self.assertEqual(incident.partner_id, self.customer)
        self.assertEqual(incident.integrator_id, self.integrator)
        self.assertPartiesGot(letters, CUSTOMER_MAIL, INTEGRATOR_MAIL)

    def test_integrator_reports_its_own_line(self):
        incident, letters = self._report(
            self.technician.email_formatted, customer="own"
        )
        self.assertEqual(incident.partner_id, self.technician)
        self.assertFalse(incident.integrator_id)
        self.assertPartiesGot(letters, "theo@telintegra.example.com")

    def test_integrator_names_a_new_customer(self):
        incident, letters = self._report(
            self.technician.email_formatted,
            customer="new",
            customer_name="Garage Dupont",
            customer_email="New@Garage.example.com",
        )
        self.assertRegistered(incident)
        self.assertFalse(incident.partner_id)
        self.assertEqual(incident.integrator_id, self.integrator)
        self.assertPartiesGot(letters, NEW_MAIL, INTEGRATOR_MAIL)
        with self.capture_letters() as letters:
            incident.with_user(self.agent).action_incident_open()
        customer = incident.partner_id
        self.assertEqual(customer.name, "Garage Dupont")
        self.assertEqual(customer.email, NEW_MAIL)
        self.assertEqual(customer.integrator_id, self.integrator)
        self.assertPartiesGot(letters, NEW_MAIL, INTEGRATOR_MAIL)

    def test_new_customer_who_is_none_is_recognised(self):
        incident, _letters = self._report(
            self.technician.email_formatted,
            customer="new",
            customer_name="The bakery",
            customer_email=CUSTOMER_MAIL.upper(),
        )
        self.assertEqual(incident.partner_id, self.customer)

    def test_contact_of_somebody_else_is_not_taken_over(self):
        incident, letters = self._report(
            self.technician.email_formatted,
            customer="new",
            customer_name="Stan",
            customer_email=self.stranger.email,
        )
        self.assertFalse(incident.partner_id)
        self.assertNotIn(
            "token=", self._letter_to(letters, self.stranger.email)["body"]
        )
        with self.assertRaisesRegex(UserError, "Stan Stranger"):
            incident.with_user(self.agent).action_incident_open()
        self.assertFalse(incident.partner_id)
        self.assertFalse(self.stranger.integrator_id)

    # With a login

    def test_login_reports_without_a_mail(self):
        user = self._log_in(self.baker)
        incident, letters = self._report(path=FORM_PATH)
        self.assertRegistered(incident)
        self.assertEqual(incident.partner_id, self.baker)
        self.assertEqual(incident.team_id, self.team)
        self.assertEqual(incident.create_uid, user)
        self.assertPartiesGot(letters, CLAIRE, INTEGRATOR_MAIL)
        page = self.visit(self.response.headers["Location"])
        self.assertIn(incident.number, self.read_page(page))
        self.assertIn(f"/my/ticket/{incident.id}", page.xpath("//a/@href"))

    def test_login_of_an_integrator_chooses_its_customer(self):
        self._log_in(self.technician)
        incident, _letters = self._report(
            path=FORM_PATH, customer=str(self.customer.id)
        )
        self.assertEqual(incident.partner_id, self.customer)
        self.assertEqual(incident.integrator_id, self.integrator)

    def test_without_a_login_one_is_asked_for(self):
        response = self.url_open(FORM_PATH, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])

    def test_agents_are_sent_to_the_backend(self):
        self.authenticate(self.agent.login, self.agent.login)
        response = self.url_open(FORM_PATH, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith("/odoo/incidents"))

    def test_company_whose_teams_are_not_for_the_portal_has_no_form(self):
        self._log_in(self.baker)
        teams = self.env["helpdesk.ticket.team"].search([])
        teams.write({"incident_intake": False, "show_in_portal": False})
        self.assertNeutral(self.url_open(FORM_PATH))

    def test_team_without_mail_intake_takes_incidents_on_the_portal(self):
        user = self._log_in(self.baker)
        teams = self.env["helpdesk.ticket.team"].search([])
        teams.write({"incident_intake": False, "show_in_portal": False})
        self.team.show_in_portal = True
        incident, _letters = self._report(path=FORM_PATH)
        self.assertRegistered(incident)
        self.assertEqual((incident.team_id, incident.create_uid), (self.team, user))

    # Unknown senders

    def test_unknown_sender_reads_number_and_fixed_words_only(self):
        before = self.env["res.partner"].search_count([])
        incident, letters = self._report_unknown(
            subject="Buy now at evil.example.com", service="Evil line"
        )
        self.assertRegistered(incident)
        self.assertFalse(incident.partner_id)
        self.assertEqual(incident.partner_name, "Unknown Ltd")
        self.assertEqual(incident.partner_email, UNKNOWN_MAIL)
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertPartiesGot(letters, UNKNOWN_MAIL)
        letter = self._letter_to(letters, UNKNOWN_MAIL)
        self.assertIn(incident.number, letter["subject"])
        self.assertIn(incident.number, letter["body"])
        for text in ("evil", "Evil", "Unknown Ltd", "Busy", "href", "http", "token"):
            self.assertNotIn(text, letter["subject"] + letter["body"])

    def test_answer_of_an_unknown_sender_stays_inside(self):
        incident, _letters = self._report_unknown()
        sent = self.env["mail.message"].search(
            [
                ("model", "=", "helpdesk.ticket"),
                ("res_id", "=", incident.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self._receive(UNKNOWN, sent.reply_to, reply_to=sent, html="<p>More.</p>")
        incident.invalidate_recordset()
        (answer,) = incident.message_ids.filtered(
            lambda message: "More." in message.body
        )
        self.assertTrue(answer.subtype_id.internal)

    def test_integrator_named_by_an_unknown_sender_is_a_suggestion(self):
        incident, letters = self._report_unknown(integrator="Telintegra")
        self.assertFalse(incident.integrator_id)
        self.assertEqual(incident.suggested_integrator, "Telintegra")
        self.assertPartiesGot(letters, UNKNOWN_MAIL)
        self.assertIn("Telintegra", incident.incident_banner)
        incident.integrator_id = self.integrator
        with self.capture_letters() as letters:
            incident.with_user(self.agent).action_incident_open()
        self.assertPartiesGot(letters, UNKNOWN_MAIL, INTEGRATOR_MAIL)
        self.assertEqual(incident.partner_id.integrator_id, self.integrator)
        self.assertIn("token=", self._letter_to(letters, UNKNOWN_MAIL)["body"])

    def test_opening_finds_the_contact_that_was_made_meanwhile(self):
        incident, _letters = self._report_unknown()
        partner = self.env["res.partner"].create(
            {"name": "Ursula", "email": UNKNOWN_MAIL, "lang": "en_US"}
        )
        incident.with_user(self.agent).action_incident_open()
        self.assertEqual(incident.partner_id, partner)

    def test_dropping_the_card_on_the_opening_creates_the_customer(self):
        incident, _letters = self._report_unknown()
        incident.with_user(self.agent).action_incident_enter(self.stages["opened"].id)
        self.assertEqual(incident.incident_phase, "opened")
        self.assertEqual(incident.partner_id.email, UNKNOWN_MAIL)

    def test_nobody_is_asked_who_cannot_read(self):
        incident, _letters = self._report_unknown()
        agent = incident.with_user(self.agent)
        self.assertIn("on no contact", incident.incident_banner)
        with self.assertRaisesRegex(UserError, "create the customer"):
            agent.incident_request("information", "<p>Which line?</p>")
        agent.action_incident_create_customer()
        self.assertNotIn("on no contact", incident.incident_banner)
        with self.capture_letters() as letters:
            agent.incident_request("information", "<p>Which line?</p>")
        self.assertPartiesGot(letters, UNKNOWN_MAIL)
        with self.assertRaises(UserError):
            agent.action_incident_create_customer()

    def test_customer_of_an_unknown_sender_reads_the_forms_language(self):
        self.opener.headers["Accept-Language"] = "fr-FR"
        incident, letters = self._report_unknown()
        self.assertEqual(incident.incident_form_lang, "fr_FR")
        incident.with_user(self.agent).action_incident_create_customer()
        self.assertEqual(incident.partner_id.lang, "fr_FR")

    def test_rejection_reaches_whom_support_has_made_a_customer(self):
        incident, _letters = self._report_unknown()
        agent = incident.with_user(self.agent)
        agent.action_incident_create_customer()
        with self.capture_letters() as letters:
            agent.action_incident_reject("<p>This is not ours.</p>")
        letter = self._letter_to(letters, UNKNOWN_MAIL)
        self.assertIn("This is not ours.", letter["body"])

    # Cost

    def test_form_costs_the_same_however_many_incidents_there_are(self):
        path = self._get_form_path(self.technician.email_formatted)
        counts = []
        for _turn in range(2):
            self.visit(path)
            self.env.invalidate_all()
            counts.append(self._count_queries(lambda: self.visit(path)))
            for index in range(20):
                self._create_incident(incident_service=f"Line {index}")
        self.assertLess(counts[1], 60)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_sending_costs_the_same_however_many_incidents_there_are(self):
        answers = {**ANSWERS, "customer": str(self.customer.id)}
        counts = []
        for name in ("first", "second", "third"):
            colleague = self.technician.copy(
                {"email": f"{name}@telintegra.example.com"}
            )
            form = self.get_form(
                self.visit(self._get_form_path(colleague.email_formatted))
            )
            self.env.invalidate_all()
            counts.append(
                self._count_queries(lambda form=form: self.send(form, **answers))
            )
            self.assertEqual(self.intake.state, "submitted")
            for index in range(10):
                self._create_incident(incident_service=f"Line {index}")
        # The first one reads what all of them share.
        self.assertLessEqual(counts[2], counts[1] + 2)
        # Its service is looked up, and who has reported it is noted.
        self.assertLessEqual(counts[2], 60)

    def _count_queries(self, act):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        act()
        return self.env.cr.sql_log_count - before
