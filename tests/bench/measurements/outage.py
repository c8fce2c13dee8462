"""What an outage costs that hits many."""

from ..figures import Result, Series, Target
from . import Row

MEMBERS = 2500


def outage(databases, plan, bar):
    """Attach many incidents, tell everybody, and end it."""
    process = databases.get("ours")
    members = min(MEMBERS, plan.waiting // 4)
    about = {"tickets": plan.main, "due": members}
    attached = process.ask("outage.attach", count=members)
    bar.advance("attach")
    told = process.ask("outage.publish")
    bar.advance("publish")
    ended = process.ask("outage.end", count=members)
    bar.advance("end")
    publish = Series(
        "outage: publish", [told["reading"]], {**about, "due": told["mails"]}
    )
    attach = Series("outage: attach and hold", [attached], about)
    result = Result([attach, publish, Series("outage: end", [ended], about)])
    seconds = attach.median() * MEMBERS / 1000
    result.targets += [
        Target(f"attach and hold {MEMBERS:,}", ("<=", 10), seconds, "s"),
        Target(
            "publish to 5,000 (CPU)", ("<=", 60), publish.median() * 5000 / 1000, "s"
        ),
        Target("queries per mail published", ("<=", 0.3), publish.median("queries")),
    ]
    return result


ROWS = {"outage": Row("An outage", outage, lambda plan: 3)}
