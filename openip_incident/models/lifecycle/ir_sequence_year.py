# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain

CODES = ("openip.incident", "openip.outage")


class IrSequence(models.Model):
    """Has the numbers of the next year ready before anybody asks for the first one.

    The first number of a year makes the range that it is drawn from: of two that are
    drawn in the same moment, one failed.
    """

    _inherit = "ir.sequence"

    @api.autovacuum
    def _prepare_incident_years(self):
        """Make the ranges of this year and of the next one, where they are missing."""
        today = fields.Date.today()
        dated = Domain("code", "in", CODES) & Domain("use_date_range", "=", True)
        for sequence in self.search(dated):
            for day in (today, date(today.year + 1, 1, 1)):
                ranges = sequence.date_range_ids
                if not ranges.filtered(lambda one, day=day: one._holds(day)):
                    sequence._create_date_range_seq(day)


class IrSequenceDateRange(models.Model):
    _inherit = "ir.sequence.date_range"

    def _holds(self, day):
        """Tell whether a day belongs to this range."""
        self.ensure_one()
        return self.date_from <= day <= self.date_to
