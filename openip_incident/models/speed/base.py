# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.tools import SQL, ormcache
from odoo.tools.query import Query

# Whose way of naming a column is known here; another addon's is to be heard.
KNOWN_FIELDS = "odoo.orm."
# Who decides what may be read, and lets the superuser read everything.
KNOWN_GUARDS = (
    "odoo.orm.",
    "odoo.addons.base.models.",
    "odoo.addons.openip_incident.models.",
    "odoo.addons.openip_incident_portal.models.",
)


class Base(models.AbstractModel):
    """Writes the columns of a query once; core does each time that it reads records.

    A ticket has two hundred of them, each of which core wraps, checks and joins anew:
    that takes longer than PostgreSQL needs to find the ticket. Every mail that comes in
    and every page reads fifty times. Without it everything works, slower.
    """

    _inherit = "base"

    def _fetch_query(self, query, fields):
        columns = {field.name: field for field in fields if field.column_type}
        columns.pop("id", None)
        known = self._get_plain_columns(tuple(columns))
        if not known or self._reads_sizes(columns.values()):
            return super()._fetch_query(query, fields)
        names, terms = known
        for name in names if not self.env.su else ():
            self._check_field_access(columns[name], "read")
        others = [columns[name] for name in columns if name not in names]
        rows = self.env.execute_query(
            query.select(terms, *(self._write_column(field, query) for field in others))
        )
        if not rows:
            return self.browse()
        ids, *lists = zip(*rows, strict=True)
        fetched = self.browse(ids)
        given = [*(columns[name] for name in names), *others]
        for field, values in zip(given, lists, strict=True):
            # Without overwriting what is to be written.
            field._insert_cache(fetched, values)
        for field in fields:
            if not field.column_type:
                field.read(fetched)
        return fetched

    @api.model
    @ormcache("names")
    def _get_plain_columns(self, names):
        """Return the columns that are the same for whoever reads them, as SQL.

        :param names: tuple of the names of stored fields
        :return: dict of their names, and the list for a query behind the id; nothing
            where core has to write it
        """
        if type(self)._field_to_sql is not models.BaseModel._field_to_sql:
            return None
        plain = dict.fromkeys(
            name for name in names if self._is_plain_column(self._fields[name])
        )
        columns = [SQL.identifier(self._table, name) for name in ("id", *plain)]
        return (plain, SQL(", ").join(columns)) if plain else None

    @api.model
    def _is_plain_column(self, field):
        depends = field.translate or field.company_dependent
        return not depends and type(field).to_sql.__module__.startswith(KNOWN_FIELDS)

    def _reads_sizes(self, fields):
        """Tell whether the size of a file is asked for instead of the file."""
        return any(field.type == "binary" for field in fields) and any(
            name.startswith("bin_size") for name in self.env.context
        )

    def _write_column(self, field, query):
        """Return a column as core writes it."""
        sql = self._field_to_sql(self._table, field.name, query)
        if field.translate:
            return sql
        to_flush = (other for other in sql.to_flush if other != field)
        return SQL(sql.code, *sql.params, to_flush=to_flush)

    # Which fields the process reads

    def _fetch_field(self, field):
        """Read with a field those that core reads with it, who may read them all."""
        together = self.env.context.get("prefetch_fields", True) and field.prefetch
        names = together and self.env.su and self._get_read_together(together)
        return self.fetch(names) if names else super()._fetch_field(field)

    def _determine_fields_to_fetch(self, field_names=None, ignore_when_in_cache=False):
        """Ask of no field whether it may be read, who may read them all."""
        fields = [self._fields.get(name) for name in dict.fromkeys(field_names or ())]
        stored = all(field is not None and field.store for field in fields)
        free = self.env.su and fields and stored and self._get_read_together(True)
        if not free:
            return super()._determine_fields_to_fetch(field_names, ignore_when_in_cache)
        return [
            field
            for field in fields
            if field.name != "id"
            and not (ignore_when_in_cache and not any(field._cache_missing_ids(self)))
        ]

    @api.model
    @ormcache("together")
    def _get_read_together(self, together):
        """Return which fields are read at once for the superuser.

        :param together: what they have as ``prefetch``
        :return: tuple of names, None where another addon may have a say in it
        """
        guards = [vars(cls).get("_has_field_access") for cls in type(self).mro()]
        if not all(one.__module__.startswith(KNOWN_GUARDS) for one in guards if one):
            return None
        return tuple(
            name for name, field in self._fields.items() if field.prefetch == together
        )

    @api.model
    def _search(self, domain, offset=0, limit=None, order=None, **options):
        """Find records by their ids, as core does to read them."""
        ids = not (offset or limit or order) and _get_ids(domain)
        free = self.env.su or options.get("bypass_access")
        every = not self._active_name or not options.get("active_test", True)
        if not (ids and free and every):
            return super()._search(domain, offset, limit, order, **options)
        query = Query(self.env, self._table, self._table_sql)
        query.add_where(SQL("%s IN %s", SQL.identifier(self._table, "id"), ids))
        return query


def _get_ids(domain):
    """Return the ids of a domain that asks for nothing else, or nothing."""
    if type(domain) is not list or len(domain) != 1:
        return ()
    name, operator, value = domain[0]
    if (name, operator) != ("id", "in") or type(value) is not list:
        return ()
    return tuple(value) if all(type(one) is int for one in value) else ()
