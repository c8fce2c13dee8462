"""What an outage has hit is closed together, also when processes are killed."""

from collections import Counter, defaultdict

from .system.killer import Killer

KILLS = 28
INTEGRATORS, CUSTOMERS, EACH = 3, 12, 2
# The request, the reminder, the announcement, the closure.
DAYS = 4

CLOSURE = [
    ("start", "sent"),
    ("remind", "sent"),
    ("announce", "sent"),
    ("close", "done"),
]

OUTAGES = "SELECT state FROM incident_outage"


def test_kill_9_repeats_no_step_and_splits_no_mail(workers, ledger, smtp):
    numbers = workers.run(
        (
            "resolve_outage",
            {"integrators": INTEGRATORS, "customers": CUSTOMERS, "each": EACH},
        ),
    )
    assert len(numbers) == INTEGRATORS * CUSTOMERS * EACH
    killer = Killer(workers, smtp, batch=6, steps=180, mails=3)
    for day in range(DAYS):
        while killer.kills < KILLS * (day + 1) // DAYS and ledger.pending():
            # Odoo skips an action once that was interrupted three times in a row.
            ledger.let_interval_pass()
            killer.strike()
            ledger.let_pass(minutes=1)
        with workers.working(("work", {"batch": 40})):
            for _interval in range(2):
                ledger.let_interval_pass()
                ledger.wait_idle()
            # What is due first waits for what is due within the hour.
            ledger.run_until_quiet(minutes=70)
        ledger.let_pass(hours=24, minutes=1)
    assert killer.kills == KILLS

    assert ledger.steps() == {number: CLOSURE for number in numbers}
    found = {
        (row["phase"], row["close_reason"], row["reminder_count"])
        for row in ledger.incidents().values()
    }
    assert found == {("closed", "not_confirmed", 1)}
    assert {row["state"] for row in ledger.query(OUTAGES)} == {"completed"}
    assert_one_mail_each(ledger, smtp, killer)


def assert_one_mail_each(ledger, smtp, killer):
    """Assert that each party got each step once, about all of its incidents."""
    notices = ledger.notices()
    assert {notice["status"] for notice in notices} == {"sent"}
    assert len(notices) == 2 * DAYS * INTEGRATORS * CUSTOMERS * EACH
    mails, members = defaultdict(set), Counter()
    for notice in notices:
        step = notice["email"], notice["action"]
        mails[step].add(notice["message_id"])
        members[step] += 1
    parties = INTEGRATORS + INTEGRATORS * CUSTOMERS
    assert len(mails) == parties * DAYS
    assert {len(ids) for ids in mails.values()} == {1}, "one mail per party and step"
    assert set(members.values()) == {EACH, CUSTOMERS * EACH}
    # What was accepted but not yet noted is sent again, as it was.
    arrived = Counter(mail.message["Message-ID"] for mail in smtp.mails)
    assert set(arrived) == {next(iter(ids)) for ids in mails.values()}
    repeated = sum(arrived.values()) - len(arrived)
    assert killer.kills_at_acceptance <= repeated <= killer.kills
