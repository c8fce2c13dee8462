# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tools.sql import column_exists

# What was counted of each clock is there already: the next deadline follows from it.
COLUMN = """
    ALTER TABLE helpdesk_ticket
      ADD COLUMN IF NOT EXISTS incident_clock_deadline timestamp
"""
DEADLINES = """
    UPDATE helpdesk_ticket SET incident_clock_deadline = LEAST(
           CASE WHEN incident_gti_fact = 'running' OR incident_gti_fact = 'missed'
                AND incident_phase IN ('registered', 'opened') THEN gti_deadline END,
           CASE WHEN incident_gtr_fact = 'running' OR incident_gtr_fact = 'missed'
                AND incident_phase NOT IN ('closure', 'closed') THEN gtr_deadline END)
     WHERE incident_contract_version_id IS NOT NULL
"""


def migrate(cr, version):
    cr.execute(COLUMN)
    # Before 19.0.1.4.0 there were no clocks.
    if column_exists(cr, "helpdesk_ticket", "incident_gti_fact"):
        cr.execute(DEADLINES)
