# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).


def migrate(cr, version):
    """Know of the mails of waits that are over that they came back.

    They were left aside, and each run would look at all of them.
    """
    cr.execute(
        """
        UPDATE incident_notice AS notice SET bounce_settled = TRUE
          FROM incident_followup_event AS event
          JOIN incident_followup AS followup ON followup.id = event.followup_id
         WHERE event.id = notice.event_id
           AND notice.status = 'bounced'
           AND notice.bounce_settled IS NOT TRUE
           AND followup.state NOT IN ('running', 'held', 'expired')
        """
    )
