"""A customer and an integrator in front of their browsers."""

from .keyboard import Keyboard

CLAIRE = "claire.martin@boulangerie.example.com"
TELINTEGRA = "support@telintegra.example.net"
BASTIEN = "bastien@telintegra.example.net"


class People:
    """Two parties who hold links and may have logins, and one incident of theirs."""

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
        self.company = add(
            name="Boulangerie Martin", is_company=True, integrator_id=self.integrator
        )
        self.claire = add(
            name="Claire Martin", parent_id=self.company, email=CLAIRE, lang="en_US"
        )
        self.number = self.links = None
        self.logins = set()

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
        self.support.mailbox.skip()

    @property
    def path(self):
        [ticket_id] = self.support.search([("number", "=", self.number)])
        return f"/my/ticket/{ticket_id}"

    def log_in(self, address):
        """Return somebody with a login, logged in."""
        if address not in self.logins:
            self._create_login(address)
        visitor = self.browser.visitor(address)
        self.pass_login(visitor, address, "/my/tickets")
        return visitor

    def _create_login(self, address):
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
        self.logins.add(address)

    def pass_login(self, visitor, address, path=None):
        if path:
            visitor.open(f"{self.support.server.url}/web/login?redirect={path}")
        visitor.page.locator("[name=login]").fill(address)
        visitor.page.locator("[name=password]").fill(address)
        with visitor.page.expect_navigation():
            visitor.page.locator("[name=password]").press("Enter")
        visitor.settle()
