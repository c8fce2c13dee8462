# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from pathlib import Path

from odoo import SUPERUSER_ID, api

FORMER = Path(__file__).parent / "words_asked.json"


def migrate(cr, version):
    """Speak to who has reported an incident as to somebody who has."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    former = json.loads(FORMER.read_text())
    env["mail.template"]._renew_incident_words("openip_incident_portal", former)
