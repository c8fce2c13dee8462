"""Mail that leaves, in workers that may be killed; see `nursery.py`."""

from unittest import mock

from odoo.addons.base.models import ir_mail_server

from . import tasks

# Long enough for a server on the same machine, short enough for a test.
PATIENCE = 0.4
LOOKS = 40


def work_impatiently(place):
    """Run scheduled actions; a mail server that says nothing is given up soon."""
    with mock.patch.object(ir_mail_server, "SMTP_TIMEOUT", PATIENCE):
        tasks.work(place)


def empty_queue(place):
    """Send what is queued, at the same time as whoever was started with this."""
    with place.environment() as env:
        place.meet()
        env["mail.mail"].process_email_queue()


def look_again(place):
    """Look at mails that wait for too long, over and over while they are sent."""
    place.meet()
    for _look in range(LOOKS):
        with place.environment() as env:
            env["incident.followup.engine"]._retry_mails()
