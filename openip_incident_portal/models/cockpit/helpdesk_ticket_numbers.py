# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.openip_incident.models.phases import CLOSED


class HelpdeskTicket(models.Model):
    """How many incidents there are of each kind: one query, however many they are.

    Records come as superuser, their domain keeps to what the reader may see.
    """

    _inherit = "helpdesk.ticket"

    @api.model
    def _count_incident_filters(self, domain, filters):
        """Return how many tickets each filter leaves.

        :param domain: the tickets that are counted
        :param filters: dict of name and domain
        :return: dict of name and number
        """
        query = self._search(domain)
        columns = [self._count_where(query, option) for option in filters.values()]
        [row] = self.env.execute_query(query.select(*columns))
        return dict(zip(filters, row, strict=True))

    @api.model
    def _count_where(self, query, domain):
        """Return the SQL that counts those rows of a query that a domain leaves."""
        condition = domain.optimize_full(self)._to_sql(self, query.table, query)
        return SQL("COUNT(*) FILTER (WHERE %s)", condition)

    @api.model
    def _get_incident_customers(self, domain, partner, start, end, now):
        """Return what a party is asked about each customer, the most urgent first.

        Interruptions count as far as they lie within the period, of one line as of
        another: two lines that were down for an hour are two hours.

        :param domain: the incidents that the reader may see
        :param partner: the reader's contact
        :param start, end, now: naive UTC
        :return: list of dicts of ``customer``, ``total``, ``open``, ``answer``,
            ``confirm`` and ``minutes``
        """
        query = self._search(domain & Domain("customer_party_id", "!=", False))
        filters = {
            "total": Domain.TRUE,
            "open": Domain("incident_phase", "!=", CLOSED),
            "answer": self._get_portal_answer_domain(partner),
            "confirm": self._get_portal_confirm_domain(partner),
        }
        columns = [self._count_where(query, option) for option in filters.values()]
        group = self._field_to_sql(query.table, "customer_party_id", query)
        query.groupby = group
        rows = self.env.execute_query(
            query.select(group, *columns, self._sum_minutes(query, start, end, now))
        )
        customers = self.env["res.partner"].browse(row[0] for row in rows)
        return self._sort_incident_customers(
            {
                "customer": customer,
                **dict(zip(filters, row[1:], strict=False)),
                "minutes": round(row[-1]),
            }
            for customer, row in zip(customers, rows, strict=True)
        )

    @api.model
    def _sort_incident_customers(self, found):
        """Return customers, the most urgent first; see :meth:`_get_incident_customers`.

        :param found: iterable of dicts
        """
        return sorted(
            found,
            key=lambda item: (
                -(item["answer"] + item["confirm"]),
                -item["open"],
                (item["customer"].name or "").lower(),
            ),
        )

    @api.model
    def _sum_minutes(self, query, start, end, now):
        """Return the SQL of how long incidents lasted within a period, in minutes.

        What is closed and was never said to be restored has no known end.
        """
        since, restored, phase = (
            self._field_to_sql(query.table, name, query)
            for name in ("incident_since", "restored_date", "incident_phase")
        )
        return SQL(
            """
            COALESCE(SUM(GREATEST(0, EXTRACT(EPOCH FROM
                LEAST(COALESCE(%(restored)s, %(now)s), %(end)s)
                - GREATEST(%(since)s, %(start)s)
            ))) FILTER (WHERE %(since)s IS NOT NULL
                AND (%(restored)s IS NOT NULL OR %(phase)s != %(closed)s)), 0) / 60
            """,
            since=since,
            restored=restored,
            phase=phase,
            closed=CLOSED,
            start=start,
            end=end,
            now=now,
        )
