"""Programs that open every link of a mail, as some before mailboxes do, decide nothing.

They follow links, press buttons and send forms as they find them. Only somebody who
makes a choice may change an incident.
"""

import urllib.request
from collections import Counter
from dataclasses import dataclass
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest

from .system.phrases import ENGLISH, FRENCH, WORDS

PAUL = "paul@garage.example.com"
STRANGER = "zoe@unknown.example.org"
TELINTEGRA = "support@telintegra.example.net"

LINK_DAYS = "openip_incident_portal.link_days"

# Everything that the process keeps; how often an address comes is counted on purpose.
TABLES = r"""
    SELECT tablename FROM pg_tables WHERE schemaname = current_schema()
       AND tablename ~ '^(helpdesk|incident|mail)_|^res_(partner|users)$'
       AND tablename != 'incident_visit'
"""

ROWS = 'SELECT count(*), sum(hashtext(row::text)::bigint) FROM "{table}" AS row'


# What a reader's mails lead to, and how many forms there are at least: of two senders
# who report by mail; answers; closures, to be decided and to be taken back; expired
# links; satisfaction; colleagues to be informed.
FORMS = {
    PAUL: {"form": 1, "answer": 1, "closure": 2, "link": 1, "rating": 1, "inform": 1},
    TELINTEGRA: {"answer": 1, "closure": 2, "link": 1, "rating": 1, "inform": 1},
    STRANGER: {"form": 1},
}


@dataclass
class Mails:
    """All mails of incidents in every state, and what the database held by then."""

    support: object
    letters: list
    before: dict

    def assert_nothing_changed(self):
        """Assert that nothing was written since, and that no mail has left."""
        self.support.mailbox.settle()
        after = read_rows(self.support)
        changed = [name for name in after if after[name] != self.before[name]]
        assert changed == []
        assert len(self.support.mailbox.letters()) == len(self.letters)
        assert self.support.errors() == []


@pytest.fixture(scope="module")
def mails(lasting_support, chromium):
    """Give the mails, which nothing that reads them may make more of."""
    prepare_incidents(lasting_support, chromium)
    chromium.part()
    letters = lasting_support.mailbox.letters()
    return Mails(lasting_support, letters, read_rows(lasting_support))


def test_asking_for_links_changes_nothing(mails):
    readers = {reader for letter in mails.letters for reader in letter.recipients}
    assert readers == FORMS.keys()
    answers = Counter(
        (method, ask(method, letter.link))
        for letter in mails.letters
        for method in ("GET", "HEAD")
    )
    # Those of the first incident, for both parties, have expired.
    good = len(mails.letters) - 2
    assert answers == {
        ("GET", 200): good,
        ("HEAD", 200): good,
        ("GET", 410): 2,
        ("HEAD", 410): 2,
    }
    mails.assert_nothing_changed()


@pytest.mark.parametrize("reader", FORMS)
def test_opening_links_and_sending_forms_as_they_are_changes_nothing(
    reader, mails, browser
):
    letters = [letter for letter in mails.letters if letter.recipients == [reader]]
    scanner = Scanner(browser.visitor("scanner").page)
    for letter in letters:
        scanner.scan(letter)
    expected = FORMS[reader]
    assert scanner.sent.keys() == expected.keys()
    assert scanner.sent >= Counter(expected)
    assert scanner.sent["form"] == expected.get("form", 0)
    assert max(scanner.statuses) < 500
    mails.assert_nothing_changed()


class Scanner:
    """A program that looks for harm behind links and whatever can be reached there.

    :ivar sent: how many forms it has sent, by the last part of their paths
    """

    def __init__(self, page):
        self.page = page
        self.seen = set()
        self.sent = Counter()
        self.statuses = set()
        page.on("response", lambda answer: self.statuses.add(answer.status))

    def scan(self, letter):
        """Open the link of a mail and all that its pages lead to.

        Each page carries links with keys of its own: the same path for the same
        reader is the same page.
        """
        [reader] = letter.recipients
        queue = list(letter.links)
        while queue:
            url = queue.pop()
            place = (reader, urlsplit(url).path)
            if place not in self.seen:
                self.seen.add(place)
                queue += self._visit(url)
            elif url in letter.links:
                self.page.goto(url)

    def _visit(self, url):
        """Do all that a page offers; return where its links lead to."""
        if "/file/" in url:
            assert self.page.context.request.get(url).ok
            return []
        self.page.goto(url)
        # An address or a telephone number is no page.
        links = self.page.eval_on_selector_all(
            "a[href^='/'], a[href^='http']", "all => all.map(a => a.href)"
        )
        for index in range(self.page.locator("form").count()):
            if index:
                self.page.goto(url)
            self._press(index)
            self._send(url, index)
        return links

    def _press(self, index):
        """Click the buttons of a form on a fresh page; its own checks may stop that."""
        for button in self.page.locator("form").nth(index).locator("button").all():
            button.click()
        self.page.wait_for_load_state("load")

    def _send(self, url, index):
        """Send a form past all checks in the page."""
        self.page.goto(url)
        form = self.page.locator("form").nth(index)
        action = urlsplit(form.evaluate("form => form.action")).path
        with self.page.expect_navigation():
            form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
        last = "form" if "/form/" in action else action.rpartition("/")[2]
        self.sent[last] += 1


def ask(method, url):
    """Return the status of a request without a browser.

    :param method: HTTP method
    """
    request = urllib.request.Request(url, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status
    except HTTPError as error:
        return error.code


def read_rows(support):
    """Return a fingerprint of each table: dict of name: (rows, sum of their hashes)."""
    ledger = support.mailbox.ledger
    names = [row["tablename"] for row in ledger.query(TABLES)]
    return {name: ledger.query(ROWS.format(table=name)) for name in names}


def prepare_incidents(support, browser):
    """Have incidents in every state in which a page has a form, and all their mails."""
    parties = _add_parties(support)
    # Written into the links when they are mailed; these expire while the rest is made.
    _set_link_days(support, "0")
    _create_incident(support, parties)
    support.mailbox.settle()
    _set_link_days(support, "30")
    support.receive(STRANGER, "No dial tone", "Dead line.")
    support.receive(PAUL, "No dial tone", "Dead line.")
    _create_incident(support, parties)
    asked = _create_incident(support, parties)
    support.act("incident_request", asked, "information", "<p>Which box?</p>")
    solved = _create_incident(support, parties)
    support.act("action_incident_resolve", solved)
    _confirm_by_link(support, browser, _create_incident(support, parties))
    support.mailbox.settle()


def _add_parties(support):
    integrator = support.add_contact(
        name="Telintegra",
        is_company=True,
        is_integrator=True,
        email=TELINTEGRA,
        lang=FRENCH,
    )
    customer = support.add_contact(
        name="Garage Durand", email=PAUL, lang=ENGLISH, integrator_id=integrator
    )
    return {"partner_id": customer, "integrator_id": integrator}


def _create_incident(support, parties):
    """Return the number of a new incident that support has opened."""
    team = support.find("openip_incident.team_incident")
    values = {"name": "Dead", "description": "<p>Dead</p>", "team_id": team, **parties}
    number = support.create(values)
    support.act("action_incident_open", number)
    return number


def _confirm_by_link(support, browser, number):
    support.mailbox.settle()
    support.mailbox.read = len(support.mailbox.smtp.mails)
    support.act("action_incident_resolve", number)
    customer = browser.visitor("customer", ENGLISH)
    customer.open(support.mailbox.fetch()[PAUL].link)
    customer.choose(WORDS[ENGLISH]["works"])
    customer.press(WORDS[ENGLISH]["send"])


def _set_link_days(support, days):
    support.server.rpc("ir.config_parameter", "set_param", LINK_DAYS, days)
