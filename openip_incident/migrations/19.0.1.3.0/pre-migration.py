# Copyright 2026 OpenIP
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

# Columns that are there already are not computed row by row; what each incident is
# known to have been is filled in afterwards.
FIGURE_COLUMNS = """
    ALTER TABLE helpdesk_ticket
      ADD COLUMN IF NOT EXISTS incident_phase_date timestamp,
      ADD COLUMN IF NOT EXISTS incident_first_answer_date timestamp,
      ADD COLUMN IF NOT EXISTS incident_confirmed_by_id integer,
      ADD COLUMN IF NOT EXISTS incident_reminder_total integer,
      ADD COLUMN IF NOT EXISTS incident_own_hours double precision,
      ADD COLUMN IF NOT EXISTS incident_waited_hours double precision,
      ADD COLUMN IF NOT EXISTS incident_frozen_hours double precision,
      ADD COLUMN IF NOT EXISTS incident_hours_to_open double precision,
      ADD COLUMN IF NOT EXISTS incident_hours_to_answer double precision,
      ADD COLUMN IF NOT EXISTS incident_hours_to_solve double precision,
      ADD COLUMN IF NOT EXISTS incident_hours_to_close double precision
"""

# The model that the scheduled actions of follow-ups were run on has gone; they are
# shipped with noupdate, and would go with it.
RUN_ON_FOLLOWUPS = """
    UPDATE ir_act_server action
       SET model_id = followup.id
      FROM ir_model engine, ir_model followup
     WHERE engine.model = 'incident.followup.engine'
       AND followup.model = 'incident.followup'
       AND action.model_id = engine.id
"""
# No incident has a solution yet: nothing is computed for every row.
SOLUTION_COLUMNS = """
    ALTER TABLE helpdesk_ticket
      ADD COLUMN IF NOT EXISTS incident_interruption_hours double precision DEFAULT 0;
    ALTER TABLE helpdesk_ticket
      ALTER COLUMN incident_interruption_hours DROP DEFAULT
"""
# What was reported belongs to the core by now: without this, Odoo would drop columns
# that the addon of the portal does not define any more.
MOVE_REPORTED = """
    UPDATE ir_model_data moved SET module = 'openip_incident'
     WHERE moved.module = 'openip_incident_portal'
       AND (moved.name IN (
                'field_helpdesk_ticket__incident_service',
                'field_helpdesk_ticket__incident_impact',
                'field_helpdesk_ticket__incident_since',
                'field_helpdesk_ticket__incident_tried',
                'field_helpdesk_ticket__incident_onsite')
            OR starts_with(moved.name,
                           'selection__helpdesk_ticket__incident_impact__'))
       AND NOT EXISTS (
           SELECT FROM ir_model_data other
            WHERE other.module = 'openip_incident' AND other.name = moved.name)
"""

# No ticket has a service yet: nothing is computed for the rows that there are.
SERVICE_COLUMNS = """
    ALTER TABLE helpdesk_ticket
      ADD COLUMN IF NOT EXISTS service_id integer,
      ADD COLUMN IF NOT EXISTS service_kind_id integer
"""

# Filled in batches once the models are there, not by one long computation.
SEARCH_COLUMN = """
    ALTER TABLE helpdesk_ticket ADD COLUMN IF NOT EXISTS incident_search_text text
"""


def migrate(cr, version):
    _move_scheduled_actions(cr)
    _add_figure_columns(cr)
    _add_solution_columns(cr)
    _move_reported_fields(cr)
    _add_service_columns(cr)
    _add_search_column(cr)


def _add_figure_columns(cr):
    """Add what is stored of incidents' figures: unknown, until it is found."""
    cr.execute(FIGURE_COLUMNS)


def _move_scheduled_actions(cr):
    """Have follow-ups run their own scheduled actions."""
    cr.execute(RUN_ON_FOLLOWUPS)


def _add_solution_columns(cr):
    """Add what is stored of solutions; no row has any."""
    cr.execute(SOLUTION_COLUMNS)


def _move_reported_fields(cr):
    """Hand the five fields of a report over from the portal to the core."""
    cr.execute(MOVE_REPORTED)


def _add_service_columns(cr):
    """Add what is stored of services; no row has any."""
    cr.execute(SERVICE_COLUMNS)


def _add_search_column(cr):
    """Add the text that incidents are found by."""
    cr.execute(SEARCH_COLUMN)
