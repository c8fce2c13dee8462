# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

# What nothing waits for yet is not computed for every row.
REVIEW_COLUMNS = """
    ALTER TABLE helpdesk_ticket
      ADD COLUMN IF NOT EXISTS review_pending boolean DEFAULT FALSE,
      ADD COLUMN IF NOT EXISTS review_count integer DEFAULT 0;
    ALTER TABLE helpdesk_ticket
      ALTER COLUMN review_pending DROP DEFAULT,
      ALTER COLUMN review_count DROP DEFAULT;
    ALTER TABLE incident_followup
      ADD COLUMN IF NOT EXISTS review_hold boolean DEFAULT FALSE;
    ALTER TABLE incident_followup ALTER COLUMN review_hold DROP DEFAULT
"""


def migrate(cr, version):
    _add_review_columns(cr)


def _add_review_columns(cr):
    """Add what is stored of judgements; no row has any."""
    cr.execute(REVIEW_COLUMNS)
