# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import date
from typing import NamedTuple

from psycopg2.errors import UndefinedTable

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL, ormcache

from ...tools.whose_code import is_code_of
from ..lifecycle.helpdesk_ticket_number import SEQUENCE_CODE

# Whose way of drawing numbers is known here; another addon's is to be heard.
KNOWN = ("odoo.addons.base.", "odoo.addons.openip_incident.")
DRAWING = (
    "_get_prefix_suffix",
    "_next",
    "_next_do",
    "get_next_char",
    "next_by_code",
)
STANDARD = "standard"
LOOK = ("name", "padding", "prefix", "suffix")
# What decides where a number is drawn from, beside its look and its code.
SOURCE_FIELDS = {"company_id", "implementation", "use_date_range"}
RANGE_FIELDS = {"date_from", "date_to", "sequence_id"}


class Source(NamedTuple):
    """Where the numbers of a company come from on a day.

    :param counter: PostgreSQL's sequence
    :param begin: first day of the range whose numbers they are, if there is one
    :param look: what a number looks like, values of ``ir.sequence``
    """

    counter: str
    begin: date | None
    look: dict


class IrSequence(models.Model):
    """Draws the numbers of incidents by one query; core finds out how by four others.

    Without it everything works, slower.
    """

    _inherit = "ir.sequence"

    @api.model
    def next_by_code(self, sequence_code, sequence_date=None):
        dated = sequence_date or "ir_sequence_date" in self.env.context
        if sequence_code != SEQUENCE_CODE or dated or not self._is_drawn_by_core():
            return super().next_by_code(sequence_code, sequence_date=sequence_date)
        self.browse().check_access("read")
        source = self._get_source(self.env.company.id, fields.Date.today())
        if not source:
            return super().next_by_code(sequence_code, sequence_date=sequence_date)
        number = self._draw(source)
        sequence = self.new(source.look)
        if source.begin:
            sequence = sequence.with_context(ir_sequence_date_range=source.begin)
        return sequence.get_next_char(number)

    def write(self, vals):
        res = super().write(vals)
        if SOURCE_FIELDS & vals.keys():
            self.env["incident.address.mixin"]._forget_incident_addresses()
        return res

    def _draw(self, source):
        """Return the next number of a counter.

        :raises ConcurrencyError: if somebody has ended it since it was looked up: Odoo
            tries again
        """
        query = SQL("SELECT nextval(%s)", source.counter)
        try:
            [[number]] = self.env.execute_query(query)
        except UndefinedTable as error:
            self.env.registry.clear_cache()
            raise ConcurrencyError(str(error)) from error
        return number

    def _is_drawn_by_core(self):
        """Tell whether nobody else has a say in what numbers are."""
        ranges = type(self.env["ir.sequence.date_range"])
        return is_code_of(KNOWN, (*type(self).__mro__, *ranges.__mro__), DRAWING)

    @api.model
    @ormcache("company_id", "day")
    def _get_source(self, company_id, day):
        """Return where core would draw the next number from; None for what it prepares.

        :return: :class:`Source`
        """
        # SUDO: whoever may create an incident may draw its number. It is kept for all
        # of them: without what is particular to whoever comes first.
        self = self.with_env(self.env(su=True, context={}))
        sequences = self.search(
            [("code", "=", SEQUENCE_CODE), ("company_id", "in", [company_id, False])],
            order="company_id",
        )
        sequence = sequences[:1]
        if sequence.implementation != STANDARD or self._is_of_now(sequence):
            return None
        [look] = sequence.read(LOOK)
        look.pop("id")
        if not sequence.use_date_range:
            return Source(f"ir_sequence_{sequence.id:03d}", None, look)
        ranges = self.env["ir.sequence.date_range"].search(
            [
                ("sequence_id", "=", sequence.id),
                ("date_from", "<=", day),
                ("date_to", ">=", day),
            ],
            limit=1,
        )
        if not ranges or self._is_of_now(ranges):
            return None
        counter = f"ir_sequence_{sequence.id:03d}_{ranges.id:03d}"
        return Source(counter, ranges.date_from, look)

    def _is_of_now(self, records):
        """Tell whether this transaction has made or changed it, unseen by others."""
        return records.write_date >= self.env.cr.now()


class IrSequenceDateRange(models.Model):
    """Has the source of numbers looked up anew after its ranges have changed."""

    _inherit = "ir.sequence.date_range"

    @api.model_create_multi
    def create(self, vals_list):
        ranges = super().create(vals_list)
        self._forget_source()
        return ranges

    def write(self, vals):
        res = super().write(vals)
        if RANGE_FIELDS & vals.keys():
            self._forget_source()
        return res

    def unlink(self):
        res = super().unlink()
        self._forget_source()
        return res

    @api.model
    def _forget_source(self):
        self.env["incident.address.mixin"]._forget_incident_addresses()
