# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from odoo.addons.mail.models.mail_thread import MailThread

from ..models.inbounds import IN_GATEWAY
from .common import IncidentCommon


@tagged("post_install", "-at_install")
class TestSpeedPeople(IncidentCommon):
    """Who speaks, and who is a user, is what core says it is."""

    def setUp(self):
        super().setUp()
        self.incident = self._create_incident()

    def _get_real_author(self, author, user="base.user_root"):
        ticket = self.incident.with_user(self.env.ref(user))
        found = ticket._message_compute_real_author(author.id)
        core = MailThread._message_compute_real_author(ticket, author.id)
        self.assertEqual(found, core)
        return found

    def test_author_of_a_mail_is_who_wrote_it(self):
        self.assertEqual(self._get_real_author(self.customer), self.customer)

    def test_nobody_archived_is_the_author_nor_odoobot_nor_nobody(self):
        root = self.env.ref("base.partner_root")
        root.active = True
        self.assertFalse(self._get_real_author(root))
        self.assertFalse(self._get_real_author(root.browse()))
        archived = self.customer.copy({"active": False})
        self.assertFalse(self._get_real_author(archived))

    def test_colleague_is_the_author_of_what_it_notes(self):
        admin = self.env.ref("base.user_admin")
        author = self._get_real_author(self.customer, "base.user_admin")
        self.assertEqual(author, admin.partner_id)

    def test_author_is_known_without_a_query(self):
        ticket = self.incident.with_user(self.env.ref("base.user_root"))
        ticket._message_compute_real_author(self.customer.id)
        with self.assertQueryCount(0):
            ticket._message_compute_real_author(self.customer.id)

    def _find_user(self, address):
        threads = self.env["mail.thread"]
        found = threads._mail_find_user_for_gateway(address)
        self.assertEqual(
            found, MailThread._mail_find_user_for_gateway(threads, address)
        )
        return found

    def test_users_are_found_by_their_address(self):
        user = self.env["res.users"].create(
            {"name": "Chloe", "login": "chloe", "email": "chloe@example.com"}
        )
        self.assertEqual(self._find_user("Chloe <chloe@example.com>"), user)
        self.assertEqual(self._find_user("CHLOE@example.com"), user)
        user.partner_id.email = "other@example.com"
        self.assertFalse(self._find_user("chloe@example.com"))
        self.assertEqual(self._find_user("other@example.com"), user)
        user.active = False
        self.assertFalse(self._find_user("other@example.com"))

    def test_nobody_else_is_a_user(self):
        self.assertFalse(self._find_user(self.customer.email))
        self.assertFalse(self._find_user("nobody@example.com"))
        self.assertFalse(self._find_user("no address"))

    def test_mail_makes_nobody_a_follower_without_asking(self):
        mailed = self.incident.with_context(**{IN_GATEWAY: True})
        followers = mailed.message_partner_ids
        self.assertTrue(mailed.is_incident)
        # What any act asks once is asked before.
        mailed.message_subscribe(self.customer.ids)
        with self.assertQueryCount(0):
            mailed.message_subscribe(self.customer.ids)
        self.assertEqual(mailed.message_partner_ids, followers)

    def test_mail_on_another_ticket_makes_followers(self):
        plain = self.env["helpdesk.ticket"].create(
            {"name": "Plain", "description": "Words", "team_id": False}
        )
        mailed = plain.with_context(**{IN_GATEWAY: True})
        mailed.message_subscribe(self.customer.ids)
        self.assertIn(self.customer, plain.message_partner_ids)
