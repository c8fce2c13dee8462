"""What a second worker gives."""

import time

from ..figures import Result, Target
from . import Row


def pair(databases, plan, bar):
    """Have one worker, then two, remind as many."""
    first, second = databases.get("ours"), databases.join("ours")
    second.ask("followup.remind", count=20)
    rates = {1: [], 2: []}
    for _pair in range(plan.pairs):
        for workers in ((first,), (first, second)):
            rates[len(workers)].append(_work(workers, plan.workers_due))
            bar.advance(f"{len(workers)} at work")
    gains = sorted(two / one for one, two in zip(rates[1], rates[2], strict=True))
    gain = gains[len(gains) // 2]
    target = Target("two workers, throughput of one", (">=", 1.8), gain, "×")
    remark = "No step was taken twice by two workers: each incident has two mails."
    return Result(targets=[target], remarks=[remark])


def _work(workers, count):
    """Return how many incidents per second some workers remind together.

    :param workers: the processes
    :param count: how many incidents are due
    """
    tickets = workers[0].ask("followup.make_due", count=count)
    started = time.perf_counter()
    for worker in workers:
        worker.send("followup.run")
    for worker in workers:
        worker.receive()
    elapsed = time.perf_counter() - started
    workers[0].ask("followup.ensure_reminded_once", tickets=tickets)
    return count / elapsed


ROWS = {"workers": Row("Two workers at once", pair, lambda plan: 2 * plan.pairs)}
