# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import logging
from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL, split_every

_logger = logging.getLogger(__name__)

FORMER = Path(__file__).parent / "shipped_words.json"

# What the chatter tracked of the stages, oldest first. A change says where it came
# from, too: the first one tells where the incident was from its creation on.
TRACKED = """
    CREATE TEMPORARY TABLE incident_tracked ON COMMIT DROP AS
    SELECT ticket.id AS ticket_id, message.date, value.id AS rank,
           value.old_value_integer AS origin, value.new_value_integer AS target
      FROM helpdesk_ticket ticket
      JOIN mail_message message
        ON message.model = 'helpdesk.ticket' AND message.res_id = ticket.id
      JOIN mail_tracking_value value ON value.mail_message_id = message.id
      JOIN ir_model_fields field ON field.id = value.field_id
     WHERE ticket.is_incident AND field.name = 'stage_id'
       AND field.model = 'helpdesk.ticket'
"""
# One row per stay in a stage: from the creation to the first change, between changes,
# since the last one. Where two changes do not fit together something was not tracked.
STAYS = """
    CREATE TEMPORARY TABLE incident_stay ON COMMIT DROP AS
    SELECT ticket_id, target AS stage_id, date AS start_date,
           lead(date) OVER w AS end_date,
           lag(target) OVER w IS NOT NULL AND lag(target) OVER w != origin AS broken
      FROM incident_tracked WINDOW w AS (PARTITION BY ticket_id ORDER BY date, rank)
    UNION ALL
    SELECT first.ticket_id, first.origin, ticket.create_date, first.date, FALSE
      FROM (
           SELECT DISTINCT ON (ticket_id) * FROM incident_tracked
            ORDER BY ticket_id, date, rank
      ) first
      JOIN helpdesk_ticket ticket ON ticket.id = first.ticket_id
"""
# A history is whole when it begins with a registration and ends where the incident is.
# What never moved is where it began.
WHOLE = """
    CREATE TEMPORARY TABLE incident_whole ON COMMIT DROP AS
    SELECT ticket.id AS ticket_id
      FROM helpdesk_ticket ticket
     WHERE ticket.is_incident
       AND CASE WHEN EXISTS (
               SELECT 1 FROM incident_stay WHERE ticket_id = ticket.id
           ) THEN NOT EXISTS (
               SELECT 1 FROM incident_stay stay
                 LEFT JOIN helpdesk_ticket_stage stage ON stage.id = stay.stage_id
                WHERE stay.ticket_id = ticket.id
                  AND (stay.broken OR stage.incident_phase IS NULL)
           ) AND (
               SELECT stage.incident_phase FROM incident_stay stay
                 JOIN helpdesk_ticket_stage stage ON stage.id = stay.stage_id
                WHERE stay.ticket_id = ticket.id
                ORDER BY stay.start_date, stay.end_date NULLS LAST LIMIT 1
           ) = 'registered' AND EXISTS (
               SELECT 1 FROM incident_stay stay
                WHERE stay.ticket_id = ticket.id AND stay.end_date IS NULL
                  AND stay.stage_id = ticket.stage_id
           )
           ELSE ticket.incident_phase = 'registered' END
"""
LOG = """
    INSERT INTO incident_phase_log (ticket_id, phase, team_id, start_date, end_date,
                                    hours)
    SELECT stay.ticket_id, stage.incident_phase, ticket.team_id, stay.start_date,
           stay.end_date, EXTRACT(EPOCH FROM stay.end_date - stay.start_date) / 3600
      FROM incident_stay stay
      JOIN helpdesk_ticket ticket ON ticket.id = stay.ticket_id
      JOIN helpdesk_ticket_stage stage ON stage.id = stay.stage_id
     WHERE stage.incident_phase IS NOT NULL AND NOT stay.broken
       AND stay.start_date IS DISTINCT FROM stay.end_date
       AND (stay.end_date IS NOT NULL
            OR ticket.active AND stay.stage_id = ticket.stage_id)
     ORDER BY stay.start_date
"""
# Of the others nothing but where they are is known, since when the helpdesk wrote down.
LOG_REST = """
    INSERT INTO incident_phase_log (ticket_id, phase, team_id, start_date)
    SELECT ticket.id, ticket.incident_phase, ticket.team_id,
           COALESCE(ticket.last_stage_update, ticket.write_date, ticket.create_date)
      FROM helpdesk_ticket ticket
     WHERE ticket.is_incident AND ticket.active AND ticket.incident_phase IS NOT NULL
       AND NOT EXISTS (
               SELECT 1 FROM incident_phase_log log
                WHERE log.ticket_id = ticket.id AND log.end_date IS NULL
           )
"""
SINCE = """
    UPDATE helpdesk_ticket ticket SET incident_phase_date = log.start_date
      FROM incident_phase_log log
     WHERE log.ticket_id = ticket.id AND log.end_date IS NULL
"""
SUMS = """
    UPDATE helpdesk_ticket ticket
       SET incident_own_hours = COALESCE(sum.own, 0),
           incident_waited_hours = COALESCE(sum.waited, 0),
           incident_frozen_hours = COALESCE(sum.frozen, 0)
      FROM incident_whole whole
      LEFT JOIN (
           SELECT ticket_id,
                  sum(hours) FILTER (WHERE phase IN (
                      'registered', 'opened', 'in_progress', 'escalated')) AS own,
                  sum(hours) FILTER (WHERE phase IN ('waiting', 'frozen')) AS waited,
                  sum(hours) FILTER (WHERE phase = 'frozen') AS frozen
             FROM incident_phase_log GROUP BY ticket_id
      ) sum ON sum.ticket_id = whole.ticket_id
     WHERE ticket.id = whole.ticket_id
"""
# What a colleague has typed: a message in the chatter that was mailed to a party, or a
# request. Of other entries only that of the opening is known to have left by itself:
# where one of them is older nobody can tell what was first.
FIRST_ANSWERS = """
    WITH entry AS (
        SELECT notice.ticket_id, message.date,
               message.message_type = 'comment'
                 OR event.step_id IS NULL AND event.text IS NOT NULL AS typed,
               message.message_type = 'auto_comment' AND event.id IS NULL
                 AND abs(EXTRACT(EPOCH FROM message.date - ticket.validated_date)) > 5
                 AS unclear
          FROM incident_notice notice
          JOIN helpdesk_ticket ticket ON ticket.id = notice.ticket_id
          JOIN mail_message message ON message.id = notice.entry_id
          JOIN res_partner author ON author.id = message.author_id
          LEFT JOIN incident_followup_event event ON event.id = notice.event_id
         WHERE ticket.is_incident AND author.partner_share IS NOT TRUE
    ), first AS (
        SELECT ticket_id, min(date) FILTER (WHERE typed) AS date,
               min(date) FILTER (WHERE unclear) AS unclear
          FROM entry GROUP BY ticket_id
    )
    UPDATE helpdesk_ticket ticket SET incident_first_answer_date = first.date
      FROM first
     WHERE ticket.id = first.ticket_id AND ticket.incident_first_answer_date IS NULL
       AND (first.unclear IS NULL OR first.unclear >= first.date)
"""
HOURS = """
    UPDATE helpdesk_ticket
       SET incident_hours_to_open =
               EXTRACT(EPOCH FROM validated_date - create_date) / 3600,
           incident_hours_to_answer =
               EXTRACT(EPOCH FROM incident_first_answer_date - create_date) / 3600,
           incident_hours_to_solve =
               EXTRACT(EPOCH FROM solved_date - create_date) / 3600,
           incident_hours_to_close =
               EXTRACT(EPOCH FROM closed_date - create_date) / 3600
     WHERE is_incident
"""
REMINDERS = """
    UPDATE helpdesk_ticket ticket
       SET incident_reminder_total = COALESCE((
               SELECT sum(reminder_count) FROM incident_followup
                WHERE ticket_id = ticket.id
           ), 0)
     WHERE ticket.is_incident
"""
# Who was followed up until support had solved it: the move ended the follow-up.
ENDED = """
    UPDATE incident_followup followup SET ended_phase = log.phase
      FROM incident_phase_log log
     WHERE followup.state = 'cancelled' AND log.ticket_id = followup.ticket_id
       AND log.start_date BETWEEN followup.end_date - INTERVAL '5 s'
                              AND followup.end_date + INTERVAL '5 s'
"""
UNKNOWN = """
    SELECT count(*) FILTER (WHERE incident_own_hours IS NULL), count(*)
      FROM helpdesk_ticket WHERE is_incident
"""

SEARCH_BATCH = 1000

SET_SEARCH_TEXT = """
    UPDATE helpdesk_ticket ticket SET incident_search_text = new.text
      FROM unnest(%s::int[], %s::text[]) new (id, text) WHERE ticket.id = new.id
"""


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    _reconstruct_figures(env)
    _renew_words(env)
    _fill_search_text(env)


def _reconstruct_figures(env):
    """Find out what incidents' figures are from what was recorded of them."""
    env.flush_all()
    for statement in (
        *(TRACKED, STAYS, WHOLE, LOG, LOG_REST, SINCE, SUMS, FIRST_ANSWERS, HOURS),
        *(REMINDERS, ENDED),
    ):
        env.cr.execute(statement)
    env.cr.execute(UNKNOWN)
    unknown, count = env.cr.fetchone()
    if unknown:
        _logger.info(
            "The history of %s of %s incidents is not known in full: how long they "
            "were whose turn stays empty.",
            unknown,
            count,
        )
    env.invalidate_all()


def _renew_words(env):
    """Have mails say what this version says, where nobody has changed their words."""
    former = json.loads(FORMER.read_text())
    env["mail.template"]._renew_incident_words("openip_incident", former)


def _fill_search_text(env):
    """Write down by what tickets are found: by SQL, so that no date moves."""
    tickets = env["helpdesk.ticket"].with_context(active_test=False)
    for ids in split_every(SEARCH_BATCH, tickets.search([], order="id").ids):
        batch = tickets.browse(ids)
        texts = [ticket._get_incident_search_text() for ticket in batch]
        env.execute_query(SQL(SET_SEARCH_TEXT, list(ids), texts))
        env.invalidate_all()
