# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from functools import partial
from itertools import chain
from operator import is_
from typing import Any, NamedTuple

from odoo import Command, api, models
from odoo.orm.models import LOG_ACCESS_COLUMNS
from odoo.tools import SQL, clean_context, ormcache, split_every

from ...tools.whose_code import is_code_of
from ..words import BATCH

# So many rows share a statement: their texts are in memory twice.
ROWS = 500
# Longer texts, on average, cost more as elements of an array.
LONG = 1000
# Fewer are written as fast one by one.
FEW = 3
# Whose way of writing rows is known here; another addon's is to be heard.
KNOWN_WRITERS = ("odoo.orm.", "odoo.addons.openip_incident.")
# What of core is done another way here, besides the ``create`` below all others.
REPLACED = {
    "_add_missing_default_values",
    "_add_precomputed_values",
    "_create",
    "_prepare_create_values",
}
X2MANY = ("one2many", "many2many")
REFERENCES = ("many2one", "many2one_reference")
# What core does not keep as it was given.
UNCACHED = (*X2MANY, "html")
WRITTEN_BY_CORE = {*LOG_ACCESS_COLUMNS, "id", "parent_path"}


def write_text(value):
    """Return an element of an array, for whatever may stand in a text."""
    # Not by its own method: safe HTML would escape what it is replaced by.
    return '"' + str.replace(str.replace(value, "\\", "\\\\"), '"', '\\"') + '"'


def is_link(commands):
    """Tell whether commands of a list link one record, and do nothing else."""
    return (
        isinstance(commands, list)
        and len(commands) == 1
        and isinstance(commands[0], tuple)
        and commands[0][0] == Command.LINK
    )


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
        if self.holds_ids():
            return self
        if self.same:
            return self._replace(values=[function(self.values[0])] * len(self.values))
        return self._replace(values=list(map(function, self.values)))

    def holds_ids(self):
        """Tell whether all values are ids of records: these are written as they are."""
        values = self.values[:1] if self.same else self.values
        return self.field.type in REFERENCES and all(
            type(value) is int and value for value in values
        )

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

    @api.model_create_multi
    def create(self, vals_list):
        # Of few it is not worth finding out how alike they are.
        many = len(vals_list) >= FEW and self.env.context.get(BATCH)
        runs = self._split_alike(vals_list) if many else ()
        if not runs or len(vals_list) < FEW * len(runs):
            return super().create(vals_list)
        self = self.browse()
        self._check_creation(vals_list)
        return self.concat(
            *(
                self._create_alike(part)
                for run in runs
                for part in split_every(ROWS, run, list)
            )
        )

    def _check_creation(self, vals_list):
        """Refuse what the user may not create, as core does."""
        self.check_access("create")
        prefix = "default_"
        by_default = {
            key.removeprefix(prefix)
            for key in self.env.context
            if key.startswith(prefix)
        }
        given = by_default.intersection(self._fields).union(*vals_list)
        for name in given:
            self._check_field_access(self._fields[name], "write")

    def _split_alike(self, vals_list):
        """Return complete rows that give the same columns; nothing for core's.

        :param vals_list: values of new rows
        :return: list of runs, each a list of rows, in their order
        """
        if not self._is_created_by_core():
            return []
        missing, runs = {}, []
        for vals in vals_list:
            given = frozenset(vals)
            if given not in missing:
                if not self._is_given_alone(given):
                    return []
                missing[given] = self._prepare_missing(vals)
                if missing[given] is None:
                    return []
            row = {**missing[given], **vals}
            if not runs or runs[-1][0].keys() != row.keys():
                runs.append([])
            runs[-1].append(row)
        names = set().union(*(run[0] for run in runs))
        alike = all(self._is_written_as_list(self._fields[name]) for name in names)
        return runs if alike else []

    def _is_created_by_core(self):
        """Tell whether nobody else has a say in what is done another way here."""
        mro = type(self).__mro__
        # Whoever extends ``create`` above this is heard; who does below is not.
        place = [cls.__module__ for cls in mro].index(__name__)
        return (
            is_code_of(KNOWN_WRITERS, mro, REPLACED)
            and is_code_of(KNOWN_WRITERS, mro[place:], ["create"])
            and not self._parent_store
            and not self._check_company_auto
            and not self.env.context.get("_import_current_module")
            and not any(field.precompute for field in self._fields.values())
        )

    def _is_given_alone(self, names):
        """Tell whether values are of this model's table, and of nothing else.

        :param names: of what is given of a row
        """
        fields = [self._fields.get(name) for name in names]
        return (
            WRITTEN_BY_CORE.isdisjoint(names)
            and names.issuperset(self._inherits.values())
            and all(
                field and field.store and not field.inherited and not field.inverse
                for field in fields
            )
        )

    def _prepare_missing(self, vals):
        """Return what rows have by default that are given the same fields.

        :param vals: values of one of them
        :return: dict of stored values; None where core has to pass one on
        """
        complete = self._add_missing_default_values(dict(vals))
        fields = [self._fields[name] for name in complete if name not in vals]
        if any(field.inverse for field in fields):
            return None
        missing = {
            field.name: complete[field.name]
            for field in fields
            if field.store and field.name not in WRITTEN_BY_CORE
        }
        if self._log_access:
            now, user_id = self.env.cr.now(), self.env.uid
            missing.update(create_uid=user_id, create_date=now)
            missing.update(write_uid=user_id, write_date=now)
        return missing

    @staticmethod
    def _is_written_as_list(field):
        """Tell whether a field's column is written, and kept, as its values are."""
        if field.translate or field.company_dependent:
            return False
        column_type = field.column_type
        return column_type[0] in ARRAYS if column_type else field.type in X2MANY

    def _create_alike(self, rows):
        """Create rows that give the same columns, as core does.

        :param rows: values of all their columns
        """
        columns = [self._make_column(name, rows) for name in rows[0]]
        records = self.browse(
            self._insert_columns([one for one in columns if one.field.column_type])
        )
        records._cache_columns(columns)
        # What was given is not computed.
        protected = {
            field
            for column in columns
            if column.field.compute and not column.field.readonly
            for field in self.pool.field_computed.get(column.field, [column.field])
        }
        with self.env.protecting(protected, records):
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
        # A list of rows does not know by itself what its columns are of.
        values = [
            SQL("given.%s::%s", name, SQL(column.field.column_type[0]))
            if column in lists
            else SQL("%s", column.values[0])
            for name, column in zip(names, columns, strict=True)
        ]
        long = any(column.is_long() for column in lists)
        if long:
            self._compress_quickly()
        query = SQL(
            "INSERT INTO %s (%s) SELECT %s FROM %s AS given (%s) RETURNING id",
            SQL.identifier(self._table),
            SQL(", ").join(names),
            SQL(", ").join(values),
            self._list_rows(lists) if long else self._list_columns(lists),
            SQL(", ").join(SQL.identifier(column.field.name) for column in lists),
        )
        return [row[0] for row in self.env.execute_query(query)]

    def _compress_quickly(self):
        """Have PostgreSQL compress long texts by LZ4 until the transaction ends.

        Its own method takes a third of the time that it needs for a mail in all.
        """
        if self._knows_lz4():
            self.env.cr.execute("SET LOCAL default_toast_compression = 'lz4'")

    @api.model
    @ormcache()
    def _knows_lz4(self):
        """Tell whether PostgreSQL knows LZ4, and nobody has chosen something else."""
        query = SQL(
            "SELECT 'lz4' = ANY(enumvals) AND reset_val = boot_val FROM pg_settings "
            "WHERE name = 'default_toast_compression'"
        )
        return self.env.execute_query(query) == [(True,)]

    @staticmethod
    def _list_rows(columns):
        """Return rows one by one: PostgreSQL reads long texts so at the least cost."""
        count = len(columns[0].values)
        row = f"({', '.join(['%s'] * len(columns))})"
        # A tuple for each row would be written by Python, value by value.
        values = chain.from_iterable(zip(*(one.values for one in columns), strict=True))
        return SQL(f"(VALUES {', '.join([row] * count)})", *values)

    @staticmethod
    def _list_columns(columns):
        """Return rows by their columns, each an array."""
        arrays = SQL(", ").join(column.write_list() for column in columns)
        return SQL("unnest(%s)", arrays)

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
        given = set(column.values)
        known = set().union(*(given & cache.keys() for cache in lists if cache))
        if not known:
            return
        ids = {}
        for record_id, value in zip(self._ids, column.values, strict=True):
            if value in known:
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
            if records._is_linked_alone(column):
                records._link_alone(column)
                continue
            column.field.create(list(zip(records, column.values, strict=True)))
        self.modified([column.field.name for column in columns], create=True)

    def _is_linked_alone(self, column):
        """Tell whether new records are linked with one other each, which is not told.

        :param column: :class:`Column` of a list
        """
        field = column.field
        return (
            field.type == "many2many"
            and self.env.su
            and not self.pool.field_inverses[field]
            and all(map(is_link, column.values))
        )

    def _link_alone(self, column):
        """Link new records with one other each; core does it for lists of any length.

        :param column: :class:`Column` of a list
        """
        field = column.field
        others = [command[1] for [command] in column.values]
        self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT * FROM unnest(%s, %s)",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                SQL("%s::integer[]", list(self._ids)),
                SQL("%s::integer[]", others),
            )
        )
        cache = field._get_cache(self.env)
        cache.update(zip(self._ids, zip(others, strict=True), strict=True))
