"""Thousands of mails at once: all are taken in, in bounded memory."""

from pathlib import Path

import pytest

from .system.post import write_mail
from .system.server import wake_crons
from .test_inbound_server import FETCH, count_states, serving, wait_until

TAKEN = "SELECT count(*) FROM incident_inbound WHERE state != 'received'"
TEXT = "Nothing works since this morning, line after line.\n" * 400
# What a server may have grown by between the first mails and the last.
GROWTH = 48 * 1024**2


@pytest.mark.slow
@pytest.mark.parametrize("count", [500, 5000])
def test_many_mails_at_once(count, workers, ledger, mailbox, smtp):
    check_mails(workers, ledger, mailbox, smtp, count)


def check_mails(workers, ledger, mailbox, smtp, count):
    """Have as many mails wait in the mailbox when the server looks into it."""
    workers.run(("await_answers", {"count": 1}))
    mailbox.deliver(
        *(
            write_mail(
                f"stranger-{number}@domain-{number}.example.net",
                f"No calls {number}",
                f"<{number}@many.example.net>",
                TEXT,
            )
            for number in range(count)
        )
    )
    with serving(workers, smtp, crons=True) as server:
        ledger.query(FETCH, mailbox.ports["imap"])
        wake_crons(workers.database)
        first = count // 5
        wait_until(lambda: take(ledger, workers) >= first, timeout=600)
        before = measure(server)
        wait_until(lambda: take(ledger, workers) == count, timeout=1800)
        after = measure(server)
        wait_until(lambda: not mailbox.count())
    print(f"{count} mails: {before >> 20} MB, then {after >> 20} MB")
    assert count_states(ledger) == {("done", None): count}
    assert after - before < GROWTH


def take(ledger, workers):
    """Return how many are taken in; Odoo goes on by itself, or is woken again."""
    ledger.let_interval_pass()
    wake_crons(workers.database)
    return ledger.query(TAKEN)[0]["count"]


def measure(server):
    """Return how much memory the server has used at most, in bytes."""
    [process] = server.processes
    status = Path(f"/proc/{process.pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024
