"""What the mail queue costs, with one worker and with several."""

import time

from ..figures import Result, Series
from . import Row

WORKERS = (1, 2)


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
    gain = rates[WORKERS[-1]] / rates[1]
    result.remarks.append(
        f"Two processes send {gain:.2f} × as many mails per second as one."
    )
    return result


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


ROWS = {"queue": Row("Send mail", send, lambda plan: len(WORKERS) + 1)}
