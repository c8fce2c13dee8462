# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Parties download what the clocks of their incidents say of a month."""

import io

import openpyxl

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.openip_incident.tests.common import CLOSED, OPENED

from ..controllers.statement import PATH
from .portal_common import IncidentPortalCommon


@tagged("post_install", "-at_install")
class TestStatementsPage(IncidentPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A month begins with that of the contract's zone, hours before or after ours.
        terms = {"date_from": "2020-01-01", "gtr_hours": 4, "around_the_clock": True}
        terms["tz"] = "UTC"
        contracts = cls.env["incident.contract"].create(
            [
                {
                    "name": f"Shown: {shown}",
                    "version_ids": [
                        Command.create({**terms, "shown_to_parties": shown})
                    ],
                }
                for shown in (True, False)
            ]
        )
        cls.shown, cls.hidden = contracts
        cls.path = f"{PATH}/{fields.Date.today():%Y/%m}".replace("/0", "/")

    def _read_numbers(self, name, incidents):
        """Return the numbers of those incidents that the statement of a user names."""
        self._login(name)
        response = self._get(self.path)
        self.assertIn("attachment", response.headers["Content-Disposition"])
        book = openpyxl.load_workbook(io.BytesIO(response.content))
        cells = {
            cell
            for sheet in book
            for row in sheet.iter_rows(values_only=True)
            for cell in row
        }
        return {one.number for one in incidents if one.number in cells}

    def test_parties_read_their_own_where_the_contract_shows_clocks(self):
        self.customer.incident_contract_id = self.shown
        self.other_customer.incident_contract_id = self.shown
        self.stranger.incident_contract_id = self.shown
        mine = [self._create_incident_in(phase) for phase in (OPENED, CLOSED)]
        other = self._create_incident_in(OPENED, partner_id=self.other_customer.id)
        foreign = self._create_incident_in(OPENED, partner_id=self.stranger.id)
        foreign.sudo().integrator_id = False
        own = {incident.number for incident in mine}
        everyone = [*mine, other, foreign]
        self.assertEqual(self._read_numbers("baker", everyone), own)
        self.assertEqual(
            self._read_numbers("technician", everyone), own | {other.number}
        )
        page = self._page(PATH)
        self.assertIn(self.path, page.xpath("//a/@href"))

    def test_nobody_reads_what_the_contract_does_not_show(self):
        self.customer.incident_contract_id = self.hidden
        self._create_incident_in(OPENED)
        self._login("baker")
        for path in (PATH, self.path):
            response = self._get(path)
            self.assertNotIn("Content-Disposition", response.headers)
            self.assertEqual(response.status_code, 303)

    def test_only_months_that_are_offered_are_handed_out(self):
        self.customer.incident_contract_id = self.shown
        self._create_incident_in(OPENED)
        self._login("baker")
        for month in ("1/1", "2020/1", "2026/13", "99999/1", "0/0"):
            response = self._get(f"{PATH}/{month}")
            self.assertNotIn("Content-Disposition", response.headers)
