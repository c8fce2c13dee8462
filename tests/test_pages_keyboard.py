"""Every page by link without a mouse, enlarged; every form with a session that is lost.

A real server and real Chromium: what is asked for is done by keys alone, and what was
typed survives.
"""

import pytest

from .system.keyboard import Keyboard

CLAIRE = "claire.martin@boulangerie.example.com"
TELINTEGRA = "support@telintegra.example.net"
BASTIEN = "bastien@telintegra.example.net"
TYPED = "Since Monday, at nine. – Ça sonne occupé."

FIELDS = {"/my/incidents/new": "[name=description]"}


@pytest.fixture
def people(support, browser):
    """Give two parties who hold links and logins, and one incident of theirs."""
    return People(support, browser)


def test_every_page_by_link_by_keys_alone_and_enlarged(people):
    people.report_by_form()
    people.read_and_inform()
    people.answer()
    people.confirm_and_rate()
    people.read_the_rest()
    assert people.support.errors() == []


def test_what_was_typed_outlives_the_session(people):
    people.write_down()
    visitor = people.log_in(CLAIRE)
    support, number = people.support, people.number
    path = people.path
    question = ("information", "<p>When?</p>")
    steps = [
        ("action_incident_open", (), "/my/incidents/new", "impact", "down"),
        ("incident_request", question, f"{path}/answer", None, None),
        ("action_incident_resolve", (), f"{path}/closure", "decision", "refused"),
        (
            "action_incident_close",
            ("support",),
            f"{path}/answer",
            "decision",
            "message",
        ),
    ]
    for method, args, page, *choice in steps:
        support.act(method, number, *args)
        support.mailbox.settle()
        people.lose_session(visitor, page, *choice)
    assert support.errors() == []


class People:
    """A customer and an integrator in front of their browsers."""

    def __init__(self, support, browser):
        self.support = support
        self.browser = browser
        add = support.add_contact
        self.integrator = add(
            name="Telintegra",
            is_company=True,
            is_integrator=True,
            email=TELINTEGRA,
            lang="en_US",
        )
        add(name="Bastien", parent_id=self.integrator, email=BASTIEN, lang="en_US")
        company = add(
            name="Boulangerie Martin", is_company=True, integrator_id=self.integrator
        )
        self.claire = add(
            name="Claire Martin", parent_id=company, email=CLAIRE, lang="en_US"
        )
        self.number = self.links = None

    # Preparations

    def visit(self, address):
        """Return the keys of somebody who has come by its last link."""
        visitor = self.browser.visitor(address)
        visitor.open(self.links[address])
        return Keyboard(visitor)

    def keep_links(self):
        self.links = {
            address: letter.link
            for address, letter in self.support.mailbox.fetch().items()
        }

    def act(self, method, *args):
        self.support.act(method, self.number, *args)
        self.keep_links()

    def write_down(self):
        values = {
            "name": "Dead lines",
            "description": "<p>Dead.</p>",
            "partner_id": self.claire,
            "team_id": self.support.find("openip_incident.team_incident"),
        }
        self.number = self.support.create(values)
        self.support.mailbox.fetch()

    @property
    def path(self):
        [ticket_id] = self.support.search([("number", "=", self.number)])
        return f"/my/ticket/{ticket_id}"

    def log_in(self, address):
        """Return somebody with a login, logged in."""
        partner = {CLAIRE: self.claire, TELINTEGRA: self.integrator}[address]
        user = {
            "name": address,
            "login": address,
            "password": address,
            "partner_id": partner,
            "group_ids": [(6, 0, [self.support.find("base.group_portal")])],
        }
        call = ("res.users", "create", [user])
        self.support.server.rpc(*call, context={"no_reset_password": True})
        visitor = self.browser.visitor(address)
        self.pass_login(visitor, address, "/my/tickets")
        return visitor

    def pass_login(self, visitor, address, path=None):
        if path:
            visitor.open(f"{self.support.server.url}/web/login?redirect={path}")
        visitor.page.locator("[name=login]").fill(address)
        visitor.page.locator("[name=password]").fill(address)
        with visitor.page.expect_navigation():
            visitor.page.locator("[name=password]").press("Enter")

    # By keys alone

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

    # A session that is lost

    def lose_session(self, visitor, path, name=None, value=None):
        """Type, lose the session, send: log in again and find what was typed.

        Once with nobody logged in, once with another login, from another tab.

        :param name: of what has to be chosen beside, if anything
        :param value: the choice
        """
        page, url = visitor.page, self.support.server.url
        text, field = f"{TYPED} {path}", FIELDS.get(path, "[name=text]")
        visitor.open(url + path)
        self._fill(page, field, text, name, value)
        visitor.context.clear_cookies()
        self._send(page)
        page.wait_for_selector("[name=password]")
        self.pass_login(visitor, CLAIRE)
        assert page.url == url + path
        self._await_form(page)
        assert page.locator(field).input_value() == text

        self._fill(page, field, text, name, value)
        visitor.context.clear_cookies()
        self._log_in_elsewhere(visitor)
        with visitor.expecting(400):
            self._send(page)
        assert page.locator("h1").count() == 1
        visitor.open(url + path)
        self._await_form(page)
        assert page.locator(field).input_value() == text
        if name != "decision":
            return
        # Nothing of it has happened; now it does.
        self._fill(page, field, text, name, value)
        with page.expect_navigation():
            self._send(page)
        visitor.open(url + path.rpartition("/")[0])
        assert visitor.text().count(text) == 1

    def _await_form(self, page):
        page.wait_for_selector("form.o_incident_sent_form[data-ready]")

    def _fill(self, page, field, text, name, value):
        self._await_form(page)
        page.locator(field).fill(text)
        if name:
            page.locator(f"[name={name}][value={value}]").check()

    def _send(self, page):
        page.locator("form.o_incident_sent_form button[type=submit]").last.click()

    def _log_in_elsewhere(self, visitor):
        own, visitor.page = visitor.page, visitor.context.new_page()
        self.pass_login(visitor, CLAIRE, "/my/tickets")
        visitor.page.close()
        visitor.page = own
