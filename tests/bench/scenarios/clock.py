"""The clocks of contracts: listed, found, counted anew, and stated."""

from datetime import timedelta

from odoo import fields

from ..delivery import deliver
from .agents import COUNT_LIMIT, TICKET, _get_agent, _read_specifications, _repeat
from .agents import make_tickets as _make_tickets
from .browser import Browser

CHANGED = "UPDATE helpdesk_ticket SET gtr_deadline = NULL, incident_clock_date = NULL"
# As the list is opened to see what is pressing.
DOMAIN = [
    ["is_incident", "=", True],
    ["incident_phase", "!=", "closed"],
    ["incident_clock_deadline", "!=", False],
]
ORDER = "incident_clock_deadline ASC"
# Ledgers as they grow: work begins, a stop that is over, and of every third one more.
BEGIN = """
    UPDATE helpdesk_ticket ticket
       SET contract_id = %(contract)s, incident_contract_version_id = %(version)s,
           incident_gti_fact = 'kept', incident_gtr_fact = 'running',
           create_date = now() AT TIME ZONE 'UTC'
               - (id %% 14400) * interval '1 minute'
     WHERE id IN (SELECT id FROM helpdesk_ticket
                   WHERE is_incident AND incident_phase <> 'closed'
                     AND incident_contract_version_id IS NULL
                   ORDER BY id LIMIT %(count)s)
    RETURNING id
"""
ENTRIES = """
    INSERT INTO incident_clock_entry (ticket_id, sequence, kind, date, version_id,
                cause_id, party, stops_gti, stops_gtr, priority, checksum)
    SELECT t.id, n, what, t.create_date + minutes * interval '1 minute',
           CASE WHEN what = 'start' THEN %(version)s END,
           CASE WHEN what = 'stop' THEN %(cause)s END,
           CASE WHEN what = 'stop' THEN 'customer' END,
           false, what = 'stop', CASE WHEN what = 'stop' THEN 10 END, repeat('0', 64)
      FROM helpdesk_ticket t, (VALUES (1, 'start', 0), (2, 'work', 20), (3, 'stop', 90),
           (4, 'resume', 300), (5, 'stop', 420), (6, 'resume', 700))
           AS entry (n, what, minutes)
     WHERE t.id = ANY(%(ids)s) AND (n < 5 OR t.id %% 3 = 0)
"""
ENDS = """
    UPDATE incident_clock_entry e SET entry_id = s.id FROM incident_clock_entry s
     WHERE e.kind = 'resume' AND s.ticket_id = e.ticket_id
       AND s.sequence = e.sequence - 1 AND e.entry_id IS NULL
"""
RESTORE = """
    INSERT INTO incident_clock_entry
                (ticket_id, sequence, kind, date, stops_gti, stops_gtr, checksum)
    SELECT id, 9, 'restored', create_date + interval '20 hours', false, false,
           repeat('0', 64) FROM helpdesk_ticket WHERE id = ANY(%s)
"""


def begin(session, count):
    """Begin the clocks of incidents that are open, unmeasured.

    :param count: how many have one then, at most
    :return: how many have one
    """
    with session.environment() as env:
        version = _get_version(env)
        cause = env.ref("openip_incident.clock_cause_no_access")
        values = {"version": version.id, "contract": version.contract_id.id}
        [[known]] = _query(
            env, "SELECT count(DISTINCT ticket_id) FROM incident_clock_entry"
        )
        rows = _query(env, BEGIN, {**values, "count": count - known})
        ids = [ticket_id for [ticket_id] in rows]
        env.cr.execute(ENTRIES, {**values, "cause": cause.id, "ids": ids})
        env.cr.execute(ENDS)
        env.invalidate_all()
        total = known + len(ids)
    _count_anew(session)
    # None is due by itself while something else is measured.
    session.execute(
        "UPDATE helpdesk_ticket SET incident_clock_date = '2100-01-01' "
        "WHERE incident_clock_date IS NOT NULL"
    )
    session.execute("DELETE FROM ir_cron_trigger")
    _vacuum(session)
    return total


def _count_anew(session):
    """Have all clocks counted anew, by the scheduled action where they are many."""
    with session.environment() as env:
        env[TICKET]._incident_recount()
    with session.environment() as env:
        env["incident.clock.recount"]._cron_recount()
        if env["incident.clock.recount"].search_count([]):
            raise ValueError("clocks are left that were not counted anew")


def _query(env, query, values=None):
    env.cr.execute(query, values)
    return env.cr.fetchall()


def _get_version(env):
    """Return what is agreed: forty hours of the company's calendar, in France."""
    versions = env["incident.contract.version"]
    return versions.search([], limit=1) or versions.create(
        {
            "contract_id": env["incident.contract"].create({"name": "GTR"}).id,
            "date_from": "2020-01-01",
            "gti_hours": 1,
            "gtr_hours": 40,
        }
    )


def _vacuum(session):
    """Have PostgreSQL look at what was changed, as it does by itself in time."""
    cursor = session.registry.cursor()
    with cursor:
        cursor.connection.rollback()
        cursor.connection.autocommit = True
        cursor.execute("VACUUM ANALYZE helpdesk_ticket, incident_clock_entry")
        cursor.connection.autocommit = False


def show(session, times):
    """Measure the list by next deadline: what PostgreSQL answers, and the whole list.

    :param times: how often
    :return: dict of what: readings
    """
    action = {"incident_stages": True}
    browser = Browser(session, "admin")
    specification = _read_specifications(browser, action)["list"]

    def load():
        browser.call(
            TICKET,
            "web_search_read",
            [DOMAIN],
            {
                "specification": specification,
                "limit": 80,
                "order": ORDER,
                "count_limit": COUNT_LIMIT,
                "context": action,
            },
        )

    with session.environment(_get_agent(session)) as env:
        search = _repeat(session, lambda: _search(env), times)
    return {"search": search, "list": _repeat(session, load, times)}


def _search(env):
    env.invalidate_all()
    tickets = env[TICKET].search(DOMAIN, order=ORDER, limit=80)
    return tickets.ids, env[TICKET].search_count(DOMAIN, limit=COUNT_LIMIT)


def find(session, times):
    """Measure the search for thresholds that were reached, some of many.

    :return: the reading, and what PostgreSQL says of how it finds them
    """
    session.execute(
        "UPDATE helpdesk_ticket SET incident_clock_date = now() AT TIME ZONE 'UTC' "
        "WHERE id IN (SELECT id FROM helpdesk_ticket "
        "WHERE incident_clock_date IS NOT NULL LIMIT 400)"
    )
    with session.environment() as env:
        model = env[TICKET]
        domain = model._get_clock_due_domain()
        query = model._search(domain, limit=400, order="incident_clock_date, id")
        env.execute_query(query.select())
        with session.measured(times) as reading:
            for _time in range(times):
                env.execute_query(query.select())
        env.cr.execute("EXPLAIN " + query.select().code, query.select().params)
        plan = " ".join(line for [line] in env.cr.fetchall())
    session.execute(
        "UPDATE helpdesk_ticket SET incident_clock_date = '2100-01-01' "
        "WHERE incident_clock_date IS NOT NULL"
    )
    return {"reading": reading.as_dict(), "indexed": "clock_idx" in plan}


def recount(session, count, changed):
    """Measure counting all clocks anew.

    :param count: how many there are
    :param changed: whether what is stored is another than it was
    """
    if changed:
        session.execute(
            CHANGED + " WHERE incident_contract_version_id IS NOT NULL",
        )
    with session.measured(count) as reading:
        _count_anew(session)
    session.execute("DELETE FROM ir_cron_trigger")
    session.execute(
        "UPDATE helpdesk_ticket SET incident_clock_date = '2100-01-01' "
        "WHERE incident_clock_date IS NOT NULL"
    )
    return reading.as_dict()


def answer(session, times):
    """Measure what answers take of incidents with a contract, and without one.

    :return: dict of ``with`` and ``without``: readings
    """
    found = {"without": [], "with": []}
    for _time in range(times + 1):
        for key, readings in found.items():
            with session.environment() as env:
                team = env.ref("openip_incident.team_incident")
                contract = _get_version(env).contract_id
                team.incident_contract_id = contract if key == "with" else False
            [ticket_id] = _make_tickets(session, 1, "waiting")
            with session.measured() as reading, session.environment() as env:
                ticket = env[TICKET].browse(ticket_id)
                ticket.incident_record_answer(ticket.partner_id, "<p>Since noon.</p>")
            readings.append(reading.as_dict())
            with session.environment() as env:
                deliver(env[TICKET].browse(ticket_id))
    with session.environment() as env:
        env.ref("openip_incident.team_incident").incident_contract_id = False
    return {key: readings[1:] for key, readings in found.items()}


def state(session, count):
    """Measure the statement of a month with many incidents, up to the spreadsheet.

    :param count: how many incidents
    """
    with session.environment() as env:
        month = fields.Date.today().replace(day=1) - timedelta(days=1)
        rows = _query(
            env,
            "UPDATE helpdesk_ticket "
            "SET create_date = %s + (id %% 20) * interval '1 day' "
            "WHERE id IN (SELECT ticket_id FROM incident_clock_entry "
            "WHERE kind = 'start' ORDER BY ticket_id LIMIT %s) RETURNING id",
            [month.replace(day=3), count],
        )
        ids = [ticket_id for [ticket_id] in rows]
        env.cr.execute(
            "UPDATE incident_clock_entry e "
            "SET date = e.date + (t.create_date - s.date) "
            "FROM helpdesk_ticket t, incident_clock_entry s WHERE t.id = e.ticket_id "
            "AND s.ticket_id = t.id AND s.kind = 'start' AND t.id = ANY(%s)",
            [ids],
        )
        env.cr.execute(RESTORE, [ids])
        contract = env["incident.contract"].create({"name": "Other"})
        env.cr.execute(
            "UPDATE helpdesk_ticket SET contract_id = %s WHERE id = ANY(%s)",
            [contract.id, ids],
        )
        values = {"contract_id": contract.id, "month": month, "lang": "fr_FR"}
        statement_id = env["incident.statement"].create(values).id
    with session.environment(_get_agent(session)) as env:
        statement = env["incident.statement"].sudo().browse(statement_id)
        with session.measured(count) as reading:
            statement.action_xlsx()
        stated = len(statement._state().restored)
    if stated != count:
        raise ValueError(f"{stated} incidents were stated instead of {count}")
    return reading.as_dict()
