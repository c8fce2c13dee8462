# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
import json
import zipfile

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL

from ..tools.personal_data import Marks, is_mentioned
from .common import CLOSED, CUSTOMER_MAIL, IN_PROGRESS, OPENED, IncidentCommon


@tagged("post_install", "-at_install")
class TestPersonalData(IncidentCommon, HttpCase):
    def setUp(self):
        super().setUp()
        self.data = self.env["incident.personal.data"]

    def _close(self, incident):
        with self.mock_mail_gateway():
            incident.stage_id = self.stages[CLOSED]
            self.flush_tracking()

    def _open_dialog(self, partners, user=None):
        action = partners.with_user(user or self.manager).action_incident_anonymise()
        return (
            self.env[action["res_model"]]
            .with_user(user or self.manager)
            .browse(action["res_id"])
        )

    # Who may

    def test_only_managers_anonymise_and_export(self):
        portal = self._create_portal_user(self.baker, "portal_baker")
        for user in (self.agent, self.leader, portal):
            partner = self.baker.with_user(user)
            with self.assertRaises(AccessError):
                partner.action_incident_anonymise()
            with self.assertRaises(AccessError):
                partner.action_incident_export()
            with self.assertRaises(AccessError):
                self.data.with_user(user)._export(partner)
            with self.assertRaises(AccessError):
                self.env["incident.anonymise.wizard"].with_user(user).create(
                    {"partner_ids": [Command.set(self.baker.ids)]}
                )
        self.assertEqual(self.baker.name, "Claire Martin")

    def test_the_group_is_checked_again_when_it_is_done(self):
        dialog = self._open_dialog(self.baker)
        self.manager.group_ids = [
            Command.set(self.env.ref("helpdesk_mgmt.group_helpdesk_user").ids)
        ]
        with self.assertRaises(AccessError):
            dialog.with_user(self.manager).action_confirm()

    # What keeps a contact from being anonymised

    def test_a_party_of_an_open_incident_is_refused(self):
        incident = self._create_incident_in(IN_PROGRESS)
        for party in (self.customer, self.integrator):
            dialog = self._open_dialog(party)
            self.assertIn(incident.number, dialog.blockers)
            self.assertFalse(dialog.removed)
            with self.assertRaisesRegex(UserError, incident.number):
                dialog.action_confirm()
        self.assertEqual(self.customer.email, CUSTOMER_MAIL)

    def test_our_own_people_are_refused(self):
        for partner in (self.agent.partner_id, self.company.partner_id):
            dialog = self._open_dialog(partner)
            self.assertTrue(dialog.blockers)
            with self.assertRaises(UserError):
                dialog.action_confirm()
        self.assertTrue(self.agent.active)

    # What stays

    def test_the_incident_stays_as_a_number(self):
        incident = self._create_incident_in(OPENED)
        self._close(incident)
        number, date = incident.number, incident.closed_date
        hidden = self._hidden_message(incident, self.customer)
        message_id = hidden.message_id
        self._open_dialog(self.customer).action_confirm()
        self.assertEqual((incident.number, incident.closed_date), (number, date))
        self.assertEqual(incident.partner_id, self.customer)
        self.assertFalse(self.customer.active)
        self.assertEqual(self.customer.name, f"Anonymised contact {self.customer.id}")
        self.assertEqual(hidden.message_id, message_id)
        self.assertFalse(hidden.body)
        other = self._hidden_message(incident, self.integrator)
        self.assertTrue(other.body)
        self.assertEqual(self.customer.incident_party_id, self.customer)

    def test_other_contacts_and_the_company_stay_as_they_are(self):
        self.customer.write({"street": "1 rue du Four", "city": "Paris", "vat": "/"})
        self.baker.write({"street": "1 rue du Four", "city": "Paris"})
        homonym = self.baker.copy({"name": "Claire Martin", "email": "c@example.net"})
        self._open_dialog(self.baker).action_confirm()
        self.assertEqual(self.customer.street, "1 rue du Four")
        self.assertEqual(self.customer.vat, "/")
        self.assertEqual(homonym.name, "Claire Martin")
        self.assertFalse(self.baker.street or self.baker.email or self.baker.vat)
        self.assertEqual(self.baker.parent_id, self.customer)
        name = f"Boulangerie Martin, Anonymised contact {self.baker.id}"
        self.assertEqual(self.baker.complete_name, name)

    def test_a_shared_address_stays_the_others(self):
        incident = self._create_incident_in(OPENED)
        self._close(incident)
        other = self.baker.copy({"name": "Other", "email": CUSTOMER_MAIL})
        foreign = self.env["incident.inbound"].create(
            {"key": "<f@x>", "state": "aside", "email_from": CUSTOMER_MAIL}
        )
        self._open_dialog(self.customer).action_confirm()
        self.assertEqual(other.email, CUSTOMER_MAIL)
        self.assertEqual(foreign.email_from, CUSTOMER_MAIL)
        self.assertFalse(self.customer.email)

    def test_the_login_of_the_contact_is_closed(self):
        portal = self._create_portal_user(self.baker, "portal_baker")
        self._open_dialog(self.baker).action_confirm()
        self.assertFalse(portal.active)
        self.assertEqual(portal.login, f"anonymised-{portal.id}")
        [[password]] = self.env.execute_query(
            SQL("SELECT password FROM res_users WHERE id = %s", portal.id)
        )
        self.assertFalse(password)

    # Deleting and merging

    def test_deleting_says_what_holds_the_contact(self):
        incident = self._create_incident_in(OPENED)
        self.env.flush_all()
        for party in (self.customer, self.integrator):
            with self.assertRaises(UserError) as caught:
                party.unlink()
            text = str(caught.exception)
            self.assertIn(incident.number, text)
            self.assertIn("mails", text)
            self.assertIn("nonymise", text)
        self.assertTrue(self.customer.exists())

    def test_who_holds_nothing_is_deleted(self):
        self.stranger.unlink()
        self.assertFalse(self.stranger.exists())

    def test_merged_contacts_hand_over_their_mails(self):
        incident = self._create_incident_in(OPENED)
        twin = self.customer.copy(
            {"name": "Boulangerie Martin", "email": CUSTOMER_MAIL}
        )
        notices = incident.sudo().notice_ids.filtered(
            lambda notice: notice.partner_id == self.customer
        )
        self.assertTrue(notices)
        merge = self.env["base.partner.merge.automatic.wizard"]
        customer = self.customer
        merge.with_user(self.env.ref("base.user_admin"))._merge(
            (customer | twin).ids, twin, extra_checks=False
        )
        self.assertFalse(customer.exists())
        self.env.invalidate_all()
        self.assertEqual(notices.partner_id, twin)
        self.assertEqual(incident.partner_id, twin)
        self.assertEqual(incident.customer_party_id, twin)

    # Handing out

    def _read_export(self, archive):
        files = zipfile.ZipFile(io.BytesIO(archive))
        return json.loads(files.read("data.json")), files

    def test_export_has_what_is_the_contacts_and_nothing_else(self):
        incident = self._create_incident_in(IN_PROGRESS)
        with self.mock_mail_gateway():
            self._reply(incident, self.customer, html="<p>Mine.</p>")
            incident.with_user(self.agent).message_post(
                body="Between us.", message_type="comment"
            )
            self._reply(incident, self.integrator, html="<p>Theirs.</p>")
        self.env["ir.attachment"].create({"name": "inside.txt", "raw": b"internal"})
        mine = incident.message_ids.filtered(lambda one: "Mine." in (one.body or ""))
        mine = mine.filtered(lambda one: one.author_id == self.customer)
        mine.attachment_ids = self.env["ir.attachment"].create(
            {
                "name": "a/b.txt",
                "raw": b"content",
                "res_model": incident._name,
                "res_id": incident.id,
            }
        )
        archive = self.data.with_user(self.manager)._export(self.customer)
        data, files = self._read_export(archive)
        self.assertEqual(
            [one["number"] for one in data["incidents"]], [incident.number]
        )
        self.assertEqual(data["contacts"][0]["email"], CUSTOMER_MAIL)
        self.assertIn("Mine.", str(data["messages"]))
        self.assertNotIn("Between us", str(data))
        self.assertNotIn("Theirs.", str(data["messages"]))
        self.assertNotIn("telintegra.example.com", str(data["letters"]))
        self.assertTrue(data["letters"])
        [name] = [one for one in files.namelist() if one != "data.json"]
        self.assertTrue(name.endswith("a_b.txt"))
        self.assertEqual(files.read(name), b"content")

    def test_export_leaves_out_what_the_manager_may_not_read(self):
        foreign = self.env["helpdesk.ticket"].create(
            {
                "name": "Elsewhere",
                "description": "<p>x</p>",
                "team_id": self.team_c2.id,
                "company_id": self.company_2.id,
                "partner_id": self.customer.id,
            }
        )
        archive = self.data.with_user(self.manager)._export(self.customer)
        self.assertNotIn(foreign.number, str(self._read_export(archive)[0]))

    def test_download_is_for_managers(self):
        path = f"/incident/personal-data/{self.baker.id}"
        self.env.flush_all()
        for login, status in (
            ("incident_manager", 200),
            ("incident_agent", 404),
        ):
            self.authenticate(login, login)
            response = self.url_open(path)
            self.assertEqual(response.status_code, status, login)
        self.authenticate(None, None)
        response = self.url_open(path, allow_redirects=False)
        self.assertEqual(response.status_code, 303)

    # Marks

    def test_a_person_is_found_in_any_encoding(self):
        marks = Marks(
            frozenset(["ann.smith@example.com"]),
            frozenset(["Ann Smith"]),
            frozenset(["+33 1 23 45 67 89"]),
        )
        pattern = marks.get_part_pattern(r"\b")
        for data in (
            b"Dear ANN",
            b"smithy",
            "x Smith".encode("utf-16"),
            b"Sm=\nith",
            b"U21pdGggaXMgaGVyZQ==",
            b"01.23.45.67.89",
            b"0033123456789",
        ):
            self.assertTrue(is_mentioned(data, pattern), data)
        for data in (b"cannot", b"annual", b"01.23.45.67.8", b""):
            self.assertFalse(is_mentioned(data, pattern), data)
