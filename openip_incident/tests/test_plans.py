# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is looked for is not looked for among all old incidents."""

from itertools import product
from unittest.mock import patch

from odoo.api import Environment
from odoo.tests import tagged

from odoo.addons.openip_incident.models.answer.helpdesk_ticket_forward import LOOKED_AT

from .common import CUSTOMER_MAIL
from .followup_common import FollowupCommon
from .plan_common import PlanMixin

# Indexes whose condition says something else of a boolean than a domain does.
USELESS = r"""
    SELECT DISTINCT indexrelid::regclass::text FROM pg_index
      JOIN pg_attribute ON attrelid = indrelid AND atttypid = 'boolean'::regtype
     WHERE pg_get_expr(indpred, indrelid)
           ~ format('\m%s\M(?! IS (NOT )?TRUE)', attname)
       AND indrelid::regclass::text ~ '^(incident|helpdesk)_'
"""
WAITING = """
    INSERT INTO mail_message (
        message_type, model, res_id, message_id, incident_forward_date
    )
    SELECT 'email', 'helpdesk.ticket', %s, '<waits-' || n || '@example.com>',
           timestamp '2026-01-01' + n * interval '1 second'
      FROM generate_series(1, 3000) n
"""


@tagged("post_install", "-at_install")
class TestPlans(PlanMixin, FollowupCommon):
    def setUp(self):
        super().setUp()
        self.incident = self.request()
        self.run_to(25)

    def _search_task(self, name):
        tasks = self.env["incident.followup"]._get_remind_tasks()
        [task] = [task for task in tasks if task.name == name]
        return self.env["incident.engine"]._search_task(task, ())

    def _assert_short(self, tasks):
        self.assertTrue(tasks)
        for rows, task in product((5_000, 50_000, 1_000_000), tasks):
            with self.subTest(task=task.name, rows=rows):
                self._forget(rows)
                search = self.env["incident.engine"]._search_task(task, ())
                self.assertFalse(self._find_long_ways(search))

    def test_reminders(self):
        self._assert_short(self.env["incident.followup"]._get_remind_tasks())

    def test_closures(self):
        self._assert_short(self.env["incident.followup"]._get_close_tasks())

    def test_few_rows_are_looked_up_first(self):
        """What bounced, and what is passed on: no join that could be turned round."""
        self._forget(50_000)
        for name, table in (("bounce", "incident_notice"), ("forward", "mail_message")):
            with self.subTest(task=name):
                search = self._search_task(name)
                self.assertFalse(self._find_long_ways(search))
                [plan] = [
                    node
                    for node in self._get_nodes(search)
                    if node.get("Parent Relationship") == "InitPlan"
                    and table in str(node)
                ][-1:]
                self.assertNotIn("Join", str(plan))

    def test_a_long_queue_is_not_read_for_each_incident(self):
        self.cr.execute(WAITING, [self.incident.id])
        self.cr.execute("ANALYZE mail_message")
        search = self._search_task("forward")
        nodes = self._get_nodes(search, "ANALYZE, FORMAT JSON")
        [read] = [
            node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
            for node in nodes
            if node.get("Relation Name") == "mail_message"
        ]
        self.assertLessEqual(read, LOOKED_AT)

    def test_misses_are_asked_for_one_by_one(self):
        """Whether a mail still waits is asked of the steps on their way alone."""
        self._forget(50_000)
        nodes = self._get_nodes(self._search_task("miss"))
        read = [node.get("Relation Name") for node in nodes]
        self.assertEqual(read.count("incident_followup_event"), 1)

    def test_what_mails_and_people_look_for(self):
        self.cr.execute(
            "INSERT INTO incident_inbound (key, state, date) "
            "VALUES ('a', 'done', now())"
        )
        tickets, notices = self.env["helpdesk.ticket"], self.env["incident.notice"]
        recent = notices._get_recent_domain([CUSTOMER_MAIL])
        self._forget(50_000)
        for model, domain in (
            (tickets, tickets._get_number_domain(["INC2026-00001"])),
            (tickets, [("duplicate_id", "=", 1)]),
            (tickets, [("incident_clock_broken", "=", True)]),
            (tickets, [("review_pending", "=", True)]),
            (self.env["incident.inbound"], [("hold_due", "=", True)]),
            (notices, recent),
        ):
            with self.subTest(domain=str(domain)):
                query = model._search(domain).select()
                self.assertFalse(self._find_long_ways(query))

    def test_messages_of_a_thread_are_found_by_their_keys(self):
        self._forget(50_000)
        with patch.object(Environment, "execute_query", return_value=[]) as asked:
            self.incident._get_threads()
        [[query]] = [call.args for call in asked.call_args_list]
        self.assertFalse(self._find_long_ways(query))
        read = [node.get("Relation Name") for node in self._get_nodes(query)]
        self.assertEqual(read.count("mail_message"), 2)
        self.assertNotIn(
            "Join", str([one["Node Type"] for one in self._get_nodes(query)])
        )

    def test_conditions_of_indexes_are_those_of_domains(self):
        """A domain says that something IS TRUE: no index that says less is used."""
        self.cr.execute(USELESS)
        self.assertEqual(self.cr.fetchall(), [])

    def test_long_way_is_seen(self):
        """A search without an index is none of the short ones."""
        self._forget(50_000)
        search = self.env["helpdesk.ticket"]._search([("description", "=", "x")])
        self.assertTrue(self._find_long_ways(search.select()))
