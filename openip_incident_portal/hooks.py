# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.addons.openip_incident.houses import (
    give_dates_back,
    has_tickets,
    keep_dates,
)


def pre_init_hook(env):
    keep_dates(env)


def post_init_hook(env):
    _lead_to_the_form(env)
    give_dates_back(env)


def uninstall_hook(env):
    """Delete what would keep Odoo from deleting the shipped team."""
    env["incident.intake"].with_context(active_test=False).search([]).unlink()


def _lead_to_the_form(env):
    """Offer to report incidents on the portal where nobody reports anything yet.

    Whoever uses the helpdesk already keeps the page that its customers know until an
    admin decides otherwise.
    """
    if not has_tickets(env):
        env["res.company"].search([]).incident_portal_form = True
