"""Copies rows of a database many times, by SQL: many incidents in seconds.

A few records are made by Odoo itself, so they are as complete as any. Each of their
rows is then inserted many times by one `INSERT ... SELECT`, with ids that are computed
from the number of the copy, and so are the references between them.
"""

from dataclasses import dataclass, field

COLUMNS = """
    SELECT column_name FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
"""

REFERENCES = """
    SELECT attribute.attname, target.relname
      FROM pg_constraint
      JOIN pg_class target ON target.oid = confrelid
      JOIN pg_attribute attribute
           ON attrelid = conrelid AND attnum = conkey[1] AND cardinality(conkey) = 1
     WHERE contype = 'f' AND conrelid = %s::regclass
"""

# Where a number says which record of which model is meant.
LOOSE = {
    "mail_message": ("res_id", "helpdesk_ticket"),
    "mail_followers": ("res_id", "helpdesk_ticket"),
}


@dataclass
class Family:
    """Rows that are copied together, each as often as the others.

    :param count: how many copies
    """

    count: int
    # Dict of (table, id): SQL of the id in copy ``n``.
    ids: dict = field(default_factory=dict)
    # Dict of table: dict of column: SQL of its value in copy ``n``.
    values: dict = field(default_factory=dict)
    # Dict of table: SQL that says of which copies ``n`` it has rows.
    only: dict = field(default_factory=dict)
    # Dict of table: ids of the rows to copy.
    rows: dict = field(default_factory=dict)


class Cloner:
    """Copies families of rows in one database.

    :param execute: executes SQL in a transaction of its own and returns the rows
    """

    def __init__(self, execute):
        self.execute = execute

    def clone(self, family):
        """Insert the copies of a family.

        :return: dict of table: the first and the last id of the copies
        """
        ranges = {}
        for table, ids in family.rows.items():
            if ids and self._has_id(table):
                ranges[table] = self._reserve(family, table, ids)
        for table, ids in family.rows.items():
            for row_id in ids:
                self._insert(family, table, row_id)
        return ranges

    def _has_id(self, table):
        return "id" in self._columns(table)

    def _columns(self, table):
        return [name for [name] in self.execute(COLUMNS, table)]

    def _reserve(self, family, table, ids):
        """Give all copies of a table's rows their ids, past everything in use."""
        sequence = f"{table}_id_seq"
        [[first]] = self.execute(f"SELECT nextval('{sequence}')")
        last = first + family.count * len(ids) - 1
        self.execute(f"SELECT setval('{sequence}', {last})")
        for position, row_id in enumerate(sorted(ids)):
            sql = f"({first + position} + (n - 1) * {len(ids)})"
            family.ids[table, row_id] = sql
        return first, last

    def _insert(self, family, table, row_id):
        """Insert the copies of one row."""
        columns, values = self._columns(table), dict(family.values.get(table, {}))
        references = dict(self.execute(REFERENCES, table))
        if table in LOOSE:
            references.setdefault(*LOOSE[table])
        key = "id" if "id" in columns else "ctid"
        expressions = []
        for column in columns:
            sql = values.get(column)
            if column == "id":
                sql = family.ids[table, row_id]
            elif sql is None and column in references:
                sql = self._refer(family, references[column], f'source."{column}"')
            expressions.append(sql or f'source."{column}"')
        names = ", ".join(f'"{column}"' for column in columns)
        self.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {", ".join(expressions)} '
            f'FROM "{table}" source, generate_series(1, {family.count}) n '
            f"WHERE source.{key} = '{row_id}' AND {family.only.get(table, 'TRUE')}"
        )

    def _refer(self, family, table, column):
        """Return the SQL of a reference: to the copy where its row is copied, too."""
        cases = " ".join(
            f"WHEN {row_id} THEN {sql}"
            for (name, row_id), sql in family.ids.items()
            if name == table
        )
        return f"CASE {column} {cases} ELSE {column} END" if cases else column
