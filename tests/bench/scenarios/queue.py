"""What the mail queue costs, by which parties wait for their mail."""

from . import followup, peer

# What other rows have written is given up by nobody while something is measured.
SENT = """
    UPDATE incident_notice SET status = 'sent', sent_date = now() AT TIME ZONE 'UTC'
     WHERE status = 'queued'
"""


def fill(session, count):
    """Have reminders of some incidents wait in the queue, and nothing else.

    :param count: how many mails, two for each incident
    """
    session.execute(followup.FLUSH_QUEUE)
    session.execute(SENT)
    followup.make_due(session, count // 2)
    followup.run(session)


def fill_peer(session, count):
    """Have warnings of the peer wait in the queue, and nothing else.

    :param count: how many mails, one for each ticket
    """
    session.execute(followup.FLUSH_QUEUE)
    peer.run(session, "warn", count)


def send(session, count):
    """Measure the sending of what waits.

    :param count: how many mails there are
    """
    with session.measured(count) as reading, session.environment() as env:
        env["mail.mail"].process_email_queue()
    return reading.as_dict()


def count_left(session):
    """Return how many mails have not left."""
    return session.execute("SELECT count(*) FROM mail_mail WHERE state = 'outgoing'")[
        0
    ][0]


def settle(session):
    """Put the follow-ups out of the way whose mails were sent."""
    session.execute(
        "UPDATE incident_followup SET state = 'cancelled', event_id = NULL "
        "WHERE state = 'running' AND event_id IS NOT NULL"
    )
