"""An answer and a closure that meet on one incident, in a process each."""

import itertools
import time
from contextlib import contextmanager
from email.message import EmailMessage
from typing import NamedTuple
from unittest import mock

from odoo.modules.registry import Registry

from odoo.addons.openip_incident.models.followup.incident_followup_tasks import (
    REMIND_TASKS,
)

from . import steps

# A day and a bit after the announcement of one incident.
RIPEN = """
    UPDATE incident_followup SET due_date = due_date - interval '25 hours',
           start_date = start_date - interval '25 hours'
     WHERE ticket_id = %(ticket_id)s;
    UPDATE incident_followup_event
       SET sent_date = sent_date - interval '25 hours',
           announced_date = announced_date - interval '25 hours'
     WHERE followup_id IN
           (SELECT id FROM incident_followup WHERE ticket_id = %(ticket_id)s);
    UPDATE incident_notice SET sent_date = sent_date - interval '25 hours'
     WHERE ticket_id = %(ticket_id)s
"""

BLOCKED = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


class Meeting(NamedTuple):
    """How an answer and a closure meet on one incident."""

    ticket_id: int
    order: str
    # How many steps the answer is ahead of the closure, when nothing orders them.
    ahead: int = 0


class Closing(NamedTuple):
    """How often the closing process waits for the other, at four moments."""

    before: int = 0
    between_search_and_lock: int = 0
    between_lock_and_commit: int = 0
    after: int = 0


class Answering(NamedTuple):
    """How often the answering process waits for the other, at three moments."""

    before: int = 0
    before_commit: int = 0
    after: int = 0


ORDERS = {
    "together": (Closing(), Answering()),
    "answer, close": (Closing(before=1), Answering(after=1)),
    "close, answer": (Closing(after=1), Answering(before=1)),
    "search, answer, lock": (
        Closing(between_search_and_lock=2),
        Answering(before=1, after=1),
    ),
    "lock, answer, commit": (Closing(between_lock_and_commit=1), Answering(before=1)),
    "write, close, commit": (
        Closing(before=1, after=1),
        Answering(before_commit=2),
    ),
}


def close(session, meetings):
    """Close incidents one after the other, by the scheduled action.

    :param meetings: see :class:`Meeting`; :func:`answer` is given the same
    """
    for meeting in itertools.starmap(Meeting, meetings):
        with session.environment() as env:
            env.cr.execute(RIPEN, {"ticket_id": meeting.ticket_id})
        closing, _answering = ORDERS[meeting.order]
        session.meet()
        session.meet(closing.before)
        with _ahead(session, -meeting.ahead):
            _run_closures(session, closing)
        session.meet(closing.after)
        session.meet()


@contextmanager
def _ahead(session, lead):
    """Do something while the other process, which meets this one, is so far behind.

    :param lead: how many steps this one does before the other begins; negative where
        this one is behind
    """
    if lead <= 0:
        session.meet(int(lead < 0))
        yield
        return
    met = []

    def meet():
        met.append(True)
        session.meet()

    with steps.at_step(lead, meet):
        yield
    if not met:
        # It has come to its end before.
        session.meet()


def _run_closures(session, closing):
    model = Registry(session.database)["incident.engine"]
    original = model._do_batch

    def do_batch(engine, *arguments):
        session.meet(closing.between_search_and_lock)
        done = original(engine, *arguments)
        if closing.between_lock_and_commit:
            session.meet(closing.between_lock_and_commit)
            _wait_for_blocked(session)
        return done

    with mock.patch.object(model, "_do_batch", do_batch), session.environment() as env:
        env.ref("openip_incident.ir_cron_followup_close").method_direct_trigger()


def remind_early(session):
    """Remind while another worker is just about to."""
    session.meet()
    _remind(session)
    session.meet()


def remind_late(session):
    """Remind with a transaction that has begun before the other worker's work."""
    model = Registry(session.database)["incident.engine"]
    original = model._do_batch

    def do_batch(engine, *arguments):
        # PostgreSQL takes the snapshot now, before the lock.
        engine.env.cr.execute("SELECT 1")
        session.meet(2)
        return original(engine, *arguments)

    with mock.patch.object(model, "_do_batch", do_batch):
        _remind(session)


def _remind(session):
    with session.environment() as env:
        remind = [task for task in REMIND_TASKS if task.name == "remind"]
        env["incident.engine"]._run_tasks("Reminders", remind)


def _wait_for_blocked(session):
    """Return when another process waits for a lock of this one."""
    for _look in range(1000):
        with session.environment() as env:
            env.cr.execute(BLOCKED)
            if env.cr.fetchone()[0]:
                return
        time.sleep(0.01)
    raise AssertionError("nobody waits for the lock of the closure")


def answer(session, meetings, stranger=None):
    """Have customers answer incidents one after the other, by mail.

    :param meetings: see :class:`Meeting`; :func:`close` is given the same
    :param stranger: the address to write from instead of the customers'
    :return: how many times the gateway has tried each mail
    """
    attempts = []
    for meeting in itertools.starmap(Meeting, meetings):
        _closing, answering = ORDERS[meeting.order]
        mail = write_answer(session, meeting.ticket_id, stranger)
        session.meet()
        session.meet(answering.before)
        with _ahead(session, meeting.ahead):
            attempts.append(_receive(session, mail, answering.before_commit))
        session.meet(answering.after)
        session.meet()
    return attempts


def write_answer(session, ticket_id, stranger=None):
    """Return the mail with which a customer answers the last mail of an incident.

    :param ticket_id: its id
    :param stranger: the address to write from instead of the customer's
    """
    with session.environment() as env:
        ticket = env["helpdesk.ticket"].browse(ticket_id)
        asked = ticket.notice_ids.sorted("id")[-1:].message_id
        mail = EmailMessage()
        mail["From"] = stranger or ticket.partner_id.email
        mail["To"] = asked.reply_to
        mail["Subject"] = f"Re: {asked.subject}"
        mail["Message-ID"] = f"<answer-{ticket_id}@example.com>"
        mail["In-Reply-To"] = asked.message_id
        mail.set_content("Since this morning.")
        return mail.as_string()


def _receive(session, mail, meetings):
    """Hand a mail to the gateway, which tries until it is kept.

    :param meetings: how often to meet the other process before the first commit
    :return: how many times it has tried
    """
    model = Registry(session.database)["mail.thread"]
    original = model._process_by_core
    attempts = itertools.count(1)

    def process(thread, message, **options):
        first = next(attempts) == 1
        result = original(thread, message, **options)
        thread.env.cr.flush()
        if first:
            session.meet(meetings)
        return result

    with mock.patch.object(model, "_process_by_core", process):
        with session.environment() as env:
            env["mail.thread"].message_process("helpdesk.ticket", mail)
    return next(attempts) - 1
