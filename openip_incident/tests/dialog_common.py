# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Screens that ask first, and what they say that would be mailed."""

import re

from odoo.tests import Form

from .common import IncidentCommon

COUNTS = re.compile(r"(\d+) incidents?, (?:no mail|(\d+) mails? to (\d+) recipients?)")


class DialogCommon(IncidentCommon):
    def open_form(self, action):
        self.assertEqual(action["res_model"], "incident.act.wizard")
        self.assertEqual(action["target"], "new")
        wizards = self.env["incident.act.wizard"].with_user(self.agent)
        return Form(wizards.with_context(**action["context"]))

    def assertAsks(self, action, letters, *counts):
        """Assert that an act has only asked so far, and what it says; return its form.

        :param counts: incidents, mails, recipients
        """
        self.assertNoLetters(letters)
        form = self.open_form(action)
        self.assertEqual(self.read_counts(form), counts)
        return form

    def read_counts(self, form):
        found = COUNTS.fullmatch(form.summary)
        self.assertTrue(found, form.summary)
        return tuple(int(number or 0) for number in found.groups())

    def confirm(self, form):
        """Confirm; return the letters that did not go to colleagues."""
        with self.capture_letters() as letters:
            form.save().action_confirm()
        return [
            letter
            for letter in letters
            if not self._recipients([letter])[0].endswith("@operator.example.com")
        ]
