"""What parties wait for in their browsers, beside the base's own pages."""

from functools import partial

from ..figures import Result, Series, Target
from . import Row
from .turns import take_turns

SIDES = {"ours": "portal", "peer": "base's portal"}
FORMS = {
    "ours": {"path": "/my/incidents/new", "target": "/my/incidents/new"},
    "peer": {"path": "/new/ticket", "target": "/submitted/ticket"},
}
# How many times the base's cost at most, by what is asked of a form.
MOST = {"GET": 1, "POST": 1.3}


def portal(databases, plan, bar):
    """Load list, search and page, in a small database and in a large one."""
    result, found = Result(), {}
    for tickets in (plan.sizes[0], plan.main):
        asks = {side: _prepare(databases.get(side, tickets)) for side in SIDES}
        for (side, name), readings in take_turns(plan, bar, asks).items():
            series = Series(f"{SIDES[side]}: {name}", readings, {"tickets": tickets})
            found[side, tickets, name] = series
    result.series = list(found.values())
    result.targets = [
        Target(
            f"portal list, SQL at {plan.main:,} tickets",
            ("<=", 10),
            found["ours", plan.main, "list"].median("backend"),
            "ms",
        ),
        *(
            Target(
                f"ticket {name}, times the base's",
                ("<=", 1),
                found["ours", plan.main, name].median()
                / found["peer", plan.main, name].median(),
                "×",
            )
            for name in ("page", "page with its conversation")
        ),
    ]
    if plan.sizes[0] != plan.main:
        few, many = (
            found["ours", tickets, "list"].median()
            for tickets in (plan.sizes[0], plan.main)
        )
        title = f"portal list, from {plan.sizes[0]:,} to {plan.main:,} tickets"
        result.targets.append(Target(title, ("<=", 1.1), many / few, "×"))
    return result


def _prepare(process):
    """Return what loads the pages of a user with a login, as often as it is told."""
    ticket_id = process.ask("pages.prepare")
    return lambda times: process.ask("pages.load", ticket_id=ticket_id, times=times)


def personal(databases, plan, bar):
    """Load the page of a personal link."""
    readings = databases.get("ours").ask("pages.load_personal", times=plan.repeats)
    bar.advance()
    return Result([Series("personal page", readings, {"tickets": plan.main})])


def form(databases, plan, bar):
    """Show and send the form."""
    for side in SIDES:
        databases.get(side).ask("pages.prepare")
    asks = {side: partial(_submit, databases.get(side), side) for side in SIDES}
    found = {
        (side, method): Series(f"{SIDES[side]}: form, {method}", readings)
        for (side, method), readings in take_turns(plan, bar, asks).items()
    }
    result = Result(list(found.values()))
    for method, most in MOST.items():
        times = found["ours", method].median() / found["peer", method].median()
        result.targets.append(
            Target(f"form, {method}: times the base's", ("<=", most), times, "×")
        )
    return result


def _submit(process, side, times):
    return process.ask("pages.submit", times=times, **FORMS[side])


ROWS = {
    "portal": Row(
        "Load the portal",
        portal,
        lambda plan: 2 * len(SIDES) * plan.pairs,
    ),
    "personal": Row("Load a personal page", personal, lambda plan: 1),
    "form": Row("Show and send the form", form, lambda plan: len(SIDES) * plan.pairs),
}
