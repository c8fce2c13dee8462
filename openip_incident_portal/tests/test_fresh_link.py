# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CLOSURE, OPENED, WAITING

from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestFreshLink(PageCommon):
    def _expire(self, incident, party=None, purpose="view"):
        with freeze_time(fields.Datetime.now() - timedelta(days=31)):
            return self.get_path(incident, party or self.integrator, purpose)

    def test_expired_link_shows_nothing_and_offers_a_fresh_one(self):
        incident = self._create_incident_in(OPENED)
        page = self.visit(self._expire(incident), status=410)
        self.assertIn("This link has expired", self.read_page(page))
        for secret in (incident.number, "No outgoing", "Boulangerie", "Telintegra"):
            self.assertNotIn(secret, page.response.text)

    def test_fresh_link_is_mailed_to_the_same_party_only(self):
        incident = self._create_incident_in(WAITING)
        entries = self._entries(incident)
        form = self.get_form(self.visit(self._expire(incident), status=410))
        with self.capture_letters() as letters:
            response = self.send(form, agreed="1")
        self.assertEqual(response.status_code, 200)
        self.assertIn("look into your mailbox", self.read_page(self.parse(response)))
        self.assertPartiesGot(letters, self.integrator.email)
        token = letters[0]["body"].partition("token=")[2].partition('"')[0]
        link = self.incidents._read_incident_link(token)
        self.assertEqual((link.ticket, link.party), (incident, self.integrator))
        self.assertFalse(link.expired)
        # Nobody else reads of it.
        self.assertEqual(self._entries(incident), entries)

    def test_fresh_link_is_mailed_once_an_hour(self):
        incident = self._create_incident_in(OPENED)
        form = self.get_form(self.visit(self._expire(incident), status=410))
        with self.capture_letters() as letters:
            for _time in range(3):
                self.assertEqual(self.send(form, agreed="1").status_code, 200)
        self.assertPartiesGot(letters, self.integrator.email)
        other = self.get_form(
            self.visit(self._expire(incident, self.customer), status=410)
        )
        with self.capture_letters() as letters:
            self.send(other, agreed="1")
        self.assertPartiesGot(letters, self.customer.email)
        notices = incident.sudo().notice_ids.filtered("fresh_link_date")
        for notice in notices:
            notice.fresh_link_date -= timedelta(hours=1, minutes=1)
        with self.capture_letters() as letters:
            self.send(form, agreed="1")
        self.assertPartiesGot(letters, self.integrator.email)

    def test_fresh_link_needs_a_tick(self):
        incident = self._create_incident_in(OPENED)
        form = self.get_form(self.visit(self._expire(incident), status=410))
        with self.capture_letters() as letters:
            response = self.send(form)
        self.assertEqual(response.status_code, 410)
        self.assertNoLetters(letters)

    def test_expired_link_acts_no_more(self):
        incident = self._create_incident_in(CLOSURE)
        path = self._expire(incident, purpose="closure")
        form = self.get_form(
            self.visit(self.get_path(incident, self.integrator, "closure"))
        )
        token = path.partition("token=")[2]
        response = self.send(form, token=token, decision="confirmed")
        self.assertEqual(response.status_code, 410)
        self.assertEqual(incident.incident_phase, CLOSURE)
