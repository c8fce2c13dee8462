# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""No mail of a follow-up by accident: what is offered says what it would mail."""

from odoo.tests import tagged

from .common import CUSTOMER_MAIL
from .dialog_common import DialogCommon
from .followup_common import HOUR, START, FollowupCommon


@tagged("post_install", "-at_install")
class TestConfirmFollowups(DialogCommon, FollowupCommon):
    """Acts on follow-ups mail with the next pass of the scheduled action."""

    def _count_party_letters(self, act):
        known = len(self.letters)
        with self.at(self.clock), self.mail_server():
            act()
        self.run_to((self.clock - START) / HOUR + 0.1)
        return len(self.get_party_letters(known))

    def test_next_mail_is_announced_before_it_is_sent_now(self):
        incidents = self.request() | self.request()
        self.run_to(1)
        for records, name in (
            (incidents, "action_followup_send_now_dialog"),
            (incidents.followup_id, "action_send_now_dialog"),
        ):
            with self.at(self.clock):
                action = getattr(records.with_user(self.agent), name)()
                form = self.open_form(action)
                self.assertEqual(self.read_counts(form), (2, 4, 2))
        self.assertEqual(
            self._count_party_letters(lambda: form.save().action_confirm()), 4
        )

    def test_mail_that_did_not_arrive_is_written_to_who_has_not_got_it(self):
        self.refused = {CUSTOMER_MAIL}
        incident = self.request(wait_for="customer")
        self.run_to(3)
        self.refused = set()
        self.assertTrue(incident.followup_id.undelivered)
        with self.at(self.clock):
            form = self.open_form(incident.action_followup_send_now_dialog())
            self.assertEqual(self.read_counts(form), (1, 1, 1))
        letters = self._count_party_letters(lambda: form.save().action_confirm())
        self.assertEqual(letters, 1)

    def test_step_that_failed_is_announced_before_it_is_tried_again(self):
        incident = self.request()
        self.run_to(1)
        followup = incident.followup_id.sudo()
        with self.at(self.clock):
            followup.error = "Broken"
            # It is not due before tomorrow: nothing leaves now.
            self.assertIs(incident.action_followup_retry_dialog(), True)
            followup.error = "Broken"
        self.run_to(30)
        with self.at(self.clock):
            action = incident.action_followup_retry_dialog()
            form = self.open_form(action)
            self.assertEqual(self.read_counts(form), (1, 2, 2))
            self.assertTrue(followup.error, "nothing yet")
        letters = self._count_party_letters(lambda: form.save().action_confirm())
        self.assertEqual(letters, 2)

    def test_countdown_that_goes_on_is_announced_where_it_is_due(self):
        incident = self.request()
        self.run_to(1)
        with self.at(self.clock):
            incident.followup_id.action_hold()
            self.assertIs(incident.action_followup_resume_dialog(), True)
        self.run_to(24.9)
        with self.at(self.clock):
            incident.followup_id.sudo()._hold()
            incident.followup_id.sudo().due_date = self.clock
        self.run_to(30)
        with self.at(self.clock):
            form = self.open_form(incident.action_followup_resume_dialog())
            self.assertEqual(self.read_counts(form), (1, 2, 2))
            self.assertEqual(incident.followup_id.state, "held")
        letters = self._count_party_letters(lambda: form.save().action_confirm())
        self.assertEqual(letters, 2)
