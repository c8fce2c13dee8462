# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A party's mail that our own mail server could not authenticate counts when judged."""

from odoo.tests import Form, tagged

from .common import WAITING
from .followup_common import FollowupCommon

MX = "mx.operator.example.com"
SETTING = "openip_incident.authentication_servers"
FAILED = f"{MX}; dmarc=fail header.from=example.com"
REVIEW_TYPE = "openip_incident.mail_activity_type_review"
PASSED = f"{MX}; dmarc=pass header.from=example.com"


@tagged("post_install", "-at_install")
class TestAuthenticatedSender(FollowupCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prepare_once()

    def prepare(self):
        self.env["ir.config_parameter"].set_param(SETTING, MX)
        self.incident = self.request(user_id=self.agent.id)
        self.run_to(1)
        self.known = len(self.letters)

    def _answer(self, results, **options):
        headers = {"Authentication-Results": results} if results else {}
        with self.moment(2):
            self._reply(self.incident, self.customer, headers=headers, **options)
        return self._get_addresses()

    def _get_addresses(self):
        """Return whom letters have reached since the request."""
        self.run_to(3)
        return [letter.address for letter in self.letters[self.known :]]

    def _get_mail(self):
        return self.incident.message_ids.filtered(
            lambda message: message.message_type == "email"
        )

    def assertDoubtful(self, addresses):
        self.assertNotIn(self.integrator.email, addresses)
        self.assertNotIn(self.customer.email, addresses)
        self.assertEqual(self.incident.incident_phase, WAITING)
        self.assertFalse(self.incident.last_answer_date)
        self.assertFalse(self.incident.answer_unread)
        self.assertEqual(self.incident.followup_id.state, "running")
        self.assertTrue(self._get_mail().subtype_id.internal)
        activity = self.incident.activity_ids.filtered(
            lambda item: item.activity_type_id == self.env.ref(REVIEW_TYPE)
        )
        self.assertEqual(len(activity), 1)
        self.assertEqual(self._get_mail().incident_disregard, "unauthenticated")
        self.assertEqual(activity.user_id, self.agent)

    def assertCounted(self):
        self.assertTrue(self.incident.last_answer_date)
        self.assertTrue(self.incident.answer_unread)
        self.assertFalse(self._get_mail().incident_disregard)

    def test_mail_that_fails_is_kept_inside_for_a_human(self):
        self.assertDoubtful(self._answer(FAILED))
        self.assertEqual(self._get_mail().incident_disregard, "unauthenticated")

    def test_one_click_counts_it_after_all(self):
        self._answer(FAILED)
        with self.moment(3):
            self._get_mail().with_user(self.agent).action_count_as_answer()
        self.assertCounted()
        self.assertIn(self.integrator.email, self._get_addresses())
        self.assertFalse(self._get_mail().subtype_id.internal)

    def test_mail_that_passes_counts(self):
        self._answer(PASSED)
        self.assertCounted()

    def test_mail_without_any_result_counts(self):
        self._answer(False)
        self.assertCounted()

    def test_somebody_elses_opinion_does_not_matter(self):
        self._answer(FAILED.replace(MX, "mx.elsewhere.example"))
        self.assertCounted()

    def test_without_the_setting_nothing_is_looked_at(self):
        self.env["ir.config_parameter"].set_param(SETTING, False)
        self._answer(FAILED)
        self.assertCounted()

    def test_machine_stays_a_machine(self):
        headers = {"Authentication-Results": FAILED, "Auto-Submitted": "auto-replied"}
        with self.moment(2):
            self._reply(self.incident, self.customer, headers=headers)
        self.assertEqual(self._get_mail().incident_disregard, "auto_reply")

    def test_mail_that_names_the_number_is_no_way_around(self):
        with self.moment(2):
            self._receive(
                self.customer.email_formatted,
                self.team.alias_full_name,
                subject=self.incident.number,
                headers={"Authentication-Results": FAILED},
            )
        self.assertDoubtful(self._get_addresses())

    def test_admin_names_the_server_in_the_settings(self):
        self.env["ir.config_parameter"].set_param(SETTING, False)
        with Form(self.env["res.config.settings"]) as settings:
            settings.incident_authentication_servers = f"other.example, {MX.upper()}."
        settings.save().execute()
        self.assertDoubtful(self._answer(FAILED))
