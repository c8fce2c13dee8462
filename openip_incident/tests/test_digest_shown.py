# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo.tests import freeze_time, new_test_user, tagged

from .common import IN_PROGRESS
from .digest_common import MORNING, NOW, DigestCommon


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDigestShown(DigestCommon):
    """What agents see, and what updates that were not mailed do not count for."""

    def _labels(self, incident, entry=None):
        notices = incident.sudo().notice_ids
        rows = notices._format_delivery()
        return {row["status"]: row["label"] for row in rows}

    def test_agents_see_what_becomes_of_an_update(self):
        self._choose("digest", self.customer)
        self._choose("none", self.integrator)
        incident = self._create_incident_in(IN_PROGRESS)
        self._update(incident)
        labels = self._labels(incident)
        self.assertEqual(labels["bundled"], "Waits for the morning mail")
        self.assertEqual(labels["omitted"], "Left out as the recipient wishes")
        self._run(MORNING + timedelta(minutes=1))
        agent = incident.with_user(self.agent)
        [row] = [
            row
            for row in agent.notice_ids._format_delivery()
            if row["status"] == "digested"
        ][-1:]
        self.assertEqual(row["label"], "In the morning mail: Sent")
        self.assertTrue(row["sent_date"])

    def test_they_count_for_no_delivery(self):
        self._choose("digest")
        incident = self._create_incident_in(IN_PROGRESS)
        self._update(incident)
        for notice in self._notices(incident, "bundled"):
            self.assertFalse(notice.event_id)
            self.assertFalse(notice._is_delivered())
        opened = incident.sudo().notice_ids.filtered(
            lambda one: one.status == "queued" and one.partner_id == self.customer
        )
        self.assertEqual(len(opened), 1)
        opened._set_bounced("No such mailbox")
        self.assertIn(self.customer, incident.sudo().undelivered_party_ids)

    def test_no_mail_refers_to_one_that_nobody_has(self):
        self._choose("digest")
        incident = self._create_incident_in(IN_PROGRESS)
        self._update(incident)
        unmailed = self._notices(incident, "bundled").message_id.mapped("message_id")
        with self.capture_letters() as letters:
            incident.incident_request("information", "<p>Which light is on?</p>")
        for letter in letters:
            told = f"{letter['references']} {letter['headers']}"
            for message_id in unmailed:
                self.assertNotIn(message_id, told)

    def test_it_is_set_on_the_contact_form(self):
        user = new_test_user(
            self.env,
            "incident_contacts",
            "helpdesk_mgmt.group_helpdesk_user,base.group_partner_manager",
            company_id=self.company.id,
        )
        arch = (
            self.env["res.partner"].with_user(user).get_view(view_type="form")["arch"]
        )
        self.assertIn('name="incident_update_preference"', arch)
        self.customer.with_user(user).incident_update_preference = "digest"
        self.assertEqual(self.customer.incident_update_preference, "digest")
