"""Morning mails survive what servers do: each update is told once, in one mail."""

from collections import Counter, defaultdict

from .system.killer import Killer

KILLS = 25
INCIDENTS = 40
UPDATES = 3
INTEGRATOR = "integrator@example.net"

NOTICES = """
    SELECT n.status, n.email, n.digest_id IS NOT NULL AS told,
           n.mailed_digest_id IS NOT NULL AS tells
      FROM incident_notice n ORDER BY n.id
"""
DIGESTS = """
    SELECT d.id, count(m.id) AS mails, bool_and(m.status = 'sent') AS sent
      FROM incident_digest d LEFT JOIN incident_notice m ON m.mailed_digest_id = d.id
     GROUP BY d.id
"""


def test_kill_9_at_random_moments_loses_no_update_and_tells_none_twice(
    workers, ledger, smtp
):
    numbers = workers.run(("bundle", {"count": INCIDENTS, "updates": UPDATES}))
    bundled = 2 * INCIDENTS * UPDATES
    assert count_status(ledger) == {"bundled": bundled}
    # The next morning of everybody, wherever its clocks are.
    ledger.let_pass(hours=48)
    killer = Killer(workers, smtp, batch=2, steps=80, mails=2)
    while killer.kills < KILLS and ledger.pending():
        # Odoo forgets the wake-ups of an action that was interrupted too often.
        ledger.let_interval_pass()
        killer.strike()
        ledger.let_pass(minutes=1)
    with workers.working():
        for _interval in range(2):
            ledger.let_interval_pass()
            ledger.wait_idle()
        ledger.run_until_quiet()
    assert killer.kills == KILLS

    readers = len(numbers) + 1
    assert count_status(ledger) == {"digested": bundled, "sent": readers}
    assert all(row["told"] != row["tells"] for row in ledger.query(NOTICES))
    digests = ledger.query(DIGESTS)
    assert len(digests) == readers
    assert {(row["mails"], row["sent"]) for row in digests} == {(1, True)}
    assert_told_once(smtp, killer, numbers)


def count_status(ledger):
    """Return what became of the mails to the parties: dict of status: how many."""
    return Counter(row["status"] for row in ledger.query(NOTICES))


def assert_told_once(smtp, killer, numbers):
    """Assert by the mails alone that each reader has one, with all its updates."""
    found = defaultdict(dict)
    for mail in smtp.mails:
        [address] = mail.recipients
        found[address].setdefault(mail.message["Message-ID"], []).append(mail.message)
    expected = {address: {number} for address, number in numbers.items()}
    expected[INTEGRATOR] = set(numbers.values())
    assert found.keys() == expected.keys()
    repeated = 0
    for address, mails in found.items():
        # Whatever was sent again, because nobody noted it, was the same mail.
        assert len(mails) == 1, address
        [[message, *copies]] = mails.values()
        repeated += len(copies)
        text = message.get_body(("plain",)).get_content()
        news = Counter(
            (number, update)
            for number in numbers.values()
            for update in range(UPDATES)
            for _place in range(text.count(f"News {update} of {number}."))
        )
        assert news == {
            (number, update): 1
            for number in expected[address]
            for update in range(UPDATES)
        }
    assert killer.kills_at_acceptance <= repeated <= killer.kills
