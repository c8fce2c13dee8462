"""What reminders, announcements, freezes and closures cost, beside the peer."""

from ..figures import Result, Series, Target, ratio
from . import Row

# Mails of a pass of ours, per incident; the peer writes one.
PARTIES = 2


def find(databases, plan, bar):
    """Search for what is due, in databases of several sizes."""
    result = Result(plots={"find": {"ours": [], "peer": []}})
    for tickets in plan.sizes:
        for side in ("ours", "peer"):
            about = {"tickets": tickets, "due": 400 if side == "ours" else 0}
            series = Series(f"find due, {side}", about=about)
            idle = Series("a pass with nothing to do", about={"tickets": tickets})
            for _pair in range(plan.pairs):
                answer = databases.get(side, tickets).ask(f"{_SCENARIOS[side]}.find")
                series.readings.append(answer["due"])
                idle.readings += [answer["nothing"]] if "nothing" in answer else []
                bar.advance(f"{side}, {tickets:,} tickets")
            result.series += [series, idle] if idle.readings else [series]
            point = (tickets, series.median("wall"))
            result.plots["find"][side].append(point)
    most = max(plan.sizes)
    [ours] = [
        series
        for series in result.series
        if series.title == "find due, ours" and series.about["tickets"] == most
    ]
    result.targets.append(
        Target(f"search due, {most:,} tickets", ("<=", 1), ours.median(), "ms")
    )
    return result


_SCENARIOS = {"ours": "followup", "peer": "peer"}


def remind(databases, plan, bar):
    """Remind two parties in two languages, beside the peer's warning of one."""
    about = {"tickets": plan.main, "due": plan.due}
    ours = Series("remind two parties", about=about)
    limit = Series("raw COPY of the same rows", about=about)
    peer = Series("peer: warn one party", about={**about, "due": plan.peer_due})
    _warm_up(databases, plan)
    for _pair in range(plan.pairs):
        answer = databases.get("ours").ask("followup.remind", count=plan.due, limits=1)
        ours.readings.append(answer["pass"])
        limit.readings += answer["copies"]
        bar.advance("ours")
        answer = databases.get("peer").ask("peer.run", step="warn", count=plan.peer_due)
        peer.readings.append(answer["pass"])
        bar.advance("peer")
    times = ratio(ours, peer)
    targets = [
        Target("remind, cheaper per incident than the peer", (">=", 12), times, "×"),
        Target("remind, cheaper per mail", (">=", 24), times * PARTIES, "×"),
        Target("remind, queries", ("<=", 0.25), ours.median("queries")),
        Target("remind, times raw COPY", ("<=", 3), 1 / ratio(ours, limit), "×"),
    ]
    return Result([ours, limit, peer], targets)


def _warm_up(databases, plan):
    """Have both processes and PostgreSQL's plans see the work once."""
    databases.get("ours").ask("followup.remind", count=plan.due // 5)
    databases.get("peer").ask("peer.run", step="warn", count=plan.peer_due // 5)


def remind_with_full_queue(databases, plan, bar):
    """Remind with an empty and with a filled table of mails."""
    result = Result()
    for title, length in (("empty", 0), ("filled", 20 * plan.due)):
        series = Series(
            f"remind, table of mails {title}",
            about={"tickets": plan.main, "due": plan.due},
        )
        databases.get("ours").ask("followup.queue_length", count=length)
        for _time in range(2):
            answer = databases.get("ours").ask("followup.remind", count=plan.due)
            series.readings.append(answer["pass"])
            bar.advance(title)
        result.series.append(series)
    return result


def announce(databases, plan, bar):
    """Announce closure to two parties."""
    about = {"tickets": plan.main, "due": plan.due // 2}
    series = Series("announce closure", about=about)
    for _time in range(plan.pairs):
        answer = databases.get("ours").ask(
            "followup.remind", count=plan.due // 2, action="announce"
        )
        series.readings.append(answer["pass"])
        bar.advance()
    return Result([series])


def settle(databases, plan, bar):
    """Settle first reminders: the freeze by the rule; then second ones: none."""
    about = {"tickets": plan.main, "due": plan.due // 2}
    first = Series("settle a first reminder, freeze by rule", about=about)
    second = Series("settle another reminder, no freeze", about=about)
    for _time in range(plan.pairs):
        answer = databases.get("ours").ask("followup.settle", count=plan.due // 2)
        first.readings.append(answer["first"])
        second.readings.append(answer["second"])
        bar.advance()
    answer = databases.get("ours").ask(
        "followup.settle_by_update", count=plan.due // 10
    )
    update = Series(
        "settle a first reminder, freeze by an Update Record rule",
        [answer["first"]],
        {**about, "due": plan.due // 10},
    )
    more = first.median("cpu") - second.median("cpu")
    targets = [
        Target("freeze by rule, queries", ("<=", 6), first.median("queries")),
        Target("freeze by rule, more than no freeze", ("<=", 12), more, "ms"),
    ]
    return Result([first, update, second], targets)


def close(databases, plan, bar):
    """Close, with mail to two parties, beside the peer with its mail to one."""
    result = Result(plots={"close": {"ours": [], "peer, as installed": []}})
    for count in plan.peer_close:
        pairs = plan.pairs if count <= 1000 else 1
        # As many as a pass is asked for: what a batch reads is shared by its incidents.
        own_count = min(max(count, plan.due), plan.announced // (plan.pairs + 2))
        about = {"tickets": plan.main}
        ours = Series("close", about={**about, "due": own_count})
        peer = Series("peer: close, as installed", about={**about, "due": count})
        for _pair in range(pairs):
            answer = databases.get("ours").ask("followup.close", count=own_count)
            ours.readings.append(answer["pass"])
            bar.advance("ours")
            answer = databases.get("peer").ask("peer.run", step="close", count=count)
            peer.readings.append(answer["pass"])
            bar.advance("peer")
        bare = _close_bare(databases, count, about)
        result.series += [ours, peer, bare]
        result.plots["close"]["ours"].append((own_count, ours.median()))
        result.plots["close"]["peer, as installed"].append((count, peer.median()))
        result.targets.append(
            Target(f"close {own_count:,}, queries", ("<=", 0.3), ours.median("queries"))
        )
        times = ratio(ours, peer)
        if count >= 1000:
            text = f"close, cheaper than the peer at {count:,}"
            bound = 60 if count >= 5000 else 27
            result.targets.append(Target(text, (">=", bound), times, "×"))
        else:
            result.remarks.append(
                f"Closing costs {times:.1f} × less than the peer's at {count:,} due; "
                "the peer's grows with what is due, and the targets are set at 1,000 "
                "and 5,000 (the larger levels)."
            )
    return result


def _close_bare(databases, count, about):
    """Measure the peer once without the mail of its closing stage."""
    bare = Series("peer: close, no stage mail", about={**about, "due": count})
    answer = databases.get("peer").ask(
        "peer.run", step="close", count=min(count, 200), template=False
    )
    bare.readings.append(answer["pass"])
    return bare


def rollback(databases, plan, bar):
    """Roll a pass back: nothing must have reached the mail server."""
    databases.sink.ask("read")
    found = databases.get("ours").ask("followup.roll_back", count=100)
    heard = databases.sink.ask("read")
    bar.advance()
    target = Target(
        "SMTP connections of a pass that is rolled back",
        ("<=", 0),
        heard["sessions"] + heard["mails"] + found["mails"],
    )
    return Result(targets=[target])


ROWS = {
    "find": Row(
        "Find what is due", find, lambda plan: 2 * plan.pairs * len(plan.sizes)
    ),
    "remind": Row("Remind", remind, lambda plan: 2 * plan.pairs),
    "announce": Row("Announce closure", announce, lambda plan: plan.pairs),
    "close": Row("Close", close, lambda plan: 2 * plan.pairs * len(plan.peer_close)),
    "settle": Row("Settle and freeze", settle, lambda plan: plan.pairs),
    "full_queue": Row(
        "Remind, table of mails filled", remind_with_full_queue, lambda plan: 4
    ),
    "rollback": Row("Roll a pass back", rollback, lambda plan: 1),
}
