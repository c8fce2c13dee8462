# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What follow-ups that are open wait for: an information, or an action."""

# An incident that is frozen does not say it, but which mail has asked does.
KINDS = """
    UPDATE incident_followup AS followup
       SET request_kind = COALESCE(
               stage.incident_request_kind,
               (SELECT asking.incident_request_kind
                  FROM incident_followup_event AS event
                  JOIN helpdesk_ticket_stage AS asking
                    ON asking.mail_template_id = event.mail_template_id
                 WHERE event.followup_id = followup.id AND event.step_id IS NULL
                   AND asking.incident_phase = 'waiting'
                 ORDER BY asking.incident_request_kind DESC LIMIT 1))
      FROM helpdesk_ticket AS ticket
      JOIN helpdesk_ticket_stage AS stage ON stage.id = ticket.stage_id
     WHERE ticket.id = followup.ticket_id AND followup.request_kind IS NULL
       AND followup.state IN ('running', 'held')
       AND stage.incident_phase IN ('waiting', 'frozen')
"""


def migrate(cr, version):
    cr.execute(KINDS)
