"""Every page by link without a mouse, enlarged.

A real server and real Chromium: what is asked for is done by keys alone.
"""

import pytest

from .system.keyboard import Keyboard
from .system.people import BASTIEN, CLAIRE, TELINTEGRA, People

TYPED = "Since Monday, at nine. – Ça sonne occupé."


@pytest.fixture
def people(support, browser):
    """Give two parties who hold links, and one incident of theirs."""
    return Readers(support, browser)


def test_every_page_by_link_by_keys_alone_and_enlarged(people):
    people.report_by_form()
    people.read_and_inform()
    people.answer()
    people.confirm_and_rate()
    people.read_the_rest()
    assert people.support.errors() == []


class Readers(People):
    """What is done with links, by keys alone."""

    def report_by_form(self):
        self.support.receive(f"Claire Martin <{CLAIRE}>", "Dead lines", "Dead.")
        self.keep_links()
        keys = self.visit(CLAIRE)
        keys.page.wait_for_selector("form.o_incident_form[novalidate]")
        keys.walk("form")
        keys.choose("Nothing works")
        keys.type("Description", TYPED)
        keys.enter("Send")
        keys.walk("registered")
        [ticket_id] = self.support.search([])
        call = ("helpdesk.ticket", "read", [ticket_id], ["number"])
        self.number = self.support.server.rpc(*call)[0]["number"]
        self.support.mailbox.fetch()

    def read_and_inform(self):
        self.act("action_incident_open")
        keys = self.visit(TELINTEGRA)
        keys.walk("page")
        keys.reach("Opened on")
        keys.page.keyboard.press("Enter")
        assert keys.page.locator("details[open]").count() == 1
        keys.type("E-mail of a colleague", BASTIEN)
        keys.enter("Inform")
        assert "Bastien" in keys.visitor.text()
        keys.walk("page with an informed colleague")
        keys.choose("Bastien")
        keys.enter("Inform no more")
        assert "Bastien" not in keys.visitor.text()

    def answer(self):
        self.act("incident_request", "information", "<p>Since when?</p>")
        keys = self.visit(CLAIRE)
        keys.walk("answer")
        keys.type("Your reply", TYPED)
        keys.enter("Send")
        assert TYPED in keys.visitor.text()
        self.support.mailbox.fetch()

    def confirm_and_rate(self):
        self.act("action_incident_resolve")
        keys = self.visit(CLAIRE)
        keys.walk("closure")
        keys.choose("Yes, it works")
        keys.enter("Send")
        assert self.support.read(self.number, "close_reason") == {
            "id": self.support.search([("number", "=", self.number)])[0],
            "close_reason": "confirmed",
        }
        keys.walk("closed page")
        keys.choose("4")
        keys.type("In a word", "Quick")
        keys.enter("Send")
        assert "Thank you. Your answer:" in keys.visitor.text()
        self.keep_links()

    def read_the_rest(self):
        """What nobody likes to see: expired and broken links, and what we promise."""
        old = self.links[TELINTEGRA]
        rpc = self.support.server.rpc
        rpc("res.partner", "write", [self.integrator], {"email": f"new.{TELINTEGRA}"})
        visitor = self.browser.visitor("late")
        keys = Keyboard(visitor)
        with visitor.expecting(410):
            visitor.open(old)
        keys.walk("expired")
        keys.choose("Yes, mail me")
        keys.enter("Send me the link")
        keys.walk("link sent")
        rpc("res.partner", "write", [self.integrator], {"email": TELINTEGRA})
        self.support.mailbox.fetch()
        url = self.support.server.url
        with visitor.expecting(404):
            visitor.open(f"{url}/incident/1?token=broken")
        keys.walk("broken")
        visitor.open(f"{url}/incident/accessibility")
        keys.walk("accessibility")
