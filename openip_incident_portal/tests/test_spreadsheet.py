# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The list as a file: what the list shows, and nothing that a spreadsheet runs."""

import csv
import io
from datetime import datetime
from unittest.mock import patch

import openpyxl

from odoo.tests import TransactionCase, tagged

from odoo.addons.openip_incident.tests.common import CLOSED, OPENED, WAITING
from odoo.addons.openip_incident.tools.spreadsheet import (
    neutralise,
    write_csv,
    write_xlsx,
)

from ..controllers import export
from .portal_common import IncidentPortalCommon

FORMULAE = (
    "=1+1",
    "+33 2 61 91 20 41",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =cmd|' /C calc'!A0",
    "\u00a0=1",
    "\uff1d1",
    "\uff0b1",
    '=HYPERLINK("https://evil.example")',
)
TEXTS = ("", "INC0001", "a=b", "2 + 2", "it's", "Ligne – coupée", "1-2")


@tagged("post_install", "-at_install")
class TestSpreadsheet(TransactionCase):
    def test_formulae_become_texts_in_csv(self):
        rows = [[value] for value in FORMULAE + TEXTS]
        text = write_csv(["Title"], rows).decode("utf-8-sig")
        cells = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
        expected = [f"'{value}" for value in FORMULAE] + list(TEXTS)
        self.assertEqual(cells, expected)
        for value in TEXTS:
            self.assertEqual(neutralise(value), value)

    def test_separators_and_quotes_break_no_cell(self):
        for value in ('a;"b",c', '";=1', "a\nb", '"'):
            for delimiter in ",;":
                with self.subTest(value=value, delimiter=delimiter):
                    content = write_csv(["A", "B"], [[value, "x"]], delimiter)
                    text = io.StringIO(content.decode("utf-8-sig"), newline="")
                    rows = list(csv.reader(text, delimiter=delimiter))
                    self.assertEqual(rows[1], [value, "x"])

    def test_workbook_holds_texts_and_dates(self):
        rows = [[value, datetime(2026, 11, 29, 8, 5)] for value in FORMULAE + TEXTS]
        rows.append(["a\x00\x1b\ud800b" + "x" * 40_000, ""])
        content = write_xlsx("Incidents: [all]", ["=Title", "Date"], rows)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        cells = list(sheet.iter_rows())
        self.assertEqual(cells[0][0].data_type, "s")
        for value, line in zip(FORMULAE + TEXTS, cells[1:], strict=False):
            with self.subTest(value=value):
                self.assertIn(line[0].data_type, ("s", "n") if not value else ("s",))
                # XML knows one line break.
                shown = value.replace("\r", "\n")
                self.assertEqual((line[0].value or "").replace("\r", "\n"), shown)
                self.assertEqual(line[1].value, datetime(2026, 11, 29, 8, 5))
        self.assertTrue(cells[-1][0].value.startswith("abx"))


@tagged("post_install", "-at_install")
class TestExport(IncidentPortalCommon):
    def _read_csv(self, query="", delimiter=",", prefix=""):
        response = self._get(f"{prefix}/my/tickets/export/csv{query}")
        self.assertEqual(response.status_code, 200, response.text[:500])
        self.assertTrue(response.content.startswith(b"\xef\xbb\xbf"))
        self.assertIn("attachment", response.headers["Content-Disposition"])
        self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        text = io.StringIO(response.content.decode("utf-8-sig"), newline="")
        return list(csv.reader(text, delimiter=delimiter))

    def test_file_holds_the_list_and_what_its_reader_may_see(self):
        mine = self._create_incident_in(OPENED, name="=1+1")
        other = self._create_incident_in(WAITING, partner_id=self.other_customer.id)
        foreign = self._create_incident_in(OPENED, partner_id=self.stranger.id)
        foreign.sudo().integrator_id = False
        closed = self._create_incident_in(CLOSED)
        for name, query, incidents in (
            ("technician", "", [other, closed, mine]),
            ("technician", "?filterby=turn", [other]),
            ("technician", "?filterby=closed", [closed]),
            ("technician", f"?search={mine.number}", [mine]),
            ("baker", "?sortby=number", [closed, mine]),
            ("other_integrator", "", []),
        ):
            self._login(name)
            with self.subTest(user=name, query=query):
                rows = self._read_csv(query)
                numbers = [incident.number for incident in incidents]
                self.assertEqual([row[0] for row in rows[1:]], numbers)
                self.assertEqual(rows[0][0], "Number")
                self.assertEqual("Customer" in rows[0], name != "baker")
        self._login("technician")
        titles = [row[1] for row in self._read_csv()]
        self.assertIn("'=1+1", titles)

    def test_workbook_is_the_same_list(self):
        incident = self._create_incident_in(OPENED)
        self._login("technician")
        response = self._get("/my/tickets/export/xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(len(rows), 2)
        self.assertEqual(rows[1][0], incident.number)
        self.assertIsInstance(rows[1][-1], datetime)

    def test_french_files_have_french_headers_and_semicolons(self):
        lang = self.env["res.lang"]._activate_lang("fr_FR")
        lang.write({"decimal_point": ",", "date_format": "%d/%m/%Y"})
        self.portal_users["technician"].lang = "fr_FR"
        self._create_incident_in(OPENED)
        self._login("technician")
        rows = self._read_csv(delimiter=";", prefix="/fr")
        self.assertEqual(len(rows[0]), len(rows[1]))
        self.assertGreater(len(rows[0]), 4)
        self.assertRegex(rows[1][-1], r"\d\d/\d\d/\d{4} \d\d:\d\d")

    def test_too_long_a_list_is_refused_in_words(self):
        for _index in range(3):
            self._create_incident_in(OPENED)
        self._login("technician")
        with patch.object(export, "MAX_ROWS", 2):
            response = self._get("/my/tickets/export/csv")
        self.assertEqual(response.status_code, 400)
        self.assertIn("too long for a file", response.text)
        self.assertEqual(len(self._read_csv()), 4)

    def test_nobody_else_gets_a_file(self):
        self._create_incident_in(OPENED)
        self._login(None)
        self.assertSentToLogin(self._get("/my/tickets/export/csv"))
        self._login("technician")
        for kind in ("pdf", "__class__", "CSV", "%00"):
            with self.subTest(kind=kind):
                self.assertLedAway(self._get(f"/my/tickets/export/{kind}"))
