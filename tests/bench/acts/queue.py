"""What the mail queue costs, by which parties wait for their mail."""

from . import followup, peer


def fill(place, count):
    """Have reminders of some incidents wait in the queue, and nothing else.

    :param count: how many mails, two for each incident
    """
    place.execute(followup.FLUSH_QUEUE)
    followup.make_due(place, count // 2)
    followup.run(place)


def fill_peer(place, count):
    """Have warnings of the peer wait in the queue, and nothing else.

    :param count: how many mails, one for each ticket
    """
    place.execute(followup.FLUSH_QUEUE)
    peer.run(place, "warn", count)


def send(place, count):
    """Measure the sending of what waits.

    :param count: how many mails there are
    """
    with place.measured(count) as reading, place.environment() as env:
        env["mail.mail"].process_email_queue()
    return reading.as_dict()


def count_left(place):
    """Return how many mails have not left."""
    return place.execute("SELECT count(*) FROM mail_mail WHERE state = 'outgoing'")[0][
        0
    ]


def settle(place):
    """Put the follow-ups out of the way whose mails were sent."""
    place.execute(
        "UPDATE incident_followup SET state = 'cancelled', event_id = NULL "
        "WHERE state = 'running' AND event_id IS NOT NULL"
    )
