# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a party may expect: on its page, in its list, and in its calendar."""

from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from odoo.addons.openip_incident.tests.common import IN_PROGRESS
from odoo.addons.openip_incident.tests.ics_reader import read_calendar, read_date

from .page_common import PageCommon, get_page


@tagged("post_install", "-at_install")
class TestRestorationPage(PageCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = fields.Datetime.now().replace(second=0)
        cls.soon = now + timedelta(hours=30)
        cls.begin, cls.end = now + timedelta(days=2), now + timedelta(days=2, hours=2)

    def _promise(self, phase=IN_PROGRESS):
        incident = self._create_incident_in(phase)
        with self.mock_mail_gateway():
            incident.incident_expect_restoration(self.soon)
            incident.incident_plan_intervention(
                self.begin, self.end, "12 rue du Four", "Théo <b>Technician</b>"
            )
        return incident, incident.sudo().incident_intervention_ids

    def _find_cards(self, page):
        return page.xpath("//*[contains(@class, 'o_incident_expected')]")

    def test_page_says_what_to_expect(self):
        incident, _intervention = self._promise()
        for party in (self.customer, self.integrator):
            page = self.visit(self.get_path(incident, party))
            [card] = self._find_cards(page)
            text = " ".join(card.text_content().split())
            self.assertIn("12 rue du Four", text)
            self.assertIn("Théo <b>Technician</b>", text)
            self.assertFalse(card.xpath(".//b"))

    def test_calendar_file_is_that_of_the_reader(self):
        incident, intervention = self._promise()
        page = self.visit(self.get_path(incident))
        [link] = self._find_cards(page)[0].xpath(".//a")
        before = self.get_rows()
        response = self.url_open(link.get("href"))
        self.assertUnchanged(before)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(
            response.headers["Content-Type"], "text/calendar; charset=utf-8"
        )
        self.assertIn("no-store", response.headers["Cache-Control"])
        found = read_calendar(response.content)
        self.assertEqual(found["UID"][0], intervention.uid)
        self.assertEqual(read_date(found, "DTSTART"), self.begin)
        self.assertIn(incident.number, found["SUMMARY"][0])

    def test_calendar_file_opens_by_nothing_else(self):
        incident, intervention = self._promise()
        other, foreign = self._promise()
        token = self.get_token(incident)
        bad = (
            f"/incident/{incident.id}/intervention/{intervention.id}",
            f"/incident/{incident.id}/intervention/{intervention.id}?token=x",
            f"/incident/{incident.id}/intervention/{foreign.id}?token={token}",
            f"/incident/{other.id}/intervention/{foreign.id}?token={token}",
            f"/incident/{incident.id}/intervention/0?token={token}",
        )
        for path in bad:
            with self.subTest(path=path):
                self.assertNeutral(self.url_open(path))

    def test_nothing_is_said_once_it_is_over(self):
        incident, intervention = self._promise()
        path = view_path = self.get_path(incident)
        token = self.get_token(incident)
        file = f"/incident/{incident.id}/intervention/{intervention.id}?token={token}"
        with freeze_time(self.end + timedelta(minutes=1)):
            self.assertFalse(get_page(incident, self.customer)["expected"])
        with self.mock_mail_gateway():
            incident.action_incident_close("support")
        self.assertFalse(self._find_cards(self.visit(view_path)))
        self.assertNeutral(self.url_open(file))
        self.assertEqual(self.url_open(path).status_code, 200)

    def test_nothing_promised_has_no_card(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self.assertFalse(self._find_cards(self.visit(self.get_path(incident))))

    def test_lists_say_what_comes_next(self):
        incident, intervention = self._promise()
        user = self._create_portal_user(self.baker, "restoration_list")
        pages = self.env["incident.page"].with_user(user)
        [row] = pages._prepare_rows(incident, user.partner_id)
        self.assertIn("Intervention on", row["next"])
        with self.mock_mail_gateway():
            incident.incident_cancel_intervention(intervention)
        [row] = pages._prepare_rows(incident, user.partner_id)
        self.assertIn("Restoration expected", row["next"])

    def test_portal_users_find_it_behind_their_login(self):
        incident, intervention = self._promise()
        path = f"/my/ticket/{incident.id}/intervention/{intervention.id}"
        user = self._create_portal_user(self.baker, "restoration_portal")
        self.authenticate(user.login, user.login)
        page = self.visit(f"/my/ticket/{incident.id}")
        [link] = self._find_cards(page)[0].xpath(".//a")
        self.assertTrue(link.get("href").endswith(path))
        found = read_calendar(self.url_open(path).content)
        self.assertEqual(found["UID"][0], intervention.uid)
        stranger = self._create_portal_user(self.stranger, "restoration_stranger")
        self.authenticate(stranger.login, stranger.login)
        response = self.url_open(path, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
