# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

# No incident has an intervention yet: nothing is computed for the rows that there are.
COLUMNS = """
    ALTER TABLE helpdesk_ticket
      ADD COLUMN IF NOT EXISTS incident_intervention_until timestamp
"""


def migrate(cr, version):
    cr.execute(COLUMNS)
