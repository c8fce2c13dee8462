# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How much one network address may do on the public pages."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import config

from odoo.addons.openip_incident.tests.common import CUSTOMER_MAIL, WAITING

from ..models.guard import incident_visit
from .form_common import ANSWERS, FormCommon

NOW = "2026-11-23 09:00:00"
LATER = "2026-11-23 09:10:01"


@tagged("post_install", "-at_install")
class TestVisitLimit(FormCommon):
    def setUp(self):
        super().setUp()
        self.visits = self.env["incident.visit"].sudo()
        self._forget()
        self.addCleanup(self._forget)

    def _forget(self):
        """Be a worker that has just been started."""
        incident_visit.TALLIES.clear()

    def _limit(self, **limits):
        for name, count in limits.items():
            self.env["ir.config_parameter"].set_param(
                f"openip_incident_portal.visit_{name}", count
            )

    def assertPutOff(self, response):
        """Assert that a visitor is asked to come again, and when."""
        self.assertEqual(response.status_code, 429, response.text[:2000])
        self.assertEqual(response.headers["Retry-After"], "600")
        return self.read_page(self.parse(response))

    # Reading

    def test_address_that_reads_without_end_is_put_off_for_a_while(self):
        path = self.get_path(self._create_incident())
        self._limit(reads=2)
        with freeze_time(NOW):
            for _turn in range(2):
                self.visit(path)
            text = self.assertPutOff(self.url_open(path))
        self.assertIn("try again in 10 minutes", text)
        with freeze_time(LATER):
            self.visit(path)

    def test_form_is_put_off_too(self):
        path = self._get_form_path(self.baker.email_formatted)
        self._limit(reads=1)
        with freeze_time(self.env.cr.now()):
            self.visit(path)
            self.assertPutOff(self.url_open(path))

    def test_page_speaks_the_language_of_the_browser(self):
        path = self.get_path(self._create_incident())
        self._limit(reads=1)
        self.opener.headers["Accept-Language"] = "fr-FR"
        with freeze_time(NOW):
            self.visit(path)
            page = self.parse(self.url_open(path))
        self.assertEqual(page.get("lang"), "fr-FR")
        self.assertNotIn("Please", self.read_page(page))

    def test_workers_share_what_they_count(self):
        incident = self._create_incident_in(WAITING)
        form = self.get_form(self.visit(self.get_path(incident, purpose="answer")))
        self._limit(sends=2)
        with freeze_time(self.env.cr.now()):
            for _worker in range(2):
                self.assertEqual(self.send(form, text="More").status_code, 303)
                self._forget()
            self.assertPutOff(self.send(form, text="More"))

    def test_opening_a_page_writes_nothing(self):
        path = self.get_path(self._create_incident())
        self._limit(reads=2)
        before = self.get_rows()
        with freeze_time(NOW):
            for _turn in range(3):
                self.url_open(path)
        self.assertUnchanged(before)

    def test_no_limit_is_no_limit(self):
        path = self.get_path(self._create_incident())
        self._limit(reads=0)
        for _turn in range(3):
            self.visit(path)
        self.assertFalse(incident_visit.TALLIES)

    # Sending

    def test_form_comes_back_with_everything_typed(self):
        path = self._get_form_path(self.baker.email_formatted)
        form = self.get_form(self.visit(path))
        self._limit(sends=1)
        with freeze_time(self.env.cr.now()):
            self.visits._count_visit("send", "127.0.0.1")
            response = self.send(form, **ANSWERS, service="Line 7")
            self.assertPutOff(response)
        self.assertFalse(self.intake.ticket_id)
        (again,) = self.parse(response).forms
        self.assertEqual(again.fields["service"], "Line 7")
        self.assertEqual(again.fields["description"], ANSWERS["description"])
        self._limit(sends=0)
        self.assertEqual(self.send(again).status_code, 303)
        self.assertEqual(self.intake.ticket_id.incident_service, "Line 7")

    def test_answer_comes_back_with_everything_typed(self):
        incident = self._create_incident_in(WAITING)
        form = self.get_form(self.visit(self.get_path(incident, purpose="answer")))
        self._limit(sends=1)
        with freeze_time(self.env.cr.now()):
            self.visits._count_visit("send", "127.0.0.1")
            response = self.send(form, text="Since nine.")
            self.assertPutOff(response)
        self.assertFalse(self.get_answers(incident))
        (again,) = self.parse(response).forms
        self.assertEqual(again.fields["text"], "Since nine.")
        self._limit(sends=0)
        self.assertEqual(self.send(again).status_code, 303)
        self.assertIn("Since nine.", self.get_answers(incident).body)

    def test_decision_comes_back_with_everything_typed(self):
        incident = self._create_incident_in("closure")
        form = self.get_form(self.visit(self.get_path(incident, purpose="closure")))
        self._limit(sends=1)
        with freeze_time(self.env.cr.now()):
            self.visits._count_visit("send", "127.0.0.1")
            response = self.send(form, decision="refuse", text="Still dead.")
            self.assertPutOff(response)
        self.assertFalse(incident.sudo().closure_decision)
        page = self.parse(response)
        self.assertIn("Still dead.", page.xpath("//textarea[@name='text']/text()"))

    def test_fresh_links_have_a_limit_of_their_own(self):
        incident = self._create_incident()
        with freeze_time("2026-10-01 09:00:00"):
            path = self.get_path(incident)
        self._limit(links=1)
        with freeze_time(NOW), self.capture_letters() as letters:
            form = self.get_form(self.visit(path, status=410))
            self.visits._count_visit("link", "127.0.0.1")
            self.assertPutOff(self.send(form, agreed="1"))
        self.assertNoLetters(letters)
        with freeze_time(LATER), self.capture_letters() as letters:
            self.send(form, agreed="1")
        self.assertPartiesGot(letters, CUSTOMER_MAIL)

    # Addresses

    def test_addresses_are_told_apart_as_networks(self):
        same = [
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"),
            ("192.0.2.7", "::ffff:192.0.2.7"),
        ]
        other = [
            ("2001:db8:1:2::1", "2001:db8:1:3::1"),
            ("192.0.2.7", "192.0.2.8"),
            ("192.0.2.7", ""),
        ]
        key = self.visits._get_key
        for one, two in same:
            self.assertEqual(key("read", one), key("read", two))
        for one, two in other:
            self.assertNotEqual(key("read", one), key("read", two))
        self.assertNotEqual(key("read", "192.0.2.7"), key("send", "192.0.2.7"))

    def test_forwarded_address_counts_behind_a_proxy_only(self):
        path = self.get_path(self._create_incident())
        self._limit(reads=1)
        for proxy_mode, status in ((False, 429), (True, 200)):
            self._forget()
            self.visits.search([]).unlink()
            with freeze_time(NOW), patch.dict(config.options, proxy_mode=proxy_mode):
                for last in (1, 2):
                    response = self.url_open(
                        path,
                        headers={
                            "X-Forwarded-For": f"192.0.2.{last}",
                            "X-Forwarded-Host": "127.0.0.1",
                        },
                    )
            self.assertEqual(response.status_code, status, f"proxy {proxy_mode}")

    def test_address_is_stored_as_a_hash_and_forgotten(self):
        self._limit(sends=1)
        with freeze_time(NOW):
            self.visits._count_visit("send", "192.0.2.7")
            (visit,) = self.visits.search([])
            self.assertRegex(visit.key, r"^[0-9a-f]{64}$")
            self.visits._gc_visits()
            self.assertTrue(visit.exists())
        later = incident_visit.PERIOD + timedelta(seconds=1)
        with freeze_time(visit.date + later):
            self.assertEqual(self.visits._gc_visits(), (1, False))
        self.assertFalse(visit.exists())
