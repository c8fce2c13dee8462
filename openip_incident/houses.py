# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What installation must leave as it was in a helpdesk that is in use."""

from odoo.tools import SQL

# Whatever of these gets a stored column of ours would count as changed that day.
TABLES = (
    "helpdesk_ticket",
    "helpdesk_ticket_category",
    "helpdesk_ticket_stage",
    "helpdesk_ticket_team",
    "mail_alias",
    "res_company",
    "res_partner",
)


def keep_dates(env):
    """Note who changed each record last, before the columns of an addon are filled."""
    for table in TABLES:
        env.cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE %s AS SELECT id, write_date, write_uid FROM %s",
                _get_kept(table),
                SQL.identifier(table),
            )
        )


def give_dates_back(env):
    """Say again of each record that was there who changed it last, and when."""
    env.flush_all()
    for table in TABLES:
        names = {"kept": _get_kept(table), "records": SQL.identifier(table)}
        env.cr.execute(
            SQL(
                """
                UPDATE %(records)s AS r
                   SET write_date = k.write_date, write_uid = k.write_uid
                  FROM %(kept)s AS k
                 WHERE k.id = r.id
                   AND (r.write_date, r.write_uid)
                       IS DISTINCT FROM (k.write_date, k.write_uid)
                """,
                **names,
            )
        )
        env.cr.execute(SQL("DROP TABLE %s", names["kept"]))
    env.invalidate_all()


def has_tickets(env):
    """Tell whether anybody has worked with this helpdesk yet."""
    tickets = env["helpdesk.ticket"].with_context(active_test=False)
    return bool(tickets.search_count([], limit=1))


def _get_kept(table):
    return SQL.identifier(f"openip_kept_{table}")
