"""What answers by mail cost, beside core's own handling of a ticket's answer."""

from functools import partial

from ..figures import Result, Series, Target
from . import Row
from .turns import take_turns

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
        asks = {
            case: partial(_answer, databases.get(side), kind, plain)
            for case, (side, plain, _title) in CASES.items()
        }
        about = {"tickets": plan.main}
        found = {
            case: Series(f"{CASES[case][-1]}, {kind}", readings, about)
            for (case, _name), readings in take_turns(plan, bar, asks).items()
        }
        result.series += found.values()
        for case, most in MOST.items():
            result.targets += _get_targets(
                f"{case}, {kind}", found[case], found["core"], most
            )
    return result


def _answer(process, kind, plain, times):
    readings = process.ask("inbound.answer", kind=kind, times=times, plain=plain)
    return {kind: readings}


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
    asks = {
        case: partial(_take_in, databases.get(side), options)
        for case, (side, options, _title) in NEW_MAILS.items()
    }
    found = {
        case: Series(NEW_MAILS[case][-1], readings, {"tickets": plan.main})
        for (case, _name), readings in take_turns(plan, bar, asks).items()
    }
    ours, core = found["ours"], found["core"]
    targets = [
        Target("new mail: queries", ("<=", 50), ours.median("queries")),
        Target("new mail: times core", ("<=", 1.1), ours.median() / core.median(), "×"),
    ]
    return Result(list(found.values()), targets)


def _take_in(process, options, times):
    return {"mail": process.ask("inbound.intake", times=times, **options)}


ROWS = {
    "inbound": Row(
        "Take answers in",
        answers,
        lambda plan: len(CASES) * len(KINDS) * plan.pairs,
    ),
    "intake": Row(
        "Take new mail in", intakes, lambda plan: len(NEW_MAILS) * plan.pairs
    ),
}
