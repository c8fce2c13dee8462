# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import partial
from itertools import chain
from operator import is_
from typing import Any, NamedTuple

from odoo import models
from odoo.orm.models import LOG_ACCESS_COLUMNS
from odoo.tools import SQL, clean_context, split_every

from ..words import BATCH

# So many rows share a statement: their texts are in memory twice.
ROWS = 500
# Longer texts, on average, cost more as elements of an array.
LONG = 1000
# Fewer are written as fast one by one.
FEW = 3
# Whose way of writing rows is known here; another addon's is to be heard.
KNOWN_WRITERS = ("odoo.orm.", "odoo.addons.openip_incident.")
X2MANY = ("one2many", "many2many")
REFERENCES = ("many2one", "many2one_reference")
# What core does not keep as it was given.
UNCACHED = (*X2MANY, "html")
WRITTEN_BY_CORE = {*LOG_ACCESS_COLUMNS, "id", "parent_path"}


def write_text(value):
    """Return an element of an array, for whatever may stand in a text."""
    # Not by its own method: safe HTML would escape what it is replaced by.
    return '"' + str.replace(str.replace(value, "\\", "\\\\"), '"', '\\"') + '"'


# By type of column: the array, and how an element of it is written.
ARRAYS = {
    "bool": (SQL("boolean[]"), str),
    # A text, which might be the elements of several rows, is refused.
    "int4": (SQL("integer[]"), "%d".__mod__),
    "text": (SQL("text[]"), write_text),
    "timestamp": (SQL("timestamp[]"), '"{}"'.format),
    "varchar": (SQL("varchar[]"), write_text),
}


class Column(NamedTuple):
    """What new rows have in one field.

    :param values: one per row
    :param same: whether all have one and the same
    """

    field: Any
    values: list
    same: bool

    def convert(self, function):
        """Return the column with each value converted, once where all are the same."""
        if self.same:
            return self._replace(values=[function(self.values[0])] * len(self.values))
        return self._replace(values=list(map(function, self.values)))

    def is_long(self):
        """Tell whether the values are texts of more than a line or two."""
        texts = [value for value in self.values if isinstance(value, str)]
        return sum(map(len, texts)) > LONG * len(self.values)

    def write_list(self):
        """Return the values as an array that PostgreSQL reads."""
        array, write = ARRAYS[self.field.column_type[0]]
        elements = ["NULL" if one is None else write(one) for one in self.values]
        return SQL("%s::%s", f"{{{','.join(elements)}}}", array)


class IncidentBatchMixin(models.AbstractModel):
    """Writes the rows of an act column by column; core goes through them one by one.

    Whoever extends ``create`` is heard as ever: only what core does below all of them
    is done another way. Where somebody has changed that, too, core does it.
    """

    _inherit = "incident.batch.mixin"

    def _create(self, data_list):
        runs = self._split_alike(data_list) if self.env.context.get(BATCH) else ()
        if not runs or len(data_list) < FEW * len(runs):
            return super()._create(data_list)
        return self.concat(
            *(
                self._create_alike(part)
                for run in runs
                for part in split_every(ROWS, run, list)
            )
        )

    def _split_alike(self, data_list):
        """Return rows that give the same columns, in their order; nothing for core's.

        :param data_list: as core classifies the values of new rows
        """
        writers = [cls for cls in type(self).mro() if "_create" in vars(cls)]
        if not all(cls.__module__.startswith(KNOWN_WRITERS) for cls in writers):
            return []
        inherited = any(any(data["inherited"].values()) for data in data_list)
        if inherited or self._parent_store:
            return []
        given = set().union(*(data["stored"] for data in data_list))
        if not all(self._is_written_as_list(self._fields[name]) for name in given):
            return []
        runs = []
        for data in data_list:
            if not runs or runs[-1][0]["stored"].keys() != data["stored"].keys():
                runs.append([])
            runs[-1].append(data)
        return runs

    @staticmethod
    def _is_written_as_list(field):
        """Tell whether a field's column is written, and kept, as its values are."""
        if field.translate or field.company_dependent:
            return False
        column_type = field.column_type
        return column_type[0] in ARRAYS if column_type else field.type in X2MANY

    def _create_alike(self, data_list):
        """Create rows that give the same columns, as core does.

        :param data_list: as core classifies the values of new rows
        """
        rows = [data["stored"] for data in data_list]
        columns = [self._make_column(name, rows) for name in rows[0]]
        records = self.browse(
            self._insert_columns([one for one in columns if one.field.column_type])
        )
        for data, record in zip(data_list, records, strict=True):
            data["record"] = record
        records._cache_columns(columns)
        protected = [(data["protected"], data["record"]) for data in data_list]
        with self.env.protecting(protected):
            records.modified(self._fields, create=True)
            records._create_lists([one for one in columns if one.field.type in X2MANY])
        records._validate_fields(rows[0])
        records.check_access("create")
        return records

    def _make_column(self, name, rows):
        values = [row[name] for row in rows]
        same = all(map(is_, values, values[1:]))
        return Column(self._fields[name], values, same)

    def _insert_columns(self, columns):
        """Insert rows; return their ids, in the order of the values.

        :param columns: list of :class:`Column`, of which what all rows share is sent
            once
        """
        columns = [self._convert_column(column) for column in columns]
        lists = [column for column in columns if not column.same] or columns[:1]
        names = [SQL.identifier(column.field.name) for column in columns]
        query = SQL(
            "INSERT INTO %s (%s) %s RETURNING id",
            SQL.identifier(self._table),
            SQL(", ").join(names),
            self._list_rows(columns)
            if any(column.is_long() for column in lists)
            else self._select_rows(columns, names, lists),
        )
        return [row[0] for row in self.env.execute_query(query)]

    @staticmethod
    def _list_rows(columns):
        """Return rows one by one: PostgreSQL reads long texts so at the least cost."""
        count = len(columns[0].values)
        row = f"({', '.join(['%s'] * len(columns))})"
        # A tuple for each row would be written by Python, value by value.
        values = chain.from_iterable(zip(*(one.values for one in columns), strict=True))
        return SQL(f"VALUES {', '.join([row] * count)}", *values)

    @staticmethod
    def _select_rows(columns, names, lists):
        """Return rows of arrays, and of what all rows share.

        :param names: of the columns, as SQL
        :param lists: those of the columns that are sent as arrays
        """
        values = [
            SQL("given.%s", name) if column in lists else SQL("%s", column.values[0])
            for name, column in zip(names, columns, strict=True)
        ]
        return SQL(
            "SELECT %s FROM unnest(%s) AS given (%s)",
            SQL(", ").join(values),
            SQL(", ").join(column.write_list() for column in lists),
            SQL(", ").join(SQL.identifier(column.field.name) for column in lists),
        )

    def _convert_column(self, column):
        convert = column.field.convert_to_column_insert
        return column.convert(partial(convert, record=self))

    def _cache_columns(self, columns):
        """Keep what was given in the cache, and that nothing else was.

        :param columns: list of :class:`Column` of these records
        """
        given = WRITTEN_BY_CORE.union(column.field.name for column in columns)
        for field in self._fields.values():
            if field.store and field.type in X2MANY:
                field._update_cache(self, ())
            elif field.store and field.name not in given:
                field._update_cache(self, None)
        cached = [
            column.convert(partial(column.field.convert_to_cache, record=self))
            for column in columns
            if column.field.type not in UNCACHED
        ]
        for column in cached:
            # New rows have nothing in the cache that is not written yet.
            cache = column.field._get_cache(self.env)
            cache.update(zip(self._ids, column.values, strict=True))
        # Once all is known of the rows: whether they belong to a list they say.
        for column in cached:
            if column.field.type in REFERENCES:
                self._add_to_lists(column)

    def _add_to_lists(self, column):
        """Add these records to the lists of what they refer to, where these are cached.

        :param column: :class:`Column` of a reference, as it is cached
        """
        field = column.field
        lists = [one._get_cache(self.env) for one in self.pool.field_inverses[field]]
        ids = {}
        for record_id, value in zip(self._ids, column.values, strict=True):
            if any(value in known for known in lists):
                ids.setdefault(value, []).append(record_id)
        for value, record_ids in ids.items():
            field._update_inverses(self.browse(record_ids), value)

    def _create_lists(self, columns):
        """Write what is in tables of its own.

        :param columns: list of :class:`Column` of these records
        """
        if not columns:
            return
        # What a context gives by default is not meant for these.
        records = self.with_env(self.env(context=clean_context(self.env.context)))
        for column in sorted(columns, key=lambda one: one.field._sequence):
            column.field.create(list(zip(records, column.values, strict=True)))
        self.modified([column.field.name for column in columns], create=True)
