"""How the cost grows: with what is due, with what exists, and in memory."""

from ..figures import Result, Series, Target
from . import Row


def due(databases, plan, bar):
    """Remind few and many in one pass."""
    result = Result(plots={"due": {"ours": [], "limit: raw COPY": [], "peer": []}})
    curves = result.plots["due"]
    medians = {}
    for count in plan.curve:
        about = {"tickets": plan.main, "due": count}
        series = Series("remind", about=about)
        limit = Series("raw COPY of the same rows", about=about)
        for _time in range(plan.curve_times):
            answer = databases.get("ours").ask("followup.remind", count=count, limits=1)
            series.readings.append(answer["pass"])
            limit.readings += answer["copies"]
            bar.advance(f"{count:,} due")
        result.series.append(series)
        medians[count] = series.median()
        curves["ours"].append((count, series.median()))
        curves["limit: raw COPY"].append((count, limit.median()))
    for count in sorted({plan.peer_due // 2, plan.peer_due}):
        answer = databases.get("peer").ask("peer.run", step="warn", count=count)
        peer = Series("peer: warn", [answer["pass"]])
        curves["peer"].append((count, peer.median()))
    few, many = _get_ends(plan.curve)
    result.targets.append(
        Target(
            f"cost from {few:,} to {many:,} due",
            ("<=", 1.05),
            medians[many] / medians[few],
            "×",
        )
    )
    return result


def _get_ends(curve):
    """Return between which numbers the cost is asked to be flat."""
    return (1000 if curve[-1] > 1000 else curve[-2]), curve[-1]


def tickets(databases, plan, bar):
    """Remind as many in a small database and in a large one, in turn."""
    result = Result(plots={"tickets": {"ours": []}})
    found = {
        count: Series("remind", about={"tickets": count, "due": plan.due})
        for count in plan.sizes
    }
    for count in plan.sizes:
        databases.get("ours", count).ask("followup.remind", count=plan.due // 5)
    for _pair in range(plan.pairs):
        for count, series in found.items():
            answer = databases.get("ours", count).ask("followup.remind", count=plan.due)
            series.readings.append(answer["pass"])
            bar.advance(f"{count:,} tickets")
    for count, series in found.items():
        result.series.append(series)
        result.plots["tickets"]["ours"].append((count, series.median()))
    few, many = plan.sizes[0], plan.sizes[-1]
    result.targets.append(
        Target(
            f"cost from {few:,} to {many:,} tickets",
            ("<=", 1.1),
            found[many].median() / found[few].median(),
            "×",
        )
    )
    return result


def memory(databases, plan, bar):
    """Remind a great many in one run of the scheduled action."""
    series = Series(
        "remind, peak memory", about={"tickets": plan.main, "due": plan.memory_due}
    )
    answer = databases.get("ours").ask("followup.remind", count=plan.memory_due)
    series.readings.append(answer["pass"])
    bar.advance()
    target = Target(
        f"memory over {plan.memory_due:,} due", ("<=", 10), series.memory, "MB"
    )
    return Result([series], [target])


ROWS = {
    "due": Row(
        "Remind few and many", due, lambda plan: plan.curve_times * len(plan.curve)
    ),
    "tickets": Row(
        "Remind in small and large databases",
        tickets,
        lambda plan: plan.pairs * len(plan.sizes),
    ),
    "memory": Row("Memory over a long run", memory, lambda plan: 1),
}
