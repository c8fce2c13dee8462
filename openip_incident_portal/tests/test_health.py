# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Intakes that wait show on the page of the process's health (G12)."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .intake_common import IntakeCommon


@tagged("post_install", "-at_install")
class TestHealth(IntakeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.intakes.search([]).write({"state": "discarded", "to_review": False})
        group = cls.env.ref("helpdesk_mgmt.group_helpdesk_manager")
        group.user_ids = [Command.set(cls.manager.ids)]
        # Only what this addon looks at.
        cls.form = cls.env.ref("openip_incident_portal.health_intake_form")
        cls.review = cls.env.ref("openip_incident_portal.health_intake_review")
        others = cls.env["incident.health"].search([]) - cls.form - cls.review
        others.unlink()

    def _alert(self):
        with self.capture_letters() as letters:
            self.env.invalidate_all()
            self.env["incident.health"]._cron_alert()
        return letters

    def _age(self, intake, **span):
        intake.received_date = fields.Datetime.now() - timedelta(**span)
        self.env.invalidate_all()

    def test_a_mail_without_a_form_shows_with_its_age(self):
        intake, _letters = self._write_in()
        self.assertEqual((self.form.count, self.form.state), (1, "good"))
        self._age(intake, hours=73)
        self.assertEqual((self.form.count, self.form.state), (1, "alarm"))
        self.assertEqual(self.form.oldest_date, intake.received_date)
        self.assertNoLetters(self._alert())
        action = self.form.with_user(self.manager).action_show()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, intake)

    def test_an_intake_that_nobody_looks_at_is_told(self):
        intake, _letters = self._write_in(sender="no-reply@unknown.example.com")
        self.assertTrue(intake.to_review)
        self.assertNoLetters(self._alert())
        self._age(intake, hours=25)
        self.assertLettersTo(self._alert(), self.manager.email)
        self.assertNoLetters(self._alert())

    def test_a_genuine_mail_shows_that_its_sender_can_be_reached(self):
        for headers, marked in (
            ({"Auto-Submitted": "auto-replied"}, True),
            ({}, False),
        ):
            with self.subTest(headers=headers):
                self.baker._mark_unreachable(self.baker.email, "550 No such person")
                self._write_in(self.baker.email_formatted, headers=headers)
                self.assertEqual(bool(self.baker.incident_unreachable_date), marked)
