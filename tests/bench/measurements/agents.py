"""What agents wait for."""

from ..figures import Result, Series
from . import Row

BATCH = 200


def opening(databases, plan, bar):
    """Open one incident, and many at once."""
    result = Result()
    for count, times in ((1, plan.repeats), (BATCH, plan.pairs)):
        readings = databases.get("ours").ask(
            "agents.open_incidents", count=count, times=times
        )
        about = {"tickets": plan.main, "due": count}
        result.series.append(Series("open, by an agent", readings, about))
        bar.advance(f"{count}")
    return result


def backend(databases, plan, bar):
    """Load list, kanban and form."""
    found = databases.get("ours").ask("agents.load_views", times=plan.repeats)
    bar.advance()
    about = {"tickets": plan.main}
    return Result(
        [
            Series(f"backend: {name}", readings, about)
            for name, readings in found.items()
        ]
    )


def finding(databases, plan, bar):
    """Search all incidents for a number, a telephone and a caller."""
    found = databases.get("ours").ask("agents.find_incidents", times=plan.repeats)
    bar.advance()
    about = {"tickets": plan.main}
    return Result(
        [
            Series(f"search by {name}", readings, about)
            for name, readings in found.items()
        ]
    )


ROWS = {
    "open": Row("Open", opening, lambda plan: 2),
    "search": Row("Search the incidents", finding, lambda plan: 1),
    "backend": Row("Load the backend's views", backend, lambda plan: 1),
}
