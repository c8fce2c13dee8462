# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

# All that was written before there were channels went by mail; no row is written.
NOTICE_CHANNEL = """
    ALTER TABLE incident_notice
      ADD COLUMN IF NOT EXISTS channel varchar DEFAULT 'mail';
    ALTER TABLE incident_notice ALTER COLUMN channel DROP DEFAULT
"""


def migrate(cr, version):
    cr.execute(NOTICE_CHANNEL)
