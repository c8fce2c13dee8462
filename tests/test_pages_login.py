"""Every page behind a login without a mouse, enlarged; and many incidents at once.

A real server and real Chromium, as the integrator and as the customer.
"""

import pytest

from .system.keyboard import Keyboard
from .system.people import CLAIRE, TELINTEGRA, People

# A person answers twelve incidents and confirms ten with this many.
MOST_CLICKS = 6
TYPED = "Rebooted twice. – Toujours rien."


# By what they are about; what is in braces are incidents.
PAGES = {
    "all incidents": (
        "/my",
        "/my/tickets",
        "/my/tickets?filterby=closed&sortby=name&groupby=none",
        "/my/tickets?search=nothing%20like%20this&search_in=all",
    ),
    "one that waits": (
        "/my/ticket/{waiting}",
        "/my/ticket/{waiting}/answer",
        "/my/ticket/{waiting}/clock",
    ),
    "one that is over": (
        "/my/ticket/{solved}",
        "/my/ticket/{solved}/closure",
        "/my/ticket/{closed}",
        "/my/ticket/{closed}/answer",
    ),
    "what is to do": (
        "/my/incidents/new",
        "/my/incidents/several",
        "/my/incidents/preferences",
        "/my/incidents/statements",
        "/incident/accessibility",
    ),
}
INTEGRATORS = (
    "/my/tickets?groupby=customer",
    "/my/incidents/several?ticked=all",
    "/my/incidents/customers",
    "/my/incidents/colleagues",
)
VISITS = [
    pytest.param(address, pages, id=f"{whose}, {name}")
    for address, whose in ((TELINTEGRA, "integrator"), (CLAIRE, "customer"))
    for name, pages in PAGES.items()
]
VISITS.append(pytest.param(TELINTEGRA, INTEGRATORS, id="integrator alone"))


@pytest.fixture(scope="module")
def members(lasting_support, chromium):
    """Give two parties with logins, and incidents of all kinds of theirs."""
    members = Members(lasting_support, chromium)
    members.prepare()
    yield members
    chromium.part()


@pytest.fixture(scope="module")
def visitors(members):
    """Give both parties, logged in: logging in takes longer than looking at a page."""
    return {address: members.log_in(address) for address in (TELINTEGRA, CLAIRE)}


@pytest.mark.parametrize(("address", "pages"), VISITS)
def test_every_page_with_login_by_keys_alone_and_enlarged(
    address, pages, members, visitors
):
    server = members.support.server
    visitor = visitors[address] = visitors[address].renew()
    for page in pages:
        path = page.format(**members.incidents)
        visitor.open(server.url + path)
        arrived = visitor.page.url.removeprefix(server.url)
        assert arrived.partition("?")[0] == path.partition("?")[0]
        visitor.settle()
        Keyboard(visitor).walk(f"{path} of {address}")
        visitor.look(path.strip("/").replace("/", "-").partition("?")[0])
    assert members.support.errors() == []


def test_many_that_wait_take_few_clicks(support, browser):
    people = Members(support, browser)
    asked, solved = people.fill_the_list()
    visitor = people.log_in(TELINTEGRA)
    clicks = people.count_clicks(visitor)
    page = visitor.page
    visitor.open(f"{people.support.server.url}/my/tickets")
    visitor.press("Answer or confirm several at once")
    visitor.press("Tick all of both")
    page.get_by_role("textbox", name="Your answer").fill(TYPED)
    page.get_by_label("Everything works again").check()
    visitor.press("Send")
    text = visitor.look("several")
    assert "What could not be done" not in text
    assert text.count("answered") == len(asked)
    assert text.count("confirmed and closed") == len(solved)
    rows = people.support.server.rpc(
        "helpdesk.ticket", "read", asked + solved, ["incident_phase"]
    )
    phases = [row["incident_phase"] for row in rows]
    assert "waiting" not in phases and phases.count("closed") == len(solved)
    assert 0 < clicks() <= MOST_CLICKS
    assert people.support.errors() == []


class Members(People):
    """What is done by who has a login."""

    def prepare(self):
        """Make what the pages show: clocks, an outage, and incidents that wait."""
        rpc = self.support.server.rpc
        terms = {
            "date_from": "2020-01-01",
            "gtr_hours": 4,
            "around_the_clock": True,
            "shown_to_parties": True,
        }
        contract = {"name": "GTR 4 h", "version_ids": [(0, 0, terms)]}
        [contract_id] = rpc("incident.contract", "create", [contract])
        rpc(
            "res.partner",
            "write",
            [self.company],
            {"incident_contract_id": contract_id},
        )
        rpc("res.partner", "write", [self.integrator], {"incident_administrator": True})
        name = "+33 2 61 91 20 41 (headquarters)"
        service = {"name": name, "partner_id": self.company}
        [service_id] = rpc("incident.service", "create", [service])
        self.strike(service_id)
        question = ("information", "<p>Since when?</p>")
        waiting = [self.take_up("incident_request", *question) for _one in "ab"]
        solved = [self.take_up("action_incident_resolve") for _one in "ab"]
        closed = self.take_up("action_incident_close", "support")
        self.incidents = {"waiting": waiting[0], "solved": solved[0], "closed": closed}
        self.support.mailbox.settle()

    def strike(self, service_id):
        """Begin an outage."""
        rpc = self.support.server.rpc
        values = {
            "name": "Trunk of Nantes-Saint-Herblain",
            "team_id": self.support.find("openip_incident.team_incident"),
            "begin_date": "2026-01-02 03:04:05",
            "service_ids": [(6, 0, [service_id])],
        }
        [outage_id] = rpc("incident.outage", "create", [values])
        rpc("incident.outage", "publish", [outage_id], "<p>We look for the cause.</p>")

    def take_up(self, method, *args):
        """Return the id of a new incident that has come as far as an act."""
        self.write_down()
        self.support.act("action_incident_open", self.number)
        self.support.act(method, self.number, *args)
        return int(self.path.rpartition("/")[2])

    # Many

    def fill_the_list(self, answer=12, confirm=10, total=300):
        """Write down many incidents, some of which wait for the integrator."""
        rpc = self.support.server.rpc
        team = self.support.find("openip_incident.team_incident")
        rows = [
            {
                "name": f"Dead line {index}",
                "description": "<p>Dead.</p>",
                "partner_id": self.claire,
                "team_id": team,
            }
            for index in range(total)
        ]
        ids = rpc("helpdesk.ticket", "create", rows)
        asked, solved = ids[:answer], ids[answer : answer + confirm]
        rpc("helpdesk.ticket", "action_incident_open", asked + solved)
        rpc("helpdesk.ticket", "incident_request", asked, "information", "<p>When?</p>")
        rpc("helpdesk.ticket", "action_incident_resolve", solved)
        return asked, solved

    def count_clicks(self, visitor):
        """Count what the visitor presses from now on; return how to read it."""
        count = []
        visitor.context.expose_function("noteClick", lambda: count.append(1))
        visitor.context.add_init_script(
            "addEventListener('click', (ev) => ev.isTrusted && noteClick(), true)"
        )
        return lambda: len(count)
