"""What the mail queue costs, with one worker and with several."""

import time
from functools import partial

from ..figures import Result, Series, Target, ratio
from . import Row

WORKERS = (1, 2)
# How many mails are sent at a time: several batches for each of two processes.
SENT = 200
# How long a mail server may take for a mail, and how many are sent to such a one.
SLOW = 0.03
SLOWLY_SENT = 400


def send(databases, plan, bar):
    """Send to a local SMTP server, by one process and by two, and core's, by turns."""
    core = Series("mail queue, core's mails", about={"due": plan.peer_due})
    turns = [
        *_get_turns(databases, "mail queue", SENT),
        (core, lambda: _send_for_peer(databases, plan.peer_due)),
    ]
    _warm_up(turns)
    alone, two, core = _take_turns(turns, plan.pairs, bar)
    targets = [
        Target("send, times core's mails", ("<=", 0.55), ratio(core, alone), "×"),
        Target("send, queries", ("<=", 6), alone.median("queries")),
    ]
    gain = ratio(two, alone, "wall")
    remark = f"Two processes send {gain:.2f} × as many mails per second as one."
    return Result([alone, two, core], targets, [remark])


def send_slowly(databases, plan, bar):
    """Send to a mail server that takes its time, by one process or two, by turns."""
    turns = _get_turns(databases, "slow mail server", SLOWLY_SENT)
    _warm_up(turns)
    databases.sink.ask("take", seconds=SLOW)
    try:
        one, two = _take_turns(turns, plan.pairs, bar)
    finally:
        databases.sink.ask("take", seconds=0)
    targets = [
        Target(
            "two at a slow mail server, throughput of one",
            (">=", 1.8),
            ratio(two, one, "wall"),
            "×",
        ),
        Target("CPU per mail, times one's", ("<=", 1.05), ratio(one, two), "×"),
    ]
    return Result([one, two], targets)


def _get_turns(databases, title, mails):
    """Return what is sent by one process and by several, as (series, what to do)."""
    processes = [databases.get("ours")]
    processes += [databases.join("ours") for _worker in range(max(WORKERS) - 1)]
    return [
        (
            Series(f"{title}, {workers} at work", about={"due": mails}),
            partial(_send_all, databases, processes[:workers], mails),
        )
        for workers in WORKERS
    ]


def _warm_up(turns):
    """Do everything once: what a process does for the first time is none of it."""
    for _series, work in turns:
        work()


def _take_turns(turns, times, bar):
    """Return the series of works that were measured in turn."""
    for _pair in range(times):
        for series, work in turns:
            series.readings.append(work())
            bar.advance(series.title)
    return [series for series, _work in turns]


def _send_all(databases, processes, mails):
    """Return one reading of all processes that send together."""
    readings, elapsed, arrived = _send(databases, processes, mails)
    if arrived != mails:
        raise AssertionError(f"{arrived} mails arrived instead of {mails}")
    both = {
        name: sum(reading[name] for reading in readings)
        for name in ("cpu", "backend", "queries")
    }
    return {**readings[0], **both, "wall": elapsed}


def _send_for_peer(databases, mails):
    """Return a reading of mails that are nobody's notices: what core alone costs."""
    process = databases.get("peer")
    process.ask("queue.fill_peer", count=mails)
    return process.ask("queue.send", count=mails)


def _send(databases, processes, mails):
    """Return readings, elapsed seconds and how many mails have arrived."""
    processes[0].ask("queue.fill", count=mails)
    databases.sink.ask("read")
    started = time.perf_counter()
    for process in processes:
        process.send("queue.send", count=mails)
    readings = [process.receive() for process in processes]
    elapsed = time.perf_counter() - started
    processes[0].ask("queue.settle")
    return readings, elapsed, databases.sink.ask("read")["mails"]


ROWS = {
    "queue": Row("Send mail", send, lambda plan: (len(WORKERS) + 1) * plan.pairs),
    "slow_queue": Row(
        "Send mail to a slow server",
        send_slowly,
        lambda plan: len(WORKERS) * plan.pairs,
    ),
}
