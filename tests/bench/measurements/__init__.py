"""The rows of the benchmark, one module per concern, in the order of their weight."""

from dataclasses import dataclass
from collections.abc import Callable


@dataclass
class Row:
    """One subject of the benchmark.

    :param title: what the user reads
    :param measure: takes databases, plan and bar, and returns a :class:`Result`
    :param count_turns: takes the plan and returns how often the bar advances
    """

    title: str
    measure: Callable
    count_turns: Callable


def collect():
    """Return all rows: dict of key: :class:`Row`."""
    from . import (
        agents,
        clock,
        followups,
        growth,
        inbound,
        outage,
        pages,
        queue,
        workers,
    )

    modules = (followups, growth, workers, agents, outage, inbound, pages, queue, clock)
    return {key: row for module in modules for key, row in module.ROWS.items()}
