# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

# The mails of intakes that have not left get the notice that sends them again; how
# often a server has refused them is no longer counted on the intake.
WAITING = """
    INSERT INTO incident_notice
           (intake_id, message_id, channel, status, attempts, failure, retry_date,
            create_uid, create_date, write_uid, write_date)
    SELECT intake.id, message.id, 'mail',
           CASE WHEN bool_or(mail.state = 'exception') THEN 'failed' ELSE 'queued' END,
           COALESCE(max(intake.mail_attempts), 0), max(intake.mail_failure),
           CASE WHEN bool_or(mail.state = 'exception')
                THEN now() AT TIME ZONE 'UTC' END,
           1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
      FROM mail_mail mail
      JOIN mail_message message ON message.id = mail.mail_message_id
      JOIN incident_intake intake
        ON message.model = 'incident.intake' AND message.res_id = intake.id
     WHERE mail.state IN ('outgoing', 'exception')
     GROUP BY intake.id, message.id
     ORDER BY message.id
"""
# Of those that were given up the intake still shows why.
GIVEN_UP = """
    INSERT INTO incident_notice
           (intake_id, channel, status, attempts, failure,
            create_uid, create_date, write_uid, write_date)
    SELECT intake.id, 'mail', 'cancelled', intake.mail_attempts, intake.mail_failure,
           1, intake.write_date, 1, intake.write_date
      FROM incident_intake intake
     WHERE intake.mail_failure IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM incident_notice notice
                        WHERE notice.intake_id = intake.id)
     ORDER BY intake.id
"""
COUNTERS = """
    ALTER TABLE incident_intake
      DROP COLUMN IF EXISTS mail_attempts, DROP COLUMN IF EXISTS mail_failure
"""
KNOWN = """
    SELECT 1 FROM information_schema.columns
     WHERE table_name = 'incident_intake' AND column_name = 'mail_attempts'
"""


def migrate(cr, version):
    cr.execute(KNOWN)
    if not cr.fetchone():
        return
    cr.execute(WAITING)
    cr.execute(GIVEN_UP)
    cr.execute(COUNTERS)
