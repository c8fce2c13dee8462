# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
from pathlib import Path

from odoo import SUPERUSER_ID, api

FORMER = Path(__file__).parent / "words_letters.json"

# Whom those who wait have asked alone.
ASKED = """
    UPDATE incident_followup followup
       SET asked_party_id = ticket.private_request_party_id
      FROM helpdesk_ticket ticket
     WHERE followup.ticket_id = ticket.id AND followup.state IN ('running', 'held')
       AND ticket.private_request_party_id IS NOT NULL
       AND ticket.incident_phase IN ('waiting', 'frozen')
"""


def migrate(cr, version):
    cr.execute(ASKED)
    env = api.Environment(cr, SUPERUSER_ID, {})
    former = json.loads(FORMER.read_text())
    env["mail.template"]._renew_incident_words("openip_incident", former)
