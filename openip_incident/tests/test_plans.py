# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is looked for is not looked for among all old incidents."""

from itertools import product

from odoo.tests import tagged
from odoo.tools import SQL

from .followup_common import FollowupCommon

GROWING = (
    "helpdesk_ticket",
    "incident_followup",
    "incident_followup_event",
    "incident_inbound",
    "incident_notice",
    "mail_message",
)
PARTIAL = "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL"
# Indexes whose condition says something else of a boolean than a domain does.
USELESS = r"""
    SELECT DISTINCT indexrelid::regclass::text FROM pg_index
      JOIN pg_attribute ON attrelid = indrelid AND atttypid = 'boolean'::regtype
     WHERE pg_get_expr(indpred, indrelid)
           ~ format('\m%s\M(?! IS (NOT )?TRUE)', attname)
       AND indrelid::regclass::text ~ '^(incident|helpdesk)_'
"""


@tagged("post_install", "-at_install")
class TestPlans(FollowupCommon):
    def setUp(self):
        super().setUp()
        self.cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if self.cr.fetchone() != (True,):
            self.skipTest("nobody else makes PostgreSQL believe anything")
        self.request()
        self.run_to(25)
        self.cr.execute(PARTIAL)
        self.partial = {row[0] for row in self.cr.fetchall()}

    def _forget(self, rows):
        """Let nothing be known of large tables, as of columns that an update adds.

        :param rows: how many of them there seem to be on a page
        """
        tables = list(GROWING)
        self.cr.execute(
            "DELETE FROM pg_statistic WHERE starelid = ANY(%s::regclass[])", [tables]
        )
        self.cr.execute(
            "UPDATE pg_class SET relpages = 1, reltuples = %s "
            "WHERE oid = ANY(%s::regclass[])",
            [rows, tables],
        )

    def _get_nodes(self, query):
        """Return all steps of the plan of a query."""
        [[[explained]]] = self.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", query))
        nodes = [explained["Plan"]]
        for node in nodes:
            nodes += node.get("Plans", ())
        return nodes

    def _reads_all(self, node):
        """Tell whether a step of a plan looks at all rows that there ever were."""
        if node["Node Type"] == "Seq Scan":
            return node["Relation Name"] in GROWING
        index = node.get("Index Name")
        return index and "Index Cond" not in node and index not in self.partial

    def _assert_short(self, tasks):
        self.assertTrue(tasks)
        for rows, task in product((5_000, 50_000, 1_000_000), tasks):
            with self.subTest(task=task.name, rows=rows):
                self._forget(rows)
                nodes = self._get_nodes(
                    self.env["incident.engine"]._search_task(task, ())
                )
                self.assertFalse(list(filter(self._reads_all, nodes)))

    def test_reminders(self):
        self._assert_short(self.env["incident.followup"]._get_remind_tasks())

    def test_closures(self):
        self._assert_short(self.env["incident.followup"]._get_close_tasks())

    def _get_task_nodes(self, name):
        tasks = self.env["incident.followup"]._get_remind_tasks()
        [task] = [task for task in tasks if task.name == name]
        return self._get_nodes(self.env["incident.engine"]._search_task(task, ()))

    def test_few_rows_are_looked_up_first(self):
        """What bounced, and what is passed on: no join that could be turned round."""
        self._forget(50_000)
        for name, table in (("bounce", "incident_notice"), ("forward", "mail_message")):
            with self.subTest(task=name):
                [first] = [
                    node
                    for node in self._get_task_nodes(name)
                    if node.get("Relation Name") == table
                ]
                self.assertEqual(first["Parent Relationship"], "InitPlan")

    def test_misses_are_asked_for_one_by_one(self):
        """Whether a mail still waits is asked of the steps on their way alone."""
        self._forget(50_000)
        nodes = self._get_task_nodes("miss")
        read = [node.get("Relation Name") for node in nodes]
        self.assertEqual(read.count("incident_followup_event"), 1)

    def test_what_mails_and_people_look_for(self):
        self.cr.execute(
            "INSERT INTO incident_inbound (key, state, date) "
            "VALUES ('a', 'done', now())"
        )
        tickets = self.env["helpdesk.ticket"]
        self._forget(50_000)
        for model, domain in (
            (tickets, tickets._get_number_domain(["INC2026-00001"])),
            (tickets, [("duplicate_id", "=", 1)]),
            (tickets, [("incident_clock_broken", "=", True)]),
            (tickets, [("review_pending", "=", True)]),
            (self.env["incident.inbound"], [("hold_due", "=", True)]),
        ):
            with self.subTest(domain=str(domain)):
                nodes = self._get_nodes(model._search(domain).select())
                self.assertFalse(list(filter(self._reads_all, nodes)))

    def test_conditions_of_indexes_are_those_of_domains(self):
        """A domain says that something IS TRUE: no index that says less is used."""
        self.cr.execute(USELESS)
        self.assertEqual(self.cr.fetchall(), [])

    def test_long_way_is_seen(self):
        """A search without an index is none of the short ones."""
        self._forget(50_000)
        tickets = self.env["helpdesk.ticket"]
        nodes = self._get_nodes(tickets._search([("description", "=", "x")]).select())
        self.assertTrue(any(map(self._reads_all, nodes)))
