# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    _list_further_addresses(env)
    _hold_for_kept_mails(env)


def _list_further_addresses(env):
    """Know contacts by all addresses of their e-mail field, too."""
    env.cr.execute("SELECT id FROM res_partner WHERE email LIKE '%@%@%'")
    ids = [row[0] for row in env.cr.fetchall()]
    env["res.partner"].browse(ids)._settle_listed_addresses()


def _hold_for_kept_mails(env):
    """Have the scheduled action hold what mails in quarantine may be answers to."""
    env.cr.execute(
        "UPDATE incident_inbound SET hold_due = TRUE WHERE state = 'quarantined'"
    )
