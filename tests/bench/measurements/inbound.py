"""What answers by mail cost, beside core's own handling of a ticket's answer."""

from ..figures import Result, Series, Target
from . import Row

KINDS = ("text", "html", "attachment")


# What is asked, of which side, on a plain ticket or an incident.
CASES = {
    "core": ("peer", True, "core: answer on a ticket"),
    "plain": ("ours", True, "answer on a plain ticket"),
    "incident": ("ours", False, "answer on an incident, counted and forwarded"),
}
# How many times core's cost at most.
MOST = {"plain": 1.02, "incident": 1.2}


def answers(databases, plan, bar):
    """Take answers in: on tickets, where core only posts them, and on incidents."""
    result = Result()
    for kind in KINDS:
        found = {}
        for case, (side, plain, title) in CASES.items():
            readings = databases.get(side).ask(
                "inbound.answer", kind=kind, times=plan.repeats, plain=plain
            )
            about = {"tickets": plan.main}
            found[case] = Series(f"{title}, {kind}", readings, about)
            bar.advance(f"{case}, {kind}")
        result.series += found.values()
        for case, most in MOST.items():
            result.targets += _get_targets(
                f"{case}, {kind}", found[case], found["core"], most
            )
    return result


def _get_targets(title, series, core, most):
    more = series.median("queries") - core.median("queries")
    times = series.median() / core.median()
    return [
        Target(f"answer, {title}: queries more than core", ("<=", 6), more),
        Target(f"answer, {title}: times core", ("<=", most), times, "×"),
    ]


NEW_MAILS = {
    "core": ("peer", {"plain": True}, "core: new mail becomes a ticket"),
    "ours": ("ours", {}, "new mail is answered with a form link"),
    "asked": (
        "ours",
        {"asked": True},
        "new mail of a customer for whom incidents wait: answered, and to be judged",
    ),
}


def intakes(databases, plan, bar):
    """Take mails in that begin something: core's become tickets, ours are answered."""
    found = {}
    for case, (side, options, title) in NEW_MAILS.items():
        readings = databases.get(side).ask(
            "inbound.intake", times=plan.repeats, **options
        )
        found[case] = Series(title, readings, {"tickets": plan.main})
        bar.advance(case)
    ours, core = found["ours"], found["core"]
    targets = [
        Target("new mail: queries", ("<=", 50), ours.median("queries")),
        Target("new mail: times core", ("<=", 1.1), ours.median() / core.median(), "×"),
    ]
    return Result(list(found.values()), targets)


ROWS = {
    "inbound": Row("Take answers in", answers, lambda plan: len(CASES) * len(KINDS)),
    "intake": Row("Take new mail in", intakes, lambda plan: len(NEW_MAILS)),
}
