# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How PostgreSQL would go about a search if there were many old incidents."""

from odoo.tools import SQL

GROWING = (
    "helpdesk_ticket",
    "incident_followup",
    "incident_followup_event",
    "incident_inbound",
    "incident_notice",
    "mail_message",
)
PARTIAL = "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL"


class PlanMixin:
    """For tests whose tables hold a row, each: of none nothing can be believed."""

    def _forget(self, rows, *further):
        """Let nothing be known of large tables, as of columns that an update adds.

        :param rows: how many of them there seem to be on a page
        :param further: tables besides the usual ones
        """
        self.cr.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        if self.cr.fetchone() != (True,):
            self.skipTest("nobody else makes PostgreSQL believe anything")
        tables = [*GROWING, *further]
        self.cr.execute(
            "DELETE FROM pg_statistic WHERE starelid = ANY(%s::regclass[])", [tables]
        )
        self.cr.execute(
            "UPDATE pg_class SET relpages = 1, reltuples = %s "
            "WHERE oid = ANY(%s::regclass[])",
            [rows, tables],
        )

    def _get_nodes(self, query, options="FORMAT JSON"):
        """Return all steps of the plan of a query."""
        explain = SQL("EXPLAIN (%s) %s", SQL(options), query)
        [[[explained]]] = self.env.execute_query(explain)
        nodes = [explained["Plan"]]
        for node in nodes:
            nodes += node.get("Plans", ())
        return nodes

    def _find_long_ways(self, query, *further):
        """Return the steps that look at all rows that there ever were."""
        self.cr.execute(PARTIAL)
        partial = {row[0] for row in self.cr.fetchall()}
        growing = {*GROWING, *further}
        return [
            node
            for node in self._get_nodes(query)
            if node.get("Relation Name") in growing
            and node["Node Type"] == "Seq Scan"
            or "Index Name" in node
            and "Index Cond" not in node
            and node["Index Name"] not in partial
        ]
