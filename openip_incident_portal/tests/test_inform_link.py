# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A party has colleagues informed by its link, as it may with a login."""

from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import IN_PROGRESS

from ..models.informed import helpdesk_ticket_informed
from .test_informed import InformedCommon


@tagged("post_install", "-at_install")
class TestInformLink(InformedCommon):
    def prepare(self):
        self.incident = self._create_incident_in(IN_PROGRESS).sudo()

    def _open(self, party=None):
        return self.visit(self.get_path(self.incident, party or self.integrator))

    def _get_adding(self, page):
        """Return the form that adds somebody; the other one removes."""
        return page.xpath("//form[.//input[@name='email']]")[0]

    def _get_removing(self, page):
        return page.xpath("//form[.//input[@name='remove']]")[0]

    def _add(self, email=None, party=None):
        form = self._get_adding(self._open(party))
        return self.send(form, email=email or self.colleague.email)

    def _who(self):
        self.env.invalidate_all()
        return self.incident.incident_informed_ids.partner_id

    def test_party_informs_a_colleague_and_takes_it_back(self):
        for _click in range(2):
            self.assertEqual(self._add().status_code, 303)
        self.assertEqual(self._who(), self.colleague)
        self.assertEqual(
            self.incident.incident_informed_ids.side_id,
            self.integrator.incident_party_id,
        )
        page = self._open()
        self.assertIn("Bastien Colleague", self.read_page(page))
        self.assertNotIn("Bastien Colleague", self.read_page(self._open(self.customer)))
        row = self.incident.incident_informed_ids
        self.send(self._get_removing(page), remove=str(row.id))
        self.assertFalse(self._who())

    def test_what_a_scanner_submits_changes_nothing(self):
        """It presses every button of a page, as the forms come."""
        self._add()
        page = self._open()
        for form in page.forms:
            self.send(form)
        self.assertEqual(self._who(), self.colleague)

    def test_party_is_shown_as_who_did_it(self):
        self._add()
        row = self.incident.incident_informed_ids
        self.send(self._get_removing(self._open()), remove=str(row.id))
        notes = self.incident.message_ids.filtered(
            lambda note: "incident-informed" in (note.message_id or "")
        )
        self.assertEqual(len(notes), 2)
        self.assertEqual(notes.author_id, self.integrator)
        self.assertNotIn("Public user", "".join(notes.mapped("email_from")))

    def test_party_informs_nobody_else(self):
        for email in (
            self.third.email,
            self.customer.email,
            self.agent.email,
            "nobody@nowhere.example.com",
            "no address",
            "%",
            "\x00",
        ):
            with self.subTest(email=email):
                self.assertRefused(self._add(email))
                self.assertFalse(self._who())

    def test_what_was_typed_is_given_back(self):
        page = self.assertRefused(self._add("typo@integrator.example.com"))
        self.assertEqual(
            self._get_adding(page).fields["email"], "typo@integrator.example.com"
        )
        self.send(self._get_adding(page), email=self.colleague.email)
        self.assertEqual(self._who(), self.colleague)

    def test_one_link_does_nothing_for_another(self):
        """Neither a link of another purpose, nor of another incident or reader."""
        self._inform(self.incident, self.third)
        other = self._create_incident_in(IN_PROGRESS).sudo()
        informed = self._get_path(self.incident, self.third)
        form = self._get_adding(self._open())
        key = form.fields["form_key"]
        self.assertTrue(key)
        for token in (
            self.get_token(self.incident, self.integrator),
            self.get_token(self.incident, self.integrator, "answer"),
            self.get_token(other, self.integrator, "inform"),
            parse_qs(urlsplit(informed).query)["token"][0],
            "nothing",
        ):
            response = self.url_open(
                f"/incident/{self.incident.id}/inform",
                data={"token": token, "form_key": key, "email": self.colleague.email},
            )
            self.assertEqual(response.status_code, 404)
        self.assertEqual(self._who(), self.third)
        self.assertFalse(self.visit(informed).forms)

    def test_form_of_another_reader_is_given_back(self):
        key = self._get_adding(self._open(self.customer)).fields["form_key"]
        for form_key in (key, "", "x"):
            response = self.url_open(
                f"/incident/{self.incident.id}/inform",
                data={
                    "token": self.get_token(self.incident, self.integrator, "inform"),
                    "form_key": form_key,
                    "email": self.colleague.email,
                },
            )
            self.assertEqual(response.status_code, 422)
            self.assertIn(self.colleague.email, response.text)
        self.assertFalse(self._who())

    def test_reading_it_changes_nothing(self):
        path = self.get_path(self.incident, self.integrator, "inform")
        self.visit(f"{path}&email={self.colleague.email}")
        self.assertFalse(self._who())

    def test_not_all_day(self):
        with patch.object(helpdesk_ticket_informed, "MAX_CHANGES", 2):
            self._add()
            row = self.incident.incident_informed_ids
            self.send(self._get_removing(self._open()), remove=str(row.id))
            self.assertRefused(self._add(), "Please go on tomorrow")
            self.assertFalse(self._who())
            other = self._create_incident_in(IN_PROGRESS).sudo()
            other._incident_add_informed(self.integrator, self.colleague.email)
            self.assertTrue(other.incident_informed_ids)
