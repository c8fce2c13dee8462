"""Mail that leaves, in workers that may be killed; see `worker_pool.py`."""

from unittest import mock

from odoo.addons.base.models import ir_mail_server
from odoo.addons.openip_incident.models.followup.incident_followup_tasks import (
    REMIND_TASKS,
)

from . import tasks

# Long enough for a server on the same machine, short enough for a test.
PATIENCE = 0.4
LOOKS = 40


def work_impatiently(session):
    """Run scheduled actions; a mail server that says nothing is given up soon."""
    with mock.patch.object(ir_mail_server, "SMTP_TIMEOUT", PATIENCE):
        tasks.work(session)


def empty_queue(session):
    """Send what is queued, at the same time as whoever was started with this."""
    with session.environment() as env:
        session.meet()
        env["mail.mail"].process_email_queue()


def look_again(session):
    """Look at mails that wait for too long, over and over while they are sent."""
    session.meet()
    for _look in range(LOOKS):
        with session.environment() as env:
            env["incident.engine"]._run_tasks("Retries", REMIND_TASKS[:1])
