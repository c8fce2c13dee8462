# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Logins of a company, given and taken by its own administrator."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CLOSURE, WAITING

from ..models.colleague.res_partner import INVITATIONS_A_DAY, NAME
from .portal_common import IncidentPortalCommon

PATH = "/my/incidents/colleagues"


@tagged("post_install", "-at_install")
class TestColleague(IncidentPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.technician.incident_administrator = True
        cls.party = cls.technician.incident_party_id
        cls.colleague = cls.env["res.partner"].create(
            {
                "name": "Bastien Colleague",
                "parent_id": cls.party.id,
                "email": "bastien@integrator.example.com",
                "lang": "en_US",
            }
        )
        cls.portal_users["colleague"] = cls._create_portal_user(
            cls, cls.colleague, "login_colleague"
        )

    def _act(self, act, **values):
        return self._post(PATH, act=act, **values)

    def _invite(self, email="new@person.example.com", name="Nouvelle Personne"):
        return self._act("invite", name=name, email=email)

    def _find(self, email):
        partners = self.env["res.partner"].with_context(active_test=False)
        return partners.search([("email", "=", email)])

    def _get_notes(self):
        return " ".join(self.party.message_ids.mapped("body"))

    # Inviting

    def test_new_address_becomes_a_portal_user_of_the_own_company(self):
        self._login("technician")
        before = self.env["mail.mail"].search([])
        response = self._invite()
        self.assertEqual(response.status_code, 303)
        partner = self._find("new@person.example.com")
        self.assertEqual(partner.parent_id, self.party)
        self.assertEqual(partner.incident_party_id, self.party)
        self.assertFalse(partner.incident_administrator)
        user = partner.user_ids
        self.assertEqual(user.login, "new@person.example.com")
        self.assertTrue(user._is_portal())
        self.assertFalse(user._is_internal())
        portal = self.env.ref("base.group_portal")
        self.assertEqual(user.all_group_ids, portal.all_implied_ids | portal)
        [mail] = self.env["mail.mail"].search([]) - before
        self.assertEqual(mail.recipient_ids, partner)
        self.assertFalse(mail.email_to)
        self.assertFalse(mail.email_cc)
        self.assertIn("/web/signup?", mail.body_html)
        self.assertIn("Nouvelle Personne", self._get_notes())

    def test_nobody_claims_an_address_by_inviting_it(self):
        """Mails from it would speak for the company before anybody has agreed."""
        self.colleague.copy({"name": "Home", "email": "home@gmail.com"})
        self._login("technician")
        for email in ("boss@competitor.example.net", "somebody@gmail.com"):
            with self.subTest(email=email):
                self.assertEqual(self._invite(email).status_code, 303)
                self.assertFalse(self._find(email))
                invitations = self.env["incident.invitation"]
                asked = invitations.search([("email", "=", email)])
                self.assertEqual(asked.state, "requested")

    def test_known_addresses_are_for_support_and_the_inviter_is_told_the_same(self):
        archived = self.env["res.partner"].create(
            {"name": "Gone", "email": "gone@person.example.com", "active": False}
        )
        self.env["incident.address"].create(
            {"partner_id": self.stranger.id, "email": "other@person.example.com"}
        )
        self._login("technician")
        new = self._invite()
        page = self._page(PATH)
        told = (new.status_code, new.headers["Location"], len(page.xpath("//h2")))
        for email in (
            self.stranger.email,
            archived.email,
            "other@person.example.com",
            self.agent.email,
        ):
            people, users = self._find(email), self.env["res.users"].search_count([])
            mails = self.env["mail.mail"].search([])
            response = self._invite(email)
            with self.subTest(email=email):
                heads = len(self._page(PATH).xpath("//h2"))
                location = response.headers["Location"]
                self.assertEqual((response.status_code, location, heads), told)
                self.assertIn(email, self._get(PATH).text)
                self.assertEqual(self._find(email), people)
                self.assertEqual(self.env["res.users"].search_count([]), users)
                # The colleague of ours who is to judge is told, and nobody else.
                told_of_it = (self.env["mail.mail"].search([]) - mails).recipient_ids
                self.assertFalse(told_of_it.filtered("partner_share"))
                self.assertFalse(archived.active)
        asked = self.env["incident.invitation"].search([("state", "=", "requested")])
        self.assertEqual(len(asked), 4)
        self.assertEqual(len(self.party.activity_ids), 4)
        asked[0].with_user(self.agent).action_settle()
        self.assertEqual(asked[0].state, "settled")

    def test_a_few_a_day(self):
        self._login("technician")
        for index in range(INVITATIONS_A_DAY):
            self.assertEqual(self._invite(f"n{index}@p.example.com").status_code, 303)
        response = self._invite("more@p.example.com")
        self.assertEqual(response.status_code, 422)
        self.assertIn("tomorrow", response.text)
        self.assertFalse(self._find("more@p.example.com"))
        with freeze_time(fields.Datetime.now() + timedelta(days=1, minutes=1)):
            self.technician.sudo()._invite_incident_colleague("More", "m@p.example.com")
        self.assertTrue(self._find("m@p.example.com"))

    def test_double_click_invites_once(self):
        self._login("technician")
        for _click in range(2):
            self.assertEqual(self._invite().status_code, 303)
        self.assertEqual(len(self._find("new@person.example.com")), 1)
        self.assertEqual(self.env["incident.invitation"].search_count([]), 1)

    def test_what_is_no_name_or_address_is_refused(self):
        self._login("technician")
        for name, email in (
            ("", "a@b.example.com"),
            ("Win at www.evil.example", "a@b.example.com"),
            ("https://evil.example", "a@b.example.com"),
            ("Call 0800", "a@b.example.com"),
            ("<b>Bold</b>", "a@b.example.com"),
            ("{{ 7 * 7 }}", "a@b.example.com"),
            ("x" * 81, "a@b.example.com"),
            ("Jean", "no address"),
            ("Jean", "a@b.example.com, c@d.example.com"),
            ("Jean", "Jean <a@b.example.com>"),
            ("Jean", "a@b.example.com\nBcc: c@d.example.com"),
            ("Jean", "a" * 300 + "@b.example.com"),
            ("Jean", ""),
        ):
            with self.subTest(name=name, email=email):
                response = self._invite(email, name)
                self.assertEqual(response.status_code, 422)
                self.assertIn("Nothing has been done yet.", response.text)
        self.assertFalse(self.env["incident.invitation"].search([]))
        for name in ("Jean-Paul d’Été", "J. Dupont", "Zoë", "Ada Lovelace Jr."):
            self.assertTrue(NAME.fullmatch(name), name)

    def test_address_that_its_owner_edits_opens_no_domain(self):
        """Who writes a stranger's domain into its account invites nobody there."""
        self.technician.email = "me@victim.example.net"
        self.env["res.partner"].create(
            {
                "name": "Warehouse",
                "parent_id": self.party.id,
                "type": "delivery",
                "email": "stock@prey.example.org",
            }
        )
        self.portal_users["technician"].login = "t@own.example.fr"
        self.env.flush_all()
        admin = self.technician.sudo()
        for email, state in (
            ("boss@victim.example.net", "requested"),
            ("boss@prey.example.org", "requested"),
            ("boss@own.example.fr", "invited"),
            ("new@person.example.com", "invited"),
        ):
            with self.subTest(email=email), self.mock_mail_gateway():
                admin._invite_incident_colleague("Jean Dupont", email)
                asked = self.env["incident.invitation"].search([("email", "=", email)])
                self.assertEqual(asked.state, state)
                self.assertEqual(bool(self._find(email)), state == "invited")

    def test_support_reads_words_that_are_true_of_both(self):
        admin = self.technician.sudo()
        with self.mock_mail_gateway():
            for email in ("boss@competitor.example.net", self.stranger.email):
                admin._invite_incident_colleague("Jean Dupont", email)
        notes = self.party.activity_ids.mapped("note")
        self.assertEqual(len(notes), 2)
        for note in notes:
            self.assertIn("or it is outside", note)

    # Changing sides

    def _move(self, partner):
        partner.sudo().parent_id = self.other_customer
        self.assertEqual(partner.incident_party_id, self.other_customer)

    def test_invitation_whose_contact_has_moved_is_none_any_more(self):
        self._login("technician")
        self._invite()
        partner = self._find("new@person.example.com")
        invitation = self.env["incident.invitation"].search([])
        self._move(partner)
        self.assertNotIn("new@person.example.com", self._get(PATH).text)
        self.assertEqual(self._act("withdraw", id=invitation.id).status_code, 422)
        self.assertTrue(partner.active)
        self.assertTrue(partner.user_ids.active)

    def test_who_changes_sides_decides_no_more(self):
        below = self.colleague.copy({"name": "Below", "parent_id": self.colleague.id})
        for moved, mover in (
            (self.technician, self.technician),
            (below, self.colleague),
        ):
            with self.subTest(moved=moved.name):
                moved.incident_administrator = True
                mover.sudo().write({"phone": "1", "parent_id": self.party.id})
                self.assertTrue(moved.incident_administrator, "nothing has changed")
                self._move(mover)
                self.assertFalse(moved.incident_administrator)
        self.technician.sudo().write(
            {"parent_id": self.party.id, "incident_administrator": True}
        )
        self.assertTrue(self.technician.incident_administrator)
        self.technician.sudo().integrator_id = self.party
        self.assertFalse(self.technician.incident_administrator)

    # Removing

    def test_removed_colleague_keeps_nothing(self):
        incident = self._create_incident_in(CLOSURE)
        incident.sudo().integrator_id = self.colleague
        path = incident.sudo()._get_incident_path(self.colleague)
        self._login("colleague")
        self.assertEqual(self._get("/my/tickets").status_code, 200)
        session = self.opener.cookies.get("session_id")
        self._login("technician")
        self.assertEqual(self._act("remove", id=self.colleague.id).status_code, 303)
        user = self.portal_users["colleague"]
        self.assertFalse(user.active)
        self.assertFalse(user._is_portal())
        self.assertFalse(self.colleague.active)
        self.assertFalse(self.colleague.sudo().signup_type)
        self.assertIn("has removed Bastien Colleague", self._get_notes())
        self._login(None)
        self.assertEqual(self._get(path).status_code, 404)
        self.opener.cookies.set("session_id", session)
        self.assertSentToLogin(self._get("/my/tickets"))

    def test_only_own_colleagues_are_changed(self):
        self._login("technician")
        below = self.env["res.partner"].create(
            {
                "name": "End customer",
                "parent_id": self.party.id,
                "integrator_id": self.party.id,
            }
        )
        self._create_portal_user(below, "login_below")
        for target in (
            self.baker,
            self.stranger,
            below,
            self.technician,
            self.party,
            self.agent.partner_id,
            self.env["res.partner"].browse(999_999_999),
        ):
            for act in ("remove", "appoint", "dismiss"):
                with self.subTest(target=target.id, act=act):
                    self.assertEqual(self._act(act, id=target.id).status_code, 422)
            if target.exists():
                self.assertTrue(target.active)
        self.assertTrue(self.technician.incident_administrator)

    def test_nobody_removes_the_last_administrator(self):
        self._login("technician")
        self._act("appoint", id=self.colleague.id)
        self.assertTrue(self.colleague.incident_administrator)
        self._login("colleague")
        self.assertEqual(self._get(PATH).status_code, 200)
        self._act("dismiss", id=self.technician.id)
        self.assertFalse(self.technician.incident_administrator)
        self._login("technician")
        self.assertLedAway(self._get(PATH))
        self.assertLedAway(self._act("remove", id=self.colleague.id))
        self.assertTrue(self.colleague.active)
        with self.assertRaises(UserError):
            self.technician.sudo()._remove_incident_colleague(self.colleague.id)

    def test_invitation_is_withdrawn(self):
        self._login("technician")
        self._invite()
        partner = self._find("new@person.example.com")
        user = partner.user_ids
        invitation = self.env["incident.invitation"].search([])
        self.assertEqual(self._act("withdraw", id=invitation.id).status_code, 303)
        self.assertFalse(user.active)
        self.assertFalse(partner.active)
        self.assertEqual(invitation.state, "withdrawn")
        self.assertEqual(self._act("withdraw", id=invitation.id).status_code, 422)

    # Who

    def test_only_the_administrator_of_a_company_comes_in(self):
        invitations = self.env["incident.invitation"]
        for name in ("colleague", "baker", "other_integrator", "other_customer"):
            self._login(name)
            with self.subTest(user=name):
                self.assertLedAway(self._get(PATH))
                self.assertLedAway(self._invite())
        self._login(None)
        self.assertSentToLogin(self._get(PATH))
        self.authenticate("incident_agent", "incident_agent")
        self.assertLedAway(self._get(PATH))
        self.assertLedAway(self._invite())
        self._login("technician")
        response = self._post(PATH, csrf=False, act="invite", name="A", email="a@b.c")
        self.assertEqual(response.status_code, 400)
        self.assertFalse(invitations.search([]))

    def test_share_users_read_neither_flags_nor_invitations(self):
        self._login("technician")
        self._invite()
        user = self.portal_users["technician"]
        invitation = self.env["incident.invitation"].search([])
        self.assertFalse(invitation.with_user(user).has_access("read"))
        self.assertFalse(self.technician.with_user(user).has_access("write"))
        readable = self.technician.with_user(user).fields_get()
        self.assertNotIn("incident_administrator", readable)

    def test_opening_the_page_changes_nothing(self):
        self._login("technician")
        self._get(f"{PATH}?act=invite&name=A&email=a@b.example.com&done=<x>")
        self.assertFalse(self.env["incident.invitation"].search([]))
        self.assertIn("Bastien Colleague", self._get(PATH).text)
        self.assertIn(PATH, self._get("/my/tickets?filterby=all").text or "")

    def test_list_links_to_it_for_administrators_only(self):
        self._create_incident_in(WAITING)
        for name, shown in (("technician", True), ("colleague", False)):
            self._login(name)
            with self.subTest(user=name):
                self.assertEqual(PATH in self._get("/my/tickets").text, shown)
