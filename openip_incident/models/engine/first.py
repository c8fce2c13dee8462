# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Conditions that PostgreSQL cannot take for those of nearly all rows."""

from odoo.fields import Domain
from odoo.tools import SQL


def find_first(model, domain, name, order=None, limit=None):
    """Return the domain of the records that a few rows of another model point to.

    They are looked up before anything else. Joined, they would depend on what
    PostgreSQL believes of their number: of a column that an update has added to a large
    table it knows nothing for weeks, and reads all of the table in the order it needs.

    All of these rows are looked up each time: where many may wait, with a limit, and
    not to ask again under a lock.

    :param model: whose rows are looked up, with the rights to do so
    :param domain: of these rows, which has an index
    :param name: the field that holds the id of a record in them
    :param order: which rows come first, where there is a limit
    :param limit: how many rows are looked up at most
    :return: a condition on the ids of any model
    """
    query = model._search(domain, order=order, limit=limit)
    ids = query.subselect(model._field_to_sql(query.table, name, query))
    return Domain("id", "in", SQL("(SELECT unnest(ARRAY%s))", ids))
