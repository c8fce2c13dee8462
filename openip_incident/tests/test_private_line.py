# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What one party alone is told or asked, over the whole plan, and who answers where."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CLOSED, CUSTOMER_MAIL, FROZEN, INTEGRATOR_MAIL, WAITING
from .followup_common import FollowupCommon

SECRET = "Between us: which port did you patch?"
FORTNIGHT = 24 * 14


@tagged("post_install", "-at_install")
class TestPrivateLine(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_integrator = cls.env["res.partner"].create(
            {
                "name": "Voxaline",
                "is_company": True,
                "is_integrator": True,
                "email": "support@voxaline.example.com",
            }
        )

    def _ask(self, parties="integrator", **values):
        """Ask one party alone."""
        with self.moment(0):
            incident = self._create_incident_in("in_progress")
            self.before = incident.sudo().message_ids
            incident.incident_request(
                "information", f"<p>{SECRET}</p>", parties=parties, **values
            )
        return incident

    def _addresses(self, letters):
        return [letter.address for letter in letters]

    def _secret(self, incident, party):
        """Return what a party could read of an incident's messages, as one text."""
        user = self._create_portal_user(party, f"reader_{party.id}")
        messages = self.env["mail.message"].with_user(user)
        found = messages.search(
            [("model", "=", "helpdesk.ticket"), ("res_id", "=", incident.id)]
        )
        return " ".join(f"{m.subject} {m.body}" for m in found)

    # Acts

    def test_update_goes_to_the_addressee(self):
        for parties, addresses in (
            ("both", [CUSTOMER_MAIL, INTEGRATOR_MAIL]),
            ("customer", [CUSTOMER_MAIL]),
            ("integrator", [INTEGRATOR_MAIL]),
        ):
            with self.subTest(parties):
                incident = self._create_incident_in("in_progress")
                before = self._entries(incident)
                with self.capture_letters() as letters:
                    incident.incident_update("<p>News</p>", parties=parties)
                self.assertLettersTo(letters, *addresses)
                entry = self._entries(incident) - before
                line = {
                    "customer": self.customer,
                    "integrator": self.integrator,
                }.get(parties, self.env["res.partner"])
                self.assertEqual(entry.incident_private_party_id, line)
                letters_of = entry.incident_notice_ids.message_id
                self.assertEqual(letters_of.incident_private_party_id, line)

    def test_unknown_and_missing_addressees_are_refused(self):
        incident = self._create_incident_in("in_progress")
        alone = self._create_incident_in(
            "in_progress", partner_id=self.stranger.id, integrator_id=False
        )
        for ticket, parties in (
            (incident, "everybody"),
            (incident, False),
            (incident, ["customer"]),
            (alone, "integrator"),
        ):
            with self.subTest(parties=parties), self.capture_letters() as letters:
                with self.assertRaises(UserError):
                    ticket.incident_update("<p>News</p>", parties=parties)
                with self.assertRaises(UserError):
                    ticket.incident_request(
                        "information", "<p>News?</p>", parties=parties
                    )
            self.assertNoLetters(letters)

    def test_request_to_one_party_waits_for_it(self):
        for parties, party in (
            ("customer", self.customer),
            ("integrator", self.integrator),
        ):
            with self.subTest(parties):
                known = len(self.letters)
                incident = self._ask(parties, wait_for="both")
                self.run_to(0)
                self.assertEqual(incident.incident_phase, WAITING)
                self.assertEqual(incident.wait_for, parties)
                self.assertEqual(incident.sudo().followup_id.wait_for, parties)
                self.assertEqual(incident.private_request_party_id, party)
                told = [
                    letter.address
                    for letter in self.letters[known:]
                    if SECRET in letter.body
                ]
                self.assertEqual(told, [party.email])

    def test_requests_of_a_batch_each_belong_to_their_company(self):
        incidents = self._create_incidents(4)
        incidents.action_incident_open()
        with self.capture_letters() as letters:
            incidents.incident_request(
                "information", f"<p>{SECRET}</p>", parties="customer"
            )
        self.assertLettersTo(letters, *incidents.partner_id.mapped("email"))
        for incident in incidents:
            entry = self._entries(incident).sorted("id")[-1:]
            self.assertEqual(entry.incident_private_party_id, incident.partner_id)

    # The plan

    def test_plan_of_a_private_request(self):
        """Reminders go to who was asked; what concerns the incident, to both."""
        incident = self._ask("integrator")
        self.run_to(FORTNIGHT)
        self.assertEqual(incident.incident_phase, CLOSED)
        parties = {CUSTOMER_MAIL, INTEGRATOR_MAIL}
        number = incident.number
        told = [
            (letter.subject.partition(" – ")[2].partition(":")[0], letter.address)
            for letter in self.letters
            if letter.subject.startswith(number) and letter.address in parties
        ]
        request, reminder = "Information needed", "Reminder, your reply is needed"
        subjects = [subject for subject, address in told if address == INTEGRATOR_MAIL]
        self.assertEqual(subjects[-6:].count(reminder), 3, told)
        others = [subject for subject, address in told if address == CUSTOMER_MAIL]
        # Opened; then frozen, announced, closed: nothing of question and reminders.
        self.assertEqual(len(others), 4, told)
        for letter in self.letters:
            if letter.address == CUSTOMER_MAIL:
                self.assertNotIn(SECRET, letter.body)
                self.assertNotIn("Between us", letter.body)
        self.assertNotIn(request, others)
        self.assertNotIn(reminder, others)
        self.assertNotIn(SECRET, self._secret(incident, self.customer))
        self.assertIn(SECRET, self._secret(incident, self.integrator))

    def test_other_party_is_told_that_the_incident_is_frozen(self):
        incident = self._ask("integrator")
        self.run_to(1)
        known = len(self.letters)
        with self.moment(24.5):
            self.send_queue()
        self.assertEqual(incident.incident_phase, FROZEN)
        new = {letter.address: letter for letter in self.letters[known:]}
        self.assertIn("Telintegra", new[CUSTOMER_MAIL].body)
        self.assertEqual(
            [letter.address for letter in self.letters[known:]].count(CUSTOMER_MAIL), 1
        )

    def test_who_was_not_asked_reads_whose_answer_is_missing(self):
        """The announcement and the closure blame nobody for a question of others."""
        (self.customer | self.integrator).lang = "en_US"
        for asked, other in (
            (self.integrator, self.customer),
            (self.customer, self.integrator),
        ):
            with self.subTest(asked=asked.name):
                known = len(self.letters)
                parties = "customer" if asked == self.customer else "integrator"
                incident = self._ask(parties)
                self.assertEqual(incident.sudo().followup_id.asked_party_id, asked)
                self.run_to(FORTNIGHT)
                self.assertEqual(incident.incident_phase, CLOSED)
                letters = [
                    letter
                    for letter in self.letters[known:]
                    if "closure" in letter.subject or "Closed" in letter.subject
                    if incident.number in letter.subject
                ]
                told = [" ".join(one.body.split()) for one in letters]
                by_party = {
                    party: [
                        text
                        for text, one in zip(told, letters, strict=True)
                        if one.address == party.email
                    ]
                    for party in (asked, other)
                }
                self.assertEqual([len(texts) for texts in by_party.values()], [2, 2])
                for text in by_party[asked]:
                    self.assertIn("an answer to our request", text)
                    self.assertNotIn("You have not been asked", text)
                for text in by_party[other]:
                    self.assertIn(f"answer from {asked.name}", text)
                    self.assertNotIn("our request", text)
                    self.assertNotIn("Your reply is needed", text)
                subjects = {
                    one.address: one.subject
                    for one in letters
                    if "closure" in one.subject
                }
                self.assertIn("Without your reply", subjects[asked.email])
                self.assertIn("Without an answer", subjects[other.email])

    def test_button_of_who_was_not_asked_asks_for_nothing(self):
        incident = self._ask("integrator").sudo()
        self.assertEqual(incident._get_correspondence_act(self.integrator), "answer")
        self.assertEqual(incident._get_correspondence_act(self.customer), "view")
        incident = self._ask("both").sudo()
        self.assertEqual(incident._get_correspondence_act(self.customer), "answer")

    def test_request_to_both_tells_nobody_twice_of_the_freeze(self):
        incident = self._ask("both")
        self.run_to(1)
        known = len(self.letters)
        with self.moment(24.5):
            self.send_queue()
        self.assertEqual(incident.incident_phase, FROZEN)
        self.assertEqual(
            sorted(self._addresses(self.letters[known:])),
            [CUSTOMER_MAIL, INTEGRATOR_MAIL],
        )

    def test_renewed_mails_go_to_who_was_asked(self):
        """What was not accepted is written anew, to everybody it concerns only."""
        for when in (0, 24):
            with self.subTest(hours=when):
                self.clock = self.clock.replace(day=23, hour=9)
                self.letters.clear()
                self.refused = {INTEGRATOR_MAIL} if when == 0 else set()
                incident = self._ask("integrator")
                self.run_to(when + 0.2)
                self.refused = {INTEGRATOR_MAIL}
                self.run_to(when + 5)
                self.refused = set()
                self.run_to(when + 10)
                for letter in self.letters:
                    if letter.address == CUSTOMER_MAIL:
                        self.assertNotIn("Reminder", letter.subject)
                        self.assertNotIn(SECRET, letter.body)
                self.assertTrue(
                    [item for item in self.letters if item.address == INTEGRATOR_MAIL]
                )
                incident.sudo().followup_id._finish("cancelled")

    def test_party_that_was_replaced_is_not_reminded_by_its_successor(self):
        incident = self._ask("integrator")
        self.run_to(1)
        incident.sudo().integrator_id = self.other_integrator
        known = len(self.letters)
        self.run_to(FORTNIGHT)
        told = self._addresses(self.letters[known:])
        self.assertNotIn(self.other_integrator.email, told)
        self.assertNotIn(INTEGRATOR_MAIL, told)
        self.assertNotEqual(incident.incident_phase, CLOSED)
        self.assertTrue(incident.sudo().followup_id.undelivered)
        self.assertNotIn(SECRET, self._secret(incident, self.other_integrator))

    # Answers

    def _hear(self, incident, party, **options):
        before = incident.sudo().message_ids
        with self.capture_letters() as letters:
            self._reply(incident, party, **options)
        entry = (incident.sudo().message_ids - before).filtered(
            lambda message: message.message_type == "email"
        )
        self.assertEqual(len(entry), 1)
        return entry, [
            address
            for address in self._recipients(letters)
            if address in (CUSTOMER_MAIL, INTEGRATOR_MAIL)
        ]

    def test_reply_to_a_private_mail_is_private_and_not_forwarded(self):
        incident = self._ask("integrator")
        self.run_to(1)
        for author in (self.integrator, self.technician):
            entry, told = self._hear(
                incident, self.integrator, author=author, html="<p>Port 7</p>"
            )
            self.assertFalse(told)
            self.assertEqual(entry.incident_private_party_id, self.integrator)
        self.assertEqual(incident.incident_phase, "in_progress")
        self.assertFalse(incident.private_request_party_id)
        self.assertNotIn("Port 7", self._secret(incident, self.customer))
        self.assertIn("Port 7", self._secret(incident, self.integrator))

    def test_reply_to_ones_own_private_answer_is_private(self):
        incident = self._ask("integrator")
        self.run_to(1)
        entry, _told = self._hear(incident, self.integrator, html="<p>Port 7</p>")
        with self.capture_letters() as letters:
            self._receive(
                self.integrator.email_formatted,
                self.team.alias_full_name,
                reply_to=entry,
                html="<p>No, port 8</p>",
            )
        self.assertNotIn(CUSTOMER_MAIL, self._recipients(letters))
        self.assertNotIn("port 8", self._secret(incident, self.customer))

    def test_mail_without_reference_is_for_both(self):
        incident = self._ask("integrator")
        self.run_to(1)
        with self.capture_letters() as letters:
            self._receive(
                self.integrator.email_formatted,
                self.team.alias_full_name,
                subject=f"{incident.number}: port 7",
            )
        self.assertIn(CUSTOMER_MAIL, self._recipients(letters))

    def test_reply_to_a_mail_to_both_is_for_both(self):
        incident = self._ask("integrator")
        self.run_to(1)
        entry, told = self._hear(incident, self.customer, html="<p>Hello</p>")
        self.assertEqual(told, [INTEGRATOR_MAIL])
        self.assertFalse(entry.incident_private_party_id)

    def test_who_got_hold_of_the_others_mail_stays_on_its_own_line(self):
        incident = self._ask("integrator")
        self.run_to(1)
        letter = self._hidden_message(incident, self.integrator)
        before = incident.sudo().message_ids
        with self.capture_letters() as letters:
            self._receive(
                self.customer.email_formatted, letter.reply_to, reply_to=letter
            )
        entry = (incident.sudo().message_ids - before).filtered(
            lambda message: message.message_type == "email"
        )
        self.assertEqual(entry.incident_private_party_id, self.customer)
        self.assertNotIn(INTEGRATOR_MAIL, self._recipients(letters))

    def test_phone_answer_of_who_was_asked_is_private(self):
        incident = self._ask("integrator")
        self.run_to(1)
        with self.capture_letters() as letters:
            incident.incident_record_answer(self.technician, "<p>Port 9</p>")
        self.assertNotIn(CUSTOMER_MAIL, self._recipients(letters))
        self.assertNotIn("Port 9", self._secret(incident, self.customer))

    def test_private_mail_that_did_not_count_stays_private_when_it_does(self):
        incident = self._ask("integrator")
        self.run_to(1)
        entry, told = self._hear(
            incident,
            self.integrator,
            html="<p>Port 7</p>",
            subject="Automatic reply: your incident",
        )
        self.assertTrue(entry.incident_disregard)
        with self.capture_letters() as letters:
            entry.with_user(self.agent).action_count_as_answer()
        self.assertNotIn(CUSTOMER_MAIL, self._recipients(letters))
        self.assertEqual(entry.incident_private_party_id, self.integrator)

    def test_private_answer_after_the_window_tells_the_successor_nothing(self):
        with self.moment(0):
            incident = self._create_incident_in("in_progress")
            incident.incident_update(f"<p>{SECRET}</p>", parties="integrator")
        self.run_to(1)
        with self.moment(2):
            incident.action_incident_close("support")
        with self.moment(24 * 10):
            letter = self.env["mail.message"].search(
                [
                    ("res_id", "=", incident.id),
                    ("incident_private_party_id", "=", self.integrator.id),
                    ("message_type", "=", "user_notification"),
                ]
            )
            self._receive(
                self.integrator.email_formatted,
                self.team.alias_full_name,
                reply_to=letter,
                html="<p>Port 7</p>",
            )
        successor = self.env["helpdesk.ticket"].search(
            [("predecessor_id", "=", incident.id)]
        )
        self.assertTrue(successor)
        self.assertNotIn("Port 7", successor.description)
        self.assertNotIn("Port 7", self._secret(successor, self.customer))

    # Passing on

    def test_private_answer_is_passed_on_by_one_click(self):
        incident = self._ask("integrator")
        self.run_to(1)
        entry, _told = self._hear(incident, self.integrator, html="<p>Port 7</p>")
        with self.capture_letters() as letters:
            entry.with_user(self.agent).action_incident_pass_on()
        self.assertLettersTo(letters, CUSTOMER_MAIL)
        self.assertIn("Port 7", letters[0]["body"])
        self.assertNotIn(SECRET, letters[0]["body"])
        self.assertFalse(entry.incident_private_party_id)
        said = self._secret(incident, self.customer)
        self.assertIn("Port 7", said)
        self.assertNotIn(SECRET, said)
        with self.assertRaises(UserError):
            entry.with_user(self.agent).action_incident_pass_on()

    def test_only_agents_pass_on(self):
        incident = self._ask("integrator")
        entry = self._entries(incident).sorted("id")[-1:]
        user = self._create_portal_user(self.integrator, "passer")
        with self.capture_letters() as letters, self.assertRaises(AccessError):
            entry.with_user(user).action_incident_pass_on()
        self.assertNoLetters(letters)
        self.assertTrue(entry.incident_private_party_id)
