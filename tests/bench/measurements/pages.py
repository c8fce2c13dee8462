"""What parties wait for in their browsers, beside the base's own pages."""

from ..figures import Result, Series, Target
from . import Row

SIDES = (("ours", "portal"), ("peer", "base's portal"))
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
        for side, title in SIDES:
            process = databases.get(side, tickets)
            ticket_id = process.ask("pages.prepare")
            pages = process.ask("pages.load", ticket_id=ticket_id, times=plan.repeats)
            bar.advance(f"{side}, {tickets:,} tickets")
            for name, readings in pages.items():
                series = Series(f"{title}: {name}", readings, {"tickets": tickets})
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


def personal(databases, plan, bar):
    """Load the page of a personal link."""
    readings = databases.get("ours").ask("pages.load_personal", times=plan.repeats)
    bar.advance()
    return Result([Series("personal page", readings, {"tickets": plan.main})])


def form(databases, plan, bar):
    """Show and send the form."""
    result, found = Result(), {}
    for side, title in SIDES:
        process = databases.get(side)
        process.ask("pages.prepare")
        methods = process.ask("pages.submit", times=plan.repeats, **FORMS[side])
        bar.advance(side)
        for method, readings in methods.items():
            series = Series(f"{title}: form, {method}", readings)
            found[side, method] = series
    result.series = list(found.values())
    for method, most in MOST.items():
        times = found["ours", method].median() / found["peer", method].median()
        result.targets.append(
            Target(f"form, {method}: times the base's", ("<=", most), times, "×")
        )
    return result


ROWS = {
    "portal": Row("Load the portal", portal, lambda plan: 4),
    "personal": Row("Load a personal page", personal, lambda plan: 1),
    "form": Row("Show and send the form", form, lambda plan: 2),
}
