"""What an update makes of mails that were refused, or came back."""

# A form link that a mail server has refused, as the version keeps it.
REFUSE_LINK = {
    "19.0.1.0.0": """
        UPDATE incident_intake SET mail_attempts = 3, mail_failure = '451 Later'
         WHERE id = (SELECT min(id) FROM incident_intake)
    """,
    "19.0.1.6.0": """
        UPDATE incident_notice SET attempts = 3, failure = '451 Later'
         WHERE intake_id = (SELECT min(id) FROM incident_intake)
    """,
}
REFUSED_LINKS = """
    SELECT attempts, failure, channel FROM incident_notice
     WHERE intake_id = (SELECT min(id) FROM incident_intake)
"""
# One party's mail of a wait that goes on, and of one that is over.
BOUNCE = """
    UPDATE incident_notice SET status = 'bounced', bounce_settled = NULL
     WHERE id IN (SELECT min(notice.id)
                    FROM incident_notice notice
                    JOIN incident_followup_event event ON event.id = notice.event_id
                    JOIN incident_followup followup ON followup.id = event.followup_id
                    JOIN helpdesk_ticket ticket ON ticket.id = followup.ticket_id
                   WHERE ticket.number IN ('INC2036-00003', 'INC2036-00009')
                   GROUP BY ticket.id)
"""
BOUNCES = """
    SELECT ticket.number, followup.state, COALESCE(bounce_settled, FALSE) AS settled
      FROM incident_notice notice
      JOIN incident_followup_event event ON event.id = notice.event_id
      JOIN incident_followup followup ON followup.id = event.followup_id
      JOIN helpdesk_ticket ticket ON ticket.id = followup.ticket_id
     WHERE notice.status = 'bounced' ORDER BY ticket.number
"""
