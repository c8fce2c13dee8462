# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whose a mail is: the incident that it is about, and the party that wrote it."""

from odoo.tests import tagged

from ..models.inbound.mail_thread_authentication import SERVERS
from .common import CUSTOMER_MAIL, INTEGRATOR_MAIL, IncidentCommon

SHARED = "accueil@hotel.example.com"
LIST = (
    "Precedence: list\nList-Id: <support.boulangerie.example.com>\n"
    "X-Original-From: Claire <claire@boulangerie.example.com>"
)


class WhoseCommon(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.incident = self._ask()

    def _ask(self, wait_for="either", **values):
        with self.capture_letters():
            incident = self._create_incident_in("opened", **values)
            incident.incident_request("information", "<p>When?</p>", wait_for=wait_for)
        return incident

    def _hear(self, sender, incident=None, **options):
        """Hand over a mail as an answer to the customer's, or to nothing.

        :return: the mails that leave because of it
        """
        incident = incident or self.incident
        question = self._hidden_message(incident, incident.partner_id)
        with self.capture_letters() as letters:
            self._receive(
                sender,
                options.pop("to", self.team.alias_full_name),
                reply_to=question if options.pop("reply", True) else None,
                **options,
            )
        incident.invalidate_recordset()
        return letters

    def _get_last(self, incident=None):
        messages = (incident or self.incident).message_ids
        return messages.filtered(lambda item: item.message_type == "email").sorted()[:1]

    def assertAnswered(self, incident=None):
        incident = incident or self.incident
        self.assertTrue(incident.last_answer_date)
        self.assertFalse(self._get_last(incident).is_internal)
        self.assertFalse(self._get_last(incident).subtype_id.internal)

    def assertKeptInside(self, text):
        self.assertFalse(self.incident.last_answer_date)
        self.assertTrue(self._get_last().subtype_id.internal)
        summaries = self.incident.activity_ids.mapped("summary")
        self.assertIn(text, " ".join(filter(None, summaries)))


@tagged("post_install", "-at_install")
class TestAuthor(WhoseCommon):
    def test_party_that_answers_its_own_mail_kept_inside(self):
        self._hear("Claire <claire@home.example.net>", msg_id="<first@home>")
        self.assertKeptInside("home.example.net")
        first = self._get_last()
        self.assertTrue(first.subtype_id.internal)
        self._receive(
            self.baker.email_formatted, self.team.alias_full_name, reply_to=first
        )
        self.incident.invalidate_recordset()
        self.assertAnswered()
        self.assertEqual(self._get_last().parent_id, first)

    def test_party_that_answers_a_note_of_ours(self):
        note = self.incident.message_post(body="<p>Pst</p>", is_internal=True)
        self.assertTrue(note.subtype_id.internal)
        self._receive(
            self.baker.email_formatted, self.team.alias_full_name, reply_to=note
        )
        self.incident.invalidate_recordset()
        self.assertAnswered()

    def test_private_line_stays_private_below_what_was_kept_inside(self):
        self.incident.incident_request("information", "<p>PIN?</p>", parties="customer")
        with self.capture_letters():
            self.flush_tracking()
        question = self._hidden_message(self.incident, self.customer)
        self.assertEqual(question.incident_private_party_id, self.customer)
        self._hear("Claire <claire@home.example.net>", msg_id="<first@home>")
        first = self._get_last()
        with self.capture_letters() as letters:
            self._receive(
                self.baker.email_formatted, self.team.alias_full_name, reply_to=first
            )
        self.incident.invalidate_recordset()
        self.assertAnswered()
        line = self._get_last().incident_private_party_id
        self.assertEqual(line, self.customer)
        self.assertNotIn(INTEGRATOR_MAIL, self._recipients(letters))

    def test_stranger_below_a_note_is_looked_at(self):
        note = self.incident.message_post(body="<p>Pst</p>", is_internal=True)
        self._receive(
            "Who <who@knows.example.net>", self.team.alias_full_name, reply_to=note
        )
        self.assertKeptInside("who@knows.example.net")

    def test_machine_below_a_note_stays_inside(self):
        note = self.incident.message_post(body="<p>Pst</p>", is_internal=True)
        self._receive(
            self.baker.email_formatted,
            self.team.alias_full_name,
            reply_to=note,
            headers={"Auto-Submitted": "auto-replied"},
        )
        self.incident.invalidate_recordset()
        self.assertFalse(self.incident.last_answer_date)

    def test_address_of_another_company_as_well(self):
        self.env["res.partner"].create({"name": "Older", "email": SHARED})
        reception = self.env["res.partner"].create(
            {"name": "Reception", "parent_id": self.customer.id, "email": SHARED}
        )
        incident = self._ask(partner_id=reception.id)
        self._hear(f"Reception <{SHARED}>", incident)
        self.assertAnswered(incident)
        self.assertEqual(self._get_last(incident).author_id, reception)

    def test_archived_contact_answers(self):
        for partner in (self.baker, self.technician, self.customer):
            incident = self._ask()
            partner.active = False
            with self.subTest(partner.name):
                self._hear(partner.email_formatted, incident)
                self.assertAnswered(incident)
                self.assertEqual(self._get_last(incident).author_id, partner)

    def test_whoever_writes_from_an_address_of_a_party(self):
        self.baker.email = "claire@boulangerie.example.com, c.martin@mobile.example.net"
        for sender in (
            "c.martin@mobile.example.net",
            "C.MARTIN@Mobile.Example.NET",
            "Claire <claire@boulangerie.example.com>",
            "claire+openip@boulangerie.example.com",
            "Claire <c.martin+a+b@mobile.example.net>",
            '"MARTIN, Claire (Alpha)" <CLAIRE@boulangerie.example.com>',
            "Claire <claire@boulangerie.example.com>, Bob <bob@x.example>",
        ):
            incident = self._ask()
            with self.subTest(sender):
                self._hear(sender, incident)
                self.assertAnswered(incident)
                self.assertEqual(self._get_last(incident).author_id, self.baker)

    def test_whoever_does_not(self):
        self.baker.email = "claire@boulangerie.example.com, c.martin@mobile.example.net"
        for sender in (
            "laire@boulangerie.example.com",
            "claire@boulangerie.example.com.evil.example",
            "martin@mobile.example.net",
            "cxmartin@mobile.example.net",
            "+openip@boulangerie.example.com",
            "Bob <bob@x.example>, Claire <claire@boulangerie.example.com>",
            '"claire@boulangerie.example.com" <bob@x.example>',
        ):
            incident = self.incident = self._ask()
            with self.subTest(sender):
                self._hear(sender, incident)
                self.assertKeptInside("to judge")

    def test_list_of_his_house_speaks_for_its_author(self):
        for sender, headers, answered in (
            ("'Claire' via Support <listes@boulangerie.example.com>", LIST, True),
            ("Claire via L <l@lists.boulangerie.example.com>", LIST, True),
            ("Claire via Support <listes@elsewhere.example>", LIST, False),
            ("Claire <listes@boulangerie.example.com>", LIST, False),
            (
                "Claire via Support <listes@boulangerie.example.com>",
                LIST.replace("X-Original-From", "Reply-To"),
                True,
            ),
            (
                "Portal <noreply@boulangerie.example.com>",
                "Reply-To: Claire <claire@boulangerie.example.com>",
                False,
            ),
            (
                "Claire via Support <listes@boulangerie.example.com>",
                LIST + ", bob@boulangerie.example.com",
                False,
            ),
        ):
            incident = self.incident = self._ask()
            pairs = dict(line.split(": ", 1) for line in headers.splitlines())
            with self.subTest(sender, headers=headers):
                self._hear(sender, headers=pairs)
                self.assertEqual(bool(incident.last_answer_date), answered)
        self.env["ir.config_parameter"].set_param(SERVERS, "mx.operator.example.com")
        incident = self._ask()
        pairs = dict(line.split(": ", 1) for line in LIST.splitlines())
        self._hear("Claire via L <l@boulangerie.example.com>", incident, headers=pairs)
        self.assertFalse(incident.last_answer_date, "nobody has authenticated her")

    def test_mail_without_author_is_nobodys(self):
        raw = (
            f"To: {self.team.alias_full_name}\r\nSubject: {self.incident.number}\r\n"
            "Message-ID: <x@y>\r\nIn-Reply-To: %s\r\nSender: %s\r\n\r\nIt works."
        ) % (
            self._hidden_message(self.incident, self.customer).message_id,
            CUSTOMER_MAIL,
        )
        self.env["mail.thread"].message_process(False, raw)
        self.incident.invalidate_recordset()
        self.assertKeptInside("Unknown sender")
        self.assertFalse(self._get_last().author_id)
        self.assertEqual(self._get_last().email_from, "Unknown sender")


@tagged("post_install", "-at_install")
class TestAddressOfBoth(WhoseCommon):
    def _share(self, wait_for, **values):
        client = self.env["res.partner"].create(
            {"name": "Client", "parent_id": self.customer.id, "email": SHARED}
        )
        self.integrator.email = f"support@x.example, {SHARED}"
        return self._ask(wait_for, partner_id=client.id, **values)

    def test_it_answers_for_both_and_nobody_is_written_to(self):
        for wait_for in ("either", "customer", "integrator", "both"):
            with self.subTest(wait_for):
                incident = self._share(wait_for)
                letters = self._hear(f"All <{SHARED}>", incident)
                self.assertAnswered(incident)
                self.assertEqual(incident.sudo().followup_ids[-1:].state, "answered")
                self.assertFalse(incident.answer_awaited)
                self.assertNotIn(SHARED, self._recipients(letters))
                self.assertNotIn("support@x.example", self._recipients(letters))

    def test_technician_who_is_the_customers_contact_too(self):
        client = self.env["res.partner"].create(
            {
                "name": "Client",
                "parent_id": self.customer.id,
                "email": self.technician.email,
            }
        )
        for wait_for in ("customer", "integrator", "both"):
            with self.subTest(wait_for):
                incident = self._ask(wait_for, partner_id=client.id)
                self._hear(self.technician.email_formatted, incident)
                self.assertEqual(incident.sudo().followup_ids[-1:].state, "answered")

    def test_phone_answer_says_that_nobody_is_mailed(self):
        incident = self._share("either")
        party = incident.partner_id
        told = incident._get_incident_letter_parties("answer", {"partner": party})
        self.assertFalse(told)
        told = self.incident._get_incident_letter_parties(
            "answer", {"partner": self.baker}
        )
        self.assertIn(self.incident.integrator_id, told)

    def test_others_answer_for_themselves(self):
        incident = self._ask("integrator")
        letters = self._hear(self.baker.email_formatted, incident)
        self.assertTrue(incident.last_answer_date)
        self.assertEqual(incident.sudo().followup_ids[-1:].state, "running")
        self.assertIn(INTEGRATOR_MAIL, self._recipients(letters))


@tagged("post_install", "-at_install")
class TestReferences(WhoseCommon):
    def test_number_however_it_is_written(self):
        prefix, digits = self.incident.number.split("-")
        before = self.env["helpdesk.ticket"].search_count([])
        for subject in (
            f"RE:{prefix}-{digits}-Suite",
            f"{prefix} {digits}",
            f"{prefix}\u2013{digits}",
            f"n.{prefix}{digits}/",
            f"=?utf-8?Q?Re=3A_{prefix.lower()}=E2=80=91?= =?utf-8?Q?{digits}?=",
            f"[#8812] INC2019-00001 TR: {prefix}\u2212{digits} (réf. CLT-2026/77)",
        ):
            with self.subTest(subject):
                self.incident.last_answer_date = False
                self._hear(self.baker.email_formatted, reply=False, subject=subject)
                self.assertAnswered()
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)

    def test_number_named_first_wins(self):
        other = self._ask()
        subject = f"{self.incident.number} (see {other.number})"
        self._hear(self.baker.email_formatted, reply=False, subject=subject)
        self.assertAnswered()
        self.assertFalse(other.last_answer_date)

    def test_reference_however_it_is_written(self):
        for index, shape in enumerate(
            (
                "In-Reply-To: {bare}",
                'In-Reply-To: Your message of "Sat, 28 Nov 2026 10:02:00" {id}',
                "In-Reply-To: <>\nReferences: {bare} x@y",
                "References: {id}" + "".join(f"\n <r{i}@x>" for i in range(45)),
                "References: " + " ".join(f"<r{i}@x>" for i in range(5)) + " {id}",
                "References: <r1@x>\nIn-Reply-To: {id}",
                "In-Reply-To: =?us-ascii?Q?=3C{bare}=3E?=",
                "References: {folded}\nIn-Reply-To: {folded}",
            )
        ):
            incident = self._ask()
            message_id = self._hidden_message(incident, self.customer).message_id
            bare = message_id.strip("<>")
            folded = message_id.replace("@", "@\n ")
            raw = (
                f"From: {self.baker.email_formatted}\nTo: {self.team.alias_full_name}\n"
                f"Subject: Sans numero\nMessage-ID: <{index}@client.example>\n"
                f"{shape.format(id=message_id, bare=bare, folded=folded)}\n\nIt works."
            )
            with self.subTest(shape[:60]):
                self.env["mail.thread"].message_process(False, raw)
                incident.invalidate_recordset()
                self.assertAnswered(incident)


@tagged("post_install", "-at_install")
class TestSubjectOfKeptMail(WhoseCommon):
    def test_it_is_read_in_the_quarantine_and_in_our_mail(self):
        self.env["ir.config_parameter"].set_param("openip_incident.inbound_text", "1")
        for index, (raw, expected) in enumerate(
            (
                ("Ligne coupée".encode("latin-1"), "Ligne coupée"),
                ("Ligne coupée".encode(), "Ligne coupée"),
                (b"=?utf-8?Q?Ligne_coup=C3?= =?utf-8?Q?=A9e?=", "Ligne coupée"),
            )
        ):
            mail = (
                b"From: who%d@x%d.example\nTo: %s\nSubject: %s\nMessage-ID: <>\n\n%s"
            ) % (
                index,
                index,
                self.team.alias_full_name.encode(),
                raw,
                b"A long story. " * 100,
            )
            with self.subTest(raw), self.capture_letters() as letters:
                self.env["mail.thread"].message_process(False, mail)
            inbound = self.env["incident.inbound"].search([], limit=1)
            self.assertEqual(
                (inbound.state, inbound.subject), ("quarantined", expected)
            )
            letter = self._letter_to(letters, f"who{index}@x{index}.example")
            self.assertIn(expected, letter["subject"])
            self.assertIn(expected, letter["body"])

    def test_it_is_read_on_the_incident(self):
        mail = (
            f"From: {self.baker.email_formatted}\nTo: {self.team.alias_full_name}\n"
            f"Subject: {self.incident.number} coup\xe9e\nMessage-ID: <a@b>\n\nToday."
        )
        self.env["mail.thread"].message_process(False, mail.encode("latin-1"))
        self.assertAnswered()
        self.assertEqual(self._get_last().subject, f"{self.incident.number} coupée")


@tagged("post_install", "-at_install")
class TestMessageId(WhoseCommon):
    def _count(self, *mails):
        """Hand over mails, each of (Message-ID, text, Received), and count them."""
        before = self.env["mail.message"].search_count([("message_type", "=", "email")])
        question = self._hidden_message(self.incident, self.customer).message_id
        for message_id, text, way in mails:
            raw = (
                f"Received: {way}\nFrom: {self.baker.email_formatted}\n"
                f"To: {self.team.alias_full_name}\nIn-Reply-To: {question}\n"
                f"Date: Mon, 16 Nov 2026 10:00:00 +0000\n"
                f"Message-ID: {message_id}\nSubject: Scan\n\n{text}\n"
            )
            self.env["mail.thread"].message_process(False, raw)
        domain = [("message_type", "=", "email")]
        return self.env["mail.message"].search_count(domain) - before

    def test_another_mail_with_the_same_id_is_another_mail(self):
        for message_id in ("<0001@mfp>", "<>", "scan", "<scan>", "< >", ""):
            with self.subTest(message_id):
                mails = [(message_id, f"{message_id} {i}", "by a") for i in range(3)]
                self.assertEqual(self._count(*mails), 3)

    def test_copy_is_no_mail(self):
        for message_id in ("<0002@mfp>", "<>", ""):
            one, two = f"One {message_id}", f"Two {message_id}"
            with self.subTest(message_id):
                self.assertEqual(
                    self._count(
                        (message_id, one, "by a"),
                        (message_id, two, "by a"),
                        (message_id, one, "by b"),
                        (message_id, two, "by c"),
                        (message_id, two, "by a"),
                    ),
                    2,
                )

    def test_mail_that_the_ledger_has_forgotten(self):
        """Its row ends after some months, the message does not."""
        self.assertEqual(self._count(("<0003@mfp>", "One", "by a")), 1)
        self.env["incident.inbound"].search([]).unlink()
        self.assertEqual(self._count(("<0003@mfp>", "One", "by b")), 0, "a copy")
        message = self._get_last()
        self.assertEqual(message.message_id, "<0003@mfp>")
        message.date = "2026-05-05 10:00:00"
        self.env["incident.inbound"].search([]).unlink()
        self.assertEqual(self._count(("<0003@mfp>", "Two", "by a")), 1, "no copy")
        self.assertEqual(self._count(("<0003@mfp>", "Two", "by b")), 0, "a copy")
