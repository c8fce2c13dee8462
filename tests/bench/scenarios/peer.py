"""What the peer's scheduled action costs: `helpdesk_ticket_close_inactive`."""

TAKE = """
    UPDATE helpdesk_ticket SET last_stage_update = %s::timestamp
     WHERE id IN (SELECT ticket.id FROM helpdesk_ticket ticket
                    JOIN helpdesk_ticket_stage stage ON stage.id = stage_id
                   WHERE NOT closed AND last_stage_update >= '2099-01-01'
                     AND number LIKE 'B%%'
                   ORDER BY ticket.id LIMIT %s)
    RETURNING id
"""
PARK = "UPDATE helpdesk_ticket SET last_stage_update = '2098-01-01' WHERE id = ANY(%s)"
DAYS = {"warn": 7, "close": 20}


def hide_pool(session):
    """Have the tickets in work be due for nothing until they are taken."""
    session.execute(
        "UPDATE helpdesk_ticket SET last_stage_update = '2100-01-01' "
        "WHERE stage_id IN (SELECT id FROM helpdesk_ticket_stage WHERE NOT closed)"
    )


def run(session, step, count, template=True):
    """Measure one run of the peer's scheduled action.

    :param step: ``warn`` or ``close``
    :param count: how many tickets are due
    :param template: whether the closing stage has its mail, as installed
    """
    session.execute(
        "UPDATE helpdesk_ticket_stage SET mail_template_id = %s WHERE closed",
        _get_stage_template(session) if template else None,
    )
    [[due]] = session.execute(
        f"SELECT now() AT TIME ZONE 'UTC' - interval '{DAYS[step]} days'"
    )
    taken = [row_id for [row_id] in session.execute(TAKE, due, count)]
    if len(taken) < count:
        raise ValueError(f"the pool has {len(taken)} tickets instead of {count}")
    [[before]] = session.execute("SELECT count(*) FROM mail_mail")
    session.registry.clear_cache()
    _warm(session)
    with session.measured(count) as reading, session.environment() as env:
        env["helpdesk.ticket.team"].close_team_inactive_tickets()
    [[after]] = session.execute("SELECT count(*) FROM mail_mail")
    if step == "warn" and after - before != count:
        raise ValueError(f"{after - before} mails instead of {count}")
    session.execute(PARK, taken)
    return {"pass": reading.as_dict(), "mails": after - before}


def _get_stage_template(session):
    session.notes.setdefault(
        "template",
        session.execute(
            "SELECT res_id FROM ir_model_data WHERE module = 'helpdesk_mgmt' "
            "AND name = 'closed_ticket_template'"
        )[0][0],
    )
    return session.notes["template"]


def _warm(session):
    with session.environment() as env:
        env["helpdesk.ticket.team"].search([("close_inactive_tickets", "=", True)])


def find(session, times=20):
    """Measure the peer's search for what has to be warned of.

    :param times: how often it is repeated
    """
    with session.environment() as env:
        teams = env["helpdesk.ticket.team"]
        team = teams.search([("close_inactive_tickets", "=", True)], limit=1)
        day = session.execute("SELECT now() AT TIME ZONE 'UTC' - interval '7 days'")
        domain = [
            ("team_id", "=", team.id),
            ("stage_id", "in", team.ticket_stage_ids.ids),
            ("stage_id.closed", "=", False),
            ("last_stage_update", ">=", day[0][0].replace(hour=0, minute=0)),
            ("last_stage_update", "<=", day[0][0].replace(hour=23, minute=59)),
        ]
        query = env["helpdesk.ticket"]._search(domain)
        env.execute_query(query.select())
        with session.measured(times) as reading:
            for _time in range(times):
                env.execute_query(query.select())
    return {"due": reading.as_dict()}
