# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tables for spreadsheets, in which a foreign text stays a text."""

import csv
import io
import re
from datetime import datetime

import xlsxwriter

# What a spreadsheet takes for the beginning of a formula, also after white space and
# in the full width of East Asian keyboards (OWASP, CSV Injection).
FORMULA = re.compile(r"\A(?:[\t\r\n]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")

# What XML, and so a spreadsheet, cannot hold.
UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# By this mark Excel knows that a text is UTF-8.
BYTE_ORDER_MARK = "\ufeff"

# What a cell of Excel holds.
CELL_LENGTH = 32_767


def neutralise(value):
    """Return a text that no spreadsheet runs.

    :param value: str
    """
    return f"'{value}" if FORMULA.match(value) else value


def clean(value):
    """Return a text without what no cell can hold."""
    return UNWRITABLE.sub("", value)[:CELL_LENGTH]


def write_csv(header, rows, delimiter=",", date_format="%Y-%m-%d %H:%M"):
    """Return a table as the bytes of a CSV file (RFC 4180), for Excel, too.

    :param header: list of str
    :param rows: list of lists of str or naive datetime, as the reader's clock shows it
    :param delimiter: what the reader's spreadsheet expects between two values
    """
    output = io.StringIO()
    output.write(BYTE_ORDER_MARK)
    writer = csv.writer(output, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    for row in [header, *rows]:
        writer.writerow(
            value.strftime(date_format)
            if isinstance(value, datetime)
            else neutralise(clean(value))
            for value in row
        )
    return output.getvalue().encode()


def write_xlsx(title, header, rows, date_format="yyyy-mm-dd hh:mm"):
    """Return a table as the bytes of an Excel workbook: texts, dates and numbers.

    :param title: name of the sheet
    :param header, rows: see :func:`write_csv`; numbers, too
    """
    return write_workbook([(title, header, rows)], date_format)


def write_workbook(tables, date_format="yyyy-mm-dd hh:mm"):
    """Return tables as the bytes of an Excel workbook, a sheet for each.

    :param tables: list of (title, header, rows), see :func:`write_xlsx`
    """
    output = io.BytesIO()
    options = {"in_memory": True, "default_date_format": date_format}
    with xlsxwriter.Workbook(output, options) as workbook:
        bold = workbook.add_format({"bold": True})
        for title, header, rows in tables:
            sheet = workbook.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31])
            for column, label in enumerate(header):
                sheet.write_string(0, column, clean(label), bold)
            for line, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    _write_cell(sheet, line, column, value)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, max(len(header) - 1, 0), 24)
    return output.getvalue()


def _write_cell(sheet, line, column, value):
    if isinstance(value, datetime):
        sheet.write_datetime(line, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, column, value)
    else:
        # A cell of type string is never a formula.
        text = clean(value).replace("\r\n", "\n").replace("\r", "\n")
        sheet.write_string(line, column, text)
