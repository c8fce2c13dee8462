# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import hash_sign

from odoo.addons.openip_incident.tests.common import (
    CUSTOMER_MAIL,
    INTEGRATOR_MAIL,
    OPENED,
    WAITING,
)

from ..models.page.helpdesk_ticket_link import SIGNED_LINK
from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestLinkGeneration(PageCommon):
    """Links die at once with the mailbox and the part that they were made for."""

    def _read(self, path):
        return self.incidents._read_incident_link(path.partition("token=")[2])

    def _sign_old(self, incident, party, purpose="view"):
        """Sign a link as it was signed before mailboxes were counted."""
        until = incident._get_incident_link_end()
        values = [incident.id, party.id, purpose, incident.incident_link_version, until]
        token = hash_sign(self.env(su=True), SIGNED_LINK.scope, values)
        return f"/incident/{incident.id}?token={token}"

    def assertDead(self, path):
        """Assert that a link shows nothing, whatever else it offers."""
        response = self.url_open(path)
        self.assertIn(response.status_code, (404, 410))
        self.assertNotIn("No outgoing", response.text)
        return response.status_code

    def _get_changes(self):
        """Return the ways in which a contact's address becomes another one."""
        partner = self.integrator
        user = self._create_portal_user(partner, "generation_portal")
        return {
            "write": lambda: partner.write({"email": "new@telintegra.example.com"}),
            "import": lambda: self.env["res.partner"].load(
                [".id", "email"], [[str(partner.id), "imported@example.com"]]
            ),
            "login": lambda: user.write({"email": "login@example.com"}),
            "emptied": lambda: partner.write({"email": False}),
            "archived and back": lambda: (
                user.write({"active": False}),
                partner.action_archive(),
                partner.action_unarchive(),
            ),
        }

    def test_link_of_an_earlier_address_is_void_at_once(self):
        for name, change in self._get_changes().items():
            for sign in (self.get_path, self._sign_old):
                with self.subTest(name, sign=sign.__name__), self.cr.savepoint():
                    incident = self._create_incident_in(OPENED)
                    self.integrator.sudo().incident_link_generation = 0
                    self.integrator.email = INTEGRATOR_MAIL
                    self.integrator.sudo().incident_link_generation = 0
                    incident = incident.sudo()
                    path, other = (
                        sign(incident, self.integrator),
                        sign(incident, self.customer),
                    )
                    self.assertFalse(self._read(path).expired)
                    change()
                    self.assertTrue(self._read(path).expired)
                    self.assertFalse(self._read(other).expired)
                    fresh = self.get_path(incident, self.integrator)
                    self.assertFalse(self._read(fresh).expired)

    def test_same_address_in_other_letters_voids_nothing(self):
        incident = self._create_incident_in(OPENED)
        path = self.get_path(incident, self.integrator)
        self.integrator.email = f'"Support" <{INTEGRATOR_MAIL.upper()}>'
        self.integrator.phone = "+33 1 23 45 67 89"
        self.assertFalse(self._read(path).expired)

    def test_merged_contact_with_another_address(self):
        incident = self._create_incident_in(OPENED)
        path = self.get_path(incident, self.integrator)
        double = self.env["res.partner"].create(
            {"name": "Double", "email": "double@example.com", "is_company": True}
        )
        other_path = self.get_path(
            self._create_incident_in(OPENED, partner_id=double.id), double
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.integrator | double).ids, self.integrator)
        self.assertFalse(self._read(path).expired)
        # Whoever has it reads nothing; who remains gets a fresh one by mail.
        self.assertTrue(self._read(other_path).expired)
        self.assertEqual(self._read(other_path).party, self.integrator)
        self.assertDead(other_path)

    def test_party_replaced_and_put_back(self):
        incident = self._create_incident_in(OPENED).sudo()
        other = self.integrator.copy({"email": "other@example.com"})
        for field, party in (
            ("integrator_id", self.integrator),
            ("partner_id", self.customer),
        ):
            for between in (other, self.env["res.partner"]):
                with self.subTest(field, between=between.name):
                    paths = [self.get_path(incident, party)]
                    if not incident.incident_customer_generation:
                        paths.append(self._sign_old(incident, party))
                    incident[field] = between
                    self.assertFalse(
                        [self._read(path) for path in paths if self._read(path)]
                    )
                    incident[field] = party
                    if field == "partner_id":
                        incident.integrator_id = self.integrator
                    for path in paths:
                        self.assertTrue(self._read(path).expired)
                    self.assertFalse(self._read(self.get_path(incident, party)).expired)

    def test_links_signed_before_the_update_still_work(self):
        incident = self._create_incident_in(WAITING).sudo()
        for party in (self.customer, self.integrator):
            path = self._sign_old(incident, party)
            self.assertIn("No outgoing", self.read_page(self.visit(path)))

    def test_dead_link_acts_no_more_and_offers_a_fresh_one(self):
        incident = self._create_incident_in(WAITING)
        path = self.get_path(incident, self.integrator, "answer")
        form = self.get_form(self.visit(path))
        self.integrator.email = "new@telintegra.example.com"
        self.assertEqual(self.send(form, text="As the other").status_code, 410)
        self.assertFalse(self.get_answers(incident, self.integrator))
        self.assertEqual(self.assertDead(path), 410)
        fresh = self.get_form(self.visit(path, status=410))
        with self.capture_letters() as letters:
            self.assertEqual(self.send(fresh, agreed="1").status_code, 200)
        self.assertPartiesGot(letters, "new@telintegra.example.com")
        token = letters[0]["body"].partition("token=")[2].partition('"')[0]
        self.assertFalse(self.incidents._read_incident_link(token).expired)

    def test_archived_party_opens_nothing_and_gets_nothing(self):
        incident = self._create_incident_in(WAITING)
        path = self.get_path(incident, self.integrator)
        self.integrator.action_archive()
        self.assertEqual(self.assertDead(path), 404)
        self.assertIn(self.integrator, incident.unreachable_party_ids)
        self.assertIn("archived", incident.incident_banner)
        activities = incident.sudo().activity_ids.filtered(
            lambda item: self.integrator.name in (item.summary or "")
        )
        self.assertEqual(len(activities), 1)
        with self.capture_letters() as letters:
            incident.with_user(self.agent).incident_update("<p>News</p>")
        self.assertLettersTo(letters, CUSTOMER_MAIL)

    def test_archived_party_that_answers_by_mail_has_answered(self):
        incident = self._create_incident_in(WAITING)
        self.integrator.action_archive()
        self._reply(incident, self.integrator, html="<p>It is plugged in.</p>")
        self.assertTrue(incident.last_answer_date)
        answer = self.get_answers(incident, self.integrator)
        self.assertIn("plugged in", answer.body)
        self.assertFalse(answer.is_internal)

    def test_archived_party_that_names_the_number_has_answered(self):
        incident = self._create_incident_in(WAITING)
        message = self._hidden_message(incident, self.integrator)
        self.integrator.action_archive()
        self._receive(
            self.integrator.email_formatted,
            message.reply_to,
            subject=f"{incident.number}",
        )
        self.assertTrue(incident.last_answer_date)

    def test_token_is_read_as_it_is_written_only(self):
        incident = self._create_incident_in(OPENED)
        token = self.get_token(incident)
        for other in (f"{token[:9]}.{token[9:]}", f"{token} ", f"{token}\n", token * 9):
            self.assertIsNone(self.incidents._read_incident_link(other))
        with patch.object(type(self.incidents), "_is_incident_link_good") as asked:
            self.incidents._read_incident_link(token)
        asked.assert_called_once()
