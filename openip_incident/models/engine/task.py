# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """One kind of due work: which rows, what is done with them, how many at once."""

    # For logs, and to tell the tasks of one run apart.
    name: str
    # Whose rows are worked off.
    model: str
    # Given the empty model: the domain of the rows that are due, asked again under the
    # lock. Each domain has an index.
    due: Callable
    # Given rows that are locked and still due.
    do: Callable
    # Xml id of the scheduled action that comes back to what is left.
    cron: str
    # As ``due``, asked again under the lock, where more than what is due was chosen.
    still: Callable | None = None
    # Given the empty model, a dict of row id: parent id of what is due and how many may
    # share a transaction: such a dict of what must share the next one, however many;
    # empty where all that is due waits for more.
    choose: Callable | None = None
    # Most urgent first.
    order: str = "id"
    # How many rows share a transaction.
    batch: int = 200
    # Many2one to the records that are locked before the rows themselves.
    parent: str = ""
    # Whether the engine locks the rows. Not where what is done works on a connection of
    # its own, which would wait for that lock: it must be safe to do it twice.
    locks: bool = True
    # Given a row and the exception: puts the row aside. Without it the row stays due,
    # and is tried again by the next run.
    fail: Callable | None = None
    # One batch a run, the rest a minute later: it must not keep the tasks behind it.
    once: bool = False
    # Given the empty model: whether there is room for another batch in this run.
    has_room: Callable | None = None
