"""What agents wait for."""

from ..figures import Result, Series, Target
from . import Row

BATCH = 200
# What a screen may take, in queries and KB.
SCREEN_QUERIES = 20
SCREEN_SIZE = 150
LARGE = ("helpdesk_ticket ", "res_partner ", "incident_service ")


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


def screens(databases, plan, bar):
    """Load each screen, and search, with few and with very many open incidents."""
    process, result = databases.get_bare("ours"), Result()
    known = {}
    for count in (plan.main // 5, plan.main):
        process.ask("screens.fill", count=count)
        found = process.ask("screens.load", times=plan.repeats)
        searched = process.ask("screens.find", times=plan.repeats)
        found |= {f"search by {name}": one for name, one in searched.items()}
        for name, one in found.items():
            about = {"tickets": count, "bytes": one["bytes"]}
            series = Series(f"screen: {name}", one["readings"], about)
            known.setdefault(name, []).append(series)
            result.series.append(series)
        scans = [name for name, one in searched.items() if _scans(one["plan"])]
        target = Target(f"searches that scan, {count:,} open", ("<=", 0), len(scans))
        result.targets.append(target)
        result.remarks += [f"scanned: search by {name}" for name in scans]
        bar.advance(f"{count:,} open")
    for name, [few, many] in known.items():
        result.targets += _judge_screen(name, few, many)
    return result


def _scans(plan):
    """Tell whether PostgreSQL reads all tickets, contacts or services."""
    return any(f"Seq Scan on {table}" in line for line in plan for table in LARGE)


def _judge_screen(name, few, many):
    """Return what is required of a screen, with few and with many open incidents."""
    about = f"{name}, {many.about['tickets']:,} open"
    queries, size = many.median("queries"), many.about["bytes"] / 1000
    more = queries - few.median("queries")
    return [
        Target(f"{about}, queries", ("<=", SCREEN_QUERIES), queries),
        Target(f"{about}, payload", ("<=", SCREEN_SIZE), size, "KB"),
        Target(f"{about}, queries more than with few", ("<=", 0), more),
    ]


ROWS = {
    "open": Row("Open", opening, lambda plan: 2),
    "search": Row("Search the incidents", finding, lambda plan: 1),
    "screens": Row("Load the screens with all columns full", screens, lambda plan: 2),
    "backend": Row("Load the backend's views", backend, lambda plan: 1),
}
