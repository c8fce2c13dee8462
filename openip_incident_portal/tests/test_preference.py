# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The page where a person says how it wants to read updates."""

from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import IN_PROGRESS

from .portal_common import IncidentPortalCommon

PATH = "/my/incidents/preferences"


@tagged("post_install", "-at_install")
class TestPreference(IncidentPortalCommon):
    def _get_chosen(self):
        [chosen] = self._page(PATH).xpath("//input[@name='updates'][@checked]")
        return chosen.get("value")

    def test_a_person_chooses_for_itself(self):
        self._login("baker")
        self.assertEqual(self._get_chosen(), "at_once")
        for value in ("digest", "none", "at_once"):
            response = self._post(PATH, updates=value)
            self.assertEqual(response.status_code, 303)
            self.assertTrue(response.headers["Location"].endswith(f"{PATH}?done=1"))
            self.assertEqual(self.baker.incident_update_preference, value)
            self.assertEqual(self._get_chosen(), value)

    def test_nobody_chooses_for_somebody_else(self):
        self._login("baker")
        for name in ("id", "partner_id", "partner", "user_id"):
            self._post(PATH, updates="none", **{name: self.technician.id})
        self.assertEqual(self.baker.incident_update_preference, "none")
        others = self.technician | self.customer | self.integrator | self.stranger
        self.assertEqual(set(others.mapped("incident_update_preference")), {"at_once"})

    def test_what_is_no_choice_changes_nothing(self):
        self.baker.incident_update_preference = "digest"
        self._login("baker")
        for values in ({}, {"updates": ""}, {"updates": "weekly"}):
            with self.subTest(values=values):
                response = self._post(PATH, **values)
                self.assertEqual(response.status_code, 422)
                self.assertIn("Please choose", response.text)
                self.assertEqual(self.baker.incident_update_preference, "digest")

    def test_looking_changes_nothing(self):
        self._login("baker")
        self.assertEqual(self._get(f"{PATH}?updates=none").status_code, 200)
        response = self._post(PATH, csrf=False, updates="none")
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.baker.incident_update_preference, "at_once")

    def test_who_has_no_login_chooses_nothing(self):
        self._login(None)
        self.assertSentToLogin(self._get(PATH))
        self.authenticate("incident_agent", "incident_agent")
        self.assertLedAway(self._get(PATH))
        self.assertLedAway(self._post(PATH, updates="none"))
        self.assertEqual(self.agent.partner_id.incident_update_preference, "at_once")

    def test_list_and_morning_mail_lead_there(self):
        incident = self._create_incident_in(IN_PROGRESS, partner_id=self.baker.id)
        self._login("baker")
        links = self._page("/my/tickets").xpath(f"//a[@href='{PATH}']")
        self.assertEqual(len(links), 1)
        base_url = self.env["ir.config_parameter"].sudo().get_param("web.base.url")
        for partner, url in ((self.baker, f"{base_url}{PATH}"), (self.customer, "")):
            self.assertEqual(partner._get_incident_preference_url(), url)
        self.assertTrue(incident)

    def test_informed_contacts_read_theirs_in_the_morning(self):
        incident = self._create_incident_in(IN_PROGRESS)
        self.env["incident.informed"].create(
            {"ticket_id": incident.id, "partner_id": self.stranger.id}
        )
        self.stranger.incident_update_preference = "digest"
        with self.capture_letters() as letters:
            incident.incident_update("<p>The cable is found.</p>")
        self.assertBothInformed(letters)
        [notice] = self.env["incident.notice"].search(
            [("partner_id", "=", self.stranger.id), ("status", "=", "bundled")]
        )
        self.assertFalse(notice.event_id)
        notice.digest_date = "2020-01-01 07:00:00"
        with self.capture_letters() as letters:
            notice._do_digest()
        letter = self._letter_to(letters, self.stranger.email)
        self.assertIn("The cable is found.", letter["body"])
        link = incident.sudo()._get_correspondence_url(self.stranger)
        self.assertIn("/incident/", link)
        self.assertIn(link.split("?")[0], letter["body"])
        self.assertIn(PATH, letter["body"])
