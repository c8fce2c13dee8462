# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import (
    CLOSED,
    CLOSURE,
    ESCALATED,
    FROZEN,
    IN_PROGRESS,
    OPENED,
    PHASES,
    REGISTERED,
    WAITING,
)

from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestPersonalPage(PageCommon):
    def _request(self, wait_for="either", **values):
        """Return an incident that waits, with a mail that has left."""
        incident = self._create_incident_in(IN_PROGRESS, **values)
        with self.mock_mail_gateway():
            incident.incident_request("information", "<p>Since when?</p>", wait_for)
        return incident

    def _set_due(self, incident, days=1):
        followup = incident.sudo().followup_id
        followup.event_id = False
        followup.due_date = fields.Datetime.now() + timedelta(days=days)
        return followup

    # Facts

    def test_page_shows_what_the_incident_is(self):
        incident = self._create_incident_in(OPENED)
        text = self.view(incident, self.integrator)
        for fact in (
            incident.number,
            "No outgoing calls",
            "Boulangerie Martin",
            "Telintegra",
            "Busy tone on every call.",
            "Opened, work starts soon",
        ):
            self.assertIn(fact, text)

    def test_each_phase_is_said_in_words_of_a_customer(self):
        for phase, words in (
            (REGISTERED, "Reported, not checked yet"),
            (OPENED, "Opened, work starts soon"),
            (IN_PROGRESS, "We are working on it"),
            (ESCALATED, "Our specialists are working on it"),
            (WAITING, "We are waiting for your reply"),
            (FROZEN, "Frozen until you reply"),
            (CLOSURE, "Solved: please confirm"),
            (CLOSED, "Closed"),
        ):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                page = self.visit(self.get_path(incident, self.integrator))
                (badge,) = page.find_class("o_incident_badge")
                self.assertEqual(badge.text, words)

    def test_bar_marks_one_station_as_the_current_one(self):
        for phase, station in (
            (REGISTERED, "Reported"),
            (FROZEN, "In progress"),
            (CLOSURE, "Solved"),
            (CLOSED, "Closed"),
        ):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                page = self.visit(self.get_path(incident, self.integrator))
                (current,) = page.xpath("//li[@aria-current='step']")
                self.assertEqual(current[0].text_content().strip(), station)

    def test_question_before_opening_leaves_the_bar_at_its_start(self):
        incident = self._create_incident()
        with self.mock_mail_gateway():
            incident.incident_request("information", "<p>Which line?</p>")
        page = self.visit(self.get_path(incident, self.integrator))
        (current,) = page.xpath("//li[@aria-current='step']")
        self.assertEqual(current[0].text_content().strip(), "Reported")

    def test_bar_does_not_claim_what_was_left_out(self):
        incident = self._create_incident()
        incident.action_incident_reject("<p>Not our line.</p>")
        page = self.visit(self.get_path(incident, self.integrator))
        done = page.find_class("o_incident_station_done")
        self.assertEqual(
            [node[0].text_content().strip() for node in done], ["Reported"]
        )
        unsolved = self._create_incident_in(CLOSED)
        page = self.visit(self.get_path(unsolved, self.integrator))
        (todo,) = page.find_class("o_incident_station_todo")
        self.assertEqual(todo[0].text_content().strip(), "Solved")

    def test_contact_is_named_with_its_company(self):
        incident = self._create_incident_in(OPENED, partner_id=self.baker.id)
        self.assertIn(
            "Claire Martin (Boulangerie Martin)", self.view(incident, self.baker)
        )

    def test_no_address_and_no_foreign_link_is_shown(self):
        incident = self._request()
        page = self.visit(self.get_path(incident, self.integrator))
        self.assertNotIn("@boulangerie", page.response.text)
        self.assertNotIn("@telintegra", page.response.text)
        self.assertNotIn("@operator", page.response.text)
        for link in page.xpath("//a/@href"):
            if "token=" in link:
                token = link.partition("token=")[2]
                read = self.incidents._read_incident_link(token)
                self.assertEqual(read.party, self.integrator)

    def test_internal_facts_are_not_shown(self):
        incident = self._create_incident_in(ESCALATED)
        incident.sudo().write(
            {"escalation_reference": "CARRIER-77", "user_id": self.agent.id}
        )
        incident.message_post(
            body="Customer is difficult", subtype_xmlid="mail.mt_note"
        )
        page = self.visit(self.get_path(incident))
        for secret in ("CARRIER-77", "Agathe", "difficult", "incident_agent"):
            self.assertNotIn(secret, page.response.text)

    def test_page_of_an_incident_without_integrator(self):
        incident = self._create_incident_in(
            OPENED, partner_id=self.stranger.id, integrator_id=False
        )
        text = self.view(incident, self.stranger)
        self.assertIn("Stan Stranger", text)
        self.assertNotIn("Integrator", text)

    # What comes next

    def test_awaited_party_reads_until_when_and_what_follows(self):
        incident = self._request()
        followup = self._set_due(incident)
        deadline = incident.sudo()._format_correspondence_date(
            followup.due_date, self.integrator, "en_US"
        )
        closing = incident.sudo()._format_correspondence_date(
            followup._project()[-1][1], self.integrator, "en_US"
        )
        text = self.view(incident, self.integrator)
        self.assertIn(
            f"Please reply before {deadline}. If we do not hear from you, we will send",
            text,
        )
        self.assertIn(f"will be closed automatically on {closing}", text)
        self.assertIn("Your reply is needed", text)

    def test_last_step_is_named_as_what_it_is(self):
        incident = self._request()
        followup = self._set_due(incident)
        steps = followup.plan_id._get_steps()
        for action, words in (
            ("announce", "we will announce the automatic closure"),
            ("close", "otherwise the incident will be closed automatically"),
        ):
            with self.subTest(action=action):
                followup.next_step_id = steps.filtered(
                    lambda step, action=action: step.action == action
                )
                self.assertIn(words, self.view(incident, self.integrator))

    def test_no_date_is_promised_that_is_past_or_unknown(self):
        incident = self._request()
        self._set_due(incident, days=-1)
        page = self.visit(self.get_path(incident, self.integrator))
        (section,) = page.find_class("o_incident_next")
        self.assertIn("Please reply as soon as you can", section.text_content())
        self.assertNotIn("before", section.text_content())
        incident.sudo().followup_id.action_hold()
        self.assertIn("as soon as you can", self.view(incident, self.integrator))

    def test_party_that_is_not_awaited_learns_for_whom_we_wait(self):
        incident = self._request(wait_for="customer")
        text = self.view(incident, self.integrator)
        self.assertIn("We are waiting for the reply of Boulangerie Martin.", text)
        self.assertNotIn("Please reply", text)
        french = self.view(incident, self.customer)
        self.assertNotIn("We are waiting for the reply of", french)

    def test_name_that_ends_with_a_full_stop_is_followed_by_none(self):
        self.customer.name = "Telecom S.A."
        incident = self._request(wait_for="customer")
        text = self.view(incident, self.integrator)
        self.assertIn("the reply of Telecom S.A. Nothing is expected", text)

    def test_of_two_awaited_parties_only_the_silent_one_is_asked(self):
        incident = self._request(wait_for="both")
        self.answer(incident, self.integrator, text="Since Monday.")
        self.assertEqual(incident.incident_phase, WAITING)
        self.assertIn(
            "We are waiting for the reply of Boulangerie Martin.",
            self.view(incident, self.integrator),
        )

    def test_closed_page_says_why_and_until_when_one_may_write(self):
        for reason, words in (
            ("confirmed", "it was confirmed that everything works"),
            ("no_answer", "nobody had answered our request"),
            ("not_confirmed", "nobody had confirmed the closure"),
            ("support", "by our support"),
        ):
            with self.subTest(reason=reason):
                incident = self._create_incident_in(IN_PROGRESS)
                incident.action_incident_close(reason)
                text = self.view(incident, self.integrator)
                self.assertIn(words, text)
                self.assertIn("you can reopen the incident here until", text)

    def test_page_of_a_rejected_incident_says_so(self):
        incident = self._create_incident()
        incident.action_incident_reject("<p>Not our line.</p>")
        text = self.view(incident, self.integrator)
        self.assertIn("we could not take it up", text)
        self.assertIn("Not our line.", text)
        self.assertIn("Not accepted", text)

    def test_page_of_a_duplicate_says_that_it_was_closed(self):
        incident = self._create_incident()
        self._create_incident_in(OPENED)._incident_take_over(incident)
        self.assertEqual(incident.close_reason, "rejected")
        text = self.view(incident, self.integrator)
        self.assertNotRegex(text, "Not accepted|we could not take it up")
        self.assertRegex(text, r"Closed on .* by our support")

    def test_after_the_window_the_page_leads_to_a_new_incident(self):
        incident = self._create_incident_in(CLOSED)
        incident.sudo().closed_date = fields.Datetime.now() - timedelta(days=6)
        page = self.visit(self.get_path(incident, self.integrator))
        self.assertIn("a new incident will be registered", self.read_page(page))
        self.assertTrue(page.xpath("//div[@id='wrap']//a[contains(@href, 'answer')]"))

    # Conversation

    def test_conversation_shows_what_both_may_read_and_who_wrote_it(self):
        incident = self._create_incident_in(IN_PROGRESS)
        incident.incident_update("<p>A technician is on his way.</p>")
        incident.sudo().message_post(
            author_id=self.technician.id,
            body="I am on site.",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        page = self.visit(self.get_path(incident, self.integrator))
        # Without what the process says by itself, in one line.
        entries = page.xpath("//article[header]")
        authors = [entry.xpath("./header/strong")[0].text for entry in entries]
        self.assertEqual(authors[0], "Théo Technician (Telintegra)")
        self.assertEqual(set(authors[1:]), {self.company.name})
        self.assertIn("I am on site.", entries[0].text_content())
        self.assertIn("on his way", entries[1].text_content())

    def test_each_party_reads_our_words_in_its_own_language(self):
        incident = self._create_incident_in(OPENED)
        template = self.env.ref("openip_incident.mail_template_update").sudo()
        template.with_context(lang="fr_FR").body_html = "<p>Bonjour, du nouveau</p>"
        template.with_context(lang="en_US").body_html = "<p>Hello, some news</p>"
        incident.incident_update("<p>Line is up</p>")
        self.assertIn("Bonjour, du nouveau", self.view(incident, self.customer))
        english = self.view(incident, self.integrator)
        self.assertIn("Hello, some news", english)
        self.assertNotIn("Bonjour", english)

    def test_mail_is_shown_without_what_it_quotes(self):
        incident = self._create_incident_in(OPENED)
        old = "Our technician has measured the line this morning."
        with self.mock_mail_gateway():
            incident.incident_update(f"<p>{old}</p>")
            self._reply(
                incident,
                self.integrator,
                html=f"<p>New words</p><p>De : Operator<br>À : Igor &lt;"
                f"{self.integrator.email}&gt;</p><p>{old}</p>"
                "<blockquote>Words of a third person</blockquote>",
            )
        text = self.view(incident, self.customer)
        self.assertIn("New words", text)
        self.assertIn("Words of a third person", text)
        self.assertEqual(text.count(old), 1, "our own entry")
        self.assertNotIn(self.integrator.email, text)

    def test_mail_that_does_not_count_is_not_shown(self):
        incident = self._create_incident_in(OPENED)
        with self.mock_mail_gateway():
            self._reply(
                incident,
                self.integrator,
                html="<p>Away until Monday</p>",
                headers={"Auto-Submitted": "auto-replied"},
            )
        self.assertNotIn("Away until", self.view(incident))

    def test_page_speaks_the_language_of_its_reader(self):
        incident = self._create_incident_in(OPENED)
        for party, lang in ((self.customer, "fr-FR"), (self.integrator, "en-US")):
            with self.subTest(party=party.name):
                page = self.visit(self.get_path(incident, party))
                self.assertEqual(page.get("lang"), lang)

    def test_reader_without_language_gets_that_of_the_browser(self):
        self.integrator.lang = False
        incident = self._create_incident_in(OPENED)
        path = self.get_path(incident, self.integrator)
        page = self.visit(path, headers={"Accept-Language": "fr-FR,fr;q=0.9"})
        self.assertEqual(page.get("lang"), "fr-FR")

    def test_dates_are_in_the_zone_of_the_reader(self):
        self.integrator.tz = "America/Martinique"
        incident = self._request()
        self._set_due(incident)
        self.assertIn("(Martinique time)", self.view(incident, self.integrator))

    # Frame

    def test_headers_keep_the_link_secret(self):
        incident = self._create_incident_in(OPENED)
        response = self.visit(self.get_path(incident)).response
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex")
        self.assertIn(
            "frame-ancestors 'none'", response.headers["Content-Security-Policy"]
        )

    def test_page_shows_the_company_and_no_menu(self):
        incident = self._create_incident_in(OPENED)
        page = self.visit(self.get_path(incident))
        (brand,) = page.find_class("o_incident_brand")
        self.assertIn(self.company.name, brand.text_content())
        self.assertFalse(page.xpath("//*[@id='top_menu']"))
        self.assertFalse(page.xpath("//a[starts-with(@href, '/odoo')]"))

    def test_session_of_an_agent_makes_no_difference(self):
        incident = self._create_incident_in(WAITING)
        path = self.get_path(incident, self.integrator)
        anonymous = self.view(incident, self.integrator)
        self.authenticate(self.agent.login, self.agent.login)
        self.assertEqual(self.read_page(self.visit(path)), anonymous)
        self.answer(incident, self.integrator, text="Since Monday")
        self.assertEqual(
            self.get_answers(incident, self.integrator).author_id, self.integrator
        )

    def test_every_purpose_opens_the_page(self):
        incident = self._create_incident_in(OPENED)
        for purpose in ("view", "answer", "closure"):
            token = self.get_token(incident, self.integrator, purpose)
            text = self.read_page(self.visit(f"/incident/{incident.id}?token={token}"))
            self.assertIn(incident.number, text)

    # Cost

    def test_pages_cost_few_queries_however_much_there_is(self):
        incident = self._create_incident_in(WAITING)
        paths = {
            purpose: self.get_path(incident, self.integrator, purpose)
            for purpose in ("view", "answer", "closure")
        }
        few = {purpose: self._count_queries(path) for purpose, path in paths.items()}
        for number in range(20):
            incident.sudo().message_post(
                author_id=self.technician.id,
                body=f"Message {number}",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                attachments=[(f"{number}.txt", b"content")],
            )
        self._create_incident_in(OPENED)
        for purpose, path in paths.items():
            with self.subTest(purpose=purpose):
                many = self._count_queries(path)
                self.assertLess(many, 60)
                # Files and notices come in once there are some, not one by one.
                self.assertLessEqual(many, few[purpose] + 5)

    def _count_queries(self, path):
        self.visit(path)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.visit(path)
        return self.cr.sql_log_count - before

    def test_every_phase_has_a_page_for_both_parties(self):
        for phase in PHASES:
            incident = self._create_incident_in(phase)
            for party in (self.customer, self.integrator):
                for purpose in ("view", "answer", "closure"):
                    with self.subTest(phase=phase, party=party.name, purpose=purpose):
                        page = self.visit(self.get_path(incident, party, purpose))
                        self.assertIn(incident.number, self.read_page(page))

    def test_integrator_of_two_incidents_sees_one_per_link(self):
        first = self._create_incident_in(OPENED)
        second = self._create_incident_in(OPENED, name="Second trouble")
        self.assertNotIn("Second trouble", self.view(first, self.integrator))
        self.assertIn("Second trouble", self.view(second, self.integrator))

    def test_colleague_is_no_party(self):
        incident = self._create_incident_in(OPENED)
        incident.sudo().partner_id.child_ids = [Command.create({"name": "New"})]
        path = self.get_path(incident, self.customer.child_ids[-1])
        self.assertNeutral(self.url_open(path))
