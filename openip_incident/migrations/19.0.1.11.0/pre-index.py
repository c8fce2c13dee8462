# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

# They are made anew, so that searches use them: Odoo itself keeps one that has lost its
# comment in a dump.
FORMER = (
    "helpdesk_ticket_clock_broken_idx",
    "helpdesk_ticket_incident_number_unique",
    "helpdesk_ticket_review_idx",
    "incident_inbound__hold_due_index",
    "incident_notice__partner_id_index",
    "incident_notice_email_idx",
    "incident_service_name_uniq",
)


def migrate(cr, version):
    for name in FORMER:
        cr.execute(f"DROP INDEX IF EXISTS {name}")
