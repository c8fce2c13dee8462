# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

# Whoever has said nothing reads updates at once, as before; no row is written.
PREFERENCE = """
    ALTER TABLE res_partner
      ADD COLUMN IF NOT EXISTS incident_update_preference varchar DEFAULT 'at_once';
    ALTER TABLE res_partner ALTER COLUMN incident_update_preference DROP DEFAULT
"""


def migrate(cr, version):
    cr.execute(PREFERENCE)
