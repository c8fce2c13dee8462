"""No mail takes longer than a few seconds, however it is made (G6)."""

import pytest

from .system import pace
from .system.post import ADDRESS
from .system.slow_mails import KINDS

MAX_SECONDS = 5

STATES = "SELECT key, state, reason FROM incident_inbound"


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_no_mail_takes_long_as_new_mail(kind, workers, ledger, tmp_path):
    workers.run(("await_answers", {"count": 1}))
    head = f"From: stranger@example.net\r\nTo: {ADDRESS}\r\nSubject: No calls\r\n"
    check_slow_mails(workers, ledger, tmp_path, kind, head)


@pytest.mark.parametrize("kind", KINDS)
def test_no_mail_takes_long_as_answer(kind, workers, ledger, tmp_path):
    _ids, [answer] = workers.run(("await_answers", {"count": 1}))
    kept = ("From:", "To:", "Subject:", "In-Reply-To:")
    lines = [line for line in answer.splitlines() if line.startswith(kept)]
    check_slow_mails(workers, ledger, tmp_path, kind, "\r\n".join(lines) + "\r\n")


def check_slow_mails(workers, ledger, folder, kind, head):
    """Take all of a kind in, measure each, and find each in the ledger.

    :param kind: a key of `KINDS`
    :param head: first headers of each mail
    """
    names = {}
    for number, (name, body) in enumerate(KINDS[kind]().items()):
        path = folder / f"{number}.eml"
        key = f"Message-ID: <{number}@slow.example.com>\r\n"
        path.write_bytes(head.encode() + key.encode() + b"MIME-Version: 1.0\r\n" + body)
        names[str(path)] = name
    seconds = workers.run(("measure", {"mails": list(names)}))
    states = {row["key"]: row for row in ledger.query(STATES)}
    slow = {}
    for number, (name, spent) in enumerate(zip(names.values(), seconds, strict=True)):
        row = states[f"<{number}@slow.example.com>"]
        print(f"{spent:6.2f} s  {row['state']:11} {row['reason'] or '':8} {name}")
        assert row["state"] in ("done", "aside", "quarantined"), name
        if spent >= pace.allow(MAX_SECONDS):
            slow[name] = spent
    assert not slow
