"""Mail that is taken in, by workers that may be killed; see `worker_pool.py`."""

import contextlib
import os
import random
import signal
import time
from unittest import mock

import psycopg2

from odoo import sql_db
from odoo.modules.registry import Registry
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from . import race, tasks
from .imap import PASSWORD, USER
from .post import DEADLY, DOMAIN

# How long a writer holds an incident.
HOLD = 0.01
FETCHES = 20
ATTEMPTS = 20

GATEWAY = "mail.thread"


def await_answers(session, count):
    """Make incidents that wait for an answer, and what customers answer.

    :param count: how many
    :return: the ids of the incidents, and the answers in the same order
    """
    with session.environment() as env:
        env["mail.alias.domain"].create({"name": DOMAIN})
    numbers, _solved = tasks.prepare(session, waiting=count, integrator=False)
    with session.environment() as env:
        incidents = env["helpdesk.ticket"].search([("number", "in", numbers)])
        ids = incidents.sorted("id").ids
    return ids, [race.write_answer(session, ticket_id) for ticket_id in ids]


def fetch(session, kind, port, end="", collide=False):
    """Fetch what a mailbox holds, as Odoo's scheduled action does.

    :param kind: ``imap`` or ``pop``
    :param port: where Dovecot listens
    :param end: what happens at a mail with the subject `DEADLY`, a key of `ENDS`
    :param collide: meet :func:`write_amid` at the first attempt of each mail
    :return: how many mails the mailbox still offers
    """
    server_id = _add_server(session, kind, port)
    with mock.patch.object(
        Registry(session.database)[GATEWAY],
        "_process_by_core",
        _disturb(session, ENDS.get(end), collide),
    ):
        for _fetch in range(1 if end else FETCHES):
            # Odoo logs it and goes on with the next scheduled action.
            with contextlib.suppress(psycopg2.Error), session.environment() as env:
                env["fetchmail.server"].browse(server_id)._fetch_mail()
            left = _count(session, server_id)
            if not left:
                break
    return left


def _add_server(session, kind, port):
    values = {
        "name": kind,
        "server_type": kind,
        "server": "127.0.0.1",
        "port": port,
        "user": USER,
        "password": PASSWORD,
        "state": "done",
    }
    with session.environment() as env:
        servers = env["fetchmail.server"]
        servers.search([]).active = False
        return servers.create(values).id


def _count(session, server_id):
    with session.environment() as env:
        connection = env["fetchmail.server"].browse(server_id)._connect__()
        try:
            return connection.check_unread_messages()
        finally:
            connection.disconnect()


def _disturb(session, happen, collide):
    """Return what processes a mail while something happens to it."""
    original = Registry(session.database)[GATEWAY]._process_by_core
    seen = set()

    def process(thread, message, **options):
        if happen and DEADLY.encode() in message:
            happen(session, thread)
        if collide and message not in seen:
            seen.add(message)
            # PostgreSQL takes the snapshot now, before the other writes.
            thread.env.cr.execute("SELECT 1")
            session.meet(2)
        return original(thread, message, **options)

    return process


# What happens to a server amid a mail


def _kill(session, thread):
    os.kill(os.getpid(), signal.SIGKILL)


def _lose_connection(session, thread):
    """Have the database end the connection on which the mail is processed."""
    _terminate(session, "pid = %s", thread.env.cr.connection.get_backend_pid())


def _lose_database(session, thread):
    """Have the database end all connections, as it does when it is restarted."""
    _terminate(session, "pid <> pg_backend_pid()")


def _terminate(session, condition, *values):
    connection = psycopg2.connect(dbname=session.database)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = current_database() AND {condition}",
            values,
        )
    connection.close()


ENDS = {
    "killed": _kill,
    "connection lost": _lose_connection,
    "database lost": _lose_database,
}


def fetch_without_connections(session, kind, port):
    """Fetch while the server has no connection left beyond the two of the fetch.

    :return: how many mails the mailbox still offers
    """
    server_id = _add_server(session, kind, port)
    pool = sql_db._Pool
    with mock.patch.object(pool, "_maxconn", 2), session.environment() as env:
        env["fetchmail.server"].browse(server_id)._fetch_mail()
    return _count(session, server_id)


def fetch_and_die(session, kind, port, at="handled_message"):
    """Fetch, and be killed at a moment of the conversation with the mailbox.

    :param at: ``handled_message``, when a mail is processed but not yet marked as read,
        or ``store``, when it is fetched but not yet processed
    """
    server_id = _add_server(session, kind, port)
    with session.environment() as env:
        server = env["fetchmail.server"].browse(server_id)
        connect = type(server)._connect__

        def connect_briefly(server, **options):
            connection = connect(server, **options)
            talks = connection if at == "handled_message" else connection._connection
            setattr(talks, at, lambda *_arguments: _kill(session, None))
            return connection

        with mock.patch.object(type(server), "_connect__", connect_briefly):
            server._fetch_mail()


# Others who write the same incidents


def write_amid(session, ticket_ids):
    """Write each incident while the answer to it is being processed.

    :param ticket_ids: in the order of the answers
    """
    for ticket_id in ticket_ids:
        session.meet()
        _write(session, ticket_id)
        session.meet()


def scribble(session, ticket_ids):
    """Write incidents in a random order until the process is killed.

    :param ticket_ids: which
    """
    numbers = random.Random(os.getpid())
    while True:
        for ticket_id in numbers.sample(ticket_ids, len(ticket_ids)):
            _write(session, ticket_id, HOLD)


def _write(session, ticket_id, hold=0):
    """Write an incident, as often as it takes.

    :param hold: seconds for which it is locked
    """
    for _attempt in range(ATTEMPTS):
        with contextlib.suppress(*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            with session.environment() as env:
                ticket = env["helpdesk.ticket"].browse(ticket_id)
                ticket.priority = "2" if ticket.priority == "1" else "1"
                env.cr.flush()
                time.sleep(hold)
            return
    raise AssertionError("the other writer never lets go")


# Mail that is handed over


def deliver(session, mails):
    """Hand mails to the gateway, each at the same moment as the others.

    :param mails: text of each
    :return: which of them the gateway has processed
    """
    done = []
    for mail in mails:
        session.meet()
        with session.environment() as env:
            done.append(bool(env["mail.thread"].message_process(False, mail)))
    return done


def measure(session, mails):
    """Hand mails to the gateway and measure what each costs.

    :param mails: names of files
    :return: seconds of processor time for each
    """
    seconds = []
    for name in mails:
        with open(name, "rb") as mail:
            content = mail.read()
        started = time.process_time()
        with session.environment() as env:
            env["mail.thread"].message_process(False, content)
        seconds.append(time.process_time() - started)
    return seconds
