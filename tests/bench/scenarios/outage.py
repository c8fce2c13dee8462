"""One outage that hits many: attached, told with one voice, and over."""

WAITING = (
    "SELECT ticket_id FROM incident_followup WHERE state = 'running' "
    "AND outage_id IS NULL ORDER BY id DESC LIMIT %s"
)


def attach(session, count):
    """Measure attaching incidents that wait, and holding what they wait for.

    :param count: how many incidents
    """
    ids = [ticket_id for [ticket_id] in session.execute(WAITING, count)]
    with session.environment() as env:
        team = env.ref("openip_incident.team_incident")
        outage = env["incident.outage"].create({"name": "Trunks", "team_id": team.id})
        session.notes["outage"] = outage.id
    with session.measured(len(ids)) as reading, session.environment() as env:
        _get_outage(session, env).action_attach(ids)
    return reading.as_dict()


def publish(session):
    """Measure one message to everybody concerned; return it with its mails."""
    with session.environment() as env:
        count = len(_get_outage(session, env)._find_readers())
    with session.measured(count) as reading, session.environment() as env:
        _get_outage(session, env).publish("<p>Calls fail. We look for the cause.</p>")
    return {"reading": reading.as_dict(), "mails": count}


def end(session, count):
    """Measure its end: each wait begins its step anew.

    :param count: how many incidents it has
    """
    with session.measured(count) as reading, session.environment() as env:
        _get_outage(session, env).action_cancel()
    # What was told is of no interest any more, neither to the queue nor to a cron.
    session.execute("UPDATE mail_mail SET state = 'cancel' WHERE state = 'outgoing'")
    session.execute(
        "UPDATE incident_notice SET status = 'sent', "
        "sent_date = now() AT TIME ZONE 'UTC' "
        "WHERE status = 'queued' AND outage_id IS NOT NULL"
    )
    return reading.as_dict()


def _get_outage(session, env):
    return env["incident.outage"].browse(session.notes["outage"])
