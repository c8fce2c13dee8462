"""The screens of agents where very many incidents are open: loaded, and searched."""

import json
from dataclasses import dataclass

from lxml import etree

from .agents import COUNT_LIMIT, TICKET, _get_agent, _repeat
from .agents import make_tickets as _make_tickets
from .browser import Browser

TEAM = "helpdesk.ticket.team"
HEALTH = "incident.health"
CONTEXT = {"lang": "en_US", "tz": "Europe/Paris", "incident_stages": True}
OPEN = [["is_incident", "=", True], ["incident_phase", "!=", "closed"]]
OURS = [["is_incident", "=", True], ["our_turn", "=", True]]

NAMED = {"fields": {"display_name": {}}}
ACTIVITY = {
    "activity_exception_decoration": {},
    "activity_exception_icon": {},
    "activity_state": {},
    "activity_summary": {},
    "activity_type_icon": {},
    "activity_type_id": NAMED,
}
# What the web client asks for beside a field that is shown by one of its widgets.
BESIDE = {
    "incident_statusbar": {"duration_tracking": {}},
    "kanban_activity": ACTIVITY,
    "list_activity": ACTIVITY,
}
# Whose lines the web client asks for by their names.
NAMING = ("incident_service_choice", "many2many_tags")
THREAD = ("activities", "attachments", "contact_fields", "followers")
THREAD += ("scheduledMessages", "suggestedRecipients")

CUSTOMERS = """
    INSERT INTO res_partner (
        name, complete_name, active, type, is_company, email, phone
    )
    SELECT 'Company ' || n, 'Company ' || n, TRUE, 'contact', TRUE,
           'office' || n || '@company' || n || '.example',
           '+33 1 ' || lpad(n::text, 8, '0')
      FROM generate_series(%(first)s, %(last)s) n
"""
SERVICES = """
    INSERT INTO incident_service (name, partner_id, active)
    SELECT 'LINE-' || lpad(n::text, 7, '0'), partner.id, TRUE
      FROM generate_series(%(first)s, %(last)s) n
      JOIN res_partner partner ON partner.name = 'Company ' || n
"""
INCIDENTS = """
    WITH stage AS (
        SELECT id, incident_phase, row_number() OVER (ORDER BY sequence, id) - 1 AS rank
          FROM helpdesk_ticket_stage
         WHERE id = ANY(%(stages)s) AND incident_phase <> 'closed'
    )
    INSERT INTO helpdesk_ticket (
        number, name, description, team_id, company_id, stage_id, incident_phase,
        is_incident, active, partner_id, integrator_id, customer_party_id,
        integrator_party_id, user_id, priority, sequence, create_date, service_id,
        last_stage_update, incident_phase_date, answer_unread, review_pending,
        wait_for, wait_start, reminder_count, escalation_level_id, incident_search_text
    )
    SELECT 'SCR' || n, 'No outgoing calls on line ' || n || ', busy tone all day',
           repeat('<p>They hear a busy tone whatever they dial.</p>', 20), %(team)s,
           %(company)s, stage.id, stage.incident_phase, TRUE, TRUE, partner.id,
           %(integrator)s, partner.id, %(integrator)s,
           CASE WHEN n %% 2 = 0 THEN %(agent)s END, (n %% 4)::text, 10,
           now() - n * INTERVAL '1 min', service.id, now(),
           now() - n * INTERVAL '1 min', n %% 11 = 0, n %% 17 = 0, 'either', now(),
           n %% 3, CASE WHEN stage.incident_phase = 'escalated' THEN %(level)s END,
           lower(concat_ws(E'\\n', 'SCR' || n, 'no outgoing calls on line ' || n
               || ', busy tone all day', service.name, partner.name, partner.email,
               '33' || regexp_replace(substr(partner.phone, 4), '\\D', '', 'g')))
      FROM generate_series(%(first)s, %(last)s) n
      JOIN stage ON stage.rank = n %% (SELECT count(*) FROM stage)
      JOIN res_partner partner ON partner.name = 'Company ' || n
      JOIN incident_service service ON service.partner_id = partner.id
"""
FOLLOWUPS = """
    INSERT INTO incident_followup (
        ticket_id, plan_id, state, wait_for, next_step_id, next_action, due_date,
        start_date, reminder_count, company_id, team_id, undelivered
    )
    SELECT id, %(plan)s, 'running', 'either', %(step)s, 'remind',
           now() + INTERVAL '20 h', wait_start, 0, company_id, team_id, id %% 101 = 0
      FROM helpdesk_ticket ticket
     WHERE number LIKE 'SCR%%' AND incident_phase IN ('waiting', 'frozen', 'closure')
       AND NOT EXISTS (SELECT FROM incident_followup WHERE ticket_id = ticket.id)
"""
NOTICES = """
    INSERT INTO incident_notice (ticket_id, partner_id, status, channel, create_date)
    SELECT id, partner_id, CASE WHEN id %% 97 = 0 THEN 'bounced' ELSE 'sent' END,
           'mail', now()
      FROM helpdesk_ticket ticket, generate_series(1, 2)
     WHERE number LIKE 'SCR%%'
       AND NOT EXISTS (SELECT FROM incident_notice WHERE ticket_id = ticket.id)
"""
ACTIVITIES = """
    INSERT INTO mail_activity (
        res_model, res_model_id, res_id, activity_type_id, user_id, date_deadline,
        summary, active
    )
    SELECT 'helpdesk.ticket', %(model)s, id, %(type)s, %(agent)s, current_date,
           'Answer of somebody', TRUE
      FROM helpdesk_ticket ticket
     WHERE number LIKE 'SCR%%' AND right(number, 1) > '2'
       AND NOT EXISTS (SELECT FROM mail_activity WHERE res_id = ticket.id)
"""

# What callers name, of which one incident is known or few.
TYPED = {
    "number": "SCR1876",
    "title": "calls on line 1876,",
    "customer": "company 1876",
    "mail": "office1876@company1876.example",
    "telephone": "+33 1 00 00 18 76",
    "service": "LINE-0001876",
}


def fill(session, count):
    """Insert open incidents in all columns, each of a company with a line of its own.

    :param count: how many there are then
    """
    with session.environment() as env:
        team = env.ref("openip_incident.team_incident")
        plan = env.ref("openip_incident.plan_request")
        [[known]] = _query(
            env, "SELECT count(*) FROM helpdesk_ticket WHERE number LIKE 'SCR%%'"
        )
        integrator = env["res.partner"].create({"name": "Integrator of many"})
        values = {
            "agent": env.ref("base.user_admin").id,
            "company": env.company.id,
            "first": known + 1,
            "integrator": integrator.id,
            "last": count,
            "level": env.ref("openip_incident.escalation_level_2").id,
            "model": env["ir.model"]._get_id(TICKET),
            "plan": plan.id,
            "stages": team._get_incident_stages().ids,
            "step": plan._get_steps()[:1].id,
            "team": team.id,
            "type": env["mail.activity.type"].search([], limit=1).id,
        }
        env.flush_all()
        for statement in (CUSTOMERS, SERVICES, INCIDENTS, FOLLOWUPS, NOTICES):
            env.cr.execute(statement, values)
        env.cr.execute(ACTIVITIES, values)
    with session.registry.cursor() as cursor:
        cursor.connection.rollback()
        cursor.connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")
        cursor.connection.autocommit = False


def _query(env, query, values=None):
    env.cr.execute(query, values)
    return env.cr.fetchall()


def load(session, times):
    """Measure what the web client asks for when each screen is opened.

    :param times: how often each is loaded
    :return: dict of screen: (readings, bytes of the answers)
    """
    browser = Browser(session, "admin")
    # Another one is open of the same customer.
    _make_tickets(session, 1)
    [ticket_id] = _make_tickets(session, 1, "waiting")
    views = _read_views(browser, TICKET, _find_views(session), CONTEXT)
    thread = {"thread_model": TICKET, "thread_id": ticket_id}
    screens = {
        **_open_kanban(browser, views["kanban"]),
        "list": _open_list(browser, TICKET, views["list"], OURS),
        "list, not closed": _open_list(browser, TICKET, views["list"], OPEN),
        "list by stage": _open_groups(browser, views["list"], "stage_id"),
        "list by stage and team": _open_groups(
            browser, views["list"], "stage_id", "team_id"
        ),
        "list by customer": _open_groups(browser, views["list"], "partner_id"),
        "form": lambda: browser.call(
            TICKET,
            "web_read",
            [[ticket_id]],
            {
                "specification": {"display_name": {}, **views["form"].fields},
                "context": CONTEXT,
            },
        ),
        "form, thread": lambda: browser.post_json(
            "/mail/data",
            {"fetch_params": [["mail.thread", {**thread, "request_list": THREAD}]]},
        ),
        "form, messages": lambda: browser.post_json(
            "/mail/thread/messages", {**thread, "fetch_params": {"limit": 30}}
        ),
        "dashboard, teams": _open_all(browser, TEAM, "kanban"),
        "dashboard, tiles": lambda: browser.call(TEAM, "retrieve_dashboard", [], {}),
        "health": _open_all(browser, HEALTH, "list"),
    }
    found = {}
    for name, screen in screens.items():
        screen()
        size = browser.received
        found[name] = {"readings": _repeat(session, screen, times), "bytes": size}
    return found


def _open_kanban(browser, view):
    [bar] = view.arch.xpath("//progressbar")
    colors = {"field": bar.get("field"), "colors": json.loads(bar.get("colors"))}
    reading = {
        "auto_unfold": True,
        "unfold_read_specification": view.fields,
        "unfold_read_default_limit": int(view.arch.get("limit")),
        "context": {**CONTEXT, "read_group_expand": True},
    }
    return {
        "kanban": lambda: browser.call(
            TICKET, "web_read_group", [OPEN, ["stage_id"], []], reading
        ),
        "kanban, bars": lambda: browser.call(
            TICKET,
            "read_progress_bar",
            [OPEN, "stage_id", colors],
            {"context": CONTEXT},
        ),
    }


def _open_list(browser, model, view, domain):
    reading = {
        "specification": view.fields,
        "limit": int(view.arch.get("limit") or 80),
        "count_limit": COUNT_LIMIT,
        "context": CONTEXT,
    }
    return lambda: browser.call(model, "web_search_read", [domain], reading)


def _open_all(browser, model, kind):
    view = _read_views(browser, model, {kind: False}, {})[kind]
    return _open_list(browser, model, view, [])


def _open_groups(browser, view, *names):
    reading = {
        "auto_unfold": False,
        "opening_info": [],
        "limit": 80,
        "unfold_read_specification": view.fields,
        "unfold_read_default_limit": 80,
        "context": {**CONTEXT, "read_group_expand": True},
    }
    return lambda: browser.call(
        TICKET, "web_read_group", [OPEN, names, view.sums], reading
    )


# The specification of a view, as the web client makes it from the view


@dataclass
class View:
    """A view, what is asked of each of its records, and of each group of them."""

    arch: object
    fields: dict
    sums: list


def _find_views(session):
    """Return the views that the menu of incidents opens: dict of kind: id."""
    with session.environment() as env:
        action = env.ref("openip_incident.incident_action")
        known = {line.view_mode: line.view_id.id for line in action.view_ids}
        return {kind: known[kind] for kind in ("list", "kanban", "form")}


def _read_views(browser, model, kinds, context):
    """Return views of a model: dict of kind: :class:`View`.

    :param kinds: dict of kind: id of the view, none for the first one
    """
    found = browser.call(
        model,
        "get_views",
        [[[view_id, kind] for kind, view_id in kinds.items()]],
        {"context": context, "options": {}},
    )
    views = {}
    for kind in kinds:
        arch = etree.fromstring(found["views"][kind]["arch"])
        wanted = _specify(arch, model, found["models"])
        views[kind] = View(arch, wanted, _sum(wanted, found["models"][model]["fields"]))
    return views


def _sum(names, fields):
    """Return what is asked of groups: what can be added up of their records."""
    return [
        f"{name}:{field['aggregator']}"
        for name, field in fields.items()
        if field["type"] in ("float", "integer", "monetary")
        and field.get("aggregator")
        and name in names
    ]


def _specify(arch, model, models):
    """Return what is asked of the records that a view shows.

    :param arch: the view, or that of a field with many records
    :param models: dict of model: what is known of its fields
    """
    fields, specification = models[model]["fields"], {}
    for node in arch.iterdescendants("field"):
        above = node.iterancestors()
        if next(one for one in above if one is arch or one.tag == "field") is not arch:
            continue
        name, hidden = node.get("name"), _is_hidden(node)
        # What is shown anywhere is asked for as such.
        if not hidden or name not in specification:
            specification[name] = _specify_field(node, fields[name], hidden, models)
        specification |= BESIDE.get(node.get("widget"), {})
    return specification


def _is_hidden(node):
    return {node.get("invisible"), node.get("column_invisible")} & {"1", "True"}


def _specify_field(node, field, hidden, models):
    if field["type"] == "many2one":
        return {"fields": {}} if hidden else NAMED
    if hidden or field["type"] not in ("one2many", "many2many"):
        return {}
    if node.get("widget") in NAMING:
        color = {"color": {}} if "color" in (node.get("options") or "") else {}
        return {"fields": {"display_name": {}, **color}}
    for lines in node.iterchildren("list", "kanban"):
        return _specify_lines(lines, field["relation"], models)
    return {"fields": {}}


def _specify_lines(view, model, models):
    """Return what is asked of lines: with those that are shown first."""
    order = view.get("default_order")
    if view.xpath(".//field[@widget='handle']"):
        order = "sequence, id"
    return {
        "fields": _specify(view, model, models),
        "limit": int(view.get("limit") or 40),
        **({"order": order} if order else {}),
    }


# Searches


def find(session, times):
    """Measure the one search by all that a caller may name.

    :param times: how often each is searched for
    :return: dict of what is typed: readings, bytes, and how PostgreSQL finds it
    """
    browser, found = Browser(session, "admin"), {}
    view = _read_views(browser, TICKET, _find_views(session), CONTEXT)["list"]
    for name, text in TYPED.items():
        domain = [*OPEN, ["incident_find", "ilike", text]]
        search = _open_list(browser, TICKET, view, domain)
        if not search()["records"]:
            raise ValueError(f"Nothing is found for {text}.")
        found[name] = {
            "bytes": browser.received,
            "readings": _repeat(session, search, times),
            "plan": _explain(session, domain),
        }
    return found


def _explain(session, domain):
    """Return how PostgreSQL finds what the list shows: lines of text."""
    with session.environment(_get_agent(session)) as env:
        query = env[TICKET]._search(domain, limit=80, order=env[TICKET]._order)
        select = query.select()
        rows = _query(env, "EXPLAIN " + select.code, select.params)
        return [line for [line] in rows]
