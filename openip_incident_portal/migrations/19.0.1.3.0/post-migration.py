# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    _go_on_leading_to_the_form(env)


def _go_on_leading_to_the_form(env):
    """Leave the portal as it was: what always led to the form now has a switch."""
    env["res.company"].search([]).incident_portal_form = True
