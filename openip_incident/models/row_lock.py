# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who waits for whom: one transaction at a time works on a row."""

from odoo.tools import SQL

LOCKED = "openip_incident.locked"


def lock_rows(records):
    """Wait for whoever works on these rows, then keep the others out.

    What this transaction has locked already costs no query. A row that was changed
    since the transaction's snapshot raises a serialization failure, which Odoo answers
    by running the request again.

    :param records: records of one model
    """
    new = records.browse(set(records.ids) - _get_locked_ids(records))
    if new:
        records.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                SQL.identifier(records._table),
                tuple(new.ids),
            )
        )
        note_locked(new)


def note_locked(records):
    """Remember that this transaction has locked rows, by whatever means."""
    _get_locked_ids(records).update(records.ids)


def _get_locked_ids(records):
    """Return the ids that this transaction has locked of a model: set.

    Forgotten at its end, and when a savepoint is rolled back.
    """
    locked = records.env.cr.precommit.data.setdefault(LOCKED, {})
    return locked.setdefault(records._name, set())
