# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    _name_callers_of_the_gateway(env)


def _name_callers_of_the_gateway(env):
    """Have Health name whose scripts need the new group, before they are refused."""
    env["incident.gateway.refusal"]._find_earlier_callers()
