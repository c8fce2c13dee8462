# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

from odoo.addons.openip_incident.tools.mail_domain import get_registrable_domain

BATCH = 1000


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    _shorten_domains_of_intakes(env)
    _settle_files(env)


def _shorten_domains_of_intakes(env):
    """Have the links of the last day count for the domain that was registered."""
    rows = env.execute_query(
        SQL(
            "SELECT DISTINCT email_domain FROM incident_intake WHERE email_domain != ''"
        )
    )
    domains = {domain: get_registrable_domain(domain) for [domain] in rows}
    changed = {old: new for old, new in domains.items() if old != new}
    if changed:
        env.cr.execute(
            SQL(
                "UPDATE incident_intake SET email_domain = new FROM "
                "unnest(%s::text[], %s::text[]) AS changed (old, new) "
                "WHERE email_domain = old",
                list(changed),
                list(changed.values()),
            )
        )
    env["incident.intake"].invalidate_model(["email_domain"])


def _settle_files(env):
    """Show the pictures of intakes to agents only, and nothing from afar in texts."""
    intakes = env["incident.intake"]
    ids = intakes.search([], order="id").ids
    for start in range(0, len(ids), BATCH):
        intakes.browse(ids[start : start + BATCH])._settle_files()
        env.flush_all()
        env.invalidate_all()
