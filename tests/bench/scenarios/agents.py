"""What agents wait for: opening, and the backend as the web client loads it."""

from ..delivery import deliver
from .browser import Browser

TICKET = "helpdesk.ticket"
# Further the web client does not have a list counted.
COUNT_LIMIT = 10_001


def make_tickets(session, count, phase="registered"):
    """Create tickets of as many customers, unmeasured; return their ids.

    :param phase: ``registered``, ``waiting`` for information, or ``plain`` for
        tickets of a team without the process
    """
    customers = _take_customers(session, count, "DESC")
    with session.environment() as env:
        team = _get_team(env, phase == "plain")
        tickets = env[TICKET].create(
            [
                {
                    "name": "No dial tone",
                    "description": "<p>Silence on the line.</p>",
                    "team_id": team.id,
                    "partner_id": customer_id,
                    "user_id": env.ref("base.user_admin").id,
                }
                for customer_id, _address in customers
            ]
        )
        env.flush_all()
        ids = tickets.ids
        if phase == "waiting":
            tickets.action_incident_open()
            tickets.incident_request("information", "<p>Since when?</p>")
            deliver(tickets)
    with session.environment() as env:
        # The countdowns of what was delivered begin.
        if phase == "waiting":
            env["incident.followup"]._cron_remind()
    return ids


def _take_customers(session, count, order):
    """Return customers that nothing was measured on yet, or the longest ago.

    :param order: of their ids
    :return: list of (id, address)
    """
    rows = session.execute(
        "SELECT id, email FROM res_partner WHERE name LIKE 'Customer%%' "
        f"AND is_company ORDER BY id {order}"
    )
    begin = session.notes.get(order, 0)
    session.notes[order] = begin + count
    return [rows[place % len(rows)] for place in range(begin, begin + count)]


def _get_team(env, plain):
    """Return the team of the process, or one without it."""
    if not plain:
        return env.ref("openip_incident.team_incident")
    teams = env["helpdesk.ticket.team"]
    name = "Plain support"
    values = {"name": name, "alias_name": "plain"}
    return teams.search([("name", "=", name)], limit=1) or teams.create(values)


def open_incidents(session, count, times=1):
    """Measure the opening of incidents by an agent.

    :param count: how many at once
    :param times: how often
    :return: readings
    """
    readings = []
    for _time in range(times):
        ids = make_tickets(session, count)
        with session.measured(count) as reading:
            with session.environment(_get_agent(session)) as env:
                env[TICKET].browse(ids).action_incident_open()
        readings.append(reading.as_dict())
    return readings


def _get_agent(session):
    return session.execute("SELECT id FROM res_users WHERE login = 'admin'")[0][0]


def load_views(session, times):
    """Measure the loading of list, kanban and form by the calls of the web client.

    :param times: how often each is loaded
    :return: dict of view: readings
    """
    browser = Browser(session, "admin")
    action = {"incident_stages": True, "search_default_open": 1}
    domain = [["is_incident", "=", True], ["incident_phase", "!=", "closed"]]
    views = _read_specifications(browser, action)
    [[ticket_id]] = session.execute(
        "SELECT max(ticket_id) FROM incident_followup WHERE state = 'running'"
    )
    calls = {
        "list": lambda: browser.call(
            TICKET,
            "web_search_read",
            [domain],
            {
                "specification": views["list"],
                "limit": 80,
                "count_limit": COUNT_LIMIT,
                "context": action,
            },
        ),
        "kanban": lambda: browser.call(
            TICKET,
            "web_read_group",
            [domain, ["stage_id"], ["__count"]],
            {
                "auto_unfold": True,
                "unfold_read_specification": views["kanban"],
                "unfold_read_default_limit": 40,
                "context": action,
            },
        ),
        "form": lambda: browser.call(
            TICKET,
            "web_read",
            [[ticket_id]],
            {"specification": views["form"], "context": action},
        ),
    }
    return {name: _repeat(session, call, times) for name, call in calls.items()}


# The tickets are copies of a few: each gets a caller and a telephone of its own.
SPREAD = """
    UPDATE helpdesk_ticket
       SET incident_search_text = concat_ws(E'\\n', lower(number), 'no dial tone',
           'customer ' || id,
           '33' || lpad(mod(id * 7919::bigint, 1000000000)::text, 9, '0'))
"""


def find_incidents(session, times):
    """Measure the one search: by number, by telephone, by the caller's name.

    :param times: how often each is searched for
    :return: dict of what is typed: readings
    """
    session.execute(SPREAD)
    session.execute("ANALYZE helpdesk_ticket")
    [[ticket_id, number]] = session.execute(
        "SELECT id, number FROM helpdesk_ticket WHERE is_incident "
        "ORDER BY id OFFSET 99 LIMIT 1"
    )
    phone = str(ticket_id * 7919 % 1_000_000_000).zfill(9)
    typed = {
        "number": number,
        "telephone": f"+33 {phone[:1]} {phone[1:5]} {phone[5:]}",
        "caller": f"customer {ticket_id}",
    }
    return {
        name: _repeat(session, lambda text=text: _find(session, text), times)
        for name, text in typed.items()
    }


def _find(session, text):
    with session.environment(_get_agent(session)) as env:
        found = env[TICKET].search_fetch(
            [("is_incident", "=", True), ("incident_find", "ilike", text)],
            ["number", "name", "stage_id"],
            limit=80,
        )
        assert found, f"Nothing is found for {text}."


def _repeat(session, call, times):
    call()
    readings = []
    for _time in range(times):
        with session.measured() as reading:
            call()
        readings.append(reading.as_dict())
    return readings


def _read_specifications(browser, context):
    """Return what the web client asks for each view: its fields, with names."""
    kinds = ("list", "kanban", "form")
    found = browser.call(
        TICKET,
        "get_views",
        [[[False, kind] for kind in kinds]],
        {"context": context, "options": {}},
    )
    fields = found["models"][TICKET]["fields"]
    return {
        kind: browser.read_specification(found["views"][kind]["arch"], fields)
        for kind in kinds
    }
