# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What agents trust blindly, where a promise was once nearly broken."""

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import CLOSED, OPENED, REGISTERED, WAITING
from .followup_common import START, FollowupCommon

FOLLOWUP_ACTIVITY = "openip_incident.mail_activity_type_followup"


@tagged("post_install", "-at_install")
class TestFollowupPromises(FollowupCommon):
    def test_due_work_is_found_by_its_index(self):
        """Finding what is due costs the same in a house full of old incidents."""
        self.env.flush_all()
        # In an almost empty table any index of the open ones is as cheap.
        self.env.cr.execute("DROP INDEX incident_followup_open_unique")
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        followups = self.env["incident.followup"]
        domains = {
            "remind": followups._get_remind_domain(),
            "close": followups._get_close_domain(),
        }
        for task, index in (("remind", "remind_idx"), ("close", "close_idx")):
            with self.subTest(task=task):
                query = followups._search(
                    domains[task], order="due_date, id", limit=100
                )
                rows = self.env.execute_query(SQL("EXPLAIN %s", query.select()))
                plan = " ".join(row[0] for row in rows)
                self.assertIn(f"incident_followup_{index}", plan)

    def test_changed_step_is_no_announcement(self):
        """A reminder that was sent announces nothing, whatever its step says today."""
        incident = self.request()
        self.run_to(73)
        plan = self.env.ref("openip_incident.plan_request")
        reminder, announcement = plan.step_ids[2:4]
        plan.write(
            {
                "step_ids": [
                    Command.update(
                        reminder.id,
                        {
                            "action": "announce",
                            "mail_template_id": announcement.mail_template_id.id,
                        },
                    ),
                    Command.delete(announcement.id),
                ]
            }
        )
        self.run_to(14 * 24)
        self.assertNotEqual(incident.incident_phase, CLOSED)
        self.assertTrue(incident.sudo().followup_id.error)
        self.assertTrue(self.get_activities(incident, FOLLOWUP_ACTIVITY))

    def test_answer_cancels_the_reminder_in_the_queue(self):
        incident = self.request()
        self.run_to(23)
        self.server_down = True
        self.run_to(25)
        followup = incident.sudo().followup_id
        notices = followup.event_id.notice_ids
        self.assertIn("failed", notices.mapped("status"))
        with self.moment(26):
            self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, OPENED)
        self.assertEqual(set(notices.mapped("status")), {"cancelled"})
        self.server_down = False
        known = len(self.letters)
        self.run_to(72)
        subjects = [letter.subject for letter in self.letters[known:]]
        self.assertFalse([subject for subject in subjects if "Reminder" in subject])

    def test_unvalidated_incident_comes_back_unvalidated(self):
        """An answer after automatic closure validates nothing (P1)."""
        with self.at(START), self.mock_mail_gateway():
            incident = self._create_incident(description="<p><br></p>")
            incident.incident_request("information", "<p>What is broken?</p>")
            self.flush_tracking()
        self.run_to(121)
        self.assertEqual(incident.incident_phase, CLOSED)
        with self.moment(122):
            self._reply(incident, self.customer)
        self.assertEqual(incident.incident_phase, REGISTERED)
        self.assertFalse(incident.validated_date)

    def test_agent_decides_when_another_party_has_written(self):
        """The awaited one is silent, the other is not: nobody is closed unheard."""
        incident = self.request("customer")
        with self.moment(30):
            self._reply(incident, self.integrator)
        incident.sudo().activity_unlink(["openip_incident.mail_activity_type_answer"])
        self.run_to(14 * 24)
        self.assertEqual(incident.sudo().followup_id.state, "held")
        self.assertTrue(self.get_activities(incident, FOLLOWUP_ACTIVITY))

    def test_plan_of_another_company_breaks_no_list(self):
        incident = self.request()
        self.run_to(1)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.ref("openip_incident.plan_request").company_id = other
        self.env.invalidate_all()
        self.assertEqual(incident.incident_phase, WAITING)
        self.assertTrue(incident.with_user(self.agent).next_step)

    def test_second_alarm_of_a_day_is_told(self):
        check = self.env.ref("openip_incident.health_remind")
        with self.at(START), self.mock_mail_gateway():
            self.remind_cron.active = False
            check._cron_alert()
            self.assertTrue(check.alert_date)
            crons = self.crons | self.env.ref("mail.ir_cron_mail_scheduler_action")
            crons.write({"active": True, "failure_count": 0, "nextcall": START})
            check.invalidate_recordset()
            check._cron_alert()
            self.assertFalse(check.alert_date)

    def test_closure_waits_for_either_whoever_was_asked_before(self):
        with self.at(START), self.mock_mail_gateway():
            incident = self._create_incident()
            incident.action_incident_open()
            incident.incident_request("information", "<p>When?</p>", "customer")
            incident.action_incident_resolve()
            self.flush_tracking()
        self.assertEqual(incident.sudo().followup_id.wait_for, "either")
        self.refused = {self.customer.email}
        self.run_to(1)
        self.assertTrue(incident.sudo().followup_id.due_date)
