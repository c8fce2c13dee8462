# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.openip_incident.models.privacy.personal_data_keeping import PARAMETER

from ..models.privacy.incident_intake_keeping import KEEPING_DAYS
from ..tools.form_words import RAW_MAIL
from .intake_common import UNKNOWN_MAIL, IntakeCommon


@tagged("post_install", "-at_install")
class TestKeeping(IntakeCommon):
    def _age(self, intakes, days, *columns):
        self.env.flush_all()
        date = fields.Datetime.now() - timedelta(days=days)
        for column in (*columns, "write_date"):
            self.env.execute_query(
                SQL(
                    "UPDATE incident_intake SET %s = %s WHERE id IN %s",
                    SQL.identifier(column),
                    date,
                    tuple(intakes.ids),
                )
            )
        self.env.invalidate_all()

    def _get_files(self, intake):
        return self.env["ir.attachment"].search(
            [("res_model", "=", intake._name), ("res_id", "=", intake.id)]
        )

    def _set_days(self, kind, days):
        self.env["ir.config_parameter"].set_param(PARAMETER % kind, str(days))

    def test_every_kind_has_a_setting_with_its_default(self):
        settings = self.env["res.config.settings"].create({})
        for kind, days in KEEPING_DAYS.items():
            self.assertEqual(settings[f"incident_keep_{kind}"], days)
        settings.incident_keep_intakes = 0
        settings.set_values()
        new = self.env["res.config.settings"].create({})
        self.assertEqual(new.incident_keep_intakes, 0)

    def test_what_became_nothing_is_deleted_with_its_files(self):
        for state in ("expired", "discarded"):
            intake, _letters = self._write_in()
            files, messages = self._get_files(intake), intake.message_ids
            self.assertIn(RAW_MAIL, files.mapped("name"))
            intake.state = state
            self._age(intake, 89, "received_date")
            intake._gc_intakes()
            self.assertTrue(intake.exists())
            self._age(intake, 91, "received_date")
            self._set_days("intakes", 0)
            intake._gc_intakes()
            self.assertTrue(intake.exists())
            self._set_days("intakes", 90)
            self.assertEqual(intake._gc_intakes(), (1, False))
            self.assertFalse(intake.exists() or files.exists() or messages.exists())

    def test_what_was_discarded_lately_may_be_restored(self):
        intake, _letters = self._write_in()
        self._age(intake, 400, "received_date")
        intake.with_user(self.agent).action_discard()
        self.env.flush_all()
        intake._gc_intakes()
        self.assertTrue(intake.exists())

    def test_what_waits_for_its_sender_is_not_touched(self):
        intake, _letters = self._write_in()
        self._age(intake, 4000, "received_date")
        intake._gc_intakes()
        intake._gc_unjudged_intakes()
        intake._gc_intake_sources()
        self.assertEqual(intake.state, "sent")
        self.assertIn(RAW_MAIL, self._get_files(intake).mapped("name"))

    def test_what_nobody_judged_expires_and_is_deleted_later(self):
        self.team.intake_known_only = True
        intake, letters = self._write_in()
        self.assertHeld(intake, letters, "unknown_sender")
        self._age(intake, 364, "received_date")
        intake._gc_unjudged_intakes()
        self.assertEqual(intake.state, "sent")
        self._age(intake, 366, "received_date")
        intake._gc_unjudged_intakes()
        self.assertEqual(intake.state, "expired")
        intake._gc_intakes()
        self.assertTrue(intake.exists())
        self._age(intake, 91)
        intake._gc_intakes()
        self.assertFalse(intake.exists())

    def test_the_source_of_an_incident_goes_the_incident_stays(self):
        intake, _letters = self._write_in()
        with self.mock_mail_gateway():
            intake.with_user(self.agent).action_convert()
        ticket = intake.ticket_id
        self._age(intake, 364, "submitted_date")
        intake._gc_intake_sources()
        self.assertIn(RAW_MAIL, self._get_files(intake).mapped("name"))
        self._age(intake, 366, "submitted_date")
        self.assertEqual(intake._gc_intake_sources(), (1, False))
        self.assertNotIn(RAW_MAIL, self._get_files(intake).mapped("name"))
        self.assertTrue(ticket.exists() and ticket.description)
        self.assertEqual(intake._gc_intake_sources(), (0, False))

    def test_limits_still_count(self):
        """Nothing that a limit counts is old enough to be deleted."""
        self.team.intake_sender_limit = 1
        first, letters = self._write_in()
        self.assertLink(letters, UNKNOWN_MAIL)
        first.with_user(self.agent).action_discard()
        for name in ("_gc_intakes", "_gc_unjudged_intakes", "_gc_intake_sources"):
            getattr(self.intakes, name)()
        second, letters = self._write_in()
        self.assertHeld(second, letters, "sender_limit")

    def test_an_intake_holds_its_contact(self):
        self._write_in(self.baker.email_formatted)
        with self.assertRaisesRegex(UserError, "1 intakes"):
            self.baker.unlink()

    def test_export_has_the_intakes(self):
        intake, _letters = self._write_in(self.baker.email_formatted)
        data = self.env["incident.personal.data"]
        subject = data._get_subject(self.baker)
        exported, files = data._prepare_export(subject, self.env["helpdesk.ticket"])
        self.assertEqual(exported["intakes"][0]["subject"], intake.subject)
        self.assertIn(RAW_MAIL, files.mapped("name"))
