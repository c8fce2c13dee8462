# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CLOSURE, OPENED, IncidentCommon

NOW = datetime(2026, 11, 23, 9, 0, 0)


@tagged("post_install", "-at_install")
class TestLink(IncidentCommon):
    def _sign(self, incident, party=None, purpose=None):
        url = urlsplit(incident._get_incident_url(party or self.customer, purpose))
        return parse_qs(url.query)["token"][0]

    def _read(self, token):
        return self.env["helpdesk.ticket"]._read_incident_link(token)

    def test_link_names_incident_party_and_purpose(self):
        incident = self._create_incident_in(OPENED)
        link = self._read(self._sign(incident, self.integrator, "answer"))
        self.assertEqual(link.ticket, incident)
        self.assertEqual(link.party, self.integrator)
        self.assertEqual(link.purpose, "answer")
        self.assertFalse(link.expired)

    def test_phase_decides_what_a_mail_invites_to(self):
        for phase, purpose in (
            (OPENED, "view"),
            ("waiting", "answer"),
            (CLOSURE, "closure"),
        ):
            with self.subTest(phase=phase):
                incident = self._create_incident_in(phase)
                self.assertEqual(self._read(self._sign(incident)).purpose, purpose)

    def test_who_was_not_asked_is_invited_to_look(self):
        incident = self._create_incident_in("in_progress")
        incident.incident_request("information", "<p>Why?</p>", parties="integrator")
        purposes = {
            party: self._read(self._sign(incident, party)).purpose
            for party in (self.integrator, self.customer)
        }
        self.assertEqual(purposes[self.integrator], "answer")
        self.assertEqual(purposes[self.customer], "view")

    def test_link_expires(self):
        incident = self._create_incident_in(OPENED)
        with freeze_time(NOW):
            token = self._sign(incident)
        with freeze_time(NOW + timedelta(days=29)):
            self.assertFalse(self._read(token).expired)
        with freeze_time(NOW + timedelta(days=31)):
            self.assertTrue(self._read(token).expired)

    def test_life_of_links_is_a_setting(self):
        self.env["ir.config_parameter"].set_param(
            "openip_incident_portal.link_days", "2"
        )
        incident = self._create_incident_in(OPENED)
        with freeze_time(NOW):
            token = self._sign(incident)
        with freeze_time(NOW + timedelta(days=3)):
            self.assertTrue(self._read(token).expired)

    def test_former_party_opens_nothing(self):
        incident = self._create_incident_in(OPENED)
        token = self._sign(incident, self.integrator)
        incident.integrator_id = False
        self.assertIsNone(self._read(token))

    def test_voided_links_open_nothing(self):
        incident = self._create_incident_in(OPENED)
        token = self._sign(incident)
        incident.with_user(self.agent).action_incident_void_links()
        self.assertIsNone(self._read(token))
        self.assertEqual(self._read(self._sign(incident)).ticket, incident)

    def test_only_who_may_write_the_incident_voids_its_links(self):
        incident = self._create_incident_in(OPENED)
        stranger = self._create_portal_user(self.customer, "void_portal")
        with self.assertRaises(AccessError):
            incident.with_user(stranger).action_incident_void_links()

    def test_forged_links_open_nothing(self):
        incident = self._create_incident_in(OPENED)
        token = self._sign(incident)
        forged = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
        for text in (
            forged,
            token[:-4],
            token + "AAAA",
            "",
            None,
            "x",
            "é",
            "AQ",
            "\x00",
        ):
            with self.subTest(text=text):
                self.assertIsNone(self._read(text))

    def test_plain_ticket_has_no_link(self):
        incident = self._create_incident_in(OPENED)
        token = self._sign(incident)
        incident.team_id = self.plain_team
        self.assertIsNone(self._read(token))
