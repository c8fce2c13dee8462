# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What is printed can be read: pages, numbers, accents, whichever program prints it."""

import io
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from odoo.addons.base.models import ir_actions_report

from .followup_common import HOUR, START
from .test_statement import NOVEMBER, StatementCommon

CLOCK = "openip_incident.report_incident_clock"
PROGRAM = "odoo.addons.openip_incident.models.ir_actions_report._wkhtml"
STATEMENT = "openip_incident.report_incident_statement"


@tagged("post_install", "-at_install")
class TestPaper(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        parameters = cls.env["ir.config_parameter"]
        # Nothing is loaded from anywhere: what is read are the words.
        parameters.set_param("report.url", "http://127.0.0.1:9")
        parameters.set_param("report.print_delay", "1")
        cls.env.company.name = "Opérateur Télécom"

    def print(self, report, record):
        """Return the texts of the pages of a report.

        :param record: of one record, or of several printed together
        """
        reports = self.env["ir.actions.report"].with_user(self.manager)
        reports = reports.with_context(lang="fr_FR", force_report_rendering=True)
        content, kind = reports._render_qweb_pdf(report, record.ids)
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF"))
        pages = PdfFileReader(io.BytesIO(content)).pages
        # One space between words, whatever the printer has put there.
        return [" ".join(page.extract_text().split()) for page in pages]

    def test_the_clock_of_an_incident_is_printed(self):
        incident = self.open(name="Coupure à Besançon")
        with self.at(START + HOUR):
            incident.with_user(self.agent).incident_clock_stop(
                self.causes["no_access"], None, "Portail fermé à clé"
            )
        text = "\n".join(self.print(CLOCK, incident))
        seal = incident.sudo().incident_clock_seal
        known = ("Coupure à Besançon", "Portail fermé à clé", incident.number, seal)
        for said in (*known, "Délai garanti", "Europe/Paris"):
            self.assertIn(said, text)

    def test_several_incidents_are_printed_as_one_file(self):
        incidents = self.open(name="Coupure") | self.open(name="Friture")
        texts = self.print(CLOCK, incidents)
        for incident in incidents:
            [page] = [text for text in texts if incident.number in text]
            self.assertIn(incident.name, page)

    def test_a_statement_has_whole_rows_and_numbers_below_its_pages(self):
        stop = (START + HOUR, START + 2 * HOUR)
        ledgers = [
            ({"name": f"Incident {number}"}, START, [stop], START + 3 * HOUR)
            for number in range(18)
        ]
        tickets = self.write_ledgers(ledgers)
        with self.at(START + 48 * HOUR):
            asked = self.ask(NOVEMBER, lang="fr_FR", customer_id=self.customer.id)
            pages = self.print(STATEMENT, asked)
        self.assertGreater(len(pages), 2)
        text = "\n".join(pages)
        for number in tickets.mapped("number"):
            self.assertEqual(text.count(number), 1)
        self.assertIn("Relevé des délais garantis", pages[0])
        for page in pages:
            # As many beginnings of rows as ends: none is torn.
            self.assertEqual(page.count("Signalé"), page.count("Rétabli :"))
            self.assertEqual(page.count("Signalé") * 2, page.count("Net :"))
        if not ir_actions_report._wkhtml().is_patched_qt:
            self.assertIn("Opérateur Télécom", pages[0])
            for number, page in enumerate(pages, 1):
                self.assertIn(f"{number} / {len(pages)}", page)

    def test_headers_are_left_to_who_can_print_them(self):
        reports = self.env["ir.actions.report"]
        for patched, ours in ((True, False), (False, True)):
            known = ir_actions_report._wkhtml()._replace(is_patched_qt=patched)
            with patch(PROGRAM, return_value=known):
                self.assertEqual(reports._is_printed_plain(CLOCK), ours)
                self.assertFalse(
                    reports._is_printed_plain("base.report_ir_model_overview")
                )
