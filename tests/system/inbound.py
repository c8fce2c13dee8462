"""Mail that is taken in, by workers that may be killed; see `nursery.py`."""

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


def await_answers(place, count):
    """Make incidents that wait for an answer, and what customers answer.

    :param count: how many
    :return: the ids of the incidents, and the answers in the same order
    """
    with place.environment() as env:
        env["mail.alias.domain"].create({"name": DOMAIN})
    numbers, _solved = tasks.prepare(place, waiting=count, integrator=False)
    with place.environment() as env:
        incidents = env["helpdesk.ticket"].search([("number", "in", numbers)])
        ids = incidents.sorted("id").ids
    return ids, [race.write_answer(place, ticket_id) for ticket_id in ids]


def fetch(place, kind, port, end="", collide=False):
    """Fetch what a mailbox holds, as Odoo's scheduled action does.

    :param kind: ``imap`` or ``pop``
    :param port: where Dovecot listens
    :param end: what happens at a mail with the subject `DEADLY`, a key of `ENDS`
    :param collide: meet :func:`write_amid` at the first attempt of each mail
    :return: how many mails the mailbox still offers
    """
    server_id = _add_server(place, kind, port)
    with mock.patch.object(
        Registry(place.database)[GATEWAY],
        "_process_by_core",
        _disturb(place, ENDS.get(end), collide),
    ):
        for _fetch in range(1 if end else FETCHES):
            # Odoo logs it and goes on with the next scheduled action.
            with contextlib.suppress(psycopg2.Error), place.environment() as env:
                env["fetchmail.server"].browse(server_id)._fetch_mail()
            left = _count(place, server_id)
            if not left:
                break
    return left


def _add_server(place, kind, port):
    values = {
        "name": kind,
        "server_type": kind,
        "server": "127.0.0.1",
        "port": port,
        "user": USER,
        "password": PASSWORD,
        "state": "done",
    }
    with place.environment() as env:
        servers = env["fetchmail.server"]
        servers.search([]).active = False
        return servers.create(values).id


def _count(place, server_id):
    with place.environment() as env:
        connection = env["fetchmail.server"].browse(server_id)._connect__()
        try:
            return connection.check_unread_messages()
        finally:
            connection.disconnect()


def _disturb(place, happen, collide):
    """Return what processes a mail while something happens to it."""
    original = Registry(place.database)[GATEWAY]._process_by_core
    seen = set()

    def process(thread, message, **options):
        if happen and DEADLY.encode() in message:
            happen(place, thread)
        if collide and message not in seen:
            seen.add(message)
            # PostgreSQL takes the snapshot now, before the other writes.
            thread.env.cr.execute("SELECT 1")
            place.meet(2)
        return original(thread, message, **options)

    return process


# What happens to a server amid a mail


def _kill(place, thread):
    os.kill(os.getpid(), signal.SIGKILL)


def _lose_connection(place, thread):
    """Have the database end the connection on which the mail is processed."""
    _terminate(place, "pid = %s", thread.env.cr.connection.get_backend_pid())


def _lose_database(place, thread):
    """Have the database end all connections, as it does when it is restarted."""
    _terminate(place, "pid <> pg_backend_pid()")


def _terminate(place, condition, *values):
    connection = psycopg2.connect(dbname=place.database)
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


def fetch_without_connections(place, kind, port):
    """Fetch while the server has no connection left beyond the two of the fetch.

    :return: how many mails the mailbox still offers
    """
    server_id = _add_server(place, kind, port)
    pool = sql_db._Pool
    with mock.patch.object(pool, "_maxconn", 2), place.environment() as env:
        env["fetchmail.server"].browse(server_id)._fetch_mail()
    return _count(place, server_id)


def fetch_and_die(place, kind, port, at="handled_message"):
    """Fetch, and be killed at a moment of the conversation with the mailbox.

    :param at: ``handled_message``, when a mail is processed but not yet marked as read,
        or ``store``, when it is fetched but not yet processed
    """
    server_id = _add_server(place, kind, port)
    with place.environment() as env:
        server = env["fetchmail.server"].browse(server_id)
        connect = type(server)._connect__

        def connect_briefly(server, **options):
            connection = connect(server, **options)
            talks = connection if at == "handled_message" else connection._connection
            setattr(talks, at, lambda *_arguments: _kill(place, None))
            return connection

        with mock.patch.object(type(server), "_connect__", connect_briefly):
            server._fetch_mail()


# Others who write the same incidents


def write_amid(place, ticket_ids):
    """Write each incident while the answer to it is being processed.

    :param ticket_ids: in the order of the answers
    """
    for ticket_id in ticket_ids:
        place.meet()
        _write(place, ticket_id)
        place.meet()


def scribble(place, ticket_ids):
    """Write incidents in a random order until the process is killed.

    :param ticket_ids: which
    """
    numbers = random.Random(os.getpid())
    while True:
        for ticket_id in numbers.sample(ticket_ids, len(ticket_ids)):
            _write(place, ticket_id, HOLD)


def _write(place, ticket_id, hold=0):
    """Write an incident, as often as it takes.

    :param hold: seconds for which it is locked
    """
    for _attempt in range(ATTEMPTS):
        with contextlib.suppress(*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY):
            with place.environment() as env:
                ticket = env["helpdesk.ticket"].browse(ticket_id)
                ticket.priority = "2" if ticket.priority == "1" else "1"
                env.cr.flush()
                time.sleep(hold)
            return
    raise AssertionError("the other writer never lets go")


# Mail that is handed over


def deliver(place, mails):
    """Hand mails to the gateway, each at the same moment as the others.

    :param mails: text of each
    :return: which of them the gateway has processed
    """
    done = []
    for mail in mails:
        place.meet()
        with place.environment() as env:
            done.append(bool(env["mail.thread"].message_process(False, mail)))
    return done


def measure(place, mails):
    """Hand mails to the gateway and measure what each costs.

    :param mails: names of files
    :return: seconds of processor time for each
    """
    seconds = []
    for name in mails:
        with open(name, "rb") as mail:
            content = mail.read()
        started = time.process_time()
        with place.environment() as env:
            env["mail.thread"].message_process(False, content)
        seconds.append(time.process_time() - started)
    return seconds
