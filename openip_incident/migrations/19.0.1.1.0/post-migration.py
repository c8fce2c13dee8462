# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api

BATCH = 1000


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    _name_callers_of_the_gateway(env)
    _settle_files(env)


def _name_callers_of_the_gateway(env):
    """Have Health name whose scripts need the new group, before they are refused."""
    env["incident.gateway.refusal"]._find_earlier_callers()


def _settle_files(env):
    """Show the files of incidents by rights only, and nothing from afar in texts.

    Core's tokens open a picture for whoever has once seen its address.
    """
    tickets = env["helpdesk.ticket"].with_context(active_test=False)
    ids = tickets.search([("is_incident", "=", True)], order="id").ids
    for start in range(0, len(ids), BATCH):
        tickets.browse(ids[start : start + BATCH])._settle_files()
        env.flush_all()
        env.invalidate_all()
