# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the queue has sent wakes the scheduled action that settles it."""

from datetime import timedelta

from odoo.tests import tagged

from odoo.addons.openip_incident.models.correspondence.mail_mail import Sending

from .followup_common import START, FollowupCommon


@tagged("post_install", "-at_install")
class TestFollowupWakeup(FollowupCommon):
    def _accept_at(self, seconds, sending, mails):
        """Have the mail server accept mails, each in a transaction of its own.

        :return: the minutes of the wake-ups that were written for it
        """
        before = self._get_triggers()
        with self.at(START + timedelta(seconds=seconds)):
            for mail in mails._with_sending(sending):
                mail.state = "sent"
                mail._record_incident_delivery(False)
                self.flush_tracking()
        written = self._get_triggers() - before
        return [(date - START).seconds // 60 for date in written.mapped("call_at")]

    def test_session_wakes_the_settling_once_a_minute(self):
        """Each mail is a transaction of its own, and none forgets to be settled."""
        with self.at(START), self.mock_mail_gateway():
            incidents = self._create_incidents(4)
            incidents.action_incident_open()
            incidents.incident_request("information", "<p>Since when?</p>")
            self.flush_tracking()
        notices = incidents.sudo().notice_ids.filtered("event_id")
        mails = notices._get_mails()
        self.assertEqual(len(mails), 8)
        sending = Sending(notices)
        self.assertEqual(self._accept_at(5, sending, mails[:3]), [1])
        # What wakes so soon may have run before the mail is committed.
        self.assertEqual(self._accept_at(55, sending, mails[3:5]), [2])
        self.assertEqual(self._accept_at(65, sending, mails[5:7]), [])
        self.assertEqual(self._accept_at(115, sending, mails[7:]), [3])
        self.assertEqual(set(notices.mapped("status")), {"sent"})

    def test_mail_of_no_follow_up_wakes_nothing(self):
        with self.at(START), self.mock_mail_gateway():
            incident = self._create_incident_in("opened")
            self.flush_tracking()
        notices = incident.sudo().notice_ids
        mails = notices._get_mails()
        self.assertTrue(mails)
        self.assertEqual(self._accept_at(5, Sending(notices), mails), [])
        self.assertEqual(set(notices.mapped("status")), {"sent"})
