"""What the scheduled actions of the process cost, on incidents that are made due."""

from contextlib import contextmanager

from odoo import SUPERUSER_ID, api

from odoo.addons.openip_incident.models.followup.incident_followup_tasks import (
    REMIND_TASKS,
)

from . import limit

# Follow-ups of the pool that nothing was measured on yet.
TAKE = """
    UPDATE incident_followup SET due_date = now() AT TIME ZONE 'UTC' - interval '1 min'
     WHERE id IN (SELECT id FROM incident_followup
                   WHERE state = 'running' AND due_date >= '2099-01-01'
                     AND next_step_id = %s
                   ORDER BY id LIMIT %s)
    RETURNING id, ticket_id
"""

# What was measured on is of no interest any more, neither to the queue nor to a cron.
PARK = """
    UPDATE incident_followup SET state = 'cancelled', event_id = NULL, due_date = NULL
     WHERE id = ANY(%s) AND state IN ('running', 'held')
"""
SENT = """
    UPDATE incident_notice SET status = 'sent', sent_date = now() AT TIME ZONE 'UTC'
     WHERE status = 'queued' AND ticket_id = ANY(%s)
"""
FLUSH_QUEUE = "DELETE FROM mail_mail"


def _get_step(session, action, number=1):
    [[step_id]] = session.execute(
        "SELECT step.id FROM incident_followup_step step "
        "JOIN ir_model_data data ON data.model = 'incident.followup.plan' "
        "AND data.res_id = plan_id AND data.name = 'plan_request' "
        "WHERE action = %s ORDER BY sequence LIMIT 1 OFFSET %s",
        action,
        number - 1,
    )
    return step_id


def _take(session, action, count, number=1):
    """Make steps of the pool due; return ids of follow-ups and of incidents."""
    rows = session.execute(TAKE, _get_step(session, action, number), count)
    if len(rows) < count:
        raise ValueError(f"the pool has {len(rows)} follow-ups instead of {count}")
    return [row[0] for row in rows], [row[1] for row in rows]


@contextmanager
def _pool(session, action, count, number=1):
    """Give due follow-ups, which are put out of the way at the end of the block."""
    followups, tickets = _take(session, action, count, number)
    yield followups, tickets
    session.execute(PARK, followups)
    session.execute(SENT, tickets)


def _run(session, method="_cron_remind"):
    with session.environment() as env:
        getattr(env["incident.followup"], method)()


def _count_notices(session, tickets):
    [[count]] = session.execute(
        "SELECT count(*) FROM incident_notice "
        "WHERE status = 'queued' AND ticket_id = ANY(%s)",
        tickets,
    )
    return count


def _ensure(found, expected, what):
    if found != expected:
        raise ValueError(f"{found} {what} instead of {expected}")


def remind(session, count, action="remind", limits=0):
    """Measure a pass: find, lock, render, write, commit.

    :param count: how many incidents are due
    :param action: ``remind`` or ``announce``
    :param limits: how many times the same rows are copied raw afterwards
    :return: the reading of the pass, and those of the copies
    """
    with _pool(session, action, count) as (_followups, tickets):
        marks = limit.mark(session)
        with session.measured(count) as reading:
            _run(session)
        _ensure(_count_notices(session, tickets), 2 * count, "mails")
        copies = limit.copy_rows(session, marks, count, limits)
    return {"pass": reading.as_dict(), "copies": copies}


def settle(session, count):
    """Measure the settling of first reminders, with the freeze by the rule.

    :param count: how many mails were accepted
    """
    with _pool(session, "remind", count) as (followups, tickets):
        _run(session)
        session.execute(SENT, tickets)
        with session.measured(count) as reading:
            _run(session)
        [[frozen]] = session.execute(
            "SELECT count(*) FROM helpdesk_ticket "
            "WHERE id = ANY(%s) AND incident_phase = 'frozen'",
            tickets,
        )
        _ensure(frozen, count, "frozen incidents")
        # A second reminder freezes nobody: what remains is the counting.
        session.execute(
            "UPDATE incident_followup SET due_date = now() AT TIME ZONE 'UTC' "
            "WHERE id = ANY(%s)",
            followups,
        )
        _run(session)
        session.execute(SENT, tickets)
        with session.measured(count) as second:
            _run(session)
    return {"first": reading.as_dict(), "second": second.as_dict()}


def settle_by_update(session, count):
    """Measure the same where an admin's rule *Update Record* moves each incident."""
    with session.environment() as env:
        action = env.ref("openip_incident.automation_freeze").action_server_ids
        frozen = env.ref("openip_incident.stage_frozen")
        action.write(
            {
                "state": "object_write",
                "update_path": "stage_id",
                "resource_ref": f"{frozen._name},{frozen.id}",
            }
        )
    try:
        return settle(session, count)
    finally:
        with session.environment() as env:
            rule = env.ref("openip_incident.automation_freeze")
            rule.action_server_ids.state = "code"


def close(session, count):
    """Measure the closure of incidents, with the mail to both parties."""
    with _pool(session, "close", count) as (_followups, tickets):
        with session.measured(count) as reading:
            _run(session, "_cron_close")
        [[closed]] = session.execute(
            "SELECT count(*) FROM helpdesk_ticket "
            "WHERE id = ANY(%s) AND incident_phase = 'closed'",
            tickets,
        )
        _ensure(closed, count, "closed incidents")
    return {"pass": reading.as_dict()}


def find(session, times=200):
    """Measure the search for due work, and what PostgreSQL needs for it.

    :param times: how often it is repeated
    """
    with _pool(session, "remind", 400), session.environment() as env:
        followups = env["incident.followup"]
        domain = followups._get_remind_domain()
        model = env["incident.followup"]
        query = model._search(domain, limit=400, order="due_date, id")
        env.execute_query(query.select())
        with session.measured(times) as reading:
            for _time in range(times):
                env.execute_query(query.select())
    return {"due": reading.as_dict(), "nothing": _look(session, times)}


def _look(session, times):
    """Measure a pass that finds nothing to do: as most of them do."""
    with session.environment() as env:
        followups = env["incident.followup"]
        followups._cron_remind()
        with session.measured(times) as reading:
            for _time in range(times):
                followups._cron_remind()
    return reading.as_dict()


def queue_length(session, count):
    """Fill or empty the mail queue, which rows of other passes refer to.

    :param count: how many mails it has afterwards
    """
    session.execute(FLUSH_QUEUE)
    session.execute(
        "INSERT INTO mail_mail (mail_message_id, state, create_date) "
        "SELECT id, 'sent', now() FROM mail_message "
        "WHERE model = 'helpdesk.ticket' LIMIT %s",
        count,
    )
    with session.registry.cursor() as cursor:
        cursor.execute("ANALYZE mail_mail")


def make_due(session, count):
    """Make reminders due for a run by several processes; return ids of incidents."""
    _followups, tickets = _take(session, "remind", count)
    return tickets


def run(session):
    """Work off what is due."""
    _run(session)


def ensure_reminded_once(session, tickets):
    """Fail unless each incident has one mail to each party; put them out of the way."""
    rows = session.execute(
        "SELECT count(*) FROM incident_notice WHERE status = 'queued' "
        "AND ticket_id = ANY(%s) GROUP BY ticket_id",
        tickets,
    )
    _ensure([count for [count] in rows], [2] * len(tickets), "mails")
    session.execute(SENT, tickets)
    session.execute(
        "UPDATE incident_followup SET state = 'cancelled', event_id = NULL "
        "WHERE state = 'running' AND ticket_id = ANY(%s)",
        tickets,
    )


def roll_back(session, count):
    """Do a batch and roll it back; return how many mails it has left behind."""
    with _pool(session, "remind", count) as (_followups, tickets):
        with session.registry.cursor() as cursor:
            env = api.Environment(cursor, SUPERUSER_ID, {})
            engine = env["incident.engine"]
            [remind] = (task for task in REMIND_TASKS if task.name == "remind")
            engine._do_batch(remind, engine._find(remind)[remind])
            cursor.flush()
            cursor.rollback()
        return {"mails": _count_notices(session, tickets)}
