# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Managers are mailed which guaranteed times are nearly used up, each once."""

from odoo import Command
from odoo.tests import new_test_user, tagged

from .clock_common import ClockCommon
from .followup_common import HOUR, START


@tagged("post_install", "-at_install")
class TestClockMail(ClockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contract.version_ids.gti_hours = 0
        cls.thresholds = {
            one.percent: one for one in cls.env["incident.clock.threshold"].search([])
        }
        cls.before = cls.env["mail.message"].search([], order="id desc", limit=1).id

    def get_mails(self, user=None):
        """Return the mails of thresholds, to a user."""
        mails = self.env["mail.mail"].sudo().search([("body_html", "like", "GTR ")])
        mails = mails.filtered(lambda one: one.mail_message_id.id > self.before)
        partner = (user or self.manager).partner_id
        return mails.filtered(lambda one: partner in one.mail_message_id.partner_ids)

    def test_nobody_is_mailed_by_default(self):
        self.open()
        self.run_to(9)
        self.assertFalse(self.get_mails())

    def test_a_run_is_one_mail_with_all_incidents(self):
        self.thresholds[75].mail_managers = True
        incidents = [self.open(), self.open()]
        self.run_to(2)
        self.assertFalse(self.get_mails())
        self.run_to(3)
        mail = self.get_mails()
        self.assertEqual(len(mail), 1, mail.mapped("body_html"))
        for incident in incidents:
            self.assertIn(incident.number, mail.body_html)
        self.assertIn("GTR 75 %", mail.body_html)
        self.run_to(9)
        self.assertEqual(len(self.get_mails()), 1)
        notice = self.env["incident.notice"].search(
            [("message_id", "=", mail.mail_message_id.id)]
        )
        self.assertEqual(len(notice), 1)

    def test_the_last_threshold_says_it_all(self):
        for threshold in self.thresholds.values():
            threshold.mail_managers = True
        self.open()
        # Nothing ran in between.
        self.clock = self._after(9)
        self.run_to(9)
        [mail] = self.get_mails()
        self.assertIn("GTR 100 %", mail.body_html)
        self.assertNotIn("GTR 75 %", mail.body_html)

    def test_colleagues_read_their_companies_only(self):
        theirs = new_test_user(
            self.env,
            login="clock_mail_other",
            groups="helpdesk_mgmt.group_helpdesk_user",
            company_id=self.company_2.id,
            company_ids=[Command.set(self.company_2.ids)],
            email="other@operator.example.com",
        )
        ours = self.agent
        self.thresholds[75].mail_user_ids = ours | theirs
        self.open()
        self.run_to(3)
        self.assertEqual(len(self.get_mails(ours)), 1)
        self.assertFalse(self.get_mails(theirs))

    def test_what_is_rolled_back_is_mailed_later(self):
        self.thresholds[75].mail_managers = True
        incident = self.open()
        tickets = incident.sudo()
        with self.at(self._after(3)), self.assertRaises(ZeroDivisionError):
            with self.env.cr.savepoint():
                tickets._do_tell_thresholds()
                raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertFalse(self.get_mails())
        self.run_to(3)
        self.assertEqual(len(self.get_mails()), 1)

    def _after(self, hours):
        return START + hours * HOUR
