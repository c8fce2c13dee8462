# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a new mail costs until its author has the link, and that nothing goes stale."""

from odoo.tests import tagged

from odoo.addons.openip_incident.models.speed.mail_strangers import (
    STRANGERS,
    Strangers,
)

from .intake_common import IntakeCommon

# Seven savepoints of the gateway included, which are there in tests only.
PER_STRANGER = 44
PER_CONTACT = 50

NEW_MAIL = "new@stranger.example.com"


@tagged("post_install", "-at_install")
class TestIntakePerformance(IntakeCommon):
    def _count_queries(self, sender):
        self.flush_tracking()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self._receive(sender, self.address, subject="Dead", html="<p>Dead line.</p>")
        self.flush_tracking()
        return self.cr.sql_log_count - before

    def test_new_mail_costs_little(self):
        senders = [self.baker.email_formatted, self.customer.email_formatted]
        strangers = [f"Some Body <{name}@{name}.example.com>" for name in "abc"]
        with self.mock_mail_gateway():
            counts = [self._count_queries(sender) for sender in strangers + senders]
        # The first ones fill the caches.
        self.assertLessEqual(counts[2], PER_STRANGER)
        self.assertLessEqual(counts[4], PER_CONTACT)
        sent = self.intakes.search([], limit=5, order="id desc")
        self.assertEqual(set(sent.mapped("state")), {"sent"})
        self.assertTrue(all(sent.mapped("sent_date")))

    # What is remembered for one mail is the truth

    def _find(self, known, address):
        partners = self.env["res.partner"].with_context(**{STRANGERS: known})
        return partners._find_or_create_from_emails([address], no_create=True)[0]

    def test_who_becomes_a_contact_is_a_stranger_no_more(self):
        known = self.env.cr.cache[STRANGERS] = Strangers()
        self.addCleanup(self.env.cr.cache.pop, STRANGERS, None)
        self.assertFalse(self._find(known, NEW_MAIL))
        with self.assertQueryCount(0):
            self.assertFalse(self._find(known, f"New <{NEW_MAIL.upper()}>"))
        partner = self.env["res.partner"].create({"name": "New", "email": NEW_MAIL})
        self.assertEqual(self._find(known, NEW_MAIL), partner)
        self.assertFalse(self._find(known, f"other.{NEW_MAIL}"))
        partner.email = f"other.{NEW_MAIL}"
        self.assertEqual(self._find(known, f"other.{NEW_MAIL}"), partner)

    def test_memory_ends_with_the_mail(self):
        known = Strangers()
        self.assertFalse(self._find(known, NEW_MAIL))
        self.assertFalse(known, "nobody could tell it of a new contact")
        self._receive(NEW_MAIL, self.address)
        self.assertNotIn(STRANGERS, self.env.cr.cache)

    # Settings that say who we are

    def _is_own(self, address):
        return self.env["incident.address.mixin"]._is_own_address(address)

    def test_our_addresses_are_known_at_once(self):
        servers = {
            "ir.mail_server": {"name": "Out", "smtp_host": "x", "smtp_user": None},
            "fetchmail.server": {"name": "In", "user": None},
        }
        for model, values in servers.items():
            key = next(name for name, value in values.items() if value is None)
            address = f"{key}@server.example.com"
            with self.subTest(model=model):
                self.assertFalse(self._is_own(address))
                server = self.env[model].create({**values, key: address})
                self.assertTrue(self._is_own(address))
                server[key] = f"new.{address}"
                self.assertFalse(self._is_own(address))
                self.assertTrue(self._is_own(f"new.{address}"))
                server.unlink()
                self.assertFalse(self._is_own(f"new.{address}"))
        self.company.email = "board@operator.example.com"
        self.assertTrue(self._is_own("board@operator.example.com"))
        self.assertTrue(self._is_own("board+tag@operator.example.com"))
        self.company.email = "direction@operator.example.com"
        self.assertFalse(self._is_own("board@operator.example.com"))
        self.assertTrue(self._is_own(self.address))

    def test_new_format_of_numbers_is_known_at_once(self):
        tickets = self.env["helpdesk.ticket"]
        known = tickets._get_number_formats()
        sequence = self.env["ir.sequence"].search([("code", "=", "openip.incident")])
        sequence.prefix = "OUT-"
        formats = tickets._get_number_formats()
        self.assertNotEqual(formats, known)
        self.assertIn("OUT-", [prefix for prefix, _suffix, _padding in formats])
