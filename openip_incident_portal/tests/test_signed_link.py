# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What we have signed is read, whatever else comes is nothing."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.tests import TransactionCase, tagged
from odoo.tools import hash_sign

from ..tools.signed_link import SignedLink

NOW = datetime(2026, 11, 16, 9)
END = int((NOW + timedelta(days=1)).timestamp())

KIND = SignedLink("test.kind", "record", "side", "version", "until", optional=0)
GROWN = SignedLink(
    "test.kind", "record", "side", "version", "until", "more", optional=1
)
OTHER = SignedLink("test.other", "record", "side", "version", "until")


@tagged("post_install", "-at_install")
class TestSignedLink(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = cls.env.user.partner_id
        cls.token = KIND.sign(cls.record, 3, END, side="left")

    def test_what_was_signed_is_read(self):
        claim = KIND.decode(self.env, self.token)
        self.assertEqual(
            (claim.record_id, claim.version, claim.until, claim.facts),
            (self.record.id, 3, END, {"side": "left"}),
        )

    def test_a_visitor_may_read_and_sees_no_secret(self):
        visitor = self.env.ref("base.public_user")
        self.assertTrue(KIND.decode(self.env(user=visitor), self.token))

    def test_the_date_says_whether_it_is_late(self):
        for moment, late in ((-1, False), (1, True)):
            date = NOW + timedelta(days=1, seconds=moment)
            with self.subTest(moment=moment), freeze_time(date):
                self.assertEqual(KIND.decode(self.env, self.token).late, late)

    def test_links_of_another_kind_are_nothing(self):
        self.assertIsNone(OTHER.decode(self.env, self.token))

    def test_older_links_say_less(self):
        self.assertEqual(GROWN.decode(self.env, self.token).facts, {"side": "left"})
        grown = GROWN.sign(self.record, 3, END, side="left", more="new")
        self.assertEqual(
            GROWN.decode(self.env, grown).facts, {"side": "left", "more": "new"}
        )
        self.assertIsNone(KIND.decode(self.env, grown))

    def test_whatever_else_comes_is_nothing(self):
        env = self.env(su=True)
        for wrong in (
            None,
            "",
            "x",
            "é",
            "a" * 500,
            self.token[:-1],
            self.token[1:],
            self.token + "A",
            self.token + "\n",
            f" {self.token}",
            self.token.swapcase(),
            hash_sign(env, KIND.scope, []),
            hash_sign(env, KIND.scope, [1, "left", 3]),
            hash_sign(env, KIND.scope, 7),
        ):
            with self.subTest(token=wrong):
                self.assertIsNone(KIND.decode(self.env, wrong))
