"""Every form with a session that is lost between reading and sending.

A real server and real Chromium: what was typed survives, and is done once.
"""

from dataclasses import dataclass

import pytest

from .system.people import CLAIRE, TELINTEGRA, People

TYPED = "Since Monday, at nine. – Ça sonne occupé."
QUESTION = ("information", "<p>When?</p>")


@dataclass
class Form:
    """One form of a page, as somebody fills it in.

    :ivar path: of its page
    :ivar field: selector of where the text goes
    :ivar ticks: selectors of what is chosen beside
    :ivar text: what is typed
    """

    path: str
    field: str = "[name=text]"
    ticks: tuple = ()
    text: str = TYPED

    @property
    def selector(self):
        return f"form:has({self.field})"


# What a party fills in, by what the agent has done; {path} is the incident's.
REFUSED = ("[name=decision][value=refused]",)
MESSAGE = ("[name=decision][value=message]",)
FORMS = {
    "answer": (("incident_request", *QUESTION), "{path}/answer", ()),
    "refusal": (("action_incident_resolve",), "{path}/closure", REFUSED),
    "message": (("action_incident_close", "support"), "{path}/answer", MESSAGE),
}


@pytest.fixture(scope="module")
def losers(lasting_support, chromium):
    """Give two parties who hold links and logins."""
    losers = Losers(lasting_support, chromium)
    administrator = {"incident_administrator": True}
    lasting_support.server.rpc(
        "res.partner", "write", [losers.integrator], administrator
    )
    return losers


@pytest.fixture
def people(losers, browser):
    """Give these parties, and one open incident of theirs."""
    losers.write_down()
    losers.tell("action_incident_open")
    return losers


@pytest.mark.parametrize("name", FORMS)
def test_what_was_typed_outlives_a_login(name, people):
    act, path, ticks = FORMS[name]
    visitor = people.log_in(CLAIRE)
    people.tell(*act)
    form = Form(path.format(path=people.path), ticks=ticks)
    people.lose_login(visitor, CLAIRE, form)
    # What has become of it is on the page, once.
    people.open(visitor, people.path)
    assert visitor.text().count(TYPED) == 1
    assert people.support.errors() == []


def test_a_new_incident_outlives_a_login(people):
    known = people.support.search([])
    visitor = people.log_in(CLAIRE)
    form = Form("/my/incidents/new", "[name=description]", ("#impact_down",))
    people.lose_login(visitor, CLAIRE, form)
    assert len(people.support.search([])) == len(known) + 1
    assert people.support.errors() == []


def test_a_choice_is_taken_anew_after_a_login(people):
    visitor = people.log_in(CLAIRE)
    people.tell("action_incident_resolve")
    path = f"{people.path}/closure"
    people.open(visitor, path)
    visitor.page.locator("#confirmed").check()
    visitor.context.clear_cookies()
    visitor.page.get_by_role("button", name="Send").click()
    visitor.page.wait_for_selector("[name=password]")
    people.pass_login(visitor, CLAIRE)
    assert people.support.read(people.number, "incident_phase")["incident_phase"] == (
        "closure"
    )
    assert visitor.page.locator(":checked").count() == 0
    visitor.page.locator("#confirmed").check()
    visitor.press("Send")
    assert people.support.read(people.number, "close_reason")["close_reason"] == (
        "confirmed"
    )
    assert people.support.errors() == []


def test_a_rating_outlives_a_login(people):
    visitor = people.log_in(CLAIRE)
    people.tell("action_incident_close", "confirmed")
    rating = Form(people.path, "[name=word]", ("#score_4",), "Quick")
    people.lose_login(visitor, CLAIRE, rating, "/rating")
    assert "Thank you. Your answer:" in visitor.text()
    assert people.support.errors() == []


def test_a_new_colleague_outlives_a_login(people):
    visitor = people.log_in(TELINTEGRA)
    name = Form(
        "/my/incidents/colleagues", "[name=name]", text="Nadège Le Gall-Örtlieb"
    )
    people.fill(visitor, name)
    visitor.page.locator("[name=email]").fill("nadege@telintegra.example.net")
    people.lose_login(visitor, TELINTEGRA, name)
    assert "Nadège Le Gall-Örtlieb" in visitor.text()
    people.open(visitor, name.path)
    assert visitor.page.locator(name.field).input_value() == ""
    assert set(people.support.mailbox.fetch()) == {"nadege@telintegra.example.net"}
    assert people.support.errors() == []


def test_who_else_is_informed_outlives_a_login(people):
    visitor = people.log_in(TELINTEGRA)
    inform = Form(people.path, "[name=email]", text="bastien@telintegra.example.net")
    people.lose_login(visitor, TELINTEGRA, inform, "/inform")
    assert "Bastien" in visitor.text()
    assert people.support.errors() == []


def test_an_answer_to_several_outlives_a_login(people):
    paths = []
    for _one in "ab":
        people.write_down()
        people.tell("action_incident_open")
        people.tell("incident_request", *QUESTION)
        paths.append(people.path)
    visitor = people.log_in(TELINTEGRA)
    ticks = tuple(f"#answer_{path.rpartition('/')[2]}" for path in paths)
    people.lose_login(visitor, TELINTEGRA, Form("/my/incidents/several", ticks=ticks))
    assert visitor.text().count("answered") == 2
    people.open(visitor, "/my/incidents/several")
    assert "is here again" not in visitor.text()
    assert people.support.errors() == []


def test_a_page_by_link_needs_no_session(support, browser):
    """Cookies are gone, and the page was open for longer than its key lives."""
    people = Losers(support, browser)
    support.receive(f"Claire Martin <{CLAIRE}>", "Dead lines", "Dead.")
    people.keep_links()
    visitor = people.browser.visitor(CLAIRE)
    link = people.links[CLAIRE]
    people.outlive(visitor, Form(link, "[name=description]", ("#impact_down",)))
    [ticket_id] = support.search([])
    call = ("helpdesk.ticket", "read", [ticket_id], ["number"])
    people.number = support.server.rpc(*call)[0]["number"]
    support.mailbox.skip()
    people.act("action_incident_open")
    view = people.links[CLAIRE]
    people.act("incident_request", *QUESTION)
    people.outlive(visitor, Form(people.links[CLAIRE]))
    support.mailbox.skip()
    people.act("action_incident_resolve")
    people.outlive(visitor, Form(people.links[CLAIRE], ticks=REFUSED))
    support.mailbox.skip()
    ann = "ann@boulangerie.example.com"
    support.add_contact(name="Ann Owen", parent_id=people.company, email=ann)
    people.outlive(visitor, Form(view, "[name=email]", text=ann))
    assert "Ann Owen" in visitor.text()
    people.act("action_incident_close", "support")
    again = ("[name=decision][value=reopened]",)
    visitor.open(view)
    visitor.press("Reopen the incident or write to us")
    people.outlive(visitor, Form(visitor.page.url, ticks=again))
    assert support.read(people.number, "reopen_count")["reopen_count"] == 1
    assert support.errors() == []


class Losers(People):
    """People whose session is gone when they send what they have typed."""

    def tell(self, method, *args):
        """Let the agent act, whose mails nobody reads."""
        self.support.act(method, self.number, *args)
        self.support.mailbox.skip()

    def open(self, visitor, path):
        """Open a page by its path or its link."""
        url = self.support.server.url
        visitor.open(path if path.startswith("http") else url + path)

    def lose_login(self, visitor, address, form, act=""):
        """Type, lose the session, send: log in again and find what was typed.

        Once with nobody logged in, once with another login, from another tab; then
        it is sent.

        :param act: what the address that the form is sent to has beside its page's
        """
        page = visitor.page
        self.fill(visitor, form)
        visitor.context.clear_cookies()
        self._send(page, form)
        page.wait_for_selector("[name=password]")
        self.pass_login(visitor, address)
        assert page.url == self.support.server.url + form.path + act
        self._assert_kept(page, form)

        self.fill(visitor, form)
        visitor.context.clear_cookies()
        self._log_in_elsewhere(visitor, address)
        with visitor.expecting(400):
            self._send(page, form)
        assert page.locator("h1").inner_text() == "The form was not sent"
        visitor.press("Open the page again")
        self._assert_kept(page, form)

        self._tick(page, form)
        with page.expect_navigation():
            self._send(page, form)
        page.wait_for_load_state("load")
        drafts = "Object.keys(localStorage).filter((key) => key.includes('.draft.'))"
        assert page.evaluate(drafts) == []

    def outlive(self, visitor, form):
        """Type, lose cookies and the page's key, send: it is given back, and sent."""
        page = visitor.page
        self.fill(visitor, form)
        visitor.context.clear_cookies()
        keys = page.locator(form.selector).locator("[name=form_key]")
        keys.evaluate("(key) => {key.value = 'aged' + key.value.slice(4);}")
        with visitor.expecting(422):
            self._send(page, form)
        assert page.locator("h1").count() == 1
        self._assert_kept(page, form)
        self._tick(page, form)
        with page.expect_navigation():
            self._send(page, form)
        assert "Error" not in page.title()

    def fill(self, visitor, form):
        """Open a page and fill its form in."""
        self.open(visitor, form.path)
        page = visitor.page
        page.wait_for_selector(f"{form.selector}[data-ready]")
        page.locator(form.field).fill(form.text)
        self._tick(page, form)

    def _tick(self, page, form):
        for tick in form.ticks:
            page.locator(tick).check()

    def _assert_kept(self, page, form):
        page.wait_for_selector(f"{form.selector}[data-ready]")
        assert page.locator(form.field).input_value() == form.text

    def _send(self, page, form):
        buttons = page.locator(form.selector).locator("button[type=submit]")
        buttons.last.click()

    def _log_in_elsewhere(self, visitor, address):
        own, visitor.page = visitor.page, visitor.context.new_page()
        self.pass_login(visitor, address, "/my/tickets")
        visitor.page.close()
        visitor.page = own
