"""Every mail leaves, whatever the mail server does, and is the same mail each time."""

from collections import Counter

import pytest

from .system.hostile import (
    ACCEPTED,
    DATA,
    DROP,
    GREETING,
    INSIDE,
    MAIL,
    RCPT,
    STALL,
    HostileSmtp,
)

INCIDENTS = 6
# Each has two parties.
MAILS = 2 * INCIDENTS
# How many the queue takes at once: a thousand if nobody says so.
TAKE = """
    INSERT INTO ir_config_parameter (key, value)
    VALUES ('mail.mail.queue.batch.size', %s)
"""

FAULTS = {
    "greets with 421": (GREETING, "421 Too busy"),
    "defers the sender": (MAIL, "451 Try again later"),
    "defers the recipient": (RCPT, "451 Greylisted"),
    "defers the mail": (DATA, "451 Try again later"),
    "defers what it has read": (ACCEPTED, "451 Try again later"),
    "refuses the recipient": (RCPT, "550 No such mailbox"),
    "refuses what it has read": (ACCEPTED, "550 Looks like spam"),
    "closes the session": (RCPT, "421 Closing"),
    "drops inside the mail": (INSIDE, DROP),
    "drops before it confirms": (ACCEPTED, DROP),
    "is silent at first": (GREETING, STALL),
    "is silent inside the mail": (INSIDE, STALL),
    "is silent at the end": (ACCEPTED, STALL),
}


@pytest.fixture
def smtp():
    """Give a mail server that a test can have misbehave."""
    server = HostileSmtp().start()
    yield server
    server.stop()


def always(moment, action):
    """Return a script that does one thing at one moment."""
    return lambda now, recipient: action if now == moment else None


@pytest.mark.parametrize("fault", FAULTS)
def test_a_mail_server_that_fails_for_a_while_gets_every_mail(
    fault, workers, ledger, smtp
):
    moment, action = FAULTS[fault]
    silent = action == STALL
    # Each mail waits for an answer that does not come.
    written = workers.run(("inform", {"count": 2 if silent else INCIDENTS}))
    # The server has the mail then, and nobody knows.
    silently_taken = moment == ACCEPTED and action in (DROP, STALL)
    smtp.script = always(moment, action)
    with workers.working("work_impatiently" if silent else "work"):
        ledger.run_minutes(3)
        assert bool(smtp.mails) == silently_taken
        assert not delivered_notices(ledger)
    smtp.script = lambda moment, recipient: None
    # Who gives up so soon would hang up on a machine that is slow.
    with workers.working():
        ledger.run_until_quiet()
    assert_everything_delivered(ledger, smtp, written)
    if not silently_taken:
        assert_nothing_repeated(smtp)


def test_a_silent_server_before_a_full_queue_holds_up_nobody_else(
    workers, ledger, smtp
):
    """Answers are heard meanwhile, and all is delivered, each mail once."""
    ticket_ids, answers = workers.run(("await_answers", {"count": 5}))
    workers.run(("prepare", {"waiting": 5}))
    with workers.working():
        ledger.run_until_quiet()
    workers.run(("inform", {"count": 60}))
    smtp.script = always(GREETING, STALL)
    known = len(smtp.mails)
    ledger.let_pass(hours=24, minutes=1)
    with workers.working("work_impatiently"):
        workers.run(("deliver", {"mails": answers}))
        ledger.run_minutes(3)
        heard = {row["id"] for row in ledger.incidents().values() if row["heard"]}
        assert heard == set(ticket_ids)
        assert len(smtp.mails) == known
    smtp.script = lambda moment, recipient: None
    with workers.working():
        ledger.run_until_quiet(minutes=70)
    steps = Counter(tuple(row) for row in ledger.steps().values())
    reminded = (("start", "sent"), ("remind", "sent"))
    assert steps[reminded] >= 5
    statuses = {notice["status"] for notice in ledger.notices()}
    assert statuses <= {"sent", "cancelled"}
    assert len(smtp.mails) - known >= 2 * 60 + 2 * 5
    assert_nothing_repeated(smtp)


def test_one_recipient_who_breaks_each_session_does_not_hold_up_the_others(
    workers, ledger, smtp
):
    written = workers.run(("inform", {"count": INCIDENTS}))

    def script(moment, recipient):
        if moment == INSIDE and recipient == "customer-0@example.com":
            return DROP
        return None

    smtp.script = script
    with workers.working():
        ledger.run_minutes(3)
        assert len(delivered_notices(ledger)) == MAILS - 1
        smtp.script = lambda moment, recipient: None
        ledger.run_until_quiet()
    assert_everything_delivered(ledger, smtp, written)
    assert_nothing_repeated(smtp)


def test_after_an_hour_without_a_mail_server_everything_is_delivered(
    workers, ledger, smtp
):
    written = workers.run(("inform", {"count": 20}))
    smtp.stop()
    with workers.working():
        ledger.run_minutes(62)
        assert not delivered_notices(ledger)
        smtp.start()
        ledger.run_until_quiet(minutes=70)
    assert_everything_delivered(ledger, smtp, written)
    assert_nothing_repeated(smtp)
    assert {notice["status"] for notice in ledger.notices()} == {"sent"}


def test_kill_9_while_sending_repeats_at_most_the_mail_in_flight(workers, ledger, smtp):
    written = workers.run(("inform", {"count": INCIDENTS}))
    seen = []

    def script(moment, recipient):
        if moment == ACCEPTED:
            seen.append(recipient)
            if len(seen) == 5:
                # It has the mail, and says so to nobody.
                workers.alive[-1].strike()
                return DROP
        return None

    smtp.script = script
    workers.fork("work")
    smtp.wait_for(5)
    workers.kill_all()
    with workers.working():
        for _interval in range(2):
            ledger.let_interval_pass()
            ledger.wait_idle()
        ledger.run_until_quiet()
    assert_everything_delivered(ledger, smtp, written)
    times = Counter(get_id(mail) for mail in smtp.mails)
    assert sorted(times.values()) == [1] * (len(written) - 1) + [2]
    assert times[get_id(smtp.mails[4])] == 2


def test_two_runs_of_the_queue_at_once_deliver_each_mail_once(workers, ledger, smtp):
    written = workers.run(("inform", {"count": 30}))
    workers.run("empty_queue", "empty_queue", "empty_queue")
    assert_everything_delivered(ledger, smtp, written)
    assert_nothing_repeated(smtp)
    assert workers.errors() == []


def test_retries_that_meet_the_queue_repeat_nothing(workers, ledger, smtp):
    """Queued for hours, the mails are looked at again while they are being sent."""
    written = workers.run(("inform", {"count": 30}))
    ledger.let_pass(hours=3)
    workers.run("empty_queue", "look_again", "empty_queue")
    # What was being looked at is left to the next run, which that has woken.
    with workers.working():
        ledger.run_until_quiet(minutes=3)
    assert_everything_delivered(ledger, smtp, written)
    assert_nothing_repeated(smtp)
    assert workers.errors() == []


def test_more_than_the_queue_takes_at_once_does_not_wait_for_its_next_hour(
    workers, ledger, smtp
):
    written = workers.run(("inform", {"count": INCIDENTS}))
    ledger.query(TAKE, MAILS // 4)
    with workers.working():
        ledger.wait_idle()
    assert_everything_delivered(ledger, smtp, written)
    assert_nothing_repeated(smtp)


def get_id(mail):
    """Return the Message-ID of a mail that arrived."""
    return mail.message["Message-ID"]


def delivered_notices(ledger):
    """Return the notices that say that their mail was accepted."""
    return [notice for notice in ledger.notices() if notice["status"] == "sent"]


def assert_everything_delivered(ledger, smtp, written):
    """Assert that each mail that was written arrived where it was meant to, as it was.

    :param written: the Message-IDs of the mails
    """
    notices = {notice["message_id"]: notice for notice in ledger.notices()}
    assert len(written) == len(set(written)) == len(notices)
    assert {get_id(mail) for mail in smtp.mails} == set(written)
    for mail in smtp.mails:
        assert mail.recipients == [notices[get_id(mail)]["email"]]
    assert {notice["status"] for notice in notices.values()} == {"sent"}


def assert_nothing_repeated(smtp):
    """Assert that no mail arrived twice."""
    times = Counter(get_id(mail) for mail in smtp.mails)
    assert set(times.values()) == {1}
