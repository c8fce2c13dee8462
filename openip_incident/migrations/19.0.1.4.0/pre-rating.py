# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

# No incident was rated yet: nothing is computed for the rows that there are.
COLUMNS = """
    ALTER TABLE helpdesk_ticket
      ADD COLUMN IF NOT EXISTS rating_last_value double precision DEFAULT 0;
    ALTER TABLE helpdesk_ticket ALTER COLUMN rating_last_value DROP DEFAULT
"""


def migrate(cr, version):
    cr.execute(COLUMNS)
