# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is remembered of the defaults for everybody is the truth."""

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestSpeedDefault(TransactionCase):
    def setUp(self):
        super().setUp()
        self.defaults = self.env["ir.default"].sudo()

    def _get(self):
        return self.defaults._get("res.partner", "lang")

    def test_is_asked_once(self):
        self.defaults.set("res.partner", "lang", "en_US")
        self.assertEqual(self._get(), "en_US")
        with self.assertQueryCount(0):
            self.assertEqual(self._get(), "en_US")

    def test_change_is_known_at_once(self):
        self.defaults.set("res.partner", "lang", "en_US")
        self.assertEqual(self._get(), "en_US")
        self.defaults.set("res.partner", "lang", "fr_FR")
        self.assertEqual(self._get(), "fr_FR")
        self.defaults.search(
            [("field_id.model", "=", "res.partner"), ("field_id.name", "=", "lang")]
        ).unlink()
        self.assertIsNone(self._get())

    def test_those_of_one_user_stay_apart(self):
        self.defaults.set("res.partner", "lang", "en_US")
        self.defaults.set("res.partner", "lang", "fr_FR", user_id=True)
        self.assertEqual(self._get(), "en_US")
        own = self.defaults._get("res.partner", "lang", user_id=True)
        self.assertEqual(own, "fr_FR")

    def _is_forgotten_behind_the_commit(self):
        """Tell whether what this transaction has done clears caches once more."""
        clear = self.env.registry.clear_cache
        found = clear in self.env.cr.postcommit._funcs
        self.env.cr.postcommit.clear()
        return found

    def test_is_forgotten_behind_the_commit_where_it_has_changed(self):
        self.defaults.set("res.partner", "lang", "en_US")
        self.env.cr.postcommit.clear()
        self.env["res.partner.category"].create({"name": "Gone"}).unlink()
        self.assertFalse(self._is_forgotten_behind_the_commit())
        self.defaults.set("res.partner", "lang", "fr_FR")
        self.assertTrue(self._is_forgotten_behind_the_commit())
        self.defaults.search([("field_id.name", "=", "lang")])[:1].unlink()
        self.assertTrue(self._is_forgotten_behind_the_commit())
