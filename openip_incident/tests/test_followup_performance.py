# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a batch of reminders costs: an outage leaves hundreds of questions open."""

from odoo.tests import tagged

from odoo.addons.openip_incident.models.followup.incident_followup_tasks import (
    CLOSE_TASKS,
)
from odoo.addons.openip_incident.models.followups import ANNOUNCE
from odoo.addons.openip_incident.models.phases import NO_ANSWER

from .common import CLOSED, FROZEN, WAITING
from .followup_common import HOUR, START, FollowupCommon

INCIDENTS = 200
# Rendering and creating: entries, hidden messages, mails, notices, events.
QUERIES_PER_REMINDER = 0.22
# Counting, then a tracked change of stage that a rule has asked for.
QUERIES_PER_FREEZE = 0.25
QUERIES_PER_SETTLING = 0.15
# As a reminder, and a tracked change of stage; less in a batch of the engine's size.
QUERIES_PER_CLOSURE = 0.35


@tagged("post_install", "-at_install")
class TestFollowupPerformance(FollowupCommon):
    def _request_batch(self, count=INCIDENTS):
        """Ask as many customers something, half of them French, and deliver it."""
        incidents = self._create_incidents(count)
        incidents.action_incident_open()
        incidents.incident_request("information", "<p>Since when?</p>")
        incidents = incidents.sudo()
        self._deliver(incidents)
        self.assertEqual(set(incidents.mapped("incident_phase")), {WAITING})
        return incidents

    def _deliver(self, incidents):
        """Have all mails accepted, without what sending them costs."""
        incidents.notice_ids._set_sent()
        self.flush_tracking()

    def _find(self, incidents):
        """Return follow-ups as the scheduled actions find them."""
        return self.env["incident.followup"].search(
            [("ticket_id", "in", incidents.ids), ("state", "=", "running")]
        )

    def _count_queries(self, act):
        """Return the queries of an act, with all that its commit sets off."""
        self.flush_tracking()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        act()
        self.env["helpdesk.ticket"]._incident_flush_collected()
        self.flush_tracking()
        return self.cr.sql_log_count - before

    def _remind_batch(self):
        """Return incidents, and the queries of reminding and of settling them."""
        incidents = self._await_batch()
        return incidents, *self._remind(incidents)

    def _await_batch(self):
        """Return incidents whose countdown has begun."""
        with self.at(START), self.mock_mail_gateway():
            incidents = self._request_batch()
            self._find(incidents)._do_settle()
            self.flush_tracking()
        return incidents

    def _remind(self, incidents):
        """Return the queries of reminding of incidents, and of settling that."""
        followups = self._find(incidents)
        self.assertEqual(set(followups.mapped("due_date")), {START + 24 * HOUR})
        with self.at(START + 24 * HOUR), self.mock_mail_gateway():
            reminding = self._count_queries(followups._do_remind)
            mails = self._new_mails
            self._deliver(incidents)
            settling = self._count_queries(followups._do_settle)
        self.assertEqual(len(mails), 2 * len(incidents))
        self.assertEqual(set(incidents.mapped("incident_phase")), {FROZEN})
        return reminding, settling

    def test_cost_of_a_reminder(self):
        incidents, reminding, settling = self._remind_batch()
        for incident in incidents[:: INCIDENTS // 4]:
            event = incident.followup_id.event_ids.sorted("id")[-1:]
            self.assertEqual(
                event.notice_ids.partner_id, incident.partner_id | self.integrator
            )
            self.assertEqual(len(event.notice_ids.entry_id), 1)
            self.assertEqual(len(event.notice_ids.message_id), 2)
            self.assertEqual(incident.reminder_count, 1)
            self.assertEqual(incident.next_step_date, START + 48 * HOUR)
        self.assertLessEqual(reminding / INCIDENTS, QUERIES_PER_REMINDER)
        self.assertLessEqual(settling / INCIDENTS, QUERIES_PER_FREEZE)

    def test_cost_of_a_reminder_that_freezes_nobody(self):
        """The second reminder: settling it is counting, no move."""
        incidents, _reminding, _settling = self._remind_batch()
        followups = self._find(incidents)
        with self.at(START + 48 * HOUR), self.mock_mail_gateway():
            reminding = self._count_queries(followups._do_remind)
            self._deliver(incidents)
            settling = self._count_queries(followups._do_settle)
        self.assertEqual(set(incidents.mapped("reminder_count")), {2})
        self.assertLessEqual(reminding / INCIDENTS, QUERIES_PER_REMINDER)
        self.assertLessEqual(settling / INCIDENTS, QUERIES_PER_SETTLING)

    def test_cost_of_a_closure(self):
        with self.at(START), self.mock_mail_gateway():
            incidents = self._request_batch()
            followups = self._find(incidents)
            followups._do_settle()
            # As if three reminders had gone unanswered.
            steps = followups.plan_id._get_steps()
            followups.next_step_id = steps.filtered(
                lambda step: step.action == ANNOUNCE
            )
        with self.at(START + 24 * HOUR), self.mock_mail_gateway():
            followups._do_remind()
            self._deliver(incidents)
            followups._do_settle()
        with self.at(START + 48 * HOUR), self.mock_mail_gateway():
            closing = self._count_queries(followups._do_close)
            mails = self._new_mails
        self.assertEqual(set(incidents.mapped("incident_phase")), {CLOSED})
        self.assertEqual(set(incidents.mapped("close_reason")), {NO_ANSWER})
        self.assertEqual(set(followups.mapped("state")), {"expired"})
        self.assertEqual(set(followups.mapped("waited_hours")), {48})
        self.assertEqual(len(mails), 2 * INCIDENTS)
        stages = [("field_id.name", "=", "stage_id"), ("new_value_integer", ">", 0)]
        logged = [
            incident.message_ids.tracking_value_ids.filtered_domain(stages)[-1:]
            for incident in incidents
        ]
        stage = self.stages["closed"]
        self.assertEqual({value.new_value_integer for value in logged}, {stage.id})
        self.assertLessEqual(closing / INCIDENTS, QUERIES_PER_CLOSURE)

    def test_cost_of_mails_that_nobody_wants_any_more(self):
        """As where their questions are over before the queue has sent any."""
        with self.at(START), self.mock_mail_gateway():
            incidents = self._create_incidents(50)
            incidents.action_incident_open()
            incidents.incident_request("information", "<p>Since when?</p>")
            followups = self._find(incidents)
            notices = self.env["incident.notice"].search(
                [("event_id", "in", followups.event_ids.ids)]
            )
            self.assertEqual(len(notices), 100)
            followups._finish("cancelled")
            queries = self._count_queries(notices._retry)
        self.assertEqual(set(notices.mapped("status")), {"cancelled"})
        self.assertEqual(set(notices._get_mails().mapped("state")), {"cancel"})
        self.assertLess(queries / len(notices), QUERIES_PER_SETTLING)

    def test_cost_grows_no_faster_than_the_batch(self):
        """A fifth of a batch is reminded, then the others: four times as many."""
        incidents, fifth = self._await_batch(), INCIDENTS // 5
        few, few_settled = self._remind(incidents[:fifth])
        many, many_settled = self._remind(incidents[fifth:])
        self.assertLessEqual(many, 4.4 * few)
        self.assertLessEqual(many_settled, 4.4 * few_settled)

    def test_looking_for_all_tasks_is_one_query(self):
        tasks = self.env["incident.followup"]._get_remind_tasks()
        engine = self.env["incident.engine"]
        with self.at(START), self.mock_mail_gateway():
            incidents = self._request_batch(3)
            self._find(incidents)._do_settle()
            self.flush_tracking()
        followups = self._find(incidents)
        followups[0].write({"state": "held", "hold_until": START + HOUR})
        self.flush_tracking()
        with (
            self.enter_registry_test_mode(),
            self.registry.cursor() as cr,
            self.at(START + 24 * HOUR),
        ):
            engine = engine.with_env(self.env(cr=cr))
            before = cr.sql_log_count
            found = engine._find(*tasks)
            self.assertEqual(cr.sql_log_count - before, 1)
        due = {row.id: row.ticket_id.id for row in followups}
        held = {followups[0].id: due.pop(followups[0].id)}
        self.assertEqual(list(found), [task for task in tasks if task in found])
        found = {task.name: rows for task, rows in found.items()}
        self.assertEqual(found["release"].items() & held.items(), held.items())
        self.assertEqual(found["remind"].items() & due.items(), due.items())

    def test_what_is_not_due_costs_nothing(self):
        """The same queries, and as many, for one waiting incident and for many."""
        tasks = self.env["incident.followup"]._get_remind_tasks() + CLOSE_TASKS

        def look():
            for task in tasks:
                model = self.env[task.model]
                model.search(task.due(model))

        with self.at(START), self.mock_mail_gateway():
            idle = self._count_queries(look)
            self._find(self._request_batch())._do_settle()
            self.assertEqual(self._count_queries(look), idle)
