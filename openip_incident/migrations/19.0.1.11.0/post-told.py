# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from pathlib import Path

from odoo import SUPERUSER_ID, api

FORMER = Path(__file__).parent / "words_told.json"


def migrate(cr, version):
    """Say of an update what it tells besides the words of a person."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    former = json.loads(FORMER.read_text())
    env["mail.template"]._renew_incident_words("openip_incident", former)
