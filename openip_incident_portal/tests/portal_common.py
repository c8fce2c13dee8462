# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re

from lxml import html

from odoo.http import Request
from odoo.tests import HttpCase

from odoo.addons.openip_incident.tests.common import IncidentCommon


class IncidentPortalCommon(IncidentCommon, HttpCase):
    """The people around one incident who have a login, and a browser for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"].with_context(lang="en_US")
        cls.other_integrator = partners.create(
            {"name": "Other Integrator", "is_company": True, "is_integrator": True}
        )
        cls.other_customer = partners.create(
            {
                "name": "Garage Durand",
                "is_company": True,
                "email": "garage@durand.example.com",
                "lang": "en_US",
                "integrator_id": cls.integrator.id,
            }
        )
        cls.portal_users = {
            name: cls._create_portal_user(cls, partner, f"login_{name}")
            for name, partner in (
                ("baker", cls.baker),
                ("technician", cls.technician),
                ("other_customer", cls.other_customer),
                ("other_integrator", cls.other_integrator),
                ("stranger", cls.stranger),
            )
        }
        for user in cls.portal_users.values():
            user.lang = "en_US"

    def _login(self, name):
        login = f"login_{name}" if name else None
        self.authenticate(login, login)

    def _get(self, path):
        self.env.flush_all()
        return self.url_open(path, allow_redirects=False)

    def _post(self, path, csrf=True, files=None, **data):
        self.env.flush_all()
        if csrf:
            data["csrf_token"] = Request.csrf_token(self)
        if "token" in data:
            # By link, the page gives the key of its form.
            page = self.url_open(path, params={"token": data["token"]}).text
            data.update(re.findall(r'name="(form_key)" value="([^"]+)"', page))
        response = self.url_open(path, data=data, files=files, allow_redirects=False)
        self.env.invalidate_all()
        return response

    def _page(self, path):
        """Return a page as a tree, which must have been shown."""
        response = self._get(path)
        self.assertEqual(response.status_code, 200, response.text[:500])
        return html.fromstring(response.text)

    def _numbers(self, path="/my/tickets"):
        """Return the numbers of a list, in their order."""
        cells = self._page(path).xpath(
            "//td[contains(@class, 'o_incident_row_number')]"
        )
        return [cell.text_content().strip() for cell in cells]

    def _files(self, incident, message):
        return message.attachment_ids.sudo().filtered(
            lambda file: file.res_id == incident.id
        )

    def assertLedAway(self, response):
        """Assert that the answer is the one to an id that does not exist."""
        self.assertEqual(response.status_code, 303)
        self.assertTrue(response.headers["Location"].endswith("/my"))

    def assertSentToLogin(self, response):
        self.assertEqual(response.status_code, 303)
        self.assertIn("/web/login", response.headers["Location"])
