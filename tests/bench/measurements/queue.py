"""What the mail queue costs, with one worker and with several."""

import time

from ..figures import Result, Series, Target, ratio
from . import Row

WORKERS = (1, 2)
# How long a mail server may take for a mail, and how many mails are sent to such a one.
SLOW = 0.03
SLOWLY_SENT = 400


def send(databases, plan, bar):
    """Send to a local SMTP server, by one process and by two at once."""
    mails = min(400, 2 * plan.due)
    processes = [databases.get("ours")]
    processes += [databases.join("ours") for _worker in range(max(WORKERS) - 1)]
    result, rates = Result(), {}
    for workers in WORKERS:
        series = Series(f"mail queue, {workers} at work", about={"due": mails})
        readings, elapsed, arrived = _send(databases, processes[:workers], mails)
        if arrived != mails:
            result.remarks.append(f"{arrived} mails arrived instead of {mails}.")
        cpu = sum(reading["cpu"] for reading in readings)
        series.readings.append({**readings[0], "cpu": cpu, "wall": elapsed})
        result.series.append(series)
        rates[workers] = mails / elapsed
        bar.advance(f"{workers} at work")
    result.series.append(_send_for_peer(databases, plan.peer_due))
    bar.advance("core")
    alone, core = result.series[0], result.series[-1]
    result.targets += [
        Target("send, times core's mails", ("<=", 0.55), ratio(core, alone), "×"),
        Target("send, queries", ("<=", 6), alone.median("queries")),
    ]
    gain = rates[WORKERS[-1]] / rates[1]
    result.remarks.append(
        f"Two processes send {gain:.2f} × as many mails per second as one."
    )
    return result


def send_slowly(databases, plan, bar):
    """Send to a mail server that takes its time, by one process or two, by turns."""
    processes = [databases.get("ours"), databases.join("ours")]
    series = [
        Series(f"slow mail server, {workers} at work", about={"due": SLOWLY_SENT})
        for workers in WORKERS
    ]
    # What a process does for the first time is none of it.
    _send(databases, processes, SLOWLY_SENT)
    databases.sink.ask("take", seconds=SLOW)
    try:
        for _pair in range(plan.pairs):
            for workers, found in zip(WORKERS, series, strict=True):
                found.readings.append(_send_all(databases, processes[:workers]))
                bar.advance(f"{workers} at work")
    finally:
        databases.sink.ask("take", seconds=0)
    one, two = series
    targets = [
        Target(
            "two at a slow mail server, throughput of one",
            (">=", 1.8),
            ratio(two, one, "wall"),
            "×",
        ),
        Target("CPU per mail, times one's", ("<=", 1.05), ratio(one, two), "×"),
    ]
    return Result(series, targets)


def _send_all(databases, processes):
    """Return one reading of all processes that send together."""
    readings, elapsed, arrived = _send(databases, processes, SLOWLY_SENT)
    if arrived != SLOWLY_SENT:
        raise AssertionError(f"{arrived} mails arrived instead of {SLOWLY_SENT}")
    cpu = sum(reading["cpu"] for reading in readings)
    return {**readings[0], "cpu": cpu, "wall": elapsed}


def _send_for_peer(databases, mails):
    """Send mails that are nobody's notices: what core alone costs."""
    process = databases.get("peer")
    process.ask("queue.fill_peer", count=mails)
    reading = process.ask("queue.send", count=mails)
    return Series("mail queue, core's mails", [reading], {"due": mails})


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
    "queue": Row("Send mail", send, lambda plan: len(WORKERS) + 1),
    "slow_queue": Row(
        "Send mail to a slow server", send_slowly, lambda plan: 2 * plan.pairs
    ),
}
