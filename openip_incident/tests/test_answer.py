# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the parties answer, through the real gateway."""

from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.mail.tests.common import freeze_all_time

from .common import (
    CLOSURE,
    CUSTOMER_MAIL,
    FROZEN,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    OPENED,
    WAITING,
    IncidentCommon,
)

NOW = datetime(2026, 11, 16, 10, 0)
ANSWER_TYPE = "openip_incident.mail_activity_type_answer"

# How a mail client quotes what it answers.
QUOTING = (
    "<div>It works again.</div>"
    '<div class="gmail_quote"><div>On Monday, Operator wrote:</div>'
    '<blockquote class="gmail_quote">{quoted}</blockquote></div>'
)


@tagged("post_install", "-at_install")
class TestAnswer(IncidentCommon):
    def _request(self, wait_for="either", **values):
        incident = self._create_incident_in(IN_PROGRESS, **values)
        with self.capture_letters():
            incident.incident_request("information", "<p>When?</p>", wait_for)
        return incident

    def _answers(self, incident):
        return incident.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(ANSWER_TYPE)
        )

    # It lands, and counts

    def test_answer_lands_as_the_partys(self):
        incident = self._request()
        tickets = self.env["helpdesk.ticket"].search_count([])
        with self.capture_letters(), freeze_time(NOW):
            self._reply(incident, self.customer)
        entry = self._entries(incident)[:1]
        self.assertEqual(entry.author_id, self.customer)
        self.assertIn("It works again.", entry.body)
        self.assertEqual(entry.message_type, "email")
        self.assertEqual(incident.last_answer_date, NOW)
        self.assertTrue(incident.answer_unread)
        self.assertTrue(incident.our_turn)
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), tickets)

    def test_answer_resumes_waiting_and_frozen(self):
        for phase in (WAITING, FROZEN):
            for party in (self.customer, self.integrator):
                with self.subTest(phase=phase, party=party.name):
                    incident = self._request()
                    incident.stage_id = self.stages[phase]
                    with self.capture_letters():
                        self._reply(incident, party)
                    self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_answer_in_other_phases_moves_nothing(self):
        for phase in (OPENED, IN_PROGRESS, CLOSURE):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(OPENED)
                with self.capture_letters():
                    incident.incident_update("<p>News</p>")
                if phase != OPENED:
                    incident.stage_id = self.stages[phase]
                with self.capture_letters():
                    self._reply(incident, self.customer)
                self.assertEqual(incident.incident_phase, phase)
                self.assertTrue(incident.answer_unread)

    def test_answer_to_a_rejected_incident_is_seen(self):
        incident = self._create_incident()
        with self.capture_letters():
            incident.action_incident_reject("<p>No</p>")
            self.flush_tracking()
        with self.capture_letters():
            self._reply(incident, self.customer)
        self.assertTrue(incident.answer_unread)

    def test_colleague_of_a_party_may_answer(self):
        for author, party in (
            (self.baker, self.customer),
            (self.technician, self.integrator),
        ):
            with self.subTest(author=author.name):
                incident = self._request()
                with self.capture_letters():
                    self._reply(incident, party, author=author)
                self.assertEqual(incident.incident_phase, IN_PROGRESS)
                self.assertEqual(self._entries(incident)[:1].author_id, author)

    def test_portal_answer_counts_the_same(self):
        portal = self._create_portal_user(self.baker, "portal_answer")
        incident = self._request()
        with self.capture_letters() as letters:
            incident.with_user(portal).message_post(
                body="Since Monday",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        incident.invalidate_recordset()
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertTrue(incident.answer_unread)
        self.assertLettersTo(self._to_parties(letters), INTEGRATOR_MAIL)

    def _to_parties(self, letters):
        ours = {self.agent.email, self.leader.email, self.manager.email}
        return [
            letter for letter in letters if not ours & set(self._recipients([letter]))
        ]

    # Whom it was waited for

    def test_wait_for_one_party(self):
        for wait_for, awaited, other in (
            ("customer", self.customer, self.integrator),
            ("integrator", self.integrator, self.customer),
        ):
            with self.subTest(wait_for=wait_for):
                incident = self._request(wait_for)
                with self.capture_letters():
                    self._reply(incident, other)
                self.assertEqual(incident.incident_phase, WAITING)
                self.assertTrue(incident.answer_unread)
                with self.capture_letters():
                    self._reply(incident, awaited)
                self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_wait_for_both(self):
        for first, second in (
            (self.customer, self.integrator),
            (self.integrator, self.customer),
        ):
            with self.subTest(first=first.name):
                incident = self._request("both")
                with self.capture_letters():
                    self._reply(incident, first)
                self.assertEqual(incident.incident_phase, WAITING)
                with self.capture_letters():
                    self._reply(incident, second)
                self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_wait_for_both_needs_two_parties(self):
        """The same party answering twice is one answer."""
        incident = self._request("both")
        for _time in range(2):
            with self.capture_letters():
                self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, WAITING)

    def test_clock_of_the_sender_does_not_matter(self):
        """A mail carries the date that its sender's machine believes in."""
        incident = self._request("both")
        yesterday = datetime.now() - timedelta(days=1)
        for party in (self.customer, self.integrator):
            with self.capture_letters():
                self._reply(incident, party, date=yesterday)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_wait_for_both_without_integrator(self):
        self.customer.integrator_id = False
        incident = self._request("both")
        with self.capture_letters():
            self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_wait_for_an_integrator_who_is_not_there(self):
        """Nobody waits for ever for a party that does not exist."""
        self.customer.integrator_id = False
        incident = self._request("integrator")
        with self.capture_letters():
            self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_answers_to_an_earlier_question_do_not_count(self):
        """Who answered the first of two questions has not answered the second."""
        with freeze_all_time(NOW):
            incident = self._request("both")
            with self.capture_letters():
                self._reply(incident, self.integrator)
        with freeze_all_time(NOW.replace(hour=12)), self.capture_letters():
            incident.incident_request("action", "<p>Reboot</p>", "both")
        with freeze_all_time(NOW.replace(hour=14)), self.capture_letters():
            self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, WAITING)

    # Support is told

    def test_assignee_has_one_activity(self):
        incident = self._request(user_id=self.agent.id)
        for party in (self.customer, self.integrator):
            with self.capture_letters():
                self._reply(incident, party)
        self.assertEqual(len(self._answers(incident)), 1)
        self.assertEqual(self._answers(incident).user_id, self.agent)

    def test_leader_has_the_activity_of_an_unassigned_incident(self):
        incident = self._request()
        with self.capture_letters():
            self._reply(incident, self.customer)
        self.assertEqual(self._answers(incident).user_id, self.leader)

    def test_reading_settles_it(self):
        incident = self._request()
        with self.capture_letters():
            self._reply(incident, self.customer)
        with self.capture_letters() as letters:
            incident.action_incident_set_read()
        self.assertFalse(incident.answer_unread)
        self.assertFalse(self._answers(incident))
        self.assertNoLetters(letters)

    # The other party is told

    def test_other_party_gets_one_update(self):
        for author, other in (
            (self.customer, self.integrator),
            (self.integrator, self.customer),
        ):
            with self.subTest(author=author.name):
                incident = self._request()
                entries = self._entries(incident)
                with self.capture_letters() as letters:
                    self._reply(incident, author)
                letters = self._to_parties(letters)
                self.assertLettersTo(letters, other.email)
                self.assertIn("It works again.", letters[0]["body"])
                self.assertIn(author.name, letters[0]["body"])
                self.assertTrue(letters[0]["subject"].startswith(incident.number))
                new = self._entries(incident) - entries
                self.assertEqual(len(new), 1, "the answer is its own entry")
                self.assertEqual(new.incident_notice_ids.partner_id, other)

    def test_team_may_keep_answers_to_itself(self):
        self.team.incident_forward_answers = False
        incident = self._request()
        with self.capture_letters() as letters:
            self._reply(incident, self.customer)
        self.assertNoLetters(self._to_parties(letters))
        self.assertEqual(incident.incident_phase, IN_PROGRESS)

    def test_team_without_update_mail_loses_no_answer(self):
        incident = self._request()
        self.team.update_template_id = False
        with self.capture_letters() as letters:
            self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertTrue(incident.answer_unread)
        self.assertNoLetters(self._to_parties(letters))

    def test_quoted_mail_and_link_stop_with_us(self):
        """A reply quotes the personal link of its author."""
        base = self.env["helpdesk.ticket"].get_base_url()
        self.patch(
            type(self.env["helpdesk.ticket"]),
            "_get_incident_url",
            lambda ticket, party, purpose="view": f"{base}/incident/x?key={party.id}k",
        )
        incident = self._request()
        quoted = self._hidden_message(incident, self.customer)
        secret = f"key={self.customer.id}k"
        mail = (
            self.env["mail.mail"].sudo().search([("mail_message_id", "=", quoted.id)])
        )
        self.assertIn(secret, mail.body_html)
        as_text = f"<p>{base}/incident/x?{secret}</p>"
        html = QUOTING.format(quoted=mail.body_html + as_text)
        with self.capture_letters() as letters:
            self._reply(incident, self.customer, html=html)
        letter = self._letter_to(letters, INTEGRATOR_MAIL)
        text = letter["body"] + letter["EmailMessage"].as_string()
        self.assertIn("It works again.", letter["body"])
        self.assertNotIn(secret, text)
        self.assertNotIn("On Monday, Operator wrote", letter["body"])
        self.assertIn(f"key={self.integrator.id}k", letter["body"])
        stored = self._entries(incident)[:1].body
        self.assertIn("It works again.", stored)
        self.assertNotIn(secret, stored)

    def test_attachments_of_an_answer_reach_the_other_party(self):
        portal = self._create_portal_user(self.customer, "portal_file")
        incident = self._request()
        with self.capture_letters() as letters:
            incident.with_user(portal).sudo().message_post(
                body="See the photo",
                author_id=self.customer.id,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                attachments=[("photo.txt", b"a box")],
            )
        letter = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertEqual([item[0] for item in letter["attachments"]], ["photo.txt"])

    # Who has nothing to say

    def test_end_customer_below_an_integrator_is_not_its_staff(self):
        """Stored below the integrator, it is a party of its own incidents only."""
        end_customer = self.env["res.partner"].create(
            {
                "name": "Épicerie Petit",
                "parent_id": self.integrator.id,
                "integrator_id": self.integrator.id,
                "email": "petit@epicerie.example.com",
            }
        )
        incident = self._request()
        with self.capture_letters() as letters:
            self._reply(incident, self.integrator, author=end_customer)
        self.assertEqual(incident.incident_phase, WAITING)
        self.assertFalse(incident.answer_unread)
        self.assertNoLetters(self._to_parties(letters))
        own = self._request(partner_id=end_customer.id)
        with self.capture_letters():
            self._reply(own, end_customer)
        self.assertEqual(own.incident_phase, IN_PROGRESS)

    def test_stranger_moves_nothing(self):
        incident = self._request()
        with self.capture_letters() as letters:
            self._reply(incident, self.customer, author=self.stranger)
        self.assertEqual(incident.incident_phase, WAITING)
        self.assertFalse(incident.last_answer_date)
        self.assertFalse(incident.answer_unread)
        self.assertNoLetters(self._to_parties(letters))

    def test_strangers_mail_is_kept_inside(self):
        """It names who knows what: the parties do not read it in the portal."""
        portal = self._create_portal_user(self.baker, "portal_reader")
        incident = self._request()
        with self.capture_letters():
            self._reply(
                incident, self.customer, author=self.stranger, html="<p>Psst</p>"
            )
        message = incident.sudo().message_ids.filtered(
            lambda item: "Psst" in (item.body or "")
        )
        self.assertEqual(len(message), 1, "the agent can read it")
        self.assertTrue(message.is_internal or message.subtype_id.internal)
        readable = self.env["mail.message"].with_user(portal)
        self.assertNotIn(message, readable.search([("id", "=", message.id)]).sudo())

    def test_unknown_address_moves_nothing(self):
        incident = self._request()
        message = self._hidden_message(incident, self.customer)
        with self.capture_letters() as letters:
            self._receive(
                "Nobody <nobody@nowhere.example.com>",
                message.reply_to,
                reply_to=message,
            )
        incident.invalidate_recordset()
        self.assertEqual(incident.incident_phase, WAITING)
        self.assertNoLetters(self._to_parties(letters))

    def test_agents_mail_is_no_answer(self):
        """Even one that is stored below the customer's company."""
        self.leader.partner_id.parent_id = self.customer
        incident = self._request()
        with self.capture_letters():
            self._reply(incident, self.customer, author=self.leader.partner_id)
        self.assertEqual(incident.incident_phase, WAITING)
        self.assertFalse(incident.answer_unread)

    def test_same_mail_twice_is_one_answer(self):
        incident = self._request()
        with self.capture_letters() as letters:
            for _time in range(2):
                self._reply(incident, self.customer, msg_id="<once@client.example.com>")
        self.assertLettersTo(self._to_parties(letters), INTEGRATOR_MAIL)

    # By phone

    def test_phone_answer_counts_as_the_contacts(self):
        incident = self._request()
        with self.capture_letters() as letters, freeze_time(NOW):
            incident.incident_record_answer(self.baker.id, "<p>Since Monday</p>")
        self.assertEqual(incident.incident_phase, IN_PROGRESS)
        self.assertEqual(incident.last_answer_date, NOW)
        entry = self._entries(incident)[:1]
        self.assertEqual(entry.author_id, self.baker)
        self.assertIn("Since Monday", entry.body)
        self.assertIn(self.agent.name, entry.body)
        self.assertLettersTo(self._to_parties(letters), INTEGRATOR_MAIL)

    def test_phone_answer_of_a_stranger_is_refused(self):
        incident = self._request()
        for partner in (self.stranger, self.leader.partner_id):
            with self.subTest(partner=partner.name), self.assertRaises(UserError):
                incident.incident_record_answer(partner, "<p>Yes</p>")
        self.assertEqual(incident.incident_phase, WAITING)

    def test_answer_to_the_other_partys_mail_is_the_authors(self):
        """Who forwards a mail does not become its first reader."""
        incident = self._request("customer")
        with self.capture_letters():
            self._reply(incident, self.customer, author=self.technician)
        self.assertEqual(incident.incident_phase, WAITING)
        self.assertEqual(self._entries(incident)[:1].author_id, self.technician)

    def test_recipients_of_the_request(self):
        """The request that all these tests answer did reach both."""
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            incident.incident_request("information", "<p>When?</p>")
        self.assertLettersTo(letters, CUSTOMER_MAIL, INTEGRATOR_MAIL)
