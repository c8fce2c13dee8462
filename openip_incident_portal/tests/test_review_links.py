# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta
from urllib.parse import quote

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import (
    CLOSURE,
    CUSTOMER_MAIL,
    INTEGRATOR_MAIL,
    WAITING,
)

from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestReviewLinks(PageCommon):
    """A personal link neither reaches the other party nor outlives its date."""

    def _quote_link(self, html):
        """Let the customer quote its own link; return what the integrator reads."""
        incident = self._create_incident_in(CLOSURE)
        url = incident.sudo()._get_incident_url(self.customer)
        token = url.partition("token=")[2]
        text = html.format(
            url=url,
            encoded=quote(url, safe=""),
            twice=quote(quote(url, safe=""), safe=""),
            path=url.removeprefix(incident.sudo().get_base_url()),
            secure=url.replace("http:", "HTTPS:", 1),
        )
        with self.capture_letters() as letters:
            self._reply(incident, self.customer, html=text)
        body = self._letter_to(letters, INTEGRATOR_MAIL)["body"]
        self.assertIn("It works", body)
        page = self.visit(self.get_path(incident, self.integrator)).response.text
        for shown in (body, page):
            # The signature; what follows is in the integrator's own link, too.
            self.assertNotIn(token[16:46], shown)

    def test_filtered_link_is_scrubbed(self):
        """Mail filters wrap the links of the mails that they let through."""
        filtered = "https://eur.safelinks.example.com/?url={encoded}&amp;data=1"
        self._quote_link(f"<p>It works <a href='{filtered}'>here</a></p>")
        self._quote_link(f"<p>It works {filtered}</p>")
        self._quote_link(f"<p>It works {filtered.replace('encoded', 'twice')}</p>")

    def test_link_without_our_address_is_scrubbed(self):
        self._quote_link("<p>It works {path}</p>")
        self._quote_link("<p>It works {secure}</p>")

    def test_links_of_a_page_end_with_the_link_that_opened_it(self):
        """Whoever once had a link must not renew it for ever by looking."""
        incident = self._create_incident_in(WAITING)
        start = fields.Datetime.now()
        with freeze_time(start):
            path = self.get_path(incident)
        with freeze_time(start + timedelta(days=29)):
            page = self.visit(path)
            answer = page.xpath("//a[contains(@href, '/answer?token=')]/@href")[0]
            self.visit(answer)
        with freeze_time(start + timedelta(days=31)):
            self.visit(path, status=410)
            self.visit(answer, status=410)

    def test_mails_of_an_act_on_a_page_carry_links_of_full_life(self):
        incident = self._create_incident_in(CLOSURE)
        start = fields.Datetime.now()
        with freeze_time(start):
            path = self.get_path(incident, self.integrator, "closure")
        with freeze_time(start + timedelta(days=29)):
            with self.capture_letters() as letters:
                self.fill(path, decision="refused", text="Still dead")
            mail = self._letter_to(letters, CUSTOMER_MAIL)
        _head, _sign, link = mail["body"].partition(f"/incident/{incident.id}")
        link = link.partition('"')[0].replace("&amp;", "&")
        with freeze_time(start + timedelta(days=40)):
            self.visit(f"/incident/{incident.id}{link}")

    def test_subject_with_any_end_of_line_is_mailed(self):
        """Python refuses headers with what Unicode takes for the end of a line."""
        for index, end in enumerate("\u2028\x0b\x85"):
            with self.subTest(end=end), self.capture_letters() as letters:
                incident = self._create_incident(name=f"No{end}dial tone {index}")
                incident.action_incident_open()
            for letter in letters:
                self.assertEqual(len(letter["subject"].splitlines()), 1)
            self.assertPartiesGot(letters, CUSTOMER_MAIL, INTEGRATOR_MAIL)
