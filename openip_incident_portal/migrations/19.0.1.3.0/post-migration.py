# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from pathlib import Path

from odoo import SUPERUSER_ID, api

FORMER = Path(__file__).parent / "shipped_words.json"


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    _go_on_leading_to_the_form(env)
    _renew_words(env)


def _go_on_leading_to_the_form(env):
    """Leave the portal as it was: what always led to the form now has a switch."""
    env["res.company"].search([]).incident_portal_form = True


def _renew_words(env):
    """Have mails say what this version says, where nobody has changed their words."""
    former = json.loads(FORMER.read_text())
    env["mail.template"]._renew_incident_words("openip_incident_portal", former)
