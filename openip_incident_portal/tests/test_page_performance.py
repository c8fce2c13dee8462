# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the pages of who has a login cost, and that what they remember is the truth."""

import re
from datetime import datetime

from odoo.tests import tagged

from .portal_common import IncidentPortalCommon

FORM = "/my/incidents/new"
# Of an incident that waits, with its conversation; the savepoints of tests included.
PAGE = 13
# The same by a personal link.
LINK_PAGE = 15
# Of a list with incidents of three customers, one of which waits.
LIST = 21
SHOW_FORM = 10
SEND_FORM = 25
SEND_FORM_OF_NEW = 26


@tagged("post_install", "-at_install")
class TestPagePerformance(IncidentPortalCommon):
    def setUp(self):
        super().setUp()
        self.team.incident_intake = True
        self.company.incident_portal_form = True
        self._prepare_numbers()

    def _count_queries(self, ask, *args, **options):
        """Return how many queries a request takes, and what it is answered with."""
        self.env.flush_all()
        before = self.cr.sql_log_count
        response = ask(*args, **options)
        return self.cr.sql_log_count - before, response

    def test_page_of_an_incident(self):
        incident = self._create_incident_in("opened")
        incident.incident_request("information", "<p>Since when?</p>")
        self.flush_tracking()
        self._login("baker")
        path = f"/my/ticket/{incident.id}"
        # The first visit fills the caches.
        self.assertIn("Since when?", self._get(path).text)
        count, response = self._count_queries(self.url_open, path)
        self.assertIn("Since when?", response.text)
        self.assertLessEqual(count, PAGE)

    def test_page_of_a_link(self):
        incident = self._create_incident_in("opened")
        incident.incident_request("information", "<p>Since when?</p>")
        self.flush_tracking()
        path = incident._get_incident_path(self.integrator, "view")
        for _time in range(2):
            self.env.invalidate_all()
            count, response = self._count_queries(self.url_open, path)
            self.assertIn("Since when?", response.text)
        self.assertLessEqual(count, LINK_PAGE)

    def _list(self):
        return self.url_open("/my/tickets?filterby=all&sortby=number&groupby=none")

    def test_list(self):
        incidents = self.env["helpdesk.ticket"]
        for stage in ("opened", "in_progress", "closed"):
            incidents |= self._create_incident_in(stage)
        incidents[0].incident_request("information", "<p>Since when?</p>")
        self.flush_tracking()
        self._login("baker")
        self.assertEqual(self._list().status_code, 200)
        count, response = self._count_queries(self._list)
        for incident in incidents:
            self.assertIn(incident.number, response.text)
        self.assertLessEqual(count, LIST)
        # More of the same takes no query more.
        self._create_incident_in("opened")
        self._create_incident_in("closed")
        incidents[0]._incident_take_over(self._create_incident())
        self.flush_tracking()
        more, response = self._count_queries(self._list)
        self.assertLessEqual(more, count)
        self.assertNotIn("Not accepted", response.text)
        self._create_incident().action_incident_reject("<p>As ordered</p>")
        self.assertIn("Not accepted", self._list().text)

    def test_days_of_a_list_are_those_of_the_widget(self):
        """Where the day of the reader is another one than that of the server, too."""
        self.env["res.lang"]._activate_lang("fr_FR")
        dates = [datetime(2026, 3, 28, 23, 30), datetime(2026, 7, 1, 12, 0)]
        for lang, zone in (("en_US", "Asia/Tokyo"), ("fr_FR", "America/Lima")):
            env = self.env["incident.page"].with_context(lang=lang, tz=zone).env
            rows = [{"changed": date, "reported": dates[0]} for date in dates]
            env["incident.page"]._say_days(rows)
            say = env["ir.qweb.field.date"].value_to_html
            for date, row in zip(dates, rows, strict=True):
                self.assertEqual(row["changed_day"], say(date, {}))
                self.assertEqual(row["reported_day"], say(dates[0], {}))

    def _read_form(self, text):
        names = ("csrf_token", "nonce")
        return {
            name: re.search(rf'name="{name}" value="([^"]+)"', text)[1]
            for name in names
        }

    def _send_form(self, **answers):
        """Send the form twice; return what showing and sending it took at last."""
        self._login("technician")
        for _time in range(2):
            shown, response = self._count_queries(self.url_open, FORM)
            values = {
                **self._read_form(response.text),
                "description": "No dial tone",
                "impact": "down",
                **answers,
            }
            sent, response = self._count_queries(
                self.url_open, FORM, data=values, allow_redirects=False
            )
            self.assertEqual(response.status_code, 303, response.text[:500])
        incident = self.env["helpdesk.ticket"].search([], order="id desc", limit=1)
        return shown, sent, incident

    def test_form(self):
        shown, sent, _incident = self._send_form(customer="own")
        self.assertLessEqual(shown, SHOW_FORM)
        self.assertLessEqual(sent, SEND_FORM)

    def test_form_of_a_new_customer(self):
        """Its letter and the reporter's are written together, under one entry."""
        _shown, sent, incident = self._send_form(
            customer="new",
            customer_name="Garage",
            customer_email="garage@customer.example.com",
        )
        self.assertLessEqual(sent, SEND_FORM_OF_NEW)
        notices = incident.notice_ids
        self.assertEqual(len(notices), 2)
        entry = notices.entry_id
        self.assertEqual(entry.incident_step, "registered")
        self.assertEqual(len(notices.message_id), 2)

    # The team that takes what is reported

    def _get_path(self):
        portal_user = self.portal_users["baker"]
        return self.env["incident.form"].with_user(portal_user)._get_report_path()

    def test_team_is_looked_up_once(self):
        self.assertEqual(self._get_path(), FORM)
        with self.assertQueryCount(0):
            self.assertEqual(self._get_path(), FORM)

    def test_other_requests_are_looked_up_once(self):
        forms = self.env["incident.form"]
        self.team.search([]).show_in_portal = False
        self.assertFalse(forms._takes_other_requests())
        with self.assertQueryCount(0):
            forms._takes_other_requests()
        other = self.team.copy({"name": "Other", "incident_process": False})
        other.show_in_portal = True
        self.assertTrue(forms._takes_other_requests())
        other.active = False
        self.assertFalse(forms._takes_other_requests())

    def test_change_of_a_team_is_known_at_once(self):
        forms = self.env["incident.form"]
        teams = self.team.search([])
        teams.show_in_portal = False
        (teams - self.team).incident_intake = False
        self.assertEqual(forms._find_user_team(), self.team)
        for field in ("incident_intake", "incident_process", "active"):
            with self.subTest(field=field):
                self.team[field] = False
                self.assertFalse(self._get_path())
                self.team[field] = True
                self.assertEqual(self._get_path(), FORM)
        other = self.team.copy({"name": "First", "sequence": -1})
        other.incident_intake = True
        self.assertEqual(forms._find_user_team(), other)
        other.sequence = 10_000
        self.assertEqual(forms._find_user_team(), self.team)
        other.unlink()
        self.assertEqual(forms._find_user_team(), self.team)
