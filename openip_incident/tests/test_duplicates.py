# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Duplicates with running follow-ups: one chain goes on, everybody is told once."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import (
    CLOSED,
    CLOSURE,
    CUSTOMER_MAIL,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    REGISTERED,
    WAITING,
    IncidentCommon,
)


class DuplicateCommon(IncidentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_customer = cls.env["res.partner"].create(
            {
                "name": "Fleuriste Durand",
                "is_company": True,
                "email": "durand@fleuriste.example.com",
                "integrator_id": cls.integrator.id,
                "lang": "fr_FR",
            }
        )

    def join(self, original, duplicates):
        """Join duplicates with an incident; return the letters to the parties."""
        raise NotImplementedError

    def get_mails(self, letters):
        return sorted(
            address
            for letter in letters
            for address in self._recipients([letter])
            if not address.endswith("@operator.example.com")
        )

    def check_same_parties(self, phase):
        original = self._create_incident_in(WAITING)
        duplicate = self._create_incident_in(phase)
        chain = original.sudo().followup_id
        before = chain.read(["due_date", "next_step_id", "reminder_count", "state"])
        ended = duplicate.sudo().followup_id
        letters = self.join(original, duplicate)
        self.assertEqual(self.get_mails(letters), [CUSTOMER_MAIL, INTEGRATOR_MAIL])
        for letter in letters:
            self.assertIn(duplicate.number, letter["body"])
            self.assertIn(original.number, letter["body"])
        for address, words in (
            (CUSTOMER_MAIL, "le même dysfonctionnement"),
            (INTEGRATOR_MAIL, "the same malfunction, followed as"),
        ):
            self.assertIn(words, self._letter_to(letters, address)["body"])
        self.assertEqual(original.incident_phase, WAITING)
        self.assertEqual(original.sudo().followup_id, chain)
        self.assertEqual(chain.read([*before[0]])[0], before[0])
        self.assertEqual(duplicate.incident_phase, CLOSED)
        reason = "rejected" if phase == REGISTERED else "duplicate"
        self.assertEqual(duplicate.close_reason, reason)
        self.assertEqual(duplicate.duplicate_id, original)
        self.assertFalse(duplicate.sudo().followup_id)
        self.assertIn(ended.state, (False, "cancelled"))

    def check_other_parties(self):
        original = self._create_incident_in(WAITING)
        duplicate = self._create_incident_in(
            CLOSURE, partner_id=self.other_customer.id, description="<p>Secret</p>"
        )
        duplicate.message_post(
            body="Only for Durand",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        letters = self.join(original, duplicate)
        self.assertEqual(
            self.get_mails(letters),
            sorted([CUSTOMER_MAIL, INTEGRATOR_MAIL, self.other_customer.email]),
        )
        told = self._letter_to(letters, CUSTOMER_MAIL)["body"]
        self.assertIn("signalé une nouvelle fois", told)
        florist = self._letter_to(letters, self.other_customer.email)["body"]
        self.assertIn("Il est déjà connu sous le numéro", florist)
        self.assertNotIn(duplicate.number, told)
        self.assertNotIn("Durand", told)
        self.assertIn(
            original.number, self._letter_to(letters, self.other_customer.email)["body"]
        )
        self.assertNotIn("Secret", original.description)
        bodies = " ".join(original.message_ids.mapped("body"))
        self.assertNotIn("Only for Durand", bodies)
        self.assertEqual(duplicate.incident_phase, CLOSED)
        self.assertEqual(duplicate.partner_id, self.other_customer)


@tagged("post_install", "-at_install")
class TestMarkedDuplicates(DuplicateCommon):
    def join(self, original, duplicates):
        with self.capture_letters() as letters:
            for duplicate in duplicates:
                action = duplicate.action_open_duplicate_wizard()
                wizards = self.env["helpdesk.ticket.duplicate.wizard"]
                wizard = (
                    wizards.with_user(self.agent)
                    .with_context(**action["context"])
                    .create({"duplicate_of_id": original.id})
                )
                self.summary = wizard.incident_summary
                wizard.action_confirm()
        return letters

    def test_parties_of_both_are_told_once(self):
        for phase in (REGISTERED, IN_PROGRESS, WAITING, CLOSURE):
            with self.subTest(phase=phase):
                self.check_same_parties(phase)
                self.assertIn("2 mails", self.summary)

    def test_nobody_is_led_to_an_incident_that_is_over(self):
        duplicate = self._create_incident_in(IN_PROGRESS)
        with self.assertRaises(UserError):
            self.join(self._create_incident_in(CLOSED), duplicate)
        self.assertEqual(duplicate.incident_phase, IN_PROGRESS)

    def test_other_parties_learn_nothing_of_each_other(self):
        self.check_other_parties()
        self.assertIn("3 mails", self.summary)

    def test_what_is_followed_elsewhere_was_not_refused(self):
        original = self._create_incident_in(WAITING)
        duplicate = self._create_incident(partner_id=self.other_customer.id)
        letters = self.join(original, duplicate)
        self.assertEqual(duplicate.close_reason, "rejected")
        told = self._letter_to(letters, self.other_customer.email)["body_alternative"]
        self.assertRegex(told, r"État\s: Clôturé")
        self.assertNotIn("Non retenu", told)


@tagged("post_install", "-at_install")
class TestMergedDuplicates(DuplicateCommon):
    """Merged by OCA's addon, which is there when the companions are."""

    def setUp(self):
        super().setUp()
        if "helpdesk.ticket.merge" not in self.env:
            self.skipTest("helpdesk_mgmt_merge is not installed")

    def join(self, original, duplicates):
        tickets = original | duplicates
        wizards = self.env["helpdesk.ticket.merge"].with_user(self.agent)
        wizard = wizards.with_context(active_ids=tickets.ids).create({})
        self.assertEqual(wizard.dst_ticket_id, original)
        with self.capture_letters() as letters:
            self.action = wizard.merge_tickets()
        return letters

    def test_parties_of_both_are_told_once(self):
        for phase in (REGISTERED, IN_PROGRESS, WAITING, CLOSURE):
            with self.subTest(phase=phase):
                self.check_same_parties(phase)

    def test_other_parties_learn_nothing_of_each_other(self):
        self.check_other_parties()

    def test_unknown_reporters_are_not_one(self):
        values = {"partner_id": False, "integrator_id": False}
        first = self._create_incident(**values)
        second = self._create_incident(**values)
        self.assertFalse(first._has_parties_of(second))

    def test_plain_ticket_of_somebody_else_is_not_merged(self):
        original = self._create_incident_in(IN_PROGRESS)
        plain = self.env["helpdesk.ticket"].create(
            {
                "name": "Plain",
                "description": "Secret",
                "team_id": self.plain_team.id,
                "partner_id": self.stranger.id,
            }
        )
        with self.assertRaises(UserError):
            self.join(original, plain)
        self.assertNotIn("Secret", original.description)

    def test_conversation_goes_to_the_one_that_goes_on(self):
        original = self._create_incident_in(WAITING)
        duplicate = self._create_incident_in(IN_PROGRESS)
        duplicate.message_post(
            body="Said there", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.join(original, duplicate)
        self.assertEqual(self.action["res_id"], original.id)
        self.assertFalse(duplicate.active)
        self.assertIn("Said there", " ".join(original.message_ids.mapped("body")))

    def test_several_at_once_are_told_by_one_mail(self):
        original = self._create_incident_in(WAITING)
        duplicates = self._create_incident_in(WAITING)
        duplicates |= self._create_incident_in(IN_PROGRESS)
        letters = self.join(original, duplicates)
        self.assertEqual(self.get_mails(letters), [CUSTOMER_MAIL, INTEGRATOR_MAIL])
        for number in duplicates.mapped("number"):
            self.assertIn(number, letters[0]["body"])

    def test_nothing_is_merged_into_what_is_closed_or_no_incident(self):
        duplicate = self._create_incident_in(IN_PROGRESS)
        plain = self.env["helpdesk.ticket"].create(
            {"name": "Plain", "description": "x", "team_id": self.plain_team.id}
        )
        for original in (self._create_incident_in(CLOSED), plain):
            with self.subTest(original=original), self.assertRaises(UserError):
                self.join(original, duplicate)
            self.assertEqual(duplicate.incident_phase, IN_PROGRESS)

    def test_new_incident_takes_both_over(self):
        tickets = self._create_incident_in(WAITING) | self._create_incident_in(WAITING)
        wizards = self.env["helpdesk.ticket.merge"].with_user(self.agent)
        wizard = wizards.with_context(active_ids=tickets.ids).create(
            {"create_new_ticket": True, "dst_ticket_name": "Both"}
        )
        with self.capture_letters() as letters:
            wizard.merge_tickets()
        self.assertEqual(self.get_mails(letters), [CUSTOMER_MAIL, INTEGRATOR_MAIL])
        self.assertEqual(wizard.dst_ticket_id.incident_phase, REGISTERED)
        self.assertEqual(set(tickets.mapped("incident_phase")), {CLOSED})
        self.assertFalse(tickets.sudo().followup_id)
