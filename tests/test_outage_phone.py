# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Forty incidents of one outage, on a phone: all but two confirmed in one visit.

A real server and real Chromium, by the link in the mail that was really sent.
"""

from .system.browser import PHONE
from .system.keyboard import Keyboard

TELINTEGRA = "support@telintegra.example.net"
COUNT, FAILING = 40, (7, 31)
# Pixels that a thumb hits.
THUMB = 44
# Seconds: forty are opened, and told, one by one.
PATIENCE = 180


def test_all_but_two_of_forty_in_one_visit_on_a_phone(support, browser):
    numbers = report(support)
    support.mailbox.settle(PATIENCE)
    letters = support.mailbox.fetch()
    link = letters[TELINTEGRA].link
    assert "/incident/outage/" in link
    visitor = browser.visitor("phone", size=PHONE)
    visitor.open(link)
    visitor.look("joint closure")
    Keyboard(visitor).walk("joint closure")
    page = visitor.page
    send = page.locator("button", has_text="Send")
    # However many there are, the end of the form is at hand from the beginning.
    assert send.bounding_box()["y"] < PHONE["height"]
    assert page.locator("input:checked").count() == 0
    assert page.locator("[name^=reason_]:visible").count() == 0
    page.locator("label[for=refused]").click()
    for place in FAILING:
        label = page.locator("li label", has_text=numbers[place])
        assert label.bounding_box()["height"] >= THUMB
        label.click()
    assert page.locator("[name^=reason_]:visible").count() == len(FAILING)
    page.locator("[name^=reason_]:visible").first.fill("No dial tone")
    page.locator("[name=text]").fill("Still dead")
    send.click()
    page.wait_for_url("**done=1")
    assert "we have noted your answer" in visitor.text()
    check(support, numbers)
    assert support.errors() == []


def report(support):
    """Return the numbers of forty incidents that an outage has hit, and resolve it."""
    rpc, find = support.server.rpc, support.find
    integrator = support.add_contact(
        name="Telintegra",
        is_company=True,
        is_integrator=True,
        email=TELINTEGRA,
        lang="en_US",
    )
    customer = support.add_contact(
        name="Boulangerie Martin", is_company=True, integrator_id=integrator
    )
    team = find("openip_incident.team_incident")
    values = {"description": "<p>Dead.</p>", "partner_id": customer, "team_id": team}
    ids = rpc(
        "helpdesk.ticket",
        "create",
        [{**values, "name": f"No calls in shop {place}"} for place in range(COUNT)],
    )
    rpc("helpdesk.ticket", "action_incident_open", ids)
    values = {"name": "Trunk of Nantes", "team_id": team}
    [outage] = rpc("incident.outage", "create", [values])
    rpc("incident.outage", "action_attach", [outage], ids)
    # Each of them was opened by a mail of its own.
    support.mailbox.settle(PATIENCE)
    support.mailbox.read = len(support.mailbox.smtp.mails)
    rpc("incident.outage", "action_resolve", [outage], "<p>Mended.</p>")
    return [row["number"] for row in rpc("helpdesk.ticket", "read", ids, ["number"])]


def check(support, numbers):
    for place, number in enumerate(numbers):
        row = support.read(number, "incident_phase", "close_reason")
        fails = place in FAILING
        assert row["incident_phase"] == ("in_progress" if fails else "closed"), number
        assert row["close_reason"] == (False if fails else "confirmed"), number
