# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who is shown is who gets it: each way out of the composer, each set of names."""

from markupsafe import Markup

from odoo.tests import tagged

from .audience_common import STRANGER_MAIL, TEXT, AudienceCommon
from .common import CUSTOMER_MAIL, IDENTITY_MARKS, IN_PROGRESS, INTEGRATOR_MAIL


@tagged("post_install", "-at_install")
class TestAudience(AudienceCommon):
    def test_each_way_reaches_exactly_whom_it_names(self):
        inside = self.inside
        incident = self._create_incident_in(IN_PROGRESS)
        before = incident.sudo().message_ids
        for way in self.ways:
            for name, (partners, addresses, line) in self.cases.items():
                if way == "mass_composer" and name == "nobody":
                    # It names nobody on its screen but says: both parties.
                    continue
                with self.subTest(way=way, recipients=name), self.undone():
                    with self.capture_letters() as letters:
                        self._send(way, incident, partners)
                    # Who follows as a colleague is told, too.
                    told = self._recipients(letters)
                    told = [item for item in told if item != self.agent.email]
                    times = 2 if way == "batch_composer" else 1
                    self.assertEqual(told, sorted(addresses * times))
                    entry = self._entry_of(incident, before)
                    self.assertEqual(len(entry), 1)
                    self.assertEqual(entry.is_internal, line is inside)
                    company = self.env["res.partner"] if line is inside else line
                    self.assertEqual(entry.incident_private_party_id, company)
                    noticed = entry.incident_notice_ids.partner_id
                    self.assertEqual(noticed, partners & (noticed | self._people()))

    def _people(self):
        return self.customer | self.integrator | self.baker | self.technician

    def test_notes_reach_nobody_outside_on_any_way(self):
        outsiders = self._people() | self.stranger
        notes = {
            "chatter": {"subtype_xmlid": "mail.mt_note"},
            "rpc": {"subtype_xmlid": "mail.mt_note"},
            "untyped": {"subtype_xmlid": False},
            "reply": {"subtype_xmlid": "mail.mt_note"},
            "full_composer": {"note": True},
            "batch_composer": {"note": True},
            "scheduled": {"note": True},
            "source": {"note": True},
            "rule": {"note": True},
        }
        incident = self._create_incident_in(IN_PROGRESS)
        for way, values in notes.items():
            with self.subTest(way=way), self.undone():
                with self.capture_letters() as letters:
                    self._send(way, incident, outsiders, **values)
                self.assertNoLetters(letters)

    def test_internal_comment_and_raw_addresses_stay_inside(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            self._send(
                "chatter",
                incident,
                self.customer | self.stranger,
                is_internal=True,
                outgoing_email_to="somebody@elsewhere.example.com",
            )
        self.assertNoLetters(letters)

    def test_mass_composer_without_recipients_writes_to_both(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            self._send("mass_composer", incident, self.env["res.partner"])
        self.assertBothInformed(letters)
        for letter in letters:
            self.assertTrue(letter["subject"].startswith(incident.number))

    def test_plain_tickets_keep_the_composer_of_core(self):
        ticket = self._create_plain_ticket()
        with self.capture_letters() as letters:
            self._send("chatter", ticket, self.customer)
        self.assertLettersTo(letters, CUSTOMER_MAIL)
        suggested = ticket._message_get_suggested_recipients()
        self.assertIn(self.customer.id, [info["partner_id"] for info in suggested])

    def test_feedback_of_an_activity_stays_inside(self):
        incident = self._create_incident_in(IN_PROGRESS)
        activity = incident.activity_schedule("mail.mail_activity_data_todo")
        with self.capture_letters() as letters:
            activity.action_feedback(feedback=TEXT)
        self.assertNoLetters(letters)

    def test_nobody_decides_the_line_but_the_recipients(self):
        incident = self._create_incident_in(IN_PROGRESS)
        for values in ({"incident_private_party_id": self.stranger.id},):
            before = incident.sudo().message_ids
            self._send("chatter", incident, self.customer, **values)
            entry = self._entry_of(incident, before)
            self.assertEqual(entry.incident_private_party_id, self.customer)

    # Third persons

    def test_third_person_gets_what_is_addressed_to_it_and_no_more(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters():
            self._send("chatter", incident, self.customer, body="Secret of Claire")
            self._reply(incident, self.customer, html="<p>Secret answer</p>")
        link = f"{incident.get_base_url()}/incident/1?token={'a' * 60}"
        quote = Markup(
            '<p>Please measure.</p><div class="o_mail_reply_container"><div>On Monday '
            'Claire <a href="mailto:claire@boulangerie.example.com">&lt;'
            "claire@boulangerie.example.com&gt;</a> wrote"
            "</div><blockquote>Secret answer</blockquote></div>"
            "<p>From: accueil@boulangerie.example.com, support@telintegra.example.com"
            f" {link}</p>"
        )
        third = self.stranger
        with self.capture_letters() as letters:
            self._send("chatter", incident, third | self.customer, body=quote)
        letter = self._letter_to(letters, third.email)
        raw = letter["EmailMessage"].as_string() + letter["body"]
        self.assertIn("Please measure.", raw)
        for mark in (
            *IDENTITY_MARKS,
            "Secret",
            "boulangerie.example.com",
            "telintegra.example.com",
            "token=aaa",
            "/my/ticket",
        ):
            self.assertNotIn(mark, raw)
        own = self._letter_to(letters, CUSTOMER_MAIL)
        self.assertNotIn(STRANGER_MAIL, own["EmailMessage"].as_string())
        self.assertNotIn("Secret", own["body"])

    def test_quoted_answer_never_leaves_with_a_reply(self):
        incident = self._create_incident_in(IN_PROGRESS)
        body = Markup(
            '<p>Yes.</p><div class="o_mail_reply_container"><blockquote>Between us'
            "</blockquote></div>"
        )
        before = incident.sudo().message_ids
        incident.message_post(
            body=body,
            message_type="comment",
            partner_ids=(self.customer | self.integrator).ids,
            subtype_xmlid="mail.mt_comment",
        )
        new = incident.sudo().message_ids - before
        self.assertTrue(new)
        for message in new:
            self.assertNotIn("Between us", message.body or "")

    def test_one_address_for_both_parties_is_no_private_line(self):
        self.customer.email = INTEGRATOR_MAIL
        incident = self._create_incident_in(IN_PROGRESS)
        before = incident.sudo().message_ids
        with self.capture_letters() as letters:
            self._send("chatter", incident, self.customer)
        self.assertLettersTo(letters, INTEGRATOR_MAIL)
        self.assertFalse(self._entry_of(incident, before).incident_private_party_id)

    def test_party_without_address_is_not_left_out(self):
        self.integrator.email = False
        incident = self._create_incident_in(IN_PROGRESS)
        before = incident.sudo().message_ids
        self._send("chatter", incident, self.customer)
        self.assertFalse(self._entry_of(incident, before).incident_private_party_id)

    def test_staff_gets_no_personal_link(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.capture_letters() as letters:
            self._send("chatter", incident, self.baker)
        self.assertNotIn("/incident/", letters[0]["body"])
