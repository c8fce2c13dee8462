# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields


class Hours(fields.Float):
    """A duration that may be unknown: NULL, which no average counts, instead of 0."""

    def convert_to_column(self, value, record, values=None, validate=True):
        if _is_unknown(value):
            return None
        return super().convert_to_column(value, record, values, validate)

    def convert_to_cache(self, value, record, validate=True):
        if _is_unknown(value):
            return None
        return super().convert_to_cache(value, record, validate)

    def convert_to_record(self, value, record):
        return False if _is_unknown(value) else value

    def convert_to_export(self, value, record):
        return "" if _is_unknown(value) else value


def _is_unknown(value):
    return value is None or value is False


def count_hours(start, end):
    """Return the hours between two moments, None where one of them is unknown.

    :param start: naive UTC, or nothing
    :param end: naive UTC, or nothing
    """
    return (end - start).total_seconds() / 3600 if start and end else None
