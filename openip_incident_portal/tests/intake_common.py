# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from odoo import fields

from odoo.addons.openip_incident.tests.common import IncidentCommon

FORM_LINK = re.compile(r"/incident/form/([\w\-=.]+)")

UNKNOWN = '"Ursula Unknown" <ursula@unknown.example.com>'
UNKNOWN_MAIL = "ursula@unknown.example.com"


class IntakeCommon(IncidentCommon):
    """Two teams that answer mails with a form link; others keep their tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.incident_intake = True
        cls.other_team.incident_intake = True
        cls.address = cls.team.alias_full_name
        cls.intakes = cls.env["incident.intake"]

    def _process(self, raw):
        """Hand a raw mail to the gateway; return the letters that leave."""
        with self.capture_letters() as letters:
            self.env["mail.thread"].message_process("helpdesk.ticket", raw)
        return letters

    def _write_in(self, sender=UNKNOWN, to=None, **options):
        """Let somebody write to the team; return its intake and our letters."""
        before = self.intakes.search([])
        options = {"subject": "No dial tone", "html": "<p>Dead line.</p>", **options}
        with self.capture_letters() as letters:
            self._receive(sender, to or self.address, **options)
        return self.intakes.search([("id", "not in", before.ids)]), letters

    def _link_mail(self, intake):
        """Return the message that carried the last link to the sender."""
        return intake.message_ids.filtered(
            lambda message: message.message_type == "auto_comment"
        ).sorted("id")[-1:]

    def _get_token(self, letter):
        found = FORM_LINK.findall(letter["body"])
        self.assertEqual(len(found), 1, letter["body"])
        return found[0]

    def _run_cron(self):
        with self.capture_letters() as letters, self.enter_registry_test_mode():
            self.env.ref(
                "openip_incident_portal.ir_cron_intake"
            ).method_direct_trigger()
        return letters

    def _count_tickets(self):
        return self.env["helpdesk.ticket"].search_count([])

    def assertLink(self, letters, address):
        """Assert that one form link went to an address, and nothing else left."""
        self.assertLettersTo(letters, address)
        self._get_token(letters[0])

    def assertHeld(self, intake, letters, reason, state="sent"):
        """Assert that a mail is kept, with the reason, and was not answered."""
        self.assertNoLetters(letters)
        self.assertEqual(len(intake), 1)
        self.assertEqual((intake.state, intake.hold_reason), (state, reason))
        self.assertFalse(intake.sent_date)
        self.assertEqual(intake.to_review, state == "sent")

    def _now(self):
        return fields.Datetime.now()
