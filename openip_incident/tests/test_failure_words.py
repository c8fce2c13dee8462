# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Agents read words of a failure, in their language; the log has the rest."""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..tools.failure import describe_failure
from .followup_common import FollowupCommon

FAILED_TYPE = "openip_incident.mail_activity_type_followup"


@tagged("-at_install", "post_install")
class TestFailureWords(FollowupCommon):
    def _caused(self, cause):
        """Return an error as Odoo's templates raise it: around its cause."""
        try:
            try:
                raise cause
            except type(cause) as error:
                raise RuntimeError("Traceback: File x.py, line 3") from error
        except RuntimeError as error:
            return error

    def test_words_are_those_that_were_meant_for_people(self):
        for error, expected in (
            (UserError("The plan is empty."), "The plan is empty."),
            (ValidationError("No such zone."), "No such zone."),
            (self._caused(UserError("No such zone.")), "No such zone."),
        ):
            self.assertEqual(describe_failure(self.env, error), expected)

    def test_everything_else_is_named_and_no_more(self):
        for error, kind in (
            (KeyError("partner_id"), "KeyError"),
            (self._caused(ZeroDivisionError("division by zero")), "ZeroDivisionError"),
        ):
            said = describe_failure(self.env, error)
            self.assertEqual(
                said, f"An unexpected error ({kind}). The log of the server says where."
            )

    def test_colleague_in_charge_reads_its_own_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.leader.lang = "fr_FR"
        incident = self.request()
        french = incident.with_context(lang="fr_FR").env
        incident.sudo().followup_id._record_error(KeyError("x"))
        activity = self.get_activities(incident, FAILED_TYPE)
        said = describe_failure(french, KeyError("x"))
        self.assertEqual(incident.sudo().followup_id.error, said)
        self.assertIn(said, activity.note)

    def test_activity_ends_with_its_reason(self):
        for act in (
            lambda followup: followup.action_retry(),
            lambda followup: followup.action_send_now(),
            lambda followup: followup.action_cancel(),
        ):
            incident = self.request()
            self.run_to(1)
            followup = incident.sudo().followup_id
            followup._record_error(KeyError("x"))
            self.assertTrue(self.get_activities(incident, FAILED_TYPE))
            act(followup)
            self.assertFalse(self.get_activities(incident, FAILED_TYPE))

    def test_activity_of_a_held_countdown_ends_with_the_hold(self):
        incident = self.request()
        self.run_to(1)
        followup = incident.sudo().followup_id
        followup._hold_answered()
        self.assertTrue(self.get_activities(incident, FAILED_TYPE))
        followup.action_resume()
        self.assertFalse(self.get_activities(incident, FAILED_TYPE))
