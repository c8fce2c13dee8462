# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Machines that answer each other come to an end (G8, RFC 3834)."""

from collections import Counter
from email.message import EmailMessage
from email.utils import make_msgid
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import email_normalize

from .intake_common import IntakeCommon

MAILS = 50
# How many answers in two hours look like a loop to core.
CORE_LIMIT = 20
HOLIDAY = "holiday@client.example.com"


@tagged("post_install", "-at_install")
class TestLoop(IntakeCommon):
    """Two operators with this addon, and somebody on holiday, write to each other.

    Both operators are teams of one database, each with a mail domain of its own; that
    they know each other's addresses for their own is switched off.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create(
            {
                "name": "elsewhere.example.net",
                "bounce_alias": "bounce",
                "catchall_alias": "catchall",
                "default_from": "notifications",
            }
        )
        cls.company_2.alias_domain_id = domain
        cls.team_c2.write(
            {
                "alias_name": "desk",
                "alias_domain_id": domain.id,
                "incident_intake": True,
                "intake_known_only": False,
            }
        )
        cls.team.intake_known_only = False
        cls.here = cls.team.alias_full_name
        cls.there = cls.team_c2.alias_full_name
        cls.startClassPatcher(
            patch.object(
                type(cls.env["incident.address.mixin"]),
                "_is_own_address",
                lambda self, address: False,
            )
        )

    def setUp(self):
        super().setUp()
        # What waits to be delivered, and how many automatic mails each got of whom.
        self.mails = []
        self.automatic = Counter()
        self.delivered = 0

    def _write(self, sender, to, subject="No dial tone", **headers):
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, to, subject
        mail["Message-ID"] = headers.pop("message_id", None) or make_msgid()
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content("Dead line.")
        self.mails.append(mail)

    def _deliver(self, mail):
        """Hand a mail to whom it is for; what that answers waits to be delivered."""
        self.delivered += 1
        sender, to = (email_normalize(mail[name]) for name in ("From", "To"))
        if mail["Auto-Submitted"]:
            self.automatic[sender, to] += 1
        if to == HOLIDAY:
            self._answer_from_holiday(mail, sender)
        else:
            self._answer_as_operator(mail)

    def _answer_from_holiday(self, mail, sender):
        """Answer whatever arrives, as the least considerate responder does."""
        self._write(
            HOLIDAY,
            sender,
            subject=f"Out of office: {mail['Subject']}",
            In_Reply_To=mail["Message-ID"],
            Auto_Submitted="auto-replied",
        )

    def _answer_as_operator(self, mail):
        for letter in self._process(mail.as_string()):
            [to] = letter["email_to"]
            self._write(
                # An answer goes where Reply-To says.
                email_normalize(letter["reply_to"]),
                email_normalize(to),
                subject=letter["subject"],
                message_id=letter["message_id"],
                In_Reply_To=letter["headers"].get("In-Reply-To") or "",
                References=letter["references"] or "",
                Auto_Submitted=letter["headers"].get("Auto-Submitted") or "",
            )

    def test_at_most_one_automatic_mail_per_sender_and_day(self):
        people = (self.here, self.there, HOLIDAY)
        pairs = [
            (sender, to)
            for sender in people
            for to in people
            if sender != to and to != HOLIDAY
        ]
        for number in range(MAILS):
            # Whoever fell silent is made to write again, as a human would.
            if not self.mails:
                sender, to = pairs[number % len(pairs)]
                self._write(sender, to, subject=f"No dial tone {number}")
            self._deliver(self.mails.pop(0))
        self.assertEqual(self.delivered, MAILS)
        ours = {
            pair: count for pair, count in self.automatic.items() if pair[0] != HOLIDAY
        }
        # One link per sender and day, whichever team sends it: not two on holiday.
        self.assertEqual(
            ours,
            {
                (self.here, self.there): 1,
                (self.there, self.here): 1,
                (self.here, HOLIDAY): 1,
            },
        )

    def test_an_incident_answers_no_vacation_reply_and_keeps_all(self):
        """Core sends a mail of its own to who has written more than 20."""
        incident = self._create_incident_in("opened")
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).unlink()
        for number in range(MAILS):
            with self.capture_letters() as letters:
                self._reply(
                    incident,
                    self.customer,
                    subject=f"Out of office {number}",
                    headers={"Auto-Submitted": "auto-replied"},
                )
            self.assertNoLetters(letters)
        self.assertFalse(incident.answer_unread)
        self.assertEqual(len(self._get_kept(incident)), MAILS)

    def test_a_responder_that_hides_is_passed_on_to_the_other_party_once(self):
        """Two of these would write to each other through us for ever (G4, G8)."""
        incident = self._create_incident_in("opened")
        self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).unlink()
        forwarded = []
        for number in range(MAILS):
            with self.capture_letters() as letters:
                self._reply(incident, self.customer, subject=f"I am away {number}")
            forwarded += self._recipients(letters)
        self.assertEqual(forwarded.count(self.integrator.email), 1)
        self.assertNotIn(self.customer.email, forwarded)
        kept = self._get_kept(incident)
        self.assertEqual(len(kept), MAILS)
        self.assertEqual(
            Counter(kept.mapped("incident_disregard")),
            {False: CORE_LIMIT, "flood": MAILS - CORE_LIMIT},
        )

    def test_an_intake_keeps_what_is_added_to_it_and_answers_nothing(self):
        intake, _letters = self._write_in()
        link = self._link_mail(intake)
        for number in range(MAILS):
            _intake, letters = self._write_in(reply_to=link, html=f"<p>{number}</p>")
            self.assertNoLetters(letters)
        # The one that began it as well.
        self.assertEqual(len(self._get_kept(intake)), MAILS + 1)

    def _get_kept(self, record):
        return record.sudo().message_ids.filtered(
            lambda message: message.message_type == "email"
        )
