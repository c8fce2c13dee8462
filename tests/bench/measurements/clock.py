"""What the clocks of contracts cost where many are open."""

from ..figures import Result, Series, Target
from . import Row

MANY = 100_000
STATED = 2000
REMINDED = 200
# What an act may cost more than without a contract.
MORE = 3


def clock(databases, plan, bar):
    """List, find and count anew few and many clocks; answer one, and state a month."""
    process, result = databases.get("ours"), Result()
    answers = process.ask("clock.answer", times=plan.repeats)
    settled = {"without": process.ask("followup.settle", count=REMINDED)["first"]}
    bar.advance("answers")
    for wanted in (plan.main // 5, MANY):
        count = process.ask("clock.begin", count=wanted)
        result.series += _measure_clocks(process, plan, count)
        bar.advance(f"{count:,} clocks")
    settled["with"] = process.ask("followup.settle", count=REMINDED)["first"]
    stated = process.ask("clock.state", count=min(STATED, count))
    bar.advance("statement")
    found = {
        "an answer": {key: answers[key] for key in settled},
        "a reminder that freezes": {key: [one] for key, one in settled.items()},
    }
    for act, sides in found.items():
        series = {
            side: Series(f"{act}, {side} contract", readings)
            for side, readings in sides.items()
        }
        more = series["with"].median("queries") - series["without"].median("queries")
        text = f"{act}, queries more with a contract"
        result.targets.append(Target(text, ("<=", MORE), more))
        result.series += series.values()
    result.series.append(Series("state a month", [stated], {"due": stated["count"]}))
    result.targets += _judge(result.series)
    return result


def _measure_clocks(process, plan, count):
    """Return what many clocks cost that go on: list of :class:`Series`."""
    about = {"tickets": count}
    shown = process.ask("clock.show", times=plan.repeats)
    found = process.ask("clock.find", times=plan.repeats)
    if not found["indexed"]:
        raise ValueError("thresholds are found by no index")
    series = [
        Series("clocks by next deadline", shown["search"], about),
        Series("clocks by next deadline, the whole list", shown["list"], about),
        Series("thresholds that are reached", [found["reading"]], about),
    ]
    for changed, title in ((False, "nothing changes"), (True, "all change")):
        reading = process.ask("clock.recount", count=count, changed=changed)
        series.append(Series(f"count all clocks anew, {title}", [reading], about))
    return series


def _judge(series):
    """Return what is required of the largest number of clocks."""
    last = {one.title: one for one in series}
    count = last["clocks by next deadline"].about["tickets"]
    anew = last["count all clocks anew, all change"]
    return [
        Target(
            f"list by next deadline, {count:,} open",
            ("<=", 50),
            last["clocks by next deadline"].median(),
            "ms",
        ),
        Target(
            f"count {MANY:,} clocks anew",
            ("<=", 60),
            anew.median() * MANY / 1000,
            "s",
        ),
        Target("count clocks anew, memory", ("<=", 50), anew.memory, "MB"),
    ]


ROWS = {"clock": Row("Clocks of contracts", clock, lambda plan: 4)}
