# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def migrate(cr, version):
    # PostgreSQL took it for no search: another one is there now.
    cr.execute("DROP INDEX IF EXISTS incident_inbound__hold_due_index")
