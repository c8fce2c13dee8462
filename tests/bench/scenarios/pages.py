"""What parties wait for: portal list and page, form, personal page."""

from urllib.parse import urlsplit

from .browser import Browser

LOGIN = "portal-bench@example.com"


def prepare(session):
    """Give the customer with the most tickets a login; return a ticket's id."""
    ours = "incident.followup" in session.registry
    # Of a customer's tickets without the process its integrator reads nothing.
    party, read = ("integrator_id", "is_incident") if ours else ("partner_id", "true")
    [[partner_id, ticket_id]] = session.execute(
        f"SELECT {party}, max(id) FROM helpdesk_ticket WHERE {party} IS NOT NULL "
        f"AND {read} GROUP BY {party} ORDER BY count(*) DESC LIMIT 1"
    )
    with session.environment() as env:
        users = env["res.users"].with_context(no_reset_password=True)
        if not users.search([("login", "=", LOGIN)]):
            users.create(
                {
                    "login": LOGIN,
                    "name": "Portal",
                    "partner_id": partner_id,
                    "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
                }
            )
    return ticket_id


def load(session, ticket_id, times):
    """Measure the pages of a user with a login.

    :param ticket_id: which one is looked at
    :param times: how often
    :return: dict of page: readings
    """
    browser = Browser(session, LOGIN)
    page = f"/my/ticket/{ticket_id}"
    visits = {
        "list": lambda: browser.get("/my/tickets"),
        "search": lambda: browser.get("/my/tickets?search=calls&search_in=name"),
        "page": lambda: browser.get(page),
        "page with its conversation": lambda: _read_conversation(browser, page),
    }
    return {name: _repeat(session, visit, times) for name, visit in visits.items()}


def _read_conversation(browser, page):
    """Load a page and what its browser then asks for, to show what was written.

    Ours has the conversation in it; the base's page loads core's chatter.
    """
    if 'id="discussion"' not in browser.get(page):
        return
    thread = {"thread_model": "helpdesk.ticket", "thread_id": int(page.split("/")[-1])}
    browser.post_json("/portal/chatter_init", thread)
    browser.post_json("/mail/chatter_fetch", {**thread, "fetch_params": {"limit": 30}})


def load_personal(session, times):
    """Measure the personal page of a party, by its link."""
    with session.environment() as env:
        ticket = env["incident.followup"].search([("state", "=", "running")], limit=1)
        ticket = ticket.ticket_id
        link = urlsplit(ticket._get_incident_url(ticket.partner_id, "view"))
    browser = Browser(session)
    path = f"{link.path}?{link.query}"
    return _repeat(session, lambda: browser.get(path), times)


def submit(session, path, target, times):
    """Measure a form: showing it, and sending it filled in.

    :param path: where the form is
    :param target: where it is sent to
    :return: dict of method: readings
    """
    browser = Browser(session, LOGIN)
    shown, sent = _repeat(session, lambda: browser.get(path), times), []
    for _time in range(times + 1):
        values = browser.read_form(browser.get(path))
        with session.measured() as reading:
            browser.post(target, values)
        sent.append(reading.as_dict())
        # A login may not report without end.
        session.execute(
            "UPDATE helpdesk_ticket SET create_date = create_date - interval '1 day' "
            "WHERE create_date > now() AT TIME ZONE 'UTC' - interval '1 hour'"
        )
    # The first one fills the caches.
    return {"GET": shown, "POST": sent[1:]}


def _repeat(session, visit, times):
    visit()
    readings = []
    for _time in range(times):
        with session.measured() as reading:
            visit()
        readings.append(reading.as_dict())
    return readings
