# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io

import lxml.html
from reportlab.lib.units import mm
from reportlab.pdfgen import canvas

from odoo import api, models
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from odoo.addons.base.models.ir_actions_report import _wkhtml

OURS = ("openip_incident.", "openip_incident_portal.")
HEADERS = "//div[contains(concat(' ', normalize-space(@class), ' '), ' header ')]"
# Nothing is printed above the page then but its margin.
MARGIN_TOP = "10"
# Fonts of the web would become drawings: nobody could search, copy or have it read.
STYLE = "<style>* { font-family: sans-serif !important; }</style>"
FONT, SIZE, GREY = "Helvetica", 8, 0.4


class IrActionsReport(models.Model):
    """Gives our pages their letterhead and numbers, whichever wkhtmltopdf prints them.

    The one of Debian prints neither header nor footer: the first page then has the
    company's header above its text, and each page its number below.
    """

    _inherit = "ir.actions.report"

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        options = {
            "report_ref": report_ref,
            "landscape": landscape,
            "specific_paperformat_args": specific_paperformat_args,
            "set_viewport_size": set_viewport_size,
        }
        run = super()._run_wkhtmltopdf
        if not self._is_printed_plain(report_ref):
            return run(bodies, header=header, footer=footer, **options)
        options["specific_paperformat_args"] = {
            **(specific_paperformat_args or {}),
            "data-report-margin-top": MARGIN_TOP,
        }
        # It takes one document at a time.
        letters = self._set_letterheads(bodies, header)
        return self._bind([run([letter], **options) for letter in letters])

    @api.model
    def _is_printed_plain(self, report_ref):
        """Tell whether a report is ours, and headers are not printed."""
        name = report_ref
        if isinstance(report_ref, models.Model):
            # SUDO: only its name is read.
            name = report_ref.sudo().report_name
        ours = isinstance(name, str) and name.startswith(OURS)
        return ours and not _wkhtml().is_patched_qt

    @api.model
    def _set_letterheads(self, bodies, header):
        """Put the header of each document above its text.

        :param bodies: HTML of the documents
        :param header: HTML with the headers of all of them, in their order
        """
        found = lxml.html.fromstring(header).xpath(HEADERS) if header else []
        pages = [lxml.html.fromstring(str(body)) for body in bodies]
        for page, letterhead in zip(pages, found, strict=False):
            page.find("body").insert(0, letterhead)
            page.find("head").append(lxml.html.fromstring(STYLE))
        return [
            lxml.html.tostring(page, doctype="<!DOCTYPE html>", encoding="unicode")
            for page in pages
        ]

    @api.model
    def _bind(self, contents):
        """Return documents as one PDF, each with numbers below its pages.

        :param contents: list of PDF
        """
        writer = PdfFileWriter()
        for content in contents:
            pages = PdfFileReader(io.BytesIO(content)).pages
            for number, page in enumerate(pages, 1):
                page.merge_page(self._draw_footer(page.mediabox, number, len(pages)))
                writer.add_page(page)
        with io.BytesIO() as bound:
            writer.write(bound)
            return bound.getvalue()

    @api.model
    def _draw_footer(self, box, number, total):
        """Return a page with nothing but the footer."""
        width, height = float(box.width), float(box.height)
        words = self.env._("Page %(number)s / %(total)s", number=number, total=total)
        with io.BytesIO() as drawn:
            drawing = canvas.Canvas(drawn, pagesize=(width, height))
            drawing.setFont(FONT, SIZE)
            drawing.setFillGray(GREY)
            drawing.drawRightString(width - 10 * mm, 8 * mm, words)
            drawing.save()
            return PdfFileReader(io.BytesIO(drawn.getvalue())).pages[0]
