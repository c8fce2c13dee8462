"""The limit of the database: the very rows of a pass, written once more by COPY."""

import io

# A pass writes these, in an order that references allow.
TABLES = (
    "incident_followup_event",
    "mail_message",
    "mail_mail",
    "mail_mail_res_partner_rel",
    "mail_notification",
    "incident_notice",
)
# Columns that are shifted, so that the rows are new and refer to each other.
SHIFTED = {
    "incident_followup_event": ["id"],
    "mail_message": ["id"],
    "mail_mail": ["id", "mail_message_id"],
    "mail_mail_res_partner_rel": ["mail_mail_id"],
    "mail_notification": ["id", "mail_message_id", "mail_mail_id"],
    "incident_notice": ["id", "entry_id", "message_id", "event_id"],
}
SHIFT = 1_000_000_000
KEYS = {"mail_mail_res_partner_rel": "mail_mail_id"}


def mark(session):
    """Return the highest id of each table: what comes later belongs to the pass."""
    return {
        table: session.execute(f"SELECT coalesce(max({_key(table)}), 0) FROM {table}")[
            0
        ][0]
        for table in TABLES
    }


def _key(table):
    return KEYS.get(table, "id")


def copy_rows(session, marks, count, times):
    """Measure how long COPY takes for the rows that a pass has written.

    :param marks: what `mark` returned before the pass
    :param count: how many incidents they belong to
    :param times: how often it is measured
    :return: list of readings
    """
    if not times:
        return []
    rows = {table: _read(session, table, marks[table]) for table in TABLES}
    # A follow-up takes each step once: those of the pass make room.
    session.execute(
        "DELETE FROM incident_followup_event WHERE id > %s",
        marks["incident_followup_event"],
    )
    readings = []
    for _time in range(times):
        with session.registry.cursor() as cursor:
            with session.measured(count) as reading:
                _write(cursor, rows)
            # Deleting them would take much longer: each is looked for everywhere.
            cursor.rollback()
        readings.append(reading.as_dict())
    return readings


def _columns(session, table):
    return [
        name
        for [name] in session.execute(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s",
            table,
        )
    ]


def _read(session, table, mark):
    """Return columns and rows of a table, shifted, as COPY takes them."""
    columns, key = _columns(session, table), _key(table)
    shifted = ", ".join(
        f'"{column}" + {SHIFT}' if column in SHIFTED[table] else f'"{column}"'
        for column in columns
    )
    rows = io.StringIO()
    with session.registry.cursor() as cursor:
        cursor._obj.copy_expert(
            f"COPY (SELECT {shifted} FROM {table} WHERE {key} > {mark} "
            f"ORDER BY {key}) TO STDOUT",
            rows,
        )
    return ", ".join(f'"{column}"' for column in columns), rows.getvalue()


def _write(cursor, rows):
    """Write the rows of all tables."""
    for table, (names, text) in rows.items():
        source = io.StringIO(text)
        cursor._obj.copy_expert(f"COPY {table} ({names}) FROM STDIN", source)
