# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tools.sql import column_exists

# Nobody has noted so far when a mail was read: what has ended its reader stays known.
COLUMN = "ALTER TABLE incident_inbound ADD COLUMN IF NOT EXISTS read_date timestamp"
READ = "UPDATE incident_inbound SET read_date = date WHERE state = 'received'"


def migrate(cr, version):
    # What the first versions have not kept was never cut off.
    if column_exists(cr, "incident_inbound", "state"):
        cr.execute(COLUMN)
        cr.execute(READ)
