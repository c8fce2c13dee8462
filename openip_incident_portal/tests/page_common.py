# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A visitor without a login: opens links, reads pages, fills and sends forms."""

from urllib.parse import parse_qs, urlsplit

from lxml import html

from odoo.tests import HttpCase
from odoo.tools import SQL

from odoo.addons.openip_incident.tests.common import IncidentCommon

from ..models.guard.incident_visit import TALLIES
from ..models.page.view import LinkPaths, View


def make_view(incident, party):
    """Return how a party that comes by a link sees an incident."""
    return View(incident.sudo(), party, LinkPaths())


def get_page(incident, party):
    """Return what a page says, as plain values."""
    view = make_view(incident, party)
    return view.page._get_page(view)


class PageCommon(IncidentCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.incidents = cls.env["helpdesk.ticket"].sudo()

    def setUp(self):
        super().setUp()
        # No test is put off for the visits of another.
        TALLIES.clear()
        # Languages of pages are the readers', unless a test says otherwise.
        self.opener.headers["Accept-Language"] = "en-US"

    # Links

    def get_path(self, incident, party=None, purpose="view"):
        return incident.sudo()._get_incident_path(party or self.customer, purpose)

    def get_token(self, incident, party=None, purpose="view"):
        path = self.get_path(incident, party, purpose)
        return parse_qs(urlsplit(path).query)["token"][0]

    # Pages

    def visit(self, path, status=200, **options):
        """Open a page and return it parsed."""
        self.env.flush_all()
        response = self.url_open(path, **options)
        self.assertEqual(response.status_code, status, response.text[:2000])
        return self.parse(response)

    def parse(self, response):
        page = html.fromstring(response.content)
        page.response = response
        return page

    def read_page(self, page):
        """Return what one can read on a page, white space folded."""
        (content,) = page.xpath("//div[@id='wrap']")
        return " ".join(content.text_content().split())

    def view(self, incident, party=None):
        return self.read_page(self.visit(self.get_path(incident, party)))

    # Forms

    def get_form(self, page):
        (form,) = page.forms
        return form

    def send(self, form, files=None, redirects=False, **values):
        """Send a form as a browser does.

        :param files: list of (name, content)
        """
        data = {**dict(form.fields), **values}
        data = {name: value for name, value in data.items() if value is not None}
        data.pop("files", None)
        uploads = [("files", (name, content)) for name, content in files or []]
        if not uploads:
            # What browsers send where no file was chosen.
            uploads = [("files", ("", b"", "application/octet-stream"))]
        response = self.url_open(
            form.action, data=data, files=uploads, allow_redirects=redirects
        )
        self.env.invalidate_all()
        return response

    def fill(self, path, files=None, **values):
        """Open a page and send its form."""
        return self.send(self.get_form(self.visit(path)), files=files, **values)

    def answer(self, incident, party=None, files=None, **values):
        return self.fill(
            self.get_path(incident, party, "answer"), files=files, **values
        )

    def decide(self, incident, party=None, files=None, **values):
        return self.fill(
            self.get_path(incident, party, "closure"), files=files, **values
        )

    def assertRefused(self, response, *texts):
        """Assert that a form came back with an error, and nothing else happened."""
        self.assertEqual(response.status_code, 422, response.text[:2000])
        page = self.parse(response)
        (alert,) = page.xpath("//*[@role='alert']")
        for text in texts:
            self.assertIn(text, " ".join(alert.text_content().split()))
        return page

    def assertNeutral(self, response):
        """Assert that a page says nothing of any incident."""
        self.assertEqual(response.status_code, 404, response.text[:2000])
        page = self.parse(response)
        self.assertTrue(page.xpath("//h1"))
        self.assertNotRegex(response.text, r"INC\d|Traceback|No outgoing|Boulangerie")
        self.assertFalse(page.forms)
        return page

    # What happened

    def assertPartiesGot(self, letters, *addresses):
        """Assert which parties got a mail; what colleagues are told is not asked."""
        outside = [
            letter
            for letter in letters
            if not letter["email_to"][0].rstrip(">").endswith("@operator.example.com")
        ]
        self.assertLettersTo(outside, *addresses)

    def get_answers(self, incident, author=None):
        author = author or self.customer
        return self._entries(incident).filtered(
            lambda message: message.author_id == author
        )

    def get_rows(self):
        """Return a fingerprint of every table of the database."""
        self.env.flush_all()
        tables = self.env.execute_query(
            SQL(
                "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid=relnamespace"
                " WHERE relkind = 'r' AND nspname = current_schema"
            )
        )
        rows = {}
        for (table,) in tables:
            rows[table] = self.env.execute_query(
                SQL(
                    "SELECT count(*), sum(hashtext(row::text)::bigint) FROM %s AS row",
                    SQL.identifier(table),
                )
            )
        return rows

    def assertUnchanged(self, before, but=()):
        """Assert that a block has written nothing.

        :param but: tables that are written on purpose
        """
        after = self.get_rows()
        changed = {table for table in after if after[table] != before.get(table)}
        self.assertFalse(changed - set(but))
