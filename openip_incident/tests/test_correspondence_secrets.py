# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What leaves for a party holds nothing that it must not see."""

from unittest.mock import patch

from odoo.tests import tagged

from ..models.party.helpdesk_ticket import HelpdeskTicket
from .common import (
    CUSTOMER_MAIL,
    IDENTITY_MARKS,
    IN_PROGRESS,
    INTEGRATOR_MAIL,
    OPENED,
    REGISTERED,
)
from .correspondence_common import URL, CorrespondenceCommon


@tagged("post_install", "-at_install")
class TestCorrespondenceSecrets(CorrespondenceCommon):
    def test_nothing_of_the_other_party(self):
        self._patch_urls()
        for name, incident, letters in self._each_act():
            with self.subTest(act=name):
                for reader, other in (
                    (self.customer, self.integrator),
                    (self.integrator, self.customer),
                ):
                    letter = self._letter_to(letters, reader.email)
                    raw = letter["EmailMessage"].as_string()
                    text = letter["body"] + letter["body_alternative"]
                    self.assertIn(URL % (incident.id, reader.id), text)
                    self.assertNotIn(f"party={other.id}", text)
                    self.assertNotIn(other.email, text + raw)
                    # Who serves several customers is told whose incident it is.
                    told = self.assertIn if other == self.customer else self.assertNotIn
                    told(other.name, text)

    def test_entry_has_nobodys_link(self):
        """Both parties may read the chatter in the portal one day."""
        self._patch_urls()
        for name, incident, _letters in self._each_act():
            with self.subTest(act=name):
                self.assertNotIn("party=", self._entries(incident)[:1].body)

    def test_no_identity_leaves(self):
        """Tokens of the core let whoever holds the mail act as the customer."""
        self._create_portal_user(self.customer, "portal_identity")
        self.customer.sudo().signup_prepare()
        for name, incident, letters in self._each_act():
            with self.subTest(act=name):
                token = incident.sudo().access_token
                for letter in letters:
                    raw = letter["EmailMessage"].as_string()
                    text = letter["body"] + letter["body_alternative"] + raw
                    for mark in IDENTITY_MARKS:
                        self.assertNotIn(mark, text)
                    if token:
                        self.assertNotIn(token, text)

    def test_link_of_a_portal_user_is_the_login(self):
        """As long as no other addon has pages of its own for the parties."""
        self._create_portal_user(self.customer, "portal_link")
        incident = self._create_incident()
        with (
            patch.object(
                self.env.registry["helpdesk.ticket"],
                "_get_incident_url",
                HelpdeskTicket._get_incident_url,
            ),
            self.capture_letters() as letters,
        ):
            incident.action_incident_open()
        customer = self._letter_to(letters, CUSTOMER_MAIL)
        integrator = self._letter_to(letters, INTEGRATOR_MAIL)
        self.assertIn("/web/login", customer["body"])
        self.assertIn(f"/my/ticket/{incident.id}", customer["body"])
        self.assertNotIn("href", integrator["body"])

    def test_script_is_inert(self):
        evil = (
            "<p>Hello<script>alert(1)</script>"
            '<img src="x" onerror="alert(2)"/>'
            '<a href="javascript:alert(3)">here</a></p>'
        )
        acts = {
            OPENED: lambda ticket: ticket.incident_update(evil),
            IN_PROGRESS: lambda ticket: ticket.incident_request("action", evil),
            REGISTERED: lambda ticket: ticket.action_incident_reject(evil),
        }
        for phase, act in acts.items():
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                with self.capture_letters() as letters:
                    act(incident)
                self.assertBothInformed(letters)
                bodies = [letter["body"] for letter in letters]
                bodies += incident.sudo().message_ids.mapped("body")
                for body in bodies:
                    for danger in ("<script", "onerror", "javascript:"):
                        self.assertNotIn(danger, body)

    def test_markup_in_a_title_is_text(self):
        incident = self._create_incident(name="<b>No</b> & <script>x</script>")
        with self.capture_letters() as letters:
            incident.action_incident_open()
        for letter in letters:
            self.assertNotIn("<script", letter["body"])
            self.assertNotIn("<b>No</b>", letter["body"])
            self.assertIn("&lt;b&gt;No", letter["body"])

    def test_directives_in_a_body_are_not_evaluated(self):
        incident = self._create_incident_in(OPENED)
        body = "<p>{{ 12345*81 }} <t t-out='12345*81'>no</t></p>"
        with self.capture_letters() as letters:
            incident.incident_update(body)
        for letter in letters:
            # Long enough not to be part of a signature by chance.
            self.assertNotIn(str(12345 * 81), letter["body"])
