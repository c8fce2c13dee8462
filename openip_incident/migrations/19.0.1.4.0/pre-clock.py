# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

# No incident has a contract yet: nothing is computed for the rows that there are.
COLUMNS = """
    ALTER TABLE helpdesk_ticket
      ADD COLUMN IF NOT EXISTS contract_id integer,
      ADD COLUMN IF NOT EXISTS incident_contract_version_id integer
"""


def migrate(cr, version):
    cr.execute(COLUMNS)
