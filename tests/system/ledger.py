"""What the database of the workers holds, read and moved in time by SQL alone."""

import contextlib
import time
from collections import Counter

import psycopg2
from psycopg2.errors import DeadlockDetected, LockNotAvailable

# The clocks of several real processes cannot be set: time passes by moving all dates
# of the process into the past. Not the interval of the scheduled actions: what is due
# must be found because of its wake-up.
DATES = {
    # Locked first, as everybody else does.
    "helpdesk_ticket": "last_answer_date closed_date solved_date wait_start",
    "incident_followup": (
        "due_date start_date end_date hold_date hold_until resume_date frozen_date"
    ),
    "incident_followup_event": (
        "due_date queued_date sent_date announced_date renew_date"
    ),
    "incident_notice": "create_date sent_date retry_date digest_date",
    "ir_cron_trigger": "call_at",
}

NOW = "now() AT TIME ZONE 'UTC'"

READY = f"""
    SELECT count(*) FROM ir_cron WHERE active AND (nextcall <= {NOW} OR id IN
        (SELECT cron_id FROM ir_cron_trigger WHERE call_at <= {NOW}))
"""

PENDING = f"""
    SELECT 'a step is due' FROM incident_followup
     WHERE state = 'running' AND error IS NULL AND due_date <= {NOW}
     UNION ALL
    SELECT 'a step is not settled' FROM incident_followup
     WHERE state IN ('running', 'held') AND error IS NULL AND event_id IS NOT NULL
     UNION ALL
    SELECT 'a morning mail is due' FROM incident_notice
     WHERE status = 'bundled' AND digest_date <= {NOW}
     UNION ALL
    SELECT 'works are to be told' FROM incident_outage
     WHERE tell_date <= {NOW} AND failed_tasks IS NULL
     UNION ALL
    SELECT 'a mail is ' || state FROM mail_mail AS mail
     WHERE state = 'outgoing' OR state = 'exception' AND EXISTS (
           SELECT FROM incident_notice AS notice
            WHERE notice.message_id = mail.mail_message_id)
"""

STEPS = """
    SELECT t.number, coalesce(s.action, 'start') AS action, e.outcome, count(*)
      FROM incident_followup_event e
      JOIN incident_followup f ON f.id = e.followup_id
      JOIN helpdesk_ticket t ON t.id = f.ticket_id
      LEFT JOIN incident_followup_step s ON s.id = e.step_id
     GROUP BY t.number, e.id, s.id ORDER BY t.number, e.id
"""

NOTICES = """
    SELECT m.message_id, t.number, n.email, n.event_id, n.status, s.action
      FROM incident_notice n
      JOIN helpdesk_ticket t ON t.id = n.ticket_id
      JOIN mail_message m ON m.id = n.message_id
      LEFT JOIN incident_followup_event e ON e.id = n.event_id
      LEFT JOIN incident_followup_step s ON s.id = e.step_id
     ORDER BY n.id
"""

INCIDENTS = """
    SELECT t.number, s.incident_phase AS phase, t.close_reason,
           coalesce(t.reminder_count, 0) AS reminder_count,
           coalesce(t.reopen_count, 0) AS reopen_count,
           t.last_answer_date IS NOT NULL AS heard, t.id,
           (SELECT count(*) FROM mail_message m WHERE m.model = 'helpdesk.ticket'
               AND m.res_id = t.id AND m.message_type = 'email') AS answers
      FROM helpdesk_ticket t JOIN helpdesk_ticket_stage s ON s.id = t.stage_id
     ORDER BY t.id
"""


class Ledger:
    """One connection to the database of the workers."""

    def __init__(self, database):
        self.database = database
        self.connect()

    def connect(self):
        """Connect, once more if the database has ended the connection."""
        self.connection = psycopg2.connect(dbname=self.database)
        self.connection.autocommit = True

    def close(self):
        """Close the connection."""
        self.connection.close()

    def query(self, text, *values):
        """Return the rows of a statement, as dicts.

        :param text: the statement
        :param values: its parameters
        """
        with self.connection.cursor() as cursor:
            cursor.execute(text, values or None)
            if not cursor.description:
                return []
            names = [column.name for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    # Time

    def let_pass(self, hours=0, minutes=0):
        """Let time pass for everything that waits for a date.

        A scheduled action that has just begun may wait for this and hold what this
        waits for, over two connections: this gives way and tries again.
        """
        span = f"interval '{hours} hours {minutes} minutes'"
        statements = [
            f"UPDATE {table} SET "
            + ", ".join(f"{name} = {name} - {span}" for name in names.split())
            for table, names in DATES.items()
        ]
        # One statement, one transaction: no worker sees half of it.
        text = "SET LOCAL lock_timeout = '500ms'; " + "; ".join(statements)
        for _attempt in range(20):
            with contextlib.suppress(LockNotAvailable, DeadlockDetected):
                return self.query(text)
        raise AssertionError("time cannot pass: somebody holds the follow-ups")

    def let_interval_pass(self):
        """Have the scheduled actions run once, woken or not."""
        self.query(
            f"UPDATE ir_cron SET nextcall = {NOW} - interval '1 minute' WHERE active"
        )

    def wait_idle(self, timeout=60):
        """Return when the workers have no scheduled action left to run.

        However slow the machine is: thousands of mails take their time.

        :param timeout: seconds after which the wait fails, unless less is left to do
        """
        deadline, left = time.monotonic() + timeout, None
        while not self.is_idle():
            if time.monotonic() > deadline:
                before, left = left, self.pending()
                assert left and left != before, "scheduled actions never end"
                deadline = time.monotonic() + timeout
            time.sleep(0.01)

    def is_idle(self):
        """Tell whether the workers have no scheduled action left to run."""
        return not self.query(READY)[0]["count"]

    def run_minutes(self, minutes):
        """Let the workers live through some minutes."""
        for _minute in range(minutes):
            self.wait_idle()
            self.let_pass(minutes=1)
        self.wait_idle()

    def run_until_quiet(self, minutes=30):
        """Let the workers go on until nothing is due or on its way.

        :param minutes: after how many of them that fails
        """
        self.wait_idle()
        for _minute in range(minutes):
            if not self.pending():
                return
            self.run_minutes(1)
        raise AssertionError(f"after {minutes} minutes: {self.pending()}")

    def pending(self):
        """Return what is due or on its way, counted."""
        return Counter(row["?column?"] for row in self.query(PENDING))

    # Facts

    def steps(self):
        """Return what was executed: dict of number: list of (action, outcome)."""
        found = {}
        for row in self.query(STEPS):
            found.setdefault(row["number"], []).append((row["action"], row["outcome"]))
        return found

    def notices(self):
        """Return the mails to the parties, each with the step it is evidence of."""
        return self.query(NOTICES)

    def deliveries(self, mails):
        """Return what a mail server got of each step for each party.

        :param mails: what the server accepted
        :return: dict of (number, id of the event, address): the Message-IDs, in the
            order of their arrival
        """
        found, steps = {}, {}
        for notice in self.notices():
            step = (notice["number"], notice["event_id"], notice["email"])
            found[step], steps[notice["message_id"]] = [], step
        for mail in mails:
            step = steps[mail.message["Message-ID"]]
            assert mail.recipients == [step[2]]
            assert mail.message["Subject"].startswith(step[0])
            found[step].append(mail.message["Message-ID"])
        return found

    def incidents(self):
        """Return the incidents: dict of number: row."""
        return {row["number"]: row for row in self.query(INCIDENTS)}

    def followups(self):
        """Return the follow-ups in their order."""
        return self.query("SELECT * FROM incident_followup ORDER BY id")

    def activities(self, ticket_id):
        """Return what support was told about an incident.

        :param ticket_id: its id
        """
        rows = self.query(
            "SELECT summary FROM mail_activity WHERE res_model = 'helpdesk.ticket' "
            "AND res_id = %s AND active ORDER BY id",
            ticket_id,
        )
        return [row["summary"] for row in rows]

    def crons(self):
        """Return the scheduled actions that run: their failures by their names."""
        rows = self.query(
            "SELECT cron_name, failure_count FROM ir_cron WHERE active ORDER BY id"
        )
        return {row["cron_name"]: row["failure_count"] for row in rows}
